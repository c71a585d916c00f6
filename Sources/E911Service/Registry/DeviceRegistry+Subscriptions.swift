public import E911Values
public import RegInfo

// Subscriptions, their downloads and when to ask for full state (contract section 2).
extension DeviceRegistry {
    /// Makes a subscription known. Its first SUBSCRIBE is told by ``beginDownload(_:newDialog:now:)``.
    ///
    /// `nil` when there is no such call server or member.
    public mutating func open(_ scope: SubscriptionScope) -> RegistrySubscription? {
        guard let callServer = index(ofCallServer: scope.callServer),
            callServers[callServer].members.indices.contains(scope.member)
        else { return nil }
        let aor = scope.aor.map { Array($0.utf8) }
        let state = SubscriptionState(
            callServer: callServer, member: scope.member, aor: aor,
            aorHash: aor?.withUnsafeBufferPointer { URIParts.userHash(of: $0) } ?? 0,
            stream: RegInfoStream(versions: callServers[callServer].configuration.versions))
        if subscriptions.count > 16_384, let index = freeSubscriptions.popLast() {
            subscriptions[index] = state
            subscriptionGenerations[index] &+= 1
            return RegistrySubscription(index: index, generation: subscriptionGenerations[index])
        }
        subscriptions.append(state)
        subscriptionGenerations.append(0)
        return RegistrySubscription(index: subscriptions.count - 1, generation: 0)
    }

    /// Forgets a subscription. What it told stays, and ages.
    public mutating func close(_ subscription: RegistrySubscription) {
        guard state(of: subscription) != nil else { return }
        subscriptions[subscription.index] = nil
        subscriptionGenerations[subscription.index] &+= 1
        freeSubscriptions.append(subscription.index)
        schedule(subscription.index)
    }

    /// A SUBSCRIBE or refresh of ours was sent: if it is accepted, the NOTIFYs that follow bring full state. `newDialog`
    /// when it is no refresh of the same dialog; CSeqs, versions and contact ids begin anew.
    ///
    /// The download can complete after ``acceptDownload(_:now:)`` only, or in a new dialog after a NOTIFY, which says
    /// the same. Each call replaces the download before.
    public mutating func beginDownload(_ subscription: RegistrySubscription, newDialog: Bool, now: Now) {
        guard let scope = state(of: subscription) else { return }
        latest = now
        // First, since it may change what is known of the subscription.
        if scope.aor == nil { advanceEpoch(callServer: scope.callServer, member: scope.member) }
        guard var state = state(of: subscription) else { return }
        if newDialog {
            state.stream = RegInfoStream(versions: callServers[state.callServer].configuration.versions)
            state.dialog &+= 1
            state.gapSince = nil
            state.beginningEnds = nil
            state.fullStateCSeq = nil
            state.spokenOf = []
            state.lateDocuments = 0
            state.held = nil
        }
        state.downloads &+= 1
        state.download = DownloadState(
            number: state.downloads, epoch: callServers[state.callServer].members[state.member].epoch,
            beginsDialog: newDialog, began: now.monotonic)
        state.wish = nil
        subscriptions[subscription.index] = state
        schedule(subscription.index)
    }

    /// The SUBSCRIBE of the download was answered 2xx.
    public mutating func acceptDownload(_ subscription: RegistrySubscription, now: Now) {
        guard state(of: subscription) != nil else { return }
        latest = now
        subscriptions[subscription.index]?.download?.accept(at: now.monotonic, patience: configuration.gapPatience)
        subscriptions[subscription.index]?.download?.isAnswered = true
        schedule(subscription.index)
    }

    /// The SUBSCRIBE of the download was refused, or got no answer, or the subscription ended: what the NOTIFYs said
    /// counts, but nobody is retired for not being in them.
    public mutating func endDownload(_ subscription: RegistrySubscription, now: Now) {
        guard state(of: subscription) != nil else { return }
        latest = now
        subscriptions[subscription.index]?.download = nil
        schedule(subscription.index)
    }

