public import E911Values

// Looking things up. Nothing here changes anything.
extension DeviceRegistry {
    /// The device, as long as it is there.
    public func record(for id: DeviceID) -> DeviceRecord? {
        table.slot(id).map { record($0) }
    }

    public func view(of id: DeviceID) -> DeviceView? {
        // Not `map(view)`: a method as a value copies the whole registry.
        table.slot(id).map { view($0) }
    }

    /// The device's address by the profile's order of sources.
    public func address(of id: DeviceID) -> IPAddress? {
        table.slot(id).flatMap { table[$0].address }
    }

    public func mac(of id: DeviceID) -> MACAddress? {
        table.slot(id).flatMap { table[$0].mac }
    }

    /// All devices whose AOR has this user, of one call server or of all: what the active member sees first, then what
    /// only others see, then the retired; within these the one newly registered last comes first.
    public func lookup(dn: String, callServer: String? = nil) -> [DeviceView] {
        let key = Array(dn.utf8)
        return ranked(ofUser: OctetHash.of(key), of: callServer) { URIParts($0).userKey == key }
    }

    /// Devices of an address of record, in the same order. User and host decide, the host without regard to case.
    public func lookup(aor: String, callServer: String? = nil) -> [DeviceView] {
        Array(aor.utf8).withUnsafeBufferPointer { octets in
            let wanted = URIParts(octets)
            return ranked(ofUser: wanted.userHash, of: callServer) {
                $0.hasSameOctets(as: octets) || URIParts($0).isSameAddressOfRecord(as: wanted)
            }
        }
    }

    /// Whether any device of an address of record is known.
    func knows(aor: String, callServer: String) -> Bool {
        guard let wanted = index(ofCallServer: callServer) else { return false }
        return Array(aor.utf8).withUnsafeBufferPointer { octets in
            let parts = URIParts(octets)
            var slot = table.first(ofUser: parts.userHash)
            while slot != DeviceSlot.none {
                let record = table[slot]
                let isSame = table.texts.withText(.aor, at: record.text) {
                    $0.hasSameOctets(as: octets) || URIParts($0).isSameAddressOfRecord(as: parts)
                }
                if isSame, Int(record.callServer) == wanted { return true }
                slot = table.next(ofUser: slot)
            }
            return false
        }
    }

    /// Devices with a MAC, in the same order; at most `limit` are looked at.
    public func lookup(mac: MACAddress, callServer: String? = nil, limit: Int = 64) -> [DeviceView] {
        ranked(
            .mac, from: table.first(ofMAC: mac), of: callServer, limit: limit
        ) { $0.mac == mac }
    }

    /// Devices at an address, in the same order; at most `limit` are looked at, since all devices behind one proxy may
    /// share it. With a port only those whose contact or received address has it.
    public func lookup(
        address: IPAddress, port: UInt16? = nil, callServer: String? = nil, limit: Int = 64
    ) -> [DeviceView] {
        let views = ranked(
            .address, from: table.first(ofAddress: address), of: callServer, limit: limit
        ) { $0.address == address }
        guard let port else { return views }
        let endpoint = Endpoint(address, port)
        return views.filter { $0.contactEndpoint == endpoint || $0.receivedEndpoint == endpoint }
    }

    /// Up to `limit` devices behind `id` in the order of their slots, for a query that goes on page by page. At most
    /// 4,096 slots are looked at; `next` is `nil` at the end, else where to go on.
    public func page(
        after id: DeviceID?, limit: Int, callServer: String? = nil, includingFiltered: Bool = true
    ) -> (devices: [DeviceView], next: DeviceID?) {
        var views: [DeviceView] = []
        let wanted = callServer.map { index(ofCallServer: $0) ?? -1 }
        var slot = id.map { $0.slot &+ 1 } ?? 0
        let end = min(UInt64(table.slots.count), UInt64(slot) + 4096)
        while slot < end, views.count < limit {
            let record = table[slot]
            if !record.isFree, wanted == nil || wanted == Int(record.callServer),
                includingFiltered || !record.flags.contains(.filtered)
            {
                views.append(view(slot))
            }
            slot += 1
        }
        let isAtEnd = slot >= table.slots.count
        return (views, isAtEnd || slot == 0 ? nil : DeviceID(slot: slot - 1, generation: 0))
    }

