import E911Values
import RegInfo
import SIPCore

extension E911Node {
    // MARK: What is wanted

    /// Compares the subscriptions that the site wants with those that stand.
    mutating func wantSubscriptions(now: Now) {
        guard let site, !isShuttingDown else { return }
        var wanted: [(key: SubscriptionGroup.Key, wish: SubscriptionGroup.Wish, aors: [String?])] = []
        for (index, server) in site.servers.enumerated() where server.configuration.enabled {
            let choices = server.configuration.subscription
            guard !awaitsPassword(choices) else { continue }
            let account = account(of: index)
            let aors: [String?] = choices.target == .server ? [nil] : addressesOfRecord(of: index)
            for (member, named) in server.configuration.members.enumerated() {
                // One of which nobody knows where it is yet has its turn when DNS has found it.
                let hops = places.hops(of: named)
                guard !hops.isEmpty else {
                    if let problem = places.problem(of: named) {
                        heard(.subscription(.failed(problem)), of: member, server: index, now: now)
                    }
                    continue
                }
                if aors.isEmpty { heard(.subscription(.standing), of: member, server: index, now: now) }
                let wish = SubscriptionGroup.Wish(
                    server: index, member: member, expires: choices.expires, hops: hops, account: account,
                    pace: choices.pace ?? SubscriptionChoices.usualPace)
                wanted.append((.init(callServer: server.configuration.name, member: named), wish, aors))
            }
        }
        subscriptions.want(wanted)
        workOnSubscriptions(now: now)
    }

    /// Begins, ends and refreshes what has its turn.
    mutating func workOnSubscriptions(now: Now) {
        var budget = 256
        while let work = subscriptions.work(at: now.monotonic, budget: &budget, jitter: &jitter) {
            perform(work, now: now)
        }
    }

    private mutating func perform(_ work: SubscriptionTable.Work, now: Now) {
        let subscription = work.subscription
        switch work.task {
        case .start:
            guard let choices = subscriptionConfiguration(work) else { return }
            let (id, effects) = engine.subscribe(choices, now: now)
            let registered = registry.open(
                SubscriptionScope(
                    callServer: subscription.callServer, member: subscription.member, aor: subscription.aor))
            subscriptions.started(subscription.place, as: id, registry: registered)
            perform(effects, now: now)
        case .end:
            subscriptions.leaving(subscription.place)
            if let registered = subscription.entry.registry { registry.close(registered) }
            if let id = subscription.entry.id { perform(engine.unsubscribe(id, now: now), now: now) }
        case .refresh:
            if let id = subscription.entry.id { perform(engine.refresh(id, now: now), now: now) }
        default:
            guard let id = subscription.entry.id, let first = work.wish.hops.first else { return }
            engine.retarget(id, to: first, orElse: Array(work.wish.hops.dropFirst()))
            perform(engine.authenticate(id, as: work.wish.account, now: now), now: now)
        }
    }

    private func subscriptionConfiguration(_ work: SubscriptionTable.Work) -> SubscriptionConfiguration? {
        guard let first = work.wish.hops.first else { return nil }
        let aor = work.subscription.aor
        let target = aor ?? "sip:\(work.subscription.at.authority)"
        var choices = SubscriptionConfiguration(
            requestURI: target, to: "<\(target)>", expires: .seconds(Int64(work.wish.expires)), target: first,
            scope: aor == nil ? .server : .aor, account: work.wish.account, bodyOctets: configuration.streamBodyOctets)
        choices.alternatives = Array(work.wish.hops.dropFirst())
        return choices
    }

    // MARK: What comes

    mutating func handle(_ event: SubscriptionEvent, of id: SubscriptionID, now: Now) {
        guard let subscription = subscriptions[id] else { return }
        if case .ended = event { return subscriptions.ended(id) }
        guard !subscription.entry.isLeaving else { return }
        let registered = subscription.entry.registry
        switch event {
        case .requested(let isRefresh):
            if let registered { registry.beginDownload(registered, newDialog: !isRefresh, now: now) }
        case .accepted:
            if !subscription.entry.isAccepted {
                note(
                    subscription.aor == nil ? .notice : .debug, "subscription.accepted",
                    "A SIP Server accepted the subscription", fields(of: subscription))
            }
            if let registered { registry.acceptDownload(registered, now: now) }
            take(subscriptions.accepted(subscription.place), of: subscription, now: now)
        case .notify(let notify):
            counters.notifies += 1
            if !notify.body.isEmpty { heard(.told, of: subscription, now: now) }
            if let registered { take(notify, of: registered, subscription, now: now) }
        case .outOfOrder:
            if let registered { registry.loseDocument(registered, .lateNotify, now: now) }
        case .failed(let status, let reason, let retry):
            if let registered { registry.endDownload(registered, now: now) }
            failed(subscription, status, reason + hint(status, subscription), retry, now: now)
        case .terminated(let reason, let retry):
            if let registered { registry.endDownload(registered, now: now) }
            terminated(subscription, reason.map { String($0) } ?? "", retry, now: now)
        case .silent:
            guard subscription.aor == nil else { break }
            note(
                .alarm, "subscription.silent", "A SIP Server accepted the subscription and tells nothing",
                fields(of: subscription))
            heard(.subscription(.mute), of: subscription, now: now)
        case .ended: break
        }
    }

