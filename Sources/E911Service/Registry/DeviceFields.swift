import E911Values

/// What a device record holds beside the texts of the ``TextArena``: together with them it becomes the row of the store
/// without a ``DeviceRecord`` in between, since a first download makes a row of each device.
struct DeviceFields {
    var callServer: String
    var ip: IPAddress?
    var mac: MACAddress?
    /// Names of those that see it.
    var members: [String]
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

    /// Appends the record in the form of ``FieldWriter``.
    func append(_ texts: DeviceTexts, to octets: inout [UInt8]) {
        let names = members.reduce(callServer.utf8.count + 4) { $0 + $1.utf8.count + 4 }
        octets.append(addingCapacity: texts.count + names + 160) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in count = write(texts, buffer) }
        }
    }

    /// Answers how many octets it has written.
    private func write(_ texts: DeviceTexts, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var writer = RowWriter(buffer)
        writer.text(Tag.callServer.rawValue, callServer)
        writer.text(Tag.aor.rawValue, texts.aor)
        writer.text(Tag.contactURI.rawValue, texts.contactURI)
        writer.text(Tag.instance.rawValue, texts.instance)
        writer.text(Tag.received.rawValue, texts.received)
        writer.text(Tag.path.rawValue, texts.path)
        writer.text(Tag.userAgent.rawValue, texts.userAgent)
        if let ip { writer.text(Tag.ip.rawValue, ip.description) }
        // One more than the bits, since zero is not written.
        if let mac { writer.number(Tag.mac.rawValue, mac.bits + 1) }
        for member in members { writer.text(Tag.member.rawValue, member) }
        writer.number(Tag.state.rawValue, UInt64(state.rawValue))
        writer.number(Tag.isFiltered.rawValue, isFiltered ? 1 : 0)
        writer.number(Tag.registeredAt.rawValue, UInt64(bitPattern: registeredAt.milliseconds))
        writer.number(Tag.lastSeen.rawValue, UInt64(bitPattern: lastSeen.milliseconds))
        if let expiresAt { writer.number(Tag.expiresAt.rawValue, UInt64(bitPattern: expiresAt.milliseconds)) }
        if let retiredAt { writer.number(Tag.retiredAt.rawValue, UInt64(bitPattern: retiredAt.milliseconds)) }
        return writer.end
    }
}

/// ``FieldWriter`` for a row of a device: into room that is known to suffice, since a first download makes a hundred
/// thousand of them.
private struct RowWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var end = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func text(_ tag: UInt8, _ value: UnsafeBufferPointer<UInt8>) {
        guard !value.isEmpty else { return }
        put(tag)
        put(number: UInt64(value.count))
        end = buffer[end...].update(fromContentsOf: value)
    }

    mutating func text(_ tag: UInt8, _ value: String) {
        var value = value
        value.withUTF8 { text(tag, $0) }
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
        buffer[end] = octet
        end += 1
    }
}

extension DeviceRegistry {
    /// The rows of whatever devices are in these slots; `nil` where a slot is free.
    func rows(at slots: [UInt32]) -> [DeviceRow?] {
        var octets: [UInt8] = []
        octets.reserveCapacity(slots.count * 384)
        let ends = slots.map { slot in
            if Int(slot) < table.slots.count, !table[slot].isFree {
                let fields = fields(slot)
                table.texts.withTexts(at: table[slot].text) { fields.append($0, to: &octets) }
            }
            return octets.count
        }
        var start = 0
        return ends.map { end in
            defer { start = end }
            return start == end ? nil : DeviceRow(payload: octets[start..<end])
        }
    }

    func fields(_ slot: UInt32) -> DeviceFields {
        let fixed = table[slot]
        // Parts of it, since a copy of the whole costs more than all the rest.
        let callServer = Int(fixed.callServer)
        var names = callServers[callServer].configuration.members
        // No closure, which would copy the registry.
        for member in names.indices.reversed() where table.epoch(slot, member) == 0 { names.remove(at: member) }
        var fields = DeviceFields(
            callServer: callServers[callServer].configuration.name, ip: fixed.address, mac: fixed.mac,
            members: names,
            state: fixed.state, isFiltered: fixed.flags.contains(.filtered),
            registeredAt: WallTime(milliseconds: fixed.registeredAt),
            lastSeen: WallTime(milliseconds: Int64(fixed.lastSeen) * 1000))
        switch fixed.state {
        case .active, .stale: fields.expiresAt = fixed.mark == 0 ? nil : wall(fixed.mark)
        case .retired: fields.retiredAt = wall(fixed.mark)
        }
        return fields
    }
}