    /// How many devices a call server has, or all of them.
    public func counts(callServer name: String? = nil) -> DeviceCounts {
        var sum = DeviceCounts()
        for state in callServers where name == nil || name == state.configuration.name {
            sum.active += state.counts.active
            sum.stale += state.counts.stale
            sum.retired += state.counts.retired
            sum.filtered += state.counts.filtered
        }
        return sum
    }

    /// How many devices a member sees.
    public func present(callServer name: String, member: Int) -> Int {
        guard let index = index(ofCallServer: name), callServers[index].members.indices.contains(member) else {
            return 0
        }
        return callServers[index].members[member].present
    }

    /// Which of a page of devices a filter would hit: a preview of a change. At most `limit` devices are looked at.
    public func preview(
        _ filter: DeviceFilter, callServer: String, after id: DeviceID?, limit: Int
    ) -> (hits: [DeviceView], next: DeviceID?) {
        let (views, next) = page(after: id, limit: limit, callServer: callServer)
        let hits = views.filter {
            filter.judge(ip: $0.record.ip?.description, username: $0.record.dn, mac: $0.record.mac?.description)
                .isFiltered
        }
        return (hits, next)
    }

    // MARK: Inside

    func record(_ slot: UInt32) -> DeviceRecord {
        let (fields, callServer) = (fields(slot), Int(table[slot].callServer))
        // Parts of it, since a copy of the whole costs more than all the rest; no closure, which would copy the registry.
        var members = callServers[callServer].configuration.members
        for member in members.indices.reversed() where table.epoch(slot, member) == 0 { members.remove(at: member) }
        var record = DeviceRecord(
            callServer: callServers[callServer].configuration.name, aor: table.string(.aor, of: slot),
            contactURI: table.string(.contactURI, of: slot), registeredAt: fields.registeredAt,
            lastSeen: fields.lastSeen)
        record.instance = table.string(.instance, of: slot)
        record.received = table.string(.received, of: slot)
        record.path = table.string(.path, of: slot)
        record.userAgent = table.string(.userAgent, of: slot)
        record.ip = fields.ip
        record.mac = fields.mac
        record.members = members
        record.state = fields.state
        record.isFiltered = fields.isFiltered
        record.expiresAt = fields.expiresAt
        record.retiredAt = fields.retiredAt
        return record
    }

    func view(_ slot: UInt32) -> DeviceView {
        let active = callServers[Int(table[slot].callServer)].active
        let tier: DeviceView.Tier =
            table.epoch(slot, active) != 0 ? .current : table.isSeen(slot) ? .otherMember : .retired
        return DeviceView(id: table.id(slot), record: record(slot), tier: tier)
    }

    /// Devices whose user key has a hash and whose AOR is meant.
    private func ranked(
        ofUser hash: UInt64, of callServer: String?, where isMeant: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> [DeviceView] {
        ranked(.user, from: table.first(ofUser: hash), of: callServer, limit: .max) {
            table.texts.withText(.aor, at: $0.text, isMeant)
        }
    }

    /// By what devices are chained. Not the function that steps from one to the next: as a value it copies the whole table.
    private enum Chain {
        case user, mac, address

        func next(_ slot: UInt32, _ table: borrowing DeviceTable) -> UInt32 {
            switch self {
            case .user: table.next(ofUser: slot)
            case .mac: table.next(ofMAC: slot)
            case .address: table.next(ofAddress: slot)
            }
        }
    }

    /// Devices of a chain of an index that are of the call server and are meant.
    private func ranked(
        _ chain: Chain, from first: UInt32, of callServer: String?, limit: Int,
        where isMeant: (DeviceSlot) -> Bool
    ) -> [DeviceView] {
        let wanted = callServer.map { index(ofCallServer: $0) ?? -1 }
        var found: [DeviceView] = []
        var slot = first
        while slot != DeviceSlot.none, found.count < limit {
            let record = table[slot]
            if wanted == nil || wanted == Int(record.callServer), isMeant(record) { found.append(view(slot)) }
            slot = chain.next(slot, table)
        }
        guard found.count > 1 else { return found }
        return found.sorted {
            if $0.tier != $1.tier { return $0.tier < $1.tier }
            if $0.record.registeredAt != $1.record.registeredAt {
                return $0.record.registeredAt > $1.record.registeredAt
            }
            return $0.id < $1.id
        }
    }
}
