public import E911Values

/// Subscriptions: what the machine decides, put into messages.
extension SIPEngine {
    // MARK: The user's side

    /// Begins a subscription, which is kept up until ``unsubscribe(_:now:)``.
    public mutating func subscribe(
        _ configuration: SubscriptionConfiguration, now: Now
    ) -> (SubscriptionID, [EngineEffect]) {
        let rules = ClientSubscription.Rules(
            expires: configuration.expiresSeconds, scope: configuration.scope,
            timerN: self.configuration.timing.giveUp)
        var record = SubscriptionRecord(configuration: configuration, rules: rules)
        record.digest = digest(configuration.account)
        let id = SubscriptionID(slot: subscriptions.insert(record))
        step(id, .start, now.monotonic)
        return (id, drain())
    }

    /// Asks for full state: refreshes now; if the subscription waits for its next try, that is made now. Nothing
    /// happens while a SUBSCRIBE is under way, which brings full state anyway.
    public mutating func refresh(_ id: SubscriptionID, now: Now) -> [EngineEffect] {
        step(id, .refresh, now.monotonic)
        return drain()
    }

    /// Ends a subscription: `Expires: 0`, and the last NOTIFY is still answered. ``SubscriptionEvent/ended`` follows,
    /// within 64*T1, or at once if there is nothing to end.
    public mutating func unsubscribe(_ id: SubscriptionID, now: Now) -> [EngineEffect] {
        step(id, .unsubscribe, now.monotonic)
        return drain()
    }

    /// Says where the next SUBSCRIBEs go that begin a dialog. The one that is under way goes where it went.
    public mutating func retarget(_ id: SubscriptionID, to target: NextHop, orElse alternatives: [NextHop] = []) {
        subscriptions[id.slot]?.configuration.target = target
        subscriptions[id.slot]?.configuration.alternatives = alternatives
    }

    // MARK: What comes back

    mutating func responded(
        _ id: SubscriptionID, _ transaction: ClientTransactionID, _ response: SIPMessage, _ now: MonotonicTime
    ) {
        guard let status = response.status, status >= 200,
            subscriptions[id.slot]?.attempt?.request == transaction
        else { return }
        subscriptions[id.slot]?.attempt?.request = nil
        let retryAfter = (try? response.retryAfter()) ?? nil
        var cause = Cause(status: status, reason: response.reason.map { String($0) } ?? "")
        if status == 401 || status == 407 {
            guard let refusal = answerChallenge(id, response, now) else { return }
            cause.reason += cause.reason.isEmpty ? refusal : "; \(refusal)"
        } else {
            subscriptions[id.slot]?.digest?.ended()
        }
        switch status {
        case ..<300:
            establish(id, response)
            step(id, .accepted(expires: (try? response.expires()) ?? nil), now, cause)
        case 423:
            step(id, .intervalTooBrief(minimum: (try? response.minExpires()) ?? nil), now, cause)
        case 481:
            step(id, .failed(.dialogUnknown, retryAfter: retryAfter), now, cause)
        case 408, 482, 500..<600:
            // 482: a server that was slow got the same SUBSCRIBE again by another of its addresses. The next one is another.
            step(id, .failed(.passing, retryAfter: retryAfter), now, cause)
        default:
            step(id, .failed(.refusal, retryAfter: retryAfter), now, cause)
        }
    }

    /// No answer, or no transport.
    mutating func requestFailed(
        _ id: SubscriptionID, _ transaction: ClientTransactionID, _ reason: String, _ now: MonotonicTime
    ) {
        guard let request = subscriptions[id.slot]?.attempt?.request, request == transaction else { return }
        subscriptions[id.slot]?.attempt?.request = nil
        subscriptions[id.slot]?.digest?.ended()
        // The server of the dialog is gone, and there are others: what is left of the granted time is not waited for.
        var failure = ClientSubscription.Failure.passing
        if let record = subscriptions[id.slot], case .refreshing = record.machine,
            !record.configuration.alternatives.isEmpty
        {
            failure = .dialogUnknown
        }
        step(id, .failed(failure, retryAfter: nil), now, Cause(reason: reason))
    }

