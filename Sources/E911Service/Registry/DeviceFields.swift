import E911Values

/// What a device record holds beside the texts of the ``TextArena`` and the ``DeviceNames``: together with them it becomes
/// the row of the store without a ``DeviceRecord`` in between, since a first download makes a row of each device.
struct DeviceFields {
    var ip: IPAddress?
    var mac: MACAddress?
    var state: DeviceState
    var isFiltered: Bool
    /// When the contact was newly registered.
    var registeredAt: WallTime
    var lastSeen: WallTime
    var expiresAt: WallTime?
    var retiredAt: WallTime?

    /// The tags of ``DeviceRecord/encoded()``.
    enum Tag: UInt8 {
        case callServer = 1, aor, contactURI, instance, received, path, userAgent, ip, mac, member, state, isFiltered
        case registeredAt, lastSeen, expiresAt, retiredAt
    }

    /// Appends the record in the form of ``FieldWriter``, the members excepted.
    func append(_ texts: DeviceTexts, _ names: DeviceNames, to octets: inout [UInt8]) {
        octets.append(addingCapacity: texts.count + names.callServer.count + 160) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = buffer.baseAddress else { return }
                count = write(texts, names, start) - start
            }
        }
    }

    /// Answers where it has ended.
    private func write(
        _ texts: DeviceTexts, _ names: DeviceNames, _ start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var writer = RowWriter(start)
        names.callServer.withUnsafeBufferPointer { writer.raw($0) }
        writer.text(Tag.aor.rawValue, texts.aor)
        writer.text(Tag.contactURI.rawValue, texts.contactURI)
        writer.text(Tag.instance.rawValue, texts.instance)
        writer.text(Tag.received.rawValue, texts.received)
        writer.text(Tag.path.rawValue, texts.path)
        writer.text(Tag.userAgent.rawValue, texts.userAgent)
        if let ip { writer.address(Tag.ip.rawValue, ip) }
        // One more than the bits, since zero is not written.
        if let mac { writer.number(Tag.mac.rawValue, mac.bits + 1) }
        writer.number(Tag.state.rawValue, UInt64(state.rawValue))
        writer.number(Tag.isFiltered.rawValue, isFiltered ? 1 : 0)
        writer.number(Tag.registeredAt.rawValue, UInt64(bitPattern: registeredAt.milliseconds))
        writer.number(Tag.lastSeen.rawValue, UInt64(bitPattern: lastSeen.milliseconds))
        if let expiresAt { writer.number(Tag.expiresAt.rawValue, UInt64(bitPattern: expiresAt.milliseconds)) }
        if let retiredAt { writer.number(Tag.retiredAt.rawValue, UInt64(bitPattern: retiredAt.milliseconds)) }
        return writer.end
    }
}

/// The fields of a record that name its call server and the members that see it, ready made: they are the same in a
/// hundred thousand rows.
struct DeviceNames: Equatable, Sendable {
    let callServer: [UInt8]
    let members: [[UInt8]]

    init(callServer: String, members: [String]) {
        func field(_ tag: DeviceFields.Tag, _ text: String) -> [UInt8] {
            var writer = FieldWriter(capacity: 64)
            writer.text(tag.rawValue, text)
            return writer.octets
        }
        self.callServer = field(.callServer, callServer)
        self.members = members.map { field(.member, $0) }
    }
}

/// ``FieldWriter`` for a row of a device: into room that is known to suffice, since a first download makes a hundred
/// thousand of them.
private struct RowWriter {
    private(set) var end: UnsafeMutablePointer<UInt8>

    init(_ start: UnsafeMutablePointer<UInt8>) {
        end = start
    }

    mutating func text(_ tag: UInt8, _ value: UnsafeBufferPointer<UInt8>) {
        guard !value.isEmpty else { return }
        put(tag)
        put(number: UInt64(value.count))
        raw(value)
    }

