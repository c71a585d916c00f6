import E911Values
import RegInfo

// What a document does to single devices.
extension DeviceRegistry {
    /// The devices that one contact may be, among those of its address of record.
    private struct Candidates {
        /// Same contact URI, and no other instance.
        var same: UInt32?
        /// Whether it has the same received address, path and User-Agent, and no other instance than it repeats.
        var isUnchanged = false
        /// Same instance, or (without one) the same contact id of this subscription, and another URI: the device has
        /// moved. Those that this member sees come first.
        var moved: [UInt32] = []
    }

    /// The device behind the one that was listed before, if the contact is its own and it is the only one of its user: in
    /// a download that has nothing new that is so for nearly all, and spares a look into memory far away.
    ///
    /// Changes nothing, as ``candidates(_:_:contactID:_:)`` does; but a method that says so is called with a copy.
    private mutating func expected(_ texts: DeviceTexts, _ context: DocumentContext) -> Candidates? {
        guard Int(expected) < table.slots.count else { return nil }
        let record = table[expected]
        guard !record.isFree, record.callServer == context.callServer, table.isAloneOfUser(expected),
            let match = table.texts.match(record.text, texts), match.isSameContact,
            match.isSameInstance || !match.hasInstance && texts.instance.isEmpty
        else { return nil }
        return Candidates(same: expected, isUnchanged: match.hasSameRest)
    }

    private mutating func candidates(
        _ texts: DeviceTexts, _ userHash: UInt64, contactID: UInt32, _ context: DocumentContext
    ) -> Candidates {
        if let expected = expected(texts, context) { return expected }
        var found = Candidates()
        var retired: [UInt32] = []
        var slot = table.first(ofUser: userHash)
        while slot != DeviceSlot.none {
            let record = table[slot]
            defer { slot = table.next(ofUser: slot) }
            guard record.callServer == context.callServer, let match = table.texts.match(record.text, texts) else {
                continue
            }
            if match.isSameContact {
                // A notifier may leave the instance out, or a later one bring it.
                let fits = found.same == nil && (!match.hasInstance || texts.instance.isEmpty)
                if match.isSameInstance || fits {
                    found.same = slot
                    found.isUnchanged = match.hasSameRest && (match.isSameInstance || texts.instance.isEmpty)
                }
            } else if match.hasInstance
                ? match.isSameInstance
                : texts.instance.isEmpty && table.contactID(slot, context.member) == contactID
            {
                if table.epoch(slot, context.member) != 0 {
                    found.moved.append(slot)
                } else if record.flags.contains(.retired) {
                    retired.append(slot)
                }
            }
        }
        if let first = retired.first { found.moved.append(first) }
        return found
    }

    /// A contact is active. Answers the device; `nil` when there was no room for it.
    mutating func confirm(
        _ contact: StagedDocument.Contact, _ texts: DeviceTexts, _ userHash: UInt64, _ context: DocumentContext,
        _ events: inout [RegistryEvent]
    ) -> UInt32? {
        let contactID = Self.contactID(contact, context)
        let found = candidates(texts, userHash, contactID: contactID, context)
        if progress.hasSuperseded {
            subscriptions[context.index]?.superseded.remove(Self.supersededKey(contact, texts))
        }
        let slot: UInt32
        if let same = found.same {
            slot = same
            let wasSeen = table.epoch(slot, context.member) != 0
            refresh(slot, contact, texts, isUnchanged: found.isUnchanged, context, &events)
            // Two contacts that were both there before and have only changed their ids are two devices still.
            let isReplacement = !texts.instance.isEmpty || !wasSeen
            sight(slot, contact, contactID, context, &events)
            for old in found.moved where isReplacement && table.epoch(old, context.member) != 0 {
                replace(old, by: slot, context, &events)
            }
        } else if let old = found.moved.first {
            slot = move(old, contact, texts, userHash, context, &events) ?? old
            sight(slot, contact, contactID, context, nil)
            for other in found.moved.dropFirst() { replace(other, by: slot, context, &events) }
        } else {
            guard let new = insert(texts, userHash, context, &events) else { return nil }
            slot = new
            setRegistered(slot, contact)
            sight(slot, contact, contactID, context, nil)
            if isTracked(slot, context) { note(.added(table.id(slot)), context, &events) }
        }
        expected = slot &+ 1
        return slot
    }

