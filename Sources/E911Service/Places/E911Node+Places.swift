import E911Values
import ELINEngine
import Locations

/// Where devices are: worked out when the registry tells of one, and for all of them when a site is taken over.
extension E911Node {
    /// Devices that are placed anew in one turn.
    private static let placedPerTurn = 256
    /// All devices are placed again so often: evidence of ports and access points ages, and nobody tells.
    private static let placingInterval: Duration = .seconds(3600)

    /// Works out where a device is by its registration, and remembers it.
    ///
    /// - Returns: `nil` when there is no site to tell by, or no such device.
    @discardableResult
    mutating func place(_ id: DeviceID, now: Now) -> DevicePlaces.Place? {
        guard let (place, name) = Self.place(of: id, registry, site, sightings, now: now) else { return nil }
        set(id, place, callServer: name, now: now)
        announce(id, at: place, callServer: name)
        return place
    }

    /// The device is nowhere any more.
    mutating func displace(_ id: DeviceID, _ record: DeviceRecord? = nil, now: Now) {
        withdraw(id, record)
        set(id, DevicePlaces.Place(), callServer: "", now: now)
    }

    /// The ELIN engine counts the devices of each place, which has one index in the tree and there: one that takes its number from a pool is given it by the first.
    private mutating func set(_ id: DeviceID, _ place: DevicePlaces.Place, callServer: String, now: Now) {
        let old = devicePlaces[id.slot]
        devicePlaces.set(id.slot, place)
        guard old.location != place.location else { return }
        if let location = place.location { elins.located(at: location, callServer: callServer, now: now) }
        if let location = old.location { elins.left(location, now: now) }
    }

    /// Beside the node, since a method that only reads it is called with a copy, which costs more than all the rest.
    private static func place(
        of id: DeviceID, _ registry: DeviceRegistry, _ site: SiteModel?, _ sightings: EvidenceTable, now: Now
    ) -> (DevicePlaces.Place, callServer: String)? {
        guard let site, let (name, mac, ip, isStale) = registry.addresses(of: id), let server = site.server(named: name)
        else { return nil }
        guard !site.usedEvidence.isSubset(of: [.ip, .mac]) else {
            // All that most sites have rules for, without texts and sightings to be gathered.
            return (site.place(mac: mac, ip: ip, isStale: isStale, server: server), name)
        }
        guard var evidence = registry.evidence(of: id, sightings.kinds(for: site.usedEvidence)) else { return nil }
        sightings.complete(&evidence)
        return (site.place(by: evidence, server: server, now: now), name)
    }

    /// A site was taken over, or devices came from the store: all of them are placed, a slice at a time.
    mutating func placeAll() {
        devicePlaces = DevicePlaces(locations: site?.tree.erls.count ?? 0)
        placingFrom = 0
        elins.beginCount()
    }

    /// Places the next devices of ``placeAll()``.
    mutating func continuePlacing(now: Now) {
        if placingFrom == nil, let next = nextPlacing, next <= now.monotonic { placingFrom = 0 }
        guard let start = placingFrom else { return }
        let (ids, next) = registry.trackedDevices(from: start, limit: Self.placedPerTurn)
        placingFrom = next
        for id in ids { place(id, now: now) }
        guard next == nil else { return }
        elins.endCount(now: now)
        nextPlacing = now.monotonic + Self.placingInterval
        tellUnlocated()
    }

    /// Work waits for its turn, or it is time to look at all devices again.
    var placingDeadline: MonotonicTime? { placingFrom == nil ? nextPlacing : MonotonicTime(nanoseconds: .min) }
}

extension SiteModel {
    /// Where a device is, in words.
    func answer(for device: DeviceView, _ evidence: DeviceEvidence, now: Now) -> LocationAnswer {
        let server = server(named: device.record.callServer) ?? defaultServer
        return resolver.resolve(evidence, default: servers[server].defaultLocation, now: now.wall)
    }

    /// - Parameter server: whose default serves where nothing matches.
    func place(by evidence: DeviceEvidence, server: Int, now: Now) -> DevicePlaces.Place {
        place(resolver.match(evidence, now: now.wall), server)
    }

    /// The same for a device of which no more is known.
    func place(mac: MACAddress?, ip: IPAddress?, isStale: Bool, server: Int) -> DevicePlaces.Place {
        place(resolver.match(mac: mac, ip: ip, isStale: isStale), server)
    }

    private func place(_ match: LocationMatch?, _ server: Int) -> DevicePlaces.Place {
        if let match, let location = match.location {
            return DevicePlaces.Place(rule: match.rule, location: location)
        }
        let fallback = tree.index(of: servers[server].defaultLocation)
        return fallback.map { DevicePlaces.Place(rule: nil, location: $0) } ?? DevicePlaces.Place()
    }
}

extension DeviceRegistry {
    func callServer(of id: DeviceID) -> String? {
        guard let slot = table.slot(id) else { return nil }
        return callServers[Int(table[slot].callServer)].configuration.name
    }

    /// The call server, the MAC and the address of a device, and whether nobody vouches for them now.
    func addresses(of id: DeviceID) -> (callServer: String, mac: MACAddress?, ip: IPAddress?, isStale: Bool)? {
        guard let slot = table.slot(id) else { return nil }
        let record = table[slot]
        return (
            callServers[Int(record.callServer)].configuration.name, record.mac, record.address, record.state != .active
        )
    }

    /// What location rules look at, of a device; texts only if they are wanted, since making them costs more than all the
    /// rest.
    func evidence(of id: DeviceID, _ kinds: DeviceEvidence.Kinds) -> DeviceEvidence? {
        guard kinds.isSubset(of: [.ip, .mac]) else { return view(of: id)?.evidence }
        // No closure, which would copy the registry.
        guard let slot = table.slot(id) else { return nil }
        let record = table[slot]
        return DeviceEvidence(
            mac: record.mac, ip: record.address, seen: WallTime(milliseconds: Int64(record.lastSeen) * 1000),
            isStale: record.state != .active)
    }

    /// Devices that are tracked and not retired, from a slot on. At most `limit` slots are looked at; `next` is `nil` at
    /// the end.
    func trackedDevices(from start: UInt32, limit: Int) -> (ids: [DeviceID], next: UInt32?) {
        let end = min(UInt64(table.slots.count), UInt64(start) + UInt64(max(1, limit)))
        var ids: [DeviceID] = []
        for slot in start..<max(start, UInt32(end)) where !table[slot].isFree {
            let flags = table[slot].flags
            if flags.isDisjoint(with: [.retired, .filtered]) { ids.append(table.id(slot)) }
        }
        return (ids, end < UInt64(table.slots.count) ? UInt32(end) : nil)
    }
}
