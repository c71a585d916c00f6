package import E911Values

/// The non-INVITE client transaction of RFC 3261 section 17.1.2.
///
/// ```
///     Trying --- 1xx ---> Proceeding --- 2xx-6xx ---> Completed --- Timer K ---> Terminated
///        '------------------- 2xx-6xx -------------------^
/// ```
///
/// A provisional response does not stop the retransmissions: they go on at T2, and Timer F runs on.
package enum NonInviteClientTransaction: Equatable, Sendable {
    case trying(Waiting)
    case proceeding(Waiting)
    case completed(Completed)
    case terminated

    package struct Waiting: Equatable, Sendable {
        /// Timer E and the pause before it; `nil` on a reliable transport.
        package var repetition: Repetition?
        /// Timer F.
        package let endsAt: MonotonicTime
    }

    package struct Completed: Equatable, Sendable {
        /// Timer K.
        package let endsAt: MonotonicTime
    }

    package enum Input: Hashable, Sendable {
        case response(ResponseClass)
        case time
        case transportFailed
    }

    package enum Action: Hashable, Sendable {
        /// Nothing to do: a duplicate, or too early.
        case absorb
        /// Send the request again.
        case repeatRequest
        /// Give the response to the user.
        case deliver
        case timedOut
        case transportFailed
        /// The time of this transaction is over.
        case end
    }

    /// Begins when the request is sent.
    /// - Parameter timeout: Timer F; `nil` for 64*T1.
    package init(now: MonotonicTime, timeout: Duration? = nil, _ timers: TransactionTimers) {
        self = .trying(
            Waiting(
                repetition: timers.isReliable ? nil : Repetition(now: now, interval: timers.timing.t1),
                endsAt: now + (timeout ?? timers.timing.giveUp)))
    }

    /// When ``Input/time`` is wanted.
    package var deadline: MonotonicTime? {
        switch self {
        case .trying(let state), .proceeding(let state): Repetition.first(state.repetition, state.endsAt)
        case .completed(let state): state.endsAt
        case .terminated: nil
        }
    }

    package mutating func handle(_ input: Input, at now: MonotonicTime, _ timers: TransactionTimers) -> Action {
        switch self {
        case .trying(let state): waiting(state, isTrying: true, input, now, timers)
        case .proceeding(let state): waiting(state, isTrying: false, input, now, timers)
        case .completed(let state): completed(state, input, now)
        case .terminated: .absorb
        }
    }

    private mutating func waiting(
        _ old: Waiting, isTrying: Bool, _ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers
    ) -> Action {
        switch input {
        case .response(.provisional):
            self = .proceeding(old)
            return .deliver
        case .response(.success), .response(.failure):
            self = timers.isReliable ? .terminated : .completed(Completed(endsAt: now + timers.iK))
            return .deliver
        case .time:
            if old.endsAt <= now {
                self = .terminated
                return .timedOut
            }
            guard let repetition = old.repetition, repetition.at <= now else { return .absorb }
            var state = old
            state.repetition =
                isTrying ? repetition.next(now: now, timers) : Repetition(now: now, interval: timers.timing.t2)
            self = isTrying ? .trying(state) : .proceeding(state)
            return .repeatRequest
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }

    private mutating func completed(_ old: Completed, _ input: Input, _ now: MonotonicTime) -> Action {
        switch input {
        case .response:
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