    /// Whole fields.
    mutating func raw(_ octets: UnsafeBufferPointer<UInt8>) {
        guard let start = octets.baseAddress else { return }
        end.update(from: start, count: octets.count)
        end += octets.count
    }

    mutating func address(_ tag: UInt8, _ address: IPAddress) {
        guard address.isIPv4 else {
            var text = address.description
            return text.withUTF8 { self.text(tag, $0) }
        }
        put(tag)
        let length = end
        put(0)
        let bits = UInt32(truncatingIfNeeded: address.bits)
        put(decimal: UInt8(truncatingIfNeeded: bits >> 24))
        put(UInt8(ascii: "."))
        put(decimal: UInt8(truncatingIfNeeded: bits >> 16))
        put(UInt8(ascii: "."))
        put(decimal: UInt8(truncatingIfNeeded: bits >> 8))
        put(UInt8(ascii: "."))
        put(decimal: UInt8(truncatingIfNeeded: bits))
        length.pointee = UInt8(end - length - 1)
    }

    private mutating func put(decimal value: UInt8) {
        if value > 99 { put(48 + value / 100) }
        if value > 9 { put(48 + value / 10 % 10) }
        put(48 + value % 10)
    }

    mutating func number(_ tag: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        put(tag)
        put(UInt8((64 - value.leadingZeroBitCount + 6) / 7))
        put(number: value)
    }

    /// LEB128.
    private mutating func put(number: UInt64) {
        var rest = number
        while rest > 127 {
            put(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        put(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func put(_ octet: UInt8) {
        end.pointee = octet
        end += 1
    }
}

/// Rows of devices that share one array; `nil` for a slot that was free.
package struct DeviceRows: Equatable, Sendable {
    fileprivate var octets: [UInt8] = []
    fileprivate var ends: [Int] = []

    package init() {}

    /// Of records as they are encoded.
    init(_ records: [[UInt8]?]) {
        for record in records {
            octets += record ?? []
            ends.append(octets.count)
        }
    }

    fileprivate init(capacity: Int) {
        octets.reserveCapacity(capacity * 384)
        ends.reserveCapacity(capacity)
    }

    var count: Int { ends.count }

    subscript(index: Int) -> DeviceRow? {
        let start = index == 0 ? 0 : ends[index - 1]
        return start == ends[index] ? nil : DeviceRow(payload: octets[start..<ends[index]])
    }
}

extension DeviceRegistry {
    /// The rows of whatever devices are in these slots.
    func rows(at slots: [UInt32]) -> DeviceRows {
        var rows = DeviceRows(capacity: slots.count)
        // Not looked up for each, and outside of the closure, which would copy the registry.
        var (server, names) = (-1, DeviceNames(callServer: "", members: []))
        for slot in slots {
            if Int(slot) < table.slots.count, !table[slot].isFree {
                if server != Int(table[slot].callServer) {
                    server = Int(table[slot].callServer)
                    names = callServers[server].names
                }
                let fields = fields(slot)
                table.texts.withTexts(at: table[slot].text) { fields.append($0, names, to: &rows.octets) }
                for member in names.members.indices where table.epoch(slot, member) != 0 {
                    rows.octets += names.members[member]
                }
            }
            rows.ends.append(rows.octets.count)
        }
        return rows
    }

    func fields(_ slot: UInt32) -> DeviceFields {
        let fixed = table[slot]
        var fields = DeviceFields(
            ip: fixed.address, mac: fixed.mac, state: fixed.state, isFiltered: fixed.flags.contains(.filtered),
            registeredAt: WallTime(milliseconds: fixed.registeredAt),
            lastSeen: WallTime(milliseconds: Int64(fixed.lastSeen) * 1000))
        switch fixed.state {
        case .active, .stale: fields.expiresAt = fixed.mark == 0 ? nil : wall(fixed.mark)
        case .retired: fields.retiredAt = wall(fixed.mark)
        }
        return fields
    }
}