    /// Everything of an address of record may be there.
    mutating func confirmAll(_ aor: UnsafeBufferPointer<UInt8>, _ userHash: UInt64, _ context: DocumentContext) {
        for slot in devices(of: aor, userHash, seenBy: context) {
            table.setEpoch(slot, context.member, context.epoch)
            progress.confirmed.insert(slot)
        }
    }

    /// A contact has ended: the one of that URI, or, without one, the one that its id last named.
    mutating func end(
        _ contact: StagedDocument.Contact, _ texts: DeviceTexts, _ userHash: UInt64, _ context: DocumentContext,
        _ events: inout [RegistryEvent]
    ) {
        let contactID = Self.contactID(contact, context)
        for slot in devices(of: texts.aor, userHash, seenBy: context) where !progress.confirmed.contains(slot) {
            let isMeant =
                texts.contactURI.isEmpty
                ? table.contactID(slot, context.member) == contactID
                : table.isEqual(.contactURI, of: slot, to: texts.contactURI)
                    && (texts.instance.isEmpty || table.isEmpty(.instance, of: slot)
                        || table.isEqual(.instance, of: slot, to: texts.instance))
            if isMeant { end(slot, callServer: context.callServer, member: context.member, context, &events) }
        }
    }

    /// A registration has ended, and with it all of its contacts that the same document does not call active.
    mutating func endAll(
        _ aor: UnsafeBufferPointer<UInt8>, _ userHash: UInt64, _ context: DocumentContext,
        _ events: inout [RegistryEvent]
    ) {
        for slot in devices(of: aor, userHash, seenBy: context) where !progress.confirmed.contains(slot) {
            end(slot, callServer: context.callServer, member: context.member, context, &events)
        }
    }

    /// The devices of an address of record that the member sees, in a fixed order.
    func devices(
        of aor: UnsafeBufferPointer<UInt8>, _ userHash: UInt64, seenBy context: DocumentContext
    ) -> [UInt32] {
        var found: [UInt32] = []
        var slot = table.first(ofUser: userHash)
        while slot != DeviceSlot.none {
            let record = table[slot]
            if record.callServer == context.callServer, table.epoch(slot, context.member) != 0,
                table.isEqual(.aor, of: slot, to: aor)
            {
                found.append(slot)
            }
            slot = table.next(ofUser: slot)
        }
        return found
    }

    // MARK: Changes

    private static func contactID(_ contact: StagedDocument.Contact, _ context: DocumentContext) -> UInt32 {
        UInt32(
            truncatingIfNeeded: OctetHash.mix(contact.identifier ^ UInt64(context.dialog) << 32 ^ UInt64(context.index))
        )
            | 1
    }

    private mutating func insert(
        _ texts: DeviceTexts, _ userHash: UInt64, _ context: DocumentContext, _ events: inout [RegistryEvent]
    ) -> UInt32? {
        guard table.count < configuration.devices,
            let slot = table.insert(
                texts, userHash: userHash, callServer: UInt16(truncatingIfNeeded: context.callServer))
        else {
            events.append(.full(callServer: callServers[context.callServer].configuration.name))
            return nil
        }
        callServers[context.callServer].counts.active += 1
        table.modify(slot) { [latest] in $0.registeredAt = latest.wall.milliseconds }
        identify(slot, texts, isNew: true, &events)
        return slot
    }

    /// The same contact again: takes what it says otherwise than before.
    private mutating func refresh(
        _ slot: UInt32, _ contact: StagedDocument.Contact, _ texts: DeviceTexts, isUnchanged: Bool,
        _ context: DocumentContext, _ events: inout [RegistryEvent]
    ) {
        let active = callServers[context.callServer].active
        // Members may see one phone by different routes. The active member's word stands.
        guard context.member == active || table.epoch(slot, active) == 0 else { return }
        setRegistered(slot, contact)
        guard !isUnchanged else { return }
        let old = isTracked(slot, context) && table.epoch(slot, active) != 0 ? record(slot) : nil
        rewrite(slot, texts, &events)
        if let old, isTracked(slot, context) { note(.changed(table.id(slot), from: old), context, &events) }
    }

