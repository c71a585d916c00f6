public import E911Values

/// Challenges to SUBSCRIBE. They are answered below the machine of the subscription, which waits on for the answer to
/// the SUBSCRIBE that it has asked for (RFC 3261 section 22.2).
extension SIPEngine {
    /// Gives a subscription another account, or none. What was known of the server's challenges is forgotten; if its last
    /// SUBSCRIBE was refused, the next one is sent now.
    public mutating func authenticate(
        _ id: SubscriptionID, as account: DigestAccount?, now: Now
    ) -> [EngineEffect] {
        guard let record = subscriptions[id.slot], record.configuration.account != account else { return drain() }
        let client = digest(account)
        subscriptions[id.slot]?.configuration.account = account
        subscriptions[id.slot]?.digest = client
        if record.machine.isRefused { step(id, .refresh, now.monotonic) }
        return drain()
    }

    func digest(_ account: DigestAccount?) -> DigestClient? {
        guard let account, let hash = configuration.digest else { return nil }
        return DigestClient(account: account, hash: hash)
    }

    /// Answers a 401 or 407 with the same SUBSCRIBE once more: same Call-ID and From tag, CSeq one higher, credentials.
    /// - Returns: why it is not answered; `nil` if it is.
    mutating func answerChallenge(
        _ id: SubscriptionID, _ response: SIPMessage, _ now: MonotonicTime
    ) -> String? {
        guard let record = subscriptions[id.slot], let asked = record.attempt?.asked else { return "" }
        guard var digest = record.digest else {
            counters.challengesRefused &+= 1
            return record.configuration.account == nil
                ? "it asks for a password, and none is configured" : "there are no hash functions to answer with"
        }
        let verdict = digest.challenged(by: response, identifiers: &identifiers)
        subscriptions[id.slot]?.digest = digest
        switch verdict {
        case .refused(let refusal):
            counters.challengesRefused &+= 1
            return refusal.description
        case .retry:
            // Its end is wanted already: what is not begun needs no end, and what stands is ended by another request.
            if case .unsubscribing(.awaitingAnswer) = record.machine { return "its end is wanted" }
            counters.challengesAnswered &+= 1
            transmit(id, expires: asked, now)
            return nil
        }
    }
}