    /// A 2xx makes the dialog, unless a NOTIFY did, and names the target.
    private mutating func establish(_ id: SubscriptionID, _ response: SIPMessage) {
        guard let attempt = subscriptions[id.slot]?.attempt else { return }
        if attempt.dialog == nil {
            subscriptions[id.slot]?.attempt?.dialog = Dialog(client: response)
        } else if attempt.dialog?.contains(response) == true {
            subscriptions[id.slot]?.attempt?.dialog?.refreshTarget(from: response)
        }
    }

    mutating func subscriptionTimer(_ id: SubscriptionID, _ deadline: MonotonicTime, _ now: MonotonicTime) {
        guard let record = subscriptions[id.slot], record.timer == deadline else { return }
        subscriptions[id.slot]?.timer = nil
        if let wanted = record.machine.deadline, wanted <= now {
            step(id, .time, now)
        } else {
            schedule(id)
        }
    }

    // MARK: The machine

    /// Why a step was made, for the user.
    struct Cause {
        var status: Int?
        var reason = ""
        var terminated: SIPText?
    }

    mutating func step(
        _ id: SubscriptionID, _ input: ClientSubscription.Input, _ now: MonotonicTime, _ cause: Cause = Cause()
    ) {
        guard let record = subscriptions[id.slot] else { return }
        var machine = record.machine
        let outcome = machine.handle(input, at: now, record.rules, jitter: identifiers.next())
        subscriptions[id.slot]?.machine = machine
        if outcome.forgetsDialog { forget(id) }
        if let report = outcome.report { tell(.subscription(id, event(report, cause))) }
        if let request = outcome.request { send(request, id, now) }
        if case .ended? = subscriptions[id.slot]?.machine {
            forget(id)
            subscriptions.remove(id.slot)
        } else {
            schedule(id)
        }
    }

    private func event(_ report: ClientSubscription.Report, _ cause: Cause) -> SubscriptionEvent {
        switch report {
        case .accepted(let granted): .accepted(granted: .seconds(Int64(granted)))
        case .failed(let pause): .failed(status: cause.status, reason: cause.reason, retryIn: pause)
        case .terminated(let pause): .terminated(reason: cause.terminated, retryIn: pause)
        case .silent: .silent
        case .ended: .ended
        }
    }

    private mutating func forget(_ id: SubscriptionID) {
        guard let attempt = subscriptions[id.slot]?.attempt else { return }
        subscriptionIndex[attempt.callID] = nil
        subscriptions[id.slot]?.attempt = nil
    }

    private mutating func send(_ request: ClientSubscription.Request, _ id: SubscriptionID, _ now: MonotonicTime) {
        guard let record = subscriptions[id.slot] else { return }
        let expires: UInt32
        let isRefresh: Bool
        switch request {
        case .initial(let seconds):
            forget(id)
            attempt(id, record)
            (expires, isRefresh) = (seconds, false)
        case .again(let seconds): (expires, isRefresh) = (seconds, false)
        case .refresh(let seconds): (expires, isRefresh) = (seconds, true)
        }
        guard transmit(id, expires: expires, now) else { return }
        if expires > 0 { tell(.subscription(id, .requested(isRefresh: isRefresh))) }
    }

    /// Sends the next SUBSCRIBE, with credentials once the server has asked for them.
    /// - Returns: `false` if it cannot be sent; the machine knows it then.
    @discardableResult
    mutating func transmit(_ id: SubscriptionID, expires: UInt32, _ now: MonotonicTime) -> Bool {
        guard let record = subscriptions[id.slot] else { return false }
        let configuration = record.configuration
        let next = nextHop(of: id)
        let hop = next ?? configuration.target
        guard var builder = subscribe(id), let local = listener(hop.kind, to: hop.endpoint) else {
            // Without an address to send from nothing can be sent; the machine tries again later.
            step(id, .failed(.passing, retryAfter: nil), now, Cause(reason: "no address to send from"))
            return false
        }
        builder.add(.contact, contact(of: record, hop.kind, local))
        builder.add(.event, configuration.event)
        builder.add(.accept, configuration.accept)
        builder.add(.expires, "\(expires)")
        subscriptions[id.slot]?.digest?.authorize(&builder)
        // The transaction may fail before it is known here; the failure counts all the same.
        let transaction = begin(
            builder, to: hop, orElse: next == nil ? configuration.alternatives : [],
            owner: .subscription(id), timeout: nil, now)
        guard clients.contains(transaction.slot) else {
            step(id, .failed(.passing, retryAfter: nil), now, Cause(reason: "no address to send from"))
            return false
        }
        subscriptions[id.slot]?.attempt?.request = transaction
        subscriptions[id.slot]?.attempt?.asked = expires
        return true
    }