    /// Writes the texts, keeping an instance that they do not repeat, and derives what follows from them.
    private mutating func rewrite(_ slot: UInt32, _ texts: DeviceTexts, _ events: inout [RegistryEvent]) {
        guard texts.instance.isEmpty, !table.isEmpty(.instance, of: slot) else {
            table.rewrite(slot, texts)
            return identify(slot, texts, &events)
        }
        table.text(.instance, of: slot).withUnsafeBufferPointer { instance in
            var texts = texts
            texts.instance = instance
            table.rewrite(slot, texts)
            identify(slot, texts, &events)
        }
    }

    /// The device has another contact URI. Answers its slot: the same one, unless another member still sees it where it
    /// was.
    private mutating func move(
        _ old: UInt32, _ contact: StagedDocument.Contact, _ texts: DeviceTexts, _ userHash: UInt64,
        _ context: DocumentContext, _ events: inout [RegistryEvent]
    ) -> UInt32? {
        let before = record(old)
        // Where it was may be listed beside it for a while.
        table.text(.contactURI, of: old).withUnsafeBufferPointer { uri in
            var lingering = texts
            lingering.contactURI = uri
            supersede(contact, lingering, context)
        }
        unsight(old, callServer: context.callServer, member: context.member)
        let slot: UInt32
        if table.isSeen(old) {
            guard let new = insert(texts, userHash, context, &events) else { return nil }
            slot = new
            if context.member != callServers[context.callServer].active { unseenMoves[new] = table.id(old) }
        } else {
            slot = old
            rewrite(slot, texts, &events)
            table.modify(slot) { [latest] in $0.registeredAt = latest.wall.milliseconds }
        }
        setRegistered(slot, contact)
        setState(slot, .active)
        if isTracked(slot, context) { note(.moved(table.id(slot), from: before), context, &events) }
        return slot
    }

    /// The device `old` is the one that `slot` is: it has moved onto a contact that was known already.
    private mutating func replace(
        _ old: UInt32, by slot: UInt32, _ context: DocumentContext, _ events: inout [RegistryEvent]
    ) {
        let before = record(old)
        let id = table.id(old)
        let wasTracked = isTracked(old, context)
        unsight(old, callServer: context.callServer, member: context.member)
        guard !table.isSeen(old) else {
            if wasTracked { note(.moved(table.id(slot), from: before), context, &events) }
            return
        }
        if wasTracked { note(.moved(table.id(slot), from: before), context, &events) }
        erase(old)
        events.append(.removed(id, before))
    }

    /// A time since when the contact is registered, if the notifier says one. Clocks and the wire blur it by seconds.
    private mutating func setRegistered(_ slot: UInt32, _ contact: StagedDocument.Contact) {
        guard contact.durationRegistered != StagedDocument.Contact.unsaid else { return }
        let since = latest.wall.milliseconds - Int64(contact.durationRegistered) * 1000
        table.modify(slot) { if ($0.registeredAt - since).magnitude > 5000 { $0.registeredAt = since } }
    }

    /// The member sees the device.
    private mutating func sight(
        _ slot: UInt32, _ contact: StagedDocument.Contact, _ contactID: UInt32, _ context: DocumentContext,
        _ events: inout [RegistryEvent]
    ) {
        let wasKnown = table.epoch(slot, callServers[context.callServer].active) != 0
        let before = table[slot].state
        sight(slot, contact, contactID, context, nil)
        guard isTracked(slot, context) else { return }
        if before != .active {
            note(.confirmed(table.id(slot)), context, &events)
        } else if !wasKnown {
            // Another member knew it already.
            note(.added(table.id(slot)), context, &events)
        }
    }

