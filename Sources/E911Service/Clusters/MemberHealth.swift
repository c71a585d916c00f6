import E911Values

/// What is known of one member of a call server: whether its subscription lives, and whether it answers our OPTIONS.
struct MemberHealth: Equatable, Sendable {
    enum Subscription: Equatable, Sendable {
        /// It was not answered yet, or it is being made anew because the member ended it in good order.
        case pending
        case standing
        /// It was accepted, and nothing was told (RFC 3680 promises full state).
        case mute
        case failed(String)
    }

    enum Answers: Equatable, Sendable {
        /// No OPTIONS has had its outcome yet, or none is sent.
        case unasked
        /// This many of the last OPTIONS in a row had no answer.
        case answering(missed: Int)
        case silent
    }

    enum Verdict: Equatable, Sendable {
        /// Neither well nor failed: nothing was heard of it yet.
        case unproven
        case well
        case failed(String)
    }

    /// What happened to a member.
    enum Input: Equatable, Sendable {
        case subscription(Subscription)
        /// A NOTIFY with a body came.
        case told
        /// An OPTIONS was answered.
        case answered
        /// It was not.
        case missed
    }

    private(set) var subscription = Subscription.pending
    private(set) var answers = Answers.unasked
    /// Since when it is well.
    private(set) var wellSince: MonotonicTime?
    /// Whether it has ever failed: then it has to prove itself for the hold-down.
    private(set) var hasFailed = false

    init() {}

    var verdict: Verdict {
        if case .failed(let reason) = subscription { return .failed(reason) }
        if answers == .silent { return .failed("it does not answer OPTIONS") }
        // What was pending before a failure was mended is no proof.
        if subscription == .pending {
            return wellSince == nil && hasFailed ? .failed("its subscription is not back") : .unproven
        }
        return .well
    }

    /// - Parameter misses: OPTIONS in a row without an answer that count as silence.
    mutating func take(_ input: Input, misses: Int, at now: MonotonicTime) {
        switch (input, answers) {
        case (.subscription(let state), _): subscription = state
        case (.told, _): if subscription == .mute { subscription = .standing }
        case (.answered, _): answers = .answering(missed: 0)
        case (.missed, .unasked): answers = misses > 1 ? .answering(missed: 1) : .silent
        case (.missed, .answering(let missed)): answers = missed + 1 < misses ? .answering(missed: missed + 1) : .silent
        case (.missed, .silent): break
        }
        switch verdict {
        case .well: wellSince = wellSince ?? now
        case .failed:
            wellSince = nil
            hasFailed = true
        case .unproven: break
        }
    }

    /// From when on it may take the place of another member; `nil` while it may not at all.
    ///
    /// One that has just missed an OPTIONS may be on its way down too, and one that tells nothing is no source.
    func eligible(after holdDown: Duration) -> MonotonicTime? {
        guard verdict == .well, subscription == .standing, let wellSince else { return nil }
        switch answers {
        case .unasked, .answering(missed: 0): return hasFailed ? wellSince + holdDown : wellSince
        case .answering, .silent: return nil
        }
    }
}
