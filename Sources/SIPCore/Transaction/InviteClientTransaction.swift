package import E911Values

/// The INVITE client transaction of RFC 3261 section 17.1.1 with the Accepted state of RFC 6026 section 7.2, and the
/// right moment of a CANCEL (RFC 3261 section 9.1).
///
/// ```
///     Calling --- 1xx ---> Proceeding --- 2xx ---> Accepted --- Timer M ---> Terminated
///        |                     |                                               ^
///        '------ 3xx-6xx ------'-- ACK --> Completed --- Timer D --------------'
/// ```
///
/// A CANCEL wanted in Calling waits for the first provisional response. After a CANCEL the final response is waited for
/// 64*T1 and no longer.
package enum InviteClientTransaction: Equatable, Sendable {
    case calling(Calling)
    case proceeding(Proceeding)
    case completed(Completed)
    case accepted(Accepted)
    case terminated

    package struct Calling: Equatable, Sendable {
        /// Timer A and the pause before it; `nil` on a reliable transport.
        package var repetition: Repetition?
        /// Timer B.
        package let endsAt: MonotonicTime
        /// The user wants to cancel as soon as that is allowed.
        package var isCancelled: Bool
    }

    package struct Proceeding: Equatable, Sendable {
        /// When to give up behind a CANCEL; `nil` without one.
        package var cancelEndsAt: MonotonicTime?
    }

    package struct Completed: Equatable, Sendable {
        /// Timer D.
        package let endsAt: MonotonicTime
    }

    package struct Accepted: Equatable, Sendable {
        /// Timer M.
        package let endsAt: MonotonicTime
    }

    package enum Input: Hashable, Sendable {
        case response(ResponseClass)
        /// The user wants the request cancelled.
        case cancel
        case time
        case transportFailed
    }

    package enum Action: Hashable, Sendable {
        /// Nothing to do: a duplicate, too early, or a race that was lost.
        case absorb
        /// Send the request again.
        case repeatRequest
        /// Give the response to the user.
        case deliver
        /// Give the response to the user, and send the CANCEL that waited for it.
        case deliverAndCancel
        /// Send the ACK, and give the response to the user.
        case acknowledgeAndDeliver
        /// Send the ACK again.
        case repeatAck
        case cancel
        case timedOut
        case transportFailed
        /// The time of this transaction is over.
        case end
    }

    /// Begins when the INVITE is sent.
    /// - Parameter timeout: Timer B; `nil` for 64*T1.
    package init(now: MonotonicTime, timeout: Duration? = nil, _ timers: TransactionTimers) {
        self = .calling(
            Calling(
                repetition: timers.isReliable ? nil : Repetition(now: now, interval: timers.timing.t1),
                endsAt: now + (timeout ?? timers.timing.giveUp), isCancelled: false))
    }

    /// When ``Input/time`` is wanted.
    package var deadline: MonotonicTime? {
        switch self {
        case .calling(let state): Repetition.first(state.repetition, state.endsAt)
        case .proceeding(let state): state.cancelEndsAt
        case .completed(let state): state.endsAt
        case .accepted(let state): state.endsAt
        case .terminated: nil
        }
    }

    package mutating func handle(_ input: Input, at now: MonotonicTime, _ timers: TransactionTimers) -> Action {
        switch self {
        case .calling(let state): calling(state, input, now, timers)
        case .proceeding(let state): proceeding(state, input, now, timers)
        case .completed(let state): completed(state, input, now)
        case .accepted(let state): accepted(state, input, now)
        case .terminated: .absorb
        }
    }

    private mutating func calling(
        _ old: Calling, _ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers
    ) -> Action {
        switch input {
        case .response(.provisional):
            self = .proceeding(Proceeding(cancelEndsAt: old.isCancelled ? now + timers.timing.giveUp : nil))
            return old.isCancelled ? .deliverAndCancel : .deliver
        case .response(.success), .response(.failure):
            return final(input, now, timers)
        case .cancel:
            var state = old
            state.isCancelled = true
            self = .calling(state)
            return .absorb
        case .time:
            if old.endsAt <= now {
                self = .terminated
                return .timedOut
            }
            guard let repetition = old.repetition, repetition.at <= now else { return .absorb }
            var state = old
            // Timer A doubles without the bound of T2 (RFC 3261 section 17.1.1.2).
            state.repetition = Repetition(now: now, interval: repetition.interval * 2)
            self = .calling(state)
            return .repeatRequest
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }

    private mutating func proceeding(
        _ old: Proceeding, _ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers
    ) -> Action {
        switch input {
        case .response(.provisional):
            return .deliver
        case .response(.success), .response(.failure):
            return final(input, now, timers)
        case .cancel:
            guard old.cancelEndsAt == nil else { return .absorb }
            self = .proceeding(Proceeding(cancelEndsAt: now + timers.timing.giveUp))
            return .cancel
        case .time:
            guard let end = old.cancelEndsAt, end <= now else { return .absorb }
            self = .terminated
            return .timedOut
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }

    private mutating func final(_ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers) -> Action {
        if input == .response(.success) {
            self = .accepted(Accepted(endsAt: now + timers.timing.giveUp))
            return .deliver
        }
        self = timers.isReliable ? .terminated : .completed(Completed(endsAt: now + timers.d))
        return .acknowledgeAndDeliver
    }

    private mutating func completed(_ old: Completed, _ input: Input, _ now: MonotonicTime) -> Action {
        switch input {
        case .response(.failure):
            return .repeatAck
        case .response(.provisional), .response(.success), .cancel:
            return .absorb
        case .time:
            guard old.endsAt <= now else { return .absorb }
            self = .terminated
            return .end
        case .transportFailed:
            // The user has its final response; only the repetition of the ACK is lost.
            self = .terminated
            return .end
        }
    }

    private mutating func accepted(_ old: Accepted, _ input: Input, _ now: MonotonicTime) -> Action {
        switch input {
        case .response(.success):
            // Repetitions and the 2xx of other forks: the user acknowledges each.
            return .deliver
        case .response(.provisional), .response(.failure), .cancel:
            return .absorb
        case .time:
            guard old.endsAt <= now else { return .absorb }
            self = .terminated
            return .end
        case .transportFailed:
            self = .terminated
            return .end
        }
    }
}
