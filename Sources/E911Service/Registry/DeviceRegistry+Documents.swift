import E911Values
import RegInfo

// Applying documents.
extension DeviceRegistry {
    /// What does not change while a document is applied.
    struct DocumentContext {
        let index: Int
        let callServer: Int
        let member: Int
        let epoch: UInt8
        let dialog: UInt32
        let isLate: Bool
        /// An older NOTIFY may come behind this one: what it says must be remembered.
        let remembers: Bool
    }

    /// Applies what waits, within the budget.
    mutating func applyDocuments(_ budget: inout Int, _ events: inout [RegistryEvent]) {
        while budget > 0, let document = documents.first {
            guard let state = state(of: document.subscription), state.dialog == document.dialog else {
                budget -= 1
                finishDocument(nil)
                continue
            }
            if progress.phase == .notBegun { begin(document, &events) }
            let context = DocumentContext(
                index: document.subscription.index, callServer: state.callServer, member: state.member,
                epoch: callServers[state.callServer].members[state.member].epoch, dialog: state.dialog,
                isLate: progress.verdict == .applyLate,
                remembers: document.mayBeOvertaking)
            let isDone = progress.verdict == .ignore || work(on: document, context, &budget, &events)
            guard isDone else { return }
            budget -= 1
            let completesAOR = state.aor != nil && document.state == .full && progress.verdict == .apply
            finish(document, context)
            if completesAOR {
                completeAOR(
                    context, confirmed: progress.confirmed, isIncomplete: document.isIncomplete, &events)
            }
            finishDocument(context.index)
        }
    }

    private mutating func finishDocument(_ index: Int?) {
        documents.removeFirst()
        progress = DocumentProgress()
        if let index { schedule(index) }
    }

    private mutating func begin(_ document: StagedDocument, _ events: inout [RegistryEvent]) {
        let index = document.subscription.index
        guard var state = subscriptions[index] else { return }
        progress.phase = .confirming
        progress.verdict = state.stream.judge(
            version: document.version, state: document.state, arrival: document.arrival)
        if let newest = state.fullStateCSeq, document.cseq < newest { progress.verdict = .ignore }
        if state.aor != nil, document.state == .full, progress.verdict == .apply {
            state.fullStateCSeq = document.cseq
        }
        progress.hasSuperseded = !state.superseded.isEmpty
        let isAsked = state.download != nil && state.download?.number == document.download
        state.unreadableDelay = nil
        subscriptions[index] = state
        if let first = document.firstIrregularity {
            events.append(.irregularities(document.subscription, first: first, count: document.irregularities))
        }
        guard progress.verdict != .ignore else { return }
        // A download is the answer to either wish already.
        if !isAsked, progress.verdict == .applyAndRefresh {
            askForFullState(index, .version)
        } else if !isAsked, document.state == .full, state.aor == nil {
            askForFullState(index, .unaskedFullState)
        }
        for registration in document.registrations where registration.endsSomething || registration.isDamaged {
            progress.endedUsers.insert(registration.userHash)
        }
        if state.aor != nil { progress.endedUsers.insert(state.aorHash) }
    }

    /// Answers whether the document is done.
    private mutating func work(
        on document: StagedDocument, _ context: DocumentContext, _ budget: inout Int, _ events: inout [RegistryEvent]
    ) -> Bool {
        defer { table.settle() }
        return document.octets.withUnsafeBufferPointer { octets in
            if progress.phase == .confirming {
                guard confirm(document, octets, context, &budget, &events) else { return false }
                progress.phase = .ending
                progress.registration = 0
                progress.contact = 0
            }
            return end(document, octets, context, &budget, &events)
        }
    }

    private mutating func confirm(
        _ document: StagedDocument, _ octets: UnsafeBufferPointer<UInt8>, _ context: DocumentContext,
        _ budget: inout Int, _ events: inout [RegistryEvent]
    ) -> Bool {
        // Where the device behind the last one is not known, each has to be looked for.
        if Int(expected) >= table.slots.count {
            table.glance(atUsers: document.registrations[progress.registration...].prefix(budget).lazy.map(\.userHash))
            events.reserveCapacity(events.count + min(budget, document.contacts.count - progress.contact))
        }
        while progress.registration < document.registrations.count {
            let registration = document.registrations[progress.registration]
            let aor = registration.aorOctets(octets)
            if progress.contact <= registration.contacts.lowerBound {
                progress.contact = registration.contacts.lowerBound
                progress.outvoted = outvoted(registration, document, octets, context)
            }
            while progress.contact < registration.contacts.upperBound {
                guard budget > 0 else { return false }
                budget -= 1
                let contact = document.contacts[progress.contact]
                progress.contact += 1
                guard contact.isActive, !progress.outvoted.contains(progress.contact - 1) else { continue }
                let texts = contact.texts(octets, aor: aor)
                guard mayApply(contact, texts, context) else { continue }
                guard let slot = confirm(contact, texts, registration.userHash, context, &events) else { continue }
                if progress.endedUsers.contains(registration.userHash) { progress.confirmed.insert(slot) }
            }
            // What could not be read may be any device of this address of record.
            if registration.isDamaged { confirmAll(aor, registration.userHash, context) }
            progress.registration += 1
        }
        return true
    }

