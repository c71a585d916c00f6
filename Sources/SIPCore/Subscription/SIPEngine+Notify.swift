internal import E911Values

/// NOTIFYs: answered by their headers alone, before anybody looks at the body.
extension SIPEngine {
    /// The subscription that a NOTIFY belongs to: by its Call-ID, our tag in its To, and the dialog's tag in its From.
    /// While there is no dialog yet, the NOTIFY may make it.
    func subscription(of notify: SIPMessage) -> SubscriptionID? {
        guard let callID = try? notify.callID(), let id = subscriptionIndex[String(callID)],
            let attempt = subscriptions[id.slot]?.attempt, let tag = try? notify.to().tag, tag.equals(attempt.localTag),
            let from = try? notify.from().tag
        else { return nil }
        if let dialog = attempt.dialog, !from.equals(dialog.remoteTag) { return nil }
        return id
    }

    mutating func receiveNotify(
        _ notify: SIPMessage, _ id: SubscriptionID, _ transaction: ServerTransactionID, _ now: MonotonicTime
    ) {
        guard let record = subscriptions[id.slot], var attempt = record.attempt, let cseq = try? notify.cseq().number
        else { return }
        if let refusal = refusal(of: notify, record.configuration) {
            return respond(transaction, refusal, false, now)
        }
        let verdict = attempt.order.take(cseq, at: now)
        guard verdict != .stale else {
            respond(transaction, ResponseBuilder(to: notify, status: 500), false, now)
            return tell(.subscription(id, .outOfOrder(cseq: cseq)))
        }
        respond(transaction, ResponseBuilder(to: notify, status: 200), false, now)
        guard verdict != .repeated else { return }
        if attempt.dialog == nil {
            attempt.dialog = Dialog(server: notify, localTag: attempt.localTag, localCSeq: attempt.cseq)
        } else if verdict != .fillsGap {
            // A late one names a target that a newer one may have replaced.
            attempt.dialog?.refreshTarget(from: notify)
        }
        let isFirst = !attempt.isNotified
        attempt.isNotified = true
        subscriptions[id.slot]?.attempt = attempt
        let header = state(of: notify)
        let state: SubscriptionNotify.State
        switch header?.state {
        case .pending: state = .pending
        case .terminated: state = .terminated
        case .active, .other, nil: state = .active
        }
        tell(
            .subscription(
                id,
                .notify(
                    SubscriptionNotify(
                        message: notify, cseq: cseq, state: state, dialog: record.dialogs, isFirst: isFirst,
                        gapBefore: verdict == .behindGap, fillsGap: verdict == .fillsGap))))
        if state == .terminated {
            let cause = Cause(terminated: header?.reason)
            step(id, .terminated(reason(header?.reason), retryAfter: header?.retryAfter), now, cause)
        } else {
            step(id, .notified(expires: header?.expires, hasBody: !notify.body.isEmpty), now)
        }
    }

    /// The answer to a NOTIFY that cannot be used: 481, 489, 415 or 413. A missing Content-Type is no reason, since an
    /// error answer costs the subscription.
    private func refusal(of notify: SIPMessage, _ configuration: SubscriptionConfiguration) -> ResponseBuilder? {
        guard let event = (try? notify.event()) ?? nil, event.isPackage(configuration.event) else {
            var response = ResponseBuilder(to: notify, status: 489)
            response.add(.allowEvents, configuration.event)
            return response
        }
        // The id is a part of the key of a subscription (RFC 6665 section 4.5.2), and ours have none.
        guard event.id == nil else { return ResponseBuilder(to: notify, status: 481) }
        guard !notify.body.isEmpty else { return nil }
        if let encoding = notify.first(.contentEncoding), !encoding.isEmpty, !encoding.equalsIgnoringCase("identity") {
            var response = ResponseBuilder(to: notify, status: 415)
            response.add(.acceptEncoding, "identity")
            return response
        }
        // Mostly it is what was asked for, letter by letter.
        if let type = notify.first(.contentType), !type.isEmpty,
            ((try? notify.single(.contentType)) ?? nil)?.equalsIgnoringCase(configuration.accept) != true,
            ((try? notify.contentType()) ?? nil)?.matches(configuration.accept) != true
        {
            var response = ResponseBuilder(to: notify, status: 415)
            response.add(.accept, configuration.accept)
            return response
        }
        return notify.body.count > configuration.bodyOctets ? ResponseBuilder(to: notify, status: 413) : nil
    }

    /// The Subscription-State; absent (as in the examples of RFC 3680) or unreadable means active, and is counted.
    private mutating func state(of notify: SIPMessage) -> SubscriptionStateHeader? {
        if let state = (try? notify.subscriptionState()) ?? nil { return state }
        counters.notifiesWithoutState &+= 1
        return nil
    }

    private func reason(_ text: SIPText?) -> ClientSubscription.Reason {
        guard let text else { return .later }
        if text.equalsIgnoringCase("deactivated") || text.equalsIgnoringCase("timeout") { return .atOnce }
        if text.equalsIgnoringCase("rejected") || text.equalsIgnoringCase("invariant") { return .rejected }
        if text.equalsIgnoringCase("noresource") { return .noResource }
        return .later
    }
}
