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

    func row(_ texts: DeviceTexts) -> DeviceRow {
        DeviceRow(
            key: key(texts), callServer: callServer, aor: String(decoding: texts.aor, as: UTF8.self),
            payload: encoded(texts))
    }

    /// ``DeviceRecord/key``.
    private func key(_ texts: DeviceTexts) -> String {
        let (aor, uri, instance) = (texts.aor, texts.contactURI, texts.instance)
        let count = callServer.utf8.count + aor.count + uri.count + instance.count + 3
        return String(unsafeUninitializedCapacity: count) { buffer in
            var end = buffer.update(fromContentsOf: callServer.utf8)
            for text in [aor, uri, instance] {
                buffer[end] = UInt8(ascii: " ")
                end = buffer[(end + 1)...].update(fromContentsOf: text)
            }
            return end
        }
    }

    func encoded(_ texts: DeviceTexts) -> [UInt8] {
        let all = texts.all
        var writer = FieldWriter(capacity: all.reduce(callServer.utf8.count + 96) { $0 + $1.count })
        writer.text(Tag.callServer.rawValue, callServer)
        for (index, text) in all.enumerated() where !text.isEmpty {
            writer.element(Tag.aor.rawValue + UInt8(index), text)
        }
        writer.text(Tag.ip.rawValue, ip?.description ?? "")
        // One more than the bits, since zero is not written.
        writer.number(Tag.mac.rawValue, mac.map { $0.bits + 1 } ?? 0)
        for member in members { writer.text(Tag.member.rawValue, member) }
        writer.number(Tag.state.rawValue, UInt64(state.rawValue))
        writer.number(Tag.isFiltered.rawValue, isFiltered ? 1 : 0)
        writer.signed(Tag.registeredAt.rawValue, registeredAt.milliseconds)
        writer.signed(Tag.lastSeen.rawValue, lastSeen.milliseconds)
        if let expiresAt { writer.signed(Tag.expiresAt.rawValue, expiresAt.milliseconds) }
        if let retiredAt { writer.signed(Tag.retiredAt.rawValue, retiredAt.milliseconds) }
        return writer.octets
    }
}

extension DeviceRegistry {
    /// The row of whatever device is in a slot; `nil` when the slot is free.
    func row(at slot: UInt32) -> DeviceRow? {
        guard Int(slot) < table.slots.count, !table[slot].isFree else { return nil }
        return table.texts.withTexts(at: table[slot].text, fields(slot).row)
    }

    func fields(_ slot: UInt32) -> DeviceFields {
        let fixed = table[slot]
        let state = callServers[Int(fixed.callServer)]
        let names = state.configuration.members
        let isSeen = names.indices.map { table.epoch(slot, $0) != 0 }
        var fields = DeviceFields(
            callServer: state.configuration.name, ip: fixed.address, mac: fixed.mac,
            members: isSeen.contains(false) ? names.indices.filter { isSeen[$0] }.map { names[$0] } : names,
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