    private mutating func end(
        _ document: StagedDocument, _ octets: UnsafeBufferPointer<UInt8>, _ context: DocumentContext,
        _ budget: inout Int, _ events: inout [RegistryEvent]
    ) -> Bool {
        while progress.registration < document.registrations.count {
            guard budget > 0 else { return false }
            budget -= 1
            let registration = document.registrations[progress.registration]
            progress.registration += 1
            guard registration.endsSomething else { continue }
            let aor = registration.aorOctets(octets)
            if registration.isTerminated {
                let keys = SpokenKeys(aor: aor)
                if context.isLate, hasSpoken(of: keys.aor, context) { continue }
                if context.remembers { remember([keys.aor, keys.wholeAOR], context) }
                endAll(aor, registration.userHash, context, &events)
                continue
            }
            for contact in document.contacts[registration.contacts] where !contact.isActive {
                budget -= 1
                let texts = contact.texts(octets, aor: aor)
                guard mayApply(contact, texts, context) else { continue }
                end(contact, texts, registration.userHash, context, &events)
            }
        }
        return true
    }

    /// A document that came late does not speak of what a newer one has spoken of already.
    private mutating func mayApply(
        _ contact: StagedDocument.Contact, _ texts: DeviceTexts, _ context: DocumentContext
    ) -> Bool {
        guard context.isLate || context.remembers else { return true }
        let keys = SpokenKeys(aor: texts.aor)
        // By id and by instance: an end may name one of them only.
        var own = [keys.contact(contact.identifier)]
        if !texts.instance.isEmpty { own.append(keys.contact(OctetHash.of(texts.instance))) }
        guard context.isLate else {
            remember(own + [keys.aor], context)
            return true
        }
        return !hasSpoken(of: keys.wholeAOR, context) && !own.contains { hasSpoken(of: $0, context) }
    }

    private func hasSpoken(of key: UInt64, _ context: DocumentContext) -> Bool {
        subscriptions[context.index]?.spokenOf.contains(key) ?? false
    }

    private mutating func remember(_ keys: [UInt64], _ context: DocumentContext) {
        for key in keys { subscriptions[context.index]?.spokenOf.insert(key) }
    }

    private mutating func finish(_ document: StagedDocument, _ context: DocumentContext) {
        guard var state = subscriptions[context.index] else { return }
        if state.download?.number == document.download {
            state.download?.waiting -= 1
            state.download?.summary.documents += 1
            state.download?.summary.contacts += document.contacts.count
            if document.isIncomplete { state.download?.isIncomplete = true }
            if document.state == .full || !document.registrations.isEmpty { state.download?.hasState = true }
            if context.isLate == false, state.aor != nil { state.download?.seen.formUnion(progress.confirmed) }
        }
        if document.arrival == .late { state.lateDocuments -= 1 }
        state.forgetSpoken(at: latest.monotonic)
        subscriptions[context.index] = state
    }
}

/// What a newer document has spoken of, as hashes.
private struct SpokenKeys {
    /// Of anything of this address of record.
    let aor: UInt64
    /// Of all of its contacts at once.
    var wholeAOR: UInt64 { OctetHash.mix(aor) }

    init(aor: UnsafeBufferPointer<UInt8>) {
        self.aor = OctetHash.of(aor)
    }

    func contact(_ device: UInt64) -> UInt64 { OctetHash.mix(aor ^ OctetHash.mix(device)) }
}

extension StagedDocument {
    /// Whether a whole registration could not be read.
    var isIncomplete: Bool { (summary?.skippedRegistrations ?? 0) > 0 }
}

extension StagedDocument.Registration {
    func aorOctets(_ octets: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: octets[Int(base)..<(Int(base) + Int(aor))])
    }
}

extension StagedDocument.Contact {
    func texts(_ octets: UnsafeBufferPointer<UInt8>, aor: UnsafeBufferPointer<UInt8>) -> DeviceTexts {
        var start = Int(base)
        func next(_ count: Int) -> UnsafeBufferPointer<UInt8> {
            defer { start += count }
            return UnsafeBufferPointer(rebasing: octets[start..<(start + count)])
        }
        return DeviceTexts(
            aor: aor, contactURI: next(Int(uri)), instance: next(Int(instance)), received: next(Int(received)),
            path: next(Int(path)), userAgent: next(Int(userAgent)))
    }
}