    /// A NOTIFY with a body has come. Feed the body to a `RegInfoParser` with the answer as its sink, then hand it to
    /// ``apply(_:now:)`` or ``refuse(_:_:now:)``: until then the download that it belongs to does not complete.
    ///
    /// `nil` when the NOTIFY is older than what is known and says nothing.
    public mutating func beginDocument(
        _ subscription: RegistrySubscription, cseq: UInt32, now: Now
    ) -> StagedDocument? {
        guard let arrival = notified(subscription, cseq: cseq, now: now), arrival != .outdated,
            let state = state(of: subscription)
        else { return nil }
        subscriptions[subscription.index]?.download?.waiting += 1
        subscriptions[subscription.index]?.download?.lastDocument = now.monotonic
        if arrival == .late { subscriptions[subscription.index]?.lateDocuments += 1 }
        return StagedDocument(
            subscription: subscription, cseq: cseq, arrival: arrival,
            mayBeOvertaking: arrival != .late && state.awaitsOlder(at: now.monotonic), dialog: state.dialog,
            download: state.download?.number)
    }

    /// A NOTIFY without a body has come.
    public mutating func notifyWithoutBody(_ subscription: RegistrySubscription, cseq: UInt32, now: Now) {
        _ = notified(subscription, cseq: cseq, now: now)
    }

    /// A NOTIFY came that cannot be used, so a document is lost: full state is asked for, and a download that runs is not
    /// complete without it.
    ///
    /// - Parameter cseq: of a NOTIFY that was answered 200; `nil` for one that was refused.
    public mutating func loseDocument(
        _ subscription: RegistrySubscription, cseq: UInt32? = nil, _ reason: RefreshReason, now: Now
    ) {
        guard state(of: subscription) != nil else { return }
        if let cseq, notified(subscription, cseq: cseq, now: now) == .outdated { return }
        latest = now
        subscriptions[subscription.index]?.download?.isDamaged = true
        subscriptions[subscription.index]?.loseHeld()
        askForFullState(subscription.index, reason)
    }

    /// Applies a document that was read to its end: the first slice now, the rest by ``advance(now:)``.
    public mutating func apply(_ document: StagedDocument, now: Now) -> [RegistryEvent] {
        latest = now
        guard document.isComplete else {
            return refuse(document, RegInfoError(code: .notWellFormed, reason: "the document did not end"), now: now)
        }
        documents.append(document)
        var events: [RegistryEvent] = []
        if documents.count == 1, !isSwitching {
            var budget = max(1, configuration.slice)
            applyDocuments(&budget, &events)
        }
        return events
    }

    /// A document was refused as a whole: the state is kept, and full state asked for.
    public mutating func refuse(
        _ document: StagedDocument, _ error: RegInfoError, now: Now
    ) -> [RegistryEvent] {
        latest = now
        let subscription = document.subscription
        guard var state = state(of: subscription), state.dialog == document.dialog else { return [] }
        if state.download?.number == document.download {
            state.download?.waiting -= 1
            state.download?.isDamaged = true
        }
        state.loseHeld()
        if document.arrival == .late { state.lateDocuments -= 1 }
        let delay = state.unreadableDelay ?? configuration.unreadableRefreshDelay
        state.unreadableDelay = min(delay * 2, configuration.unreadableRefreshLimit)
        state.ask(.unreadableDocument, at: now.monotonic + delay)
        subscriptions[subscription.index] = state
        schedule(subscription.index)
        return [.documentRefused(subscription, error)]
    }

