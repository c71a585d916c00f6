import E911Values
import RegInfo
import SIPCore

extension E911Node {
    // MARK: What is wanted

    /// Compares the subscriptions that the site wants with those that stand.
    mutating func wantSubscriptions(now: Now) {
        guard let site else { return }
        var wanted: [SubscriptionTable.Entry] = []
        for (index, server) in site.servers.enumerated() where server.configuration.enabled {
            let choices = server.configuration.subscription
            guard !awaitsPassword(choices) else { continue }
            let aors: [String?] = choices.target == .server ? [nil] : choices.aors.map { $0 }
            for aor in aors {
                // One of which nobody knows where it is yet has its turn when DNS has found it.
                for (member, named) in server.configuration.members.enumerated()
                where !places.hops(of: named).isEmpty {
                    wanted.append(
                        SubscriptionTable.Entry(
                            scope: .init(callServer: server.configuration.name, member: named, aor: aor),
                            server: index, member: member, expires: choices.expires,
                            startAt: now.monotonic + SubscriptionTable.pace * wanted.count))
                }
            }
        }
        for entry in subscriptions.replace(with: wanted) {
            if let registered = entry.registry { registry.close(registered) }
            if let id = entry.id { perform(engine.unsubscribe(id, now: now), now: now) }
        }
        for entry in subscriptions.entries {
            guard let id = entry.id else { continue }
            perform(engine.authenticate(id, as: account(of: entry.server), now: now), now: now)
        }
        startDueSubscriptions(now: now)
    }

    mutating func startDueSubscriptions(now: Now) {
        var left = 256
        while left > 0, !isShuttingDown, let position = subscriptions.due(now.monotonic) {
            left -= 1
            let entry = subscriptions.entries[position]
            guard let choices = subscriptionConfiguration(entry) else { break }
            let (id, effects) = engine.subscribe(choices, now: now)
            let registered = registry.open(
                SubscriptionScope(callServer: entry.scope.callServer, member: entry.member, aor: entry.scope.aor))
            subscriptions.started(position, as: id, registry: registered)
            perform(effects, now: now)
        }
    }

    /// `nil` for a member of which nobody knows where it is.
    private func subscriptionConfiguration(_ entry: SubscriptionTable.Entry) -> SubscriptionConfiguration? {
        let member = entry.scope.member
        let hops = places.hops(of: member)
        guard let first = hops.first else { return nil }
        let target = entry.scope.aor ?? "sip:\(member.authority)"
        var choices = SubscriptionConfiguration(
            requestURI: target, to: "<\(target)>", expires: .seconds(Int64(entry.expires)), target: first,
            scope: entry.scope.aor == nil ? .server : .aor, account: account(of: entry.server),
            bodyOctets: configuration.streamBodyOctets)
        choices.alternatives = Array(hops.dropFirst())
        return choices
    }

    /// The first member whose subscription lives; the first one when none does.
    func activeMember(of server: Int) -> Int {
        subscriptions.entries.first { $0.server == server && $0.isActive }?.member ?? 0
    }

    // MARK: What comes

    mutating func handle(_ event: SubscriptionEvent, of id: SubscriptionID, now: Now) {
        guard let entry = subscriptions[id] else { return }
        let fields: [Note.Field] = [
            .init("call-server", entry.scope.callServer), .init("member", entry.scope.member.authority),
            .init("aor", entry.scope.aor ?? "", personal: true),
        ]
        switch event {
        case .requested(let isRefresh):
            if let registered = entry.registry {
                registry.beginDownload(registered, newDialog: !isRefresh, now: now)
            }
        case .accepted:
            if !entry.isAccepted {
                note(.notice, "subscription.accepted", "A SIP Server accepted the subscription", fields)
            }
            subscriptions.update(id) {
                $0.isAccepted = true
                $0.failure = nil
            }
            if let registered = entry.registry { registry.acceptDownload(registered, now: now) }
        case .notify(let notify):
            counters.notifies += 1
            if let registered = entry.registry { take(notify, of: registered, fields, now: now) }
        case .outOfOrder:
            if let registered = entry.registry { registry.loseDocument(registered, .lateNotify, now: now) }
        case .ended:
            if let registered = entry.registry { registry.endDownload(registered, now: now) }
            subscriptions.ended(id)
        case .failed(let status, let reason, let retry):
            let reason = reason + hint(status, entry)
            subscriptions.update(id) {
                $0.isAccepted = false
                $0.failure = status.map { "\($0) \(reason)" } ?? reason
            }
            if let registered = entry.registry { registry.endDownload(registered, now: now) }
            note(
                .alarm, "subscription.failed", "A subscription failed",
                fields + [
                    .init("status", status.map { "\($0)" } ?? "none"), .init("reason", reason),
                    .init("retry", retry.map { "\($0.components.seconds) s" } ?? "none"),
                ])
        case .terminated(let reason, let retry):
            subscriptions.update(id) { $0.isAccepted = false }
            if let registered = entry.registry { registry.endDownload(registered, now: now) }
            note(
                .notice, "subscription.terminated", "A subscription was ended by the SIP Server",
                fields + [
                    .init("reason", reason.map { String($0) } ?? ""),
                    .init("retry", retry.map { "\($0.components.seconds) s" } ?? "none"),
                ])
        case .silent:
            guard entry.scope.aor == nil else { break }
            note(
                .alarm, "subscription.silent", "A SIP Server accepted the subscription and tells nothing",
                fields)
        }
    }

    // MARK: Bodies

    private mutating func take(
        _ notify: SubscriptionNotify, of registered: RegistrySubscription, _ fields: [Note.Field], now: Now
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
                fields + [.init("octets", "\(notify.body.count)")])
        }
    }

    /// Reads at most 16 kB of what waits.
    mutating func readBodies(now: Now) {
        guard var body = bodies.take() else { return }
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