    /// The same without events.
    private mutating func sight(
        _ slot: UInt32, _ contact: StagedDocument.Contact, _ contactID: UInt32, _ context: DocumentContext, _: Void?
    ) {
        let active = callServers[context.callServer].active
        if table.epoch(slot, context.member) == 0 {
            callServers[context.callServer].members[context.member].present += 1
        }
        table.setEpoch(slot, context.member, context.epoch)
        table.setContactID(slot, context.member, contactID)
        let wall = presentWallSecond
        table.modify(slot) { $0.lastSeen = wall }
        // What the active member has ended stays so for another one.
        if context.member != active, table[slot].flags.contains(.retired) { return }
        var deadline: UInt32 = 0
        if contact.expires != StagedDocument.Contact.unsaid {
            deadline = UInt32(clamping: UInt64(presentSecond) + UInt64(contact.expires))
        }
        if context.member != active, table.epoch(slot, active) != 0 {
            let known = table[slot].mark
            deadline = known == 0 ? 0 : max(known, deadline)
        }
        setState(slot, .active)
        setMark(slot, deadline)
    }

    /// The member does not see the device any more.
    mutating func unsight(_ slot: UInt32, callServer: Int, member: Int) {
        guard table.epoch(slot, member) != 0 else { return }
        table.setEpoch(slot, member, 0)
        callServers[callServer].members[member].present -= 1
    }

    /// A device has ended for a member. When that is the active one, or the last that saw it, it is retired.
    mutating func end(
        _ slot: UInt32, callServer: Int, member: Int, _ context: DocumentContext?, _ events: inout [RegistryEvent]
    ) {
        unsight(slot, callServer: callServer, member: member)
        let isActive = member == callServers[callServer].active
        guard isActive || !table.isSeen(slot), table[slot].state != .retired else { return }
        retire(slot)
        if !table[slot].flags.contains(.filtered) {
            events.append(.retired(table.id(slot)))
            if let context { subscriptions[context.index]?.download?.summary.retired += 1 }
        }
        boundRetired(slot, &events)
    }

    mutating func retire(_ slot: UInt32) {
        setState(slot, .retired)
        setMark(slot, presentSecond)
    }

    /// Whether changes of the device make events now.
    @inline(__always)
    private func isTracked(_ slot: UInt32, _ context: DocumentContext) -> Bool {
        context.member == callServers[context.callServer].active && !table[slot].flags.contains(.filtered)
    }

    /// An event of a device, counted in the download that it came in.
    private mutating func note(_ event: RegistryEvent, _ context: DocumentContext, _ events: inout [RegistryEvent]) {
        events.append(event)
        switch event {
        case .added: subscriptions[context.index]?.download?.summary.added += 1
        case .moved: subscriptions[context.index]?.download?.summary.moved += 1
        case .changed, .confirmed, .stale, .retired, .filtered, .removed, .unusableAddress, .downloadCompleted,
            .sweepHeld, .refreshWanted, .documentRefused, .irregularities, .patternLimitReached, .full:
            break
        }
    }

    // MARK: Records

    /// Derives address, MAC and filtering from the texts.
    ///
    /// - Parameter isNew: it had neither before; found by them it is when the table is settled.
    mutating func identify(
        _ slot: UInt32, _ texts: DeviceTexts, isNew: Bool = false, _ events: inout [RegistryEvent]
    ) {
        let callServer = Int(table[slot].callServer)
        let identity = DeviceIdentity(texts, callServers[callServer].sources)
        if isNew {
            table.setIdentity(ofNew: slot, identity.address, identity.mac)
        } else {
            table.setAddress(slot, identity.address)
            table.setMAC(slot, identity.mac)
        }
        var limitReached = identity.limitReached
        if !callServers[callServer].configuration.filter.isEmpty {
            limitReached = filter(slot, texts.aor, callServers[callServer].configuration) || limitReached
        } else {
            setFiltered(slot, false)
        }
        if limitReached { events.append(.patternLimitReached(callServer: callServers[callServer].configuration.name)) }
        if identity.hasUnusableText, !table[slot].flags.contains(.filtered) {
            events.append(.unusableAddress(table.id(slot)))
        }
    }