    /// The scope of a subscription.
    public func scope(of subscription: RegistrySubscription) -> SubscriptionScope? {
        state(of: subscription).map {
            SubscriptionScope(
                callServer: callServers[$0.callServer].configuration.name, member: $0.member,
                aor: $0.aor.map { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// Whether a download is running.
    public func isDownloading(_ subscription: RegistrySubscription) -> Bool {
        state(of: subscription)?.download != nil
    }

    // MARK: Inside

    func state(of subscription: RegistrySubscription) -> SubscriptionState? {
        guard subscriptions.indices.contains(subscription.index),
            subscriptionGenerations[subscription.index] == subscription.generation
        else { return nil }
        return subscriptions[subscription.index]
    }

    private mutating func notified(
        _ subscription: RegistrySubscription, cseq: UInt32, now: Now
    ) -> RegInfoStream.Arrival? {
        guard var state = state(of: subscription) else { return nil }
        latest = now
        let beginningEnds = state.beginningEnds ?? now.monotonic + configuration.gapPatience
        state.beginningEnds = beginningEnds
        let arrival = state.stream.arrived(cseq: cseq, isBeginning: now.monotonic < beginningEnds)
        if arrival != .outdated {
            if let last = state.download?.lastNotify, let longest = state.download?.longestGap {
                state.download?.longestGap = max(longest, now.monotonic - last)
            }
            state.download?.lastNotify = now.monotonic
            if state.download?.beginsDialog == true {
                state.download?.accept(at: now.monotonic, patience: configuration.gapPatience)
            }
        }
        if !state.stream.hasGap {
            state.gapSince = nil
        } else if state.gapSince == nil {
            state.gapSince = now.monotonic
        }
        subscriptions[subscription.index] = state
        schedule(subscription.index)
        return arrival
    }

    /// Asks for full state, under the limit that all such wishes share.
    mutating func askForFullState(_ index: Int, _ reason: RefreshReason) {
        guard var state = subscriptions[index] else { return }
        let interval =
            state.aor == nil
            ? max(configuration.serverRefreshInterval, state.lastDownloadLength * 10)
            : configuration.aorRefreshInterval
        // A SIP Server whose downloads go on to differ is asked ever more seldom.
        let times = reason == .heldSweep ? 1 << min(state.secondOpinions, configuration.longestPatience) : 1
        let earliest = state.lastAsked.map { $0 + interval * times } ?? latest.monotonic
        state.ask(reason, at: max(latest.monotonic, earliest))
        subscriptions[index] = state
        schedule(index)
    }

    /// Makes sure that the subscription is looked at when something of it is due.
    mutating func schedule(_ index: Int) {
        guard let state = subscriptions[index] else { return alarms.set(index, to: nil) }
        let quiet = callServers[state.callServer].configuration.quiet
        let gap = state.gapSince.map { $0 + configuration.gapPatience }
        let beginning = state.beginningEnds.flatMap { $0 > latest.monotonic && !state.spokenOf.isEmpty ? $0 : nil }
        let completion = state.stream.hasGap ? nil : state.download?.completion(quiet: quiet)
        let end = state.download?.end(patience: configuration.firstDocumentPatience)
        alarms.set(index, to: [gap, beginning, state.wishDue, completion, end].compactMap { $0 }.min())
    }

    /// Does what is due for subscriptions.
    mutating func ringAlarms(_ events: inout [RegistryEvent]) {
        let now = latest.monotonic
        while let index = alarms.popDue(now) {
            guard var state = subscriptions[index] else { continue }
            var hasLostNotify = false
            if let since = state.gapSince, since + configuration.gapPatience <= now {
                // Nobody will fill it now: a late NOTIFY is answered with an error.
                state.stream.forgetGap()
                state.gapSince = nil
                state.download?.isDamaged = true
                state.loseHeld()
                hasLostNotify = true
            }
            state.forgetSpoken(at: now)
            // What came before the answer, and was too old to belong to it, may have been the state after all.
            var hasLostState = false
            var lacksSecond = false
            if let download = state.download,
                let end = download.end(patience: configuration.firstDocumentPatience), end <= now
            {
                hasLostState = download.summary.documents > 0
                lacksSecond = state.held != nil
                state.download = nil
            }
            subscriptions[index] = state
            if hasLostNotify || hasLostState { askForFullState(index, .gap) }
            if lacksSecond { askForFullState(index, .heldSweep) }
            ringWish(index, &events)
            let quiet = callServers[state.callServer].configuration.quiet
            if !state.stream.hasGap, let due = subscriptions[index]?.download?.completion(quiet: quiet),
                due <= now
            {
                completeDownload(index, &events)
            }
            schedule(index)
        }
    }

    private mutating func ringWish(_ index: Int, _ events: inout [RegistryEvent]) {
        guard let state = subscriptions[index], let wish = state.wish, let due = state.wishDue, due <= latest.monotonic
        else { return }
        subscriptions[index]?.wish = nil
        if wish.reason != .unreadableDocument { subscriptions[index]?.lastAsked = latest.monotonic }
        events.append(.refreshWanted(handle(index), wish.reason))
    }

    func handle(_ index: Int) -> RegistrySubscription {
        RegistrySubscription(index: index, generation: subscriptionGenerations[index])
    }
}

extension SubscriptionState {
    /// Keeps the wish that is due first.
    mutating func ask(_ reason: RefreshReason, at due: MonotonicTime) {
        if let wish, wish.due <= due { return }
        wish = Wish(reason: reason, due: due)
    }
}