    /// Where NOTIFYs are to come.
    private func contact(of record: SubscriptionRecord, _ kind: SIPTransportKind, _ local: Endpoint) -> String {
        let transport = kind == .udp ? "" : ";transport=\(kind)"
        return "<sip:\(record.configuration.contactUser)@\(local)\(transport)>"
    }

    /// The same SUBSCRIBE for another hop: NOTIFYs are to come by the transport that it went by.
    func retargeted(_ request: RequestBuilder, of id: SubscriptionID, to next: NextHop) -> RequestBuilder {
        guard let record = subscriptions[id.slot], let hop = hop(next) else { return request }
        var request = request
        request.set(.contact, contact(of: record, hop.kind, hop.local))
        return request
    }

    /// Whether a hop is one of several that the SUBSCRIBEs of a subscription can go to.
    func isOneOfSeveral(_ next: NextHop, _ id: SubscriptionID) -> Bool {
        guard let configuration = subscriptions[id.slot]?.configuration, !configuration.alternatives.isEmpty else {
            return false
        }
        return configuration.target == next || configuration.alternatives.contains(next)
    }

    /// Begins the next dialog: another Call-ID and From tag.
    private mutating func attempt(_ id: SubscriptionID, _ record: SubscriptionRecord) {
        let callID = newCallID()
        let tag = newTag()
        let configuration = record.configuration
        let own = listener(of: record).map { "<sip:\(configuration.contactUser)@\($0)>" }
        let from = configuration.from ?? own ?? "<sip:\(configuration.contactUser)@invalid>"
        subscriptions[id.slot]?.attempt = SubscriptionRecord.Attempt(
            callID: callID, localTag: tag, from: "\(from);tag=\(tag)")
        subscriptions[id.slot]?.dialogs += 1
        // The one before may have been forgotten in the middle of an exchange.
        subscriptions[id.slot]?.digest?.ended()
        subscriptionIndex[callID] = id
    }

    /// The next SUBSCRIBE: in the dialog if there is one.
    private mutating func subscribe(_ id: SubscriptionID) -> RequestBuilder? {
        guard let record = subscriptions[id.slot], let attempt = record.attempt else { return nil }
        if attempt.dialog != nil { return subscriptions[id.slot]?.attempt?.dialog?.request(.subscribe) }
        let cseq = attempt.cseq + 1
        subscriptions[id.slot]?.attempt?.cseq = cseq
        var builder = RequestBuilder(.subscribe, record.configuration.requestURI)
        builder.add(.from, attempt.from)
        builder.add(.to, record.configuration.to)
        builder.add(.callID, attempt.callID)
        builder.add(.cseq, "\(cseq) SUBSCRIBE")
        return builder
    }

    private func listener(of record: SubscriptionRecord) -> Endpoint? {
        listener(record.configuration.target.kind, to: record.configuration.target.endpoint)
    }

    /// Where a SUBSCRIBE in the dialog goes, if that is an address that we have a listener for.
    private func nextHop(of id: SubscriptionID) -> NextHop? {
        guard let record = subscriptions[id.slot], let uri = record.attempt?.dialog?.nextHopURI else { return nil }
        let target = record.configuration.target
        guard var next = NextHop(uri, fallback: target.kind), hop(next) != nil else { return nil }
        // The peer gave an address of its own: whose certificate it has is still for the configuration to say.
        if next.kind == .tls { next.domain = target.domain }
        return next
    }

    private mutating func schedule(_ id: SubscriptionID) {
        guard let record = subscriptions[id.slot], let deadline = record.machine.deadline else { return }
        if let timer = record.timer, timer <= deadline { return }
        subscriptions[id.slot]?.timer = deadline
        timers.insert(.subscription(id), at: deadline)
    }
}
