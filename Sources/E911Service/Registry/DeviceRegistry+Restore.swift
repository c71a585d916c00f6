public import E911Values

// Taking devices back from the store.
extension DeviceRegistry {
    /// Takes a device from the store; no event comes of it. Downloads of a member that saw it, one that has begun
    /// included, will retire it, if it is gone.
    ///
    /// `nil` for a device of a call server that is not configured, for one that is there already, and for one whose
    /// grace period is over.
    @discardableResult
    public mutating func restore(_ record: DeviceRecord, now: Now) -> DeviceID? {
        latest = now
        guard let callServer = index(ofCallServer: record.callServer) else { return nil }
        let age = record.retiredAt.map { now.wall - $0 } ?? .zero
        guard !isOver(record, now: now) else { return nil }
        guard table.count < configuration.devices else { return nil }
        let aor = Array(record.aor.utf8.prefix(TextArena.longText))
        let short = [record.instance, record.received, record.path, record.userAgent].map {
            Array($0.utf8.prefix(TextArena.shortText))
        }
        let fields = [aor, Array(record.contactURI.utf8.prefix(TextArena.longText))] + short
        var new: UInt32?
        var ignored: [RegistryEvent] = []
        Self.withTexts(fields) { texts in
            let userHash = URIParts.userHash(of: texts.aor)
            guard !isKnown(texts, userHash, callServer: callServer),
                let slot = table.insert(
                    texts, userHash: userHash, callServer: UInt16(truncatingIfNeeded: callServer))
            else { return }
            callServers[callServer].counts.active += 1
            identify(slot, texts, &ignored)
            new = slot
        }
        guard let slot = new else { return nil }
        let rest = record.expiresAt.map { ($0 - now.wall).components.seconds }
        let expired = rest.map { UInt32(clamping: Int64(presentSecond) + $0) }
        table.modify(slot) {
            $0.registeredAt = record.registeredAt.milliseconds
            $0.lastSeen = UInt32(clamping: record.lastSeen.milliseconds / 1000)
            // Shown only: a stale device has no deadline.
            if record.state == .stale, let expired { $0.mark = expired }
        }
        setState(slot, record.state)
        let names = callServers[callServer].configuration.members
        for (member, name) in names.enumerated() where record.members.contains(name) {
            // As of a download before the one that may have begun already, which has not listed it.
            table.setEpoch(slot, member, max(1, callServers[callServer].members[member].epoch - 1))
            callServers[callServer].members[member].present += 1
        }
        switch record.state {
        case .active:
            let patience = presentSecond + UInt32(clamping: configuration.restoredPatience.components.seconds)
            setMark(slot, expired.map { max(patience, $0) } ?? 0)
        case .stale: break
        case .retired: setMark(slot, UInt32(clamping: max(0, Int64(presentSecond) - age.components.seconds)))
        }
        return table.id(slot)
    }

    /// Whether a record of the store says nothing any more: it was retired so long ago that it is forgotten, or its call
    /// server is not there.
    public func isOver(_ record: DeviceRecord, now: Now) -> Bool {
        guard index(ofCallServer: record.callServer) != nil else { return true }
        let age = record.retiredAt.map { now.wall - $0 } ?? .zero
        return record.state == .retired && age >= configuration.grace
    }

    private func isKnown(_ texts: DeviceTexts, _ userHash: UInt64, callServer: Int) -> Bool {
        var slot = table.first(ofUser: userHash)
        while slot != DeviceSlot.none {
            let record = table[slot]
            if Int(record.callServer) == callServer, let match = table.texts.match(record.text, texts),
                match.isSameContact, match.isSameInstance || !match.hasInstance && texts.instance.isEmpty
            {
                return true
            }
            slot = table.next(ofUser: slot)
        }
        return false
    }
}