    private mutating func failed(
        _ subscription: SubscriptionTable.Subscription, _ status: Int?, _ reason: String, _ retry: Duration?, now: Now
    ) {
        // Of ten thousand addresses of record the first one is told; the figures have the rest.
        let isNews = subscription.aor == nil || subscriptions.hasNoFailure(subscription.place)
        counters.subscriptionFailures += 1
        note(
            isNews ? .alarm : .debug, "subscription.failed", "A subscription failed",
            fields(of: subscription) + [
                .init("status", status.map { "\($0)" } ?? "none"), .init("reason", reason),
                .init("retry", retry.map { "\($0.components.seconds) s" } ?? "none"),
            ])
        take(
            subscriptions.failed(subscription.place, status: status, reason: reason), of: subscription, now: now)
    }

    private mutating func terminated(
        _ subscription: SubscriptionTable.Subscription, _ reason: String, _ retry: Duration?, now: Now
    ) {
        note(
            subscription.aor == nil ? .notice : .debug, "subscription.terminated",
            "A subscription was ended by the SIP Server",
            fields(of: subscription) + [
                .init("reason", reason), .init("retry", retry.map { "\($0.components.seconds) s" } ?? "none"),
            ])
        let isRenewed = retry.map { $0 <= .zero } ?? false
        take(
            subscriptions.terminated(subscription.place, reason: reason, isRenewed: isRenewed), of: subscription,
            now: now)
    }

    private mutating func take(
        _ meaning: SubscriptionTally.Meaning, of subscription: SubscriptionTable.Subscription, now: Now
    ) {
        if let meaning { heard(.subscription(meaning), of: subscription, now: now) }
    }

    private mutating func heard(
        _ input: MemberHealth.Input, of subscription: SubscriptionTable.Subscription, now: Now
    ) {
        heard(input, of: subscription.member, server: subscription.server, now: now)
    }

    private func fields(of subscription: SubscriptionTable.Subscription) -> [Note.Field] {
        [
            .init("call-server", subscription.callServer), .init("member", subscription.at.authority),
            .init("aor", subscription.aor ?? "", personal: true),
        ]
    }

    // MARK: Bodies

    private mutating func take(
        _ notify: SubscriptionNotify, of registered: RegistrySubscription,
        _ subscription: SubscriptionTable.Subscription, now: Now
    ) {
        guard !notify.body.isEmpty else {
            return registry.notifyWithoutBody(registered, cseq: notify.cseq, now: now)
        }
        switch bodies.admit(notify.body.count, of: registered) {
        case .admitted:
            guard let document = registry.beginDocument(registered, cseq: notify.cseq, now: now) else { return }
            bodies.append(BodyQueue.Body(document: document, bytes: notify.body))
        case .full(let isFirst):
            counters.droppedBodies += 1
            registry.loseDocument(registered, cseq: notify.cseq, .noRoom, now: now)
            guard isFirst else { return }
            note(
                .alarm, "reginfo.dropped", "NOTIFY bodies come faster than they are read, and some were dropped",
                fields(of: subscription) + [.init("octets", "\(notify.body.count)")])
        }
    }

    /// Reads at most 16 kB of what waits.
    mutating func readBodies(now: Now) {
        guard var body = bodies.take() else { return }
        if bodies.position == 0 { body.document.expect(bodyOctets: min(body.bytes.count, BodyQueue.octetsPerTurn)) }
        let end = min(body.bytes.count, bodies.position + BodyQueue.octetsPerTurn)
        let isLast = end == body.bytes.count
        do throws(RegInfoError) {
            let slice = body.bytes.slice(bodies.position, end)
            try slice.withSpan { (span) throws(RegInfoError) in
                try parser.parse(span, isLast: isLast, into: &body.document)
            }
            guard isLast else {
                bodies.putBack(body, readTo: end)
                return
            }
            bodies.finish(body)
            handle(registry.apply(body.document, now: now), now: now)
        } catch {
            parser.abandon()
            bodies.finish(body)
            handle(registry.refuse(body.document, error, now: now), now: now)
        }
    }
}