    /// Answers whether a pattern reached its limit.
    mutating func filter(
        _ slot: UInt32, _ aor: UnsafeBufferPointer<UInt8>, _ configuration: RegistryCallServer
    ) -> Bool {
        let record = table[slot]
        let verdict = configuration.filter.judge(
            ip: record.address?.description, username: String(decoding: URIParts(aor).userKey, as: UTF8.self),
            mac: record.mac?.description)
        setFiltered(slot, verdict.isFiltered)
        return verdict.limitReached
    }

    private mutating func setFiltered(_ slot: UInt32, _ isFiltered: Bool) {
        let record = table[slot]
        guard record.flags.contains(.filtered) != isFiltered else { return }
        callServers[Int(record.callServer)].counts.filtered += isFiltered ? 1 : -1
        table.modify(slot) {
            if isFiltered { $0.flags.insert(.filtered) } else { $0.flags.remove(.filtered) }
        }
    }

    mutating func setState(_ slot: UInt32, _ state: DeviceState) {
        let record = table[slot]
        guard record.state != state else { return }
        callServers[Int(record.callServer)].counts[record.state] -= 1
        callServers[Int(record.callServer)].counts[state] += 1
        table.modify(slot) {
            $0.flags.remove([.retired, .stale])
            switch state {
            case .active: break
            case .stale: $0.flags.insert(.stale)
            case .retired: $0.flags.insert(.retired)
            }
        }
    }

    /// Sets when the registration expires, or when the device was retired, and sees to it that somebody looks.
    mutating func setMark(_ slot: UInt32, _ mark: UInt32) {
        table.modify(slot) { $0.mark = mark }
        let record = table[slot]
        guard let due = dueSecond(record) else { return }
        guard record.wheelSecond == 0 || due < record.wheelSecond else { return }
        let second = wheel.add(slot, at: due)
        table.modify(slot) { $0.wheelSecond = second }
    }

    /// The second in which something becomes of the device by itself.
    func dueSecond(_ slot: UInt32) -> UInt32? { dueSecond(table[slot]) }

    @inline(__always)
    private func dueSecond(_ record: DeviceSlot) -> UInt32? {
        switch record.state {
        case .active: return record.mark == 0 ? nil : record.mark
        case .stale: return nil
        case .retired:
            return UInt32(clamping: Int64(record.mark) + configuration.grace.wholeNanoseconds / 1_000_000_000)
        }
    }

    /// Takes a device out of the table.
    mutating func erase(_ slot: UInt32) {
        let record = table[slot]
        let callServer = Int(record.callServer)
        for member in callServers[callServer].members.indices { unsight(slot, callServer: callServer, member: member) }
        setFiltered(slot, false)
        callServers[callServer].counts[record.state] -= 1
        unseenMoves[slot] = nil
        table.remove(slot)
    }

    /// Keeps the retired devices of an address of record few: the ones that were retired first go.
    private mutating func boundRetired(_ slot: UInt32, _ events: inout [RegistryEvent]) {
        let aor = table.text(.aor, of: slot)
        let callServer = table[slot].callServer
        aor.withUnsafeBufferPointer { octets in
            var retired: [UInt32] = []
            var other = table.first(ofUser: URIParts.userHash(of: octets))
            while other != DeviceSlot.none {
                let record = table[other]
                if record.callServer == callServer, record.state == .retired, !table.isSeen(other),
                    table.isEqual(.aor, of: other, to: octets)
                {
                    retired.append(other)
                }
                other = table.next(ofUser: other)
            }
            guard retired.count > configuration.retiredPerAOR,
                let oldest = retired.min(by: { (table[$0].mark, $0) < (table[$1].mark, $1) })
            else { return }
            let before = record(oldest)
            let id = table.id(oldest)
            erase(oldest)
            events.append(.removed(id, before))
        }
    }
}

extension DeviceCounts {
    subscript(state: DeviceState) -> Int {
        get {
            switch state {
            case .active: active
            case .stale: stale
            case .retired: retired
            }
        }
        set {
            switch state {
            case .active: active = newValue
            case .stale: stale = newValue
            case .retired: retired = newValue
            }
        }
    }
}
