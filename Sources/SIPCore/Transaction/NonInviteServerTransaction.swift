package import E911Values

/// The non-INVITE server transaction of RFC 3261 section 17.2.2.
///
/// ```
///     Trying --- 1xx ---> Proceeding --- 2xx-6xx ---> Completed --- Timer J ---> Terminated
///        '------------------- 2xx-6xx -------------------^
/// ```
///
/// Beyond the RFC: a request that the user has not answered within 64*T1 is forgotten, since the client has given up by
/// Timer F and an answer would find nobody (RFC 4320 section 4.2).
package enum NonInviteServerTransaction: Equatable, Sendable {
    case trying(Unanswered)
    case proceeding(Unanswered)
    case completed(Completed)
    case terminated

    package struct Unanswered: Equatable, Sendable {
        package let endsAt: MonotonicTime
    }

    package struct Completed: Equatable, Sendable {
        /// Timer J.
        package let endsAt: MonotonicTime
    }

    package enum Input: Hashable, Sendable {
        /// The request again.
        case request
        case respond(ResponseClass)
        case time
        case transportFailed
    }

    package enum Action: Hashable, Sendable {
        /// Nothing to do: a duplicate, or too early.
        case absorb
        /// Send the response that the user gave.
        case send
        /// Send the last response again.
        case repeatResponse
        case transportFailed
        /// The user did not answer in time.
        case unanswered
        /// The time of this transaction is over.
        case end
        /// Our error: a response where none may be given.
        case misuse
    }

    /// Begins with the arrival of the request.
    package init(now: MonotonicTime, _ timers: TransactionTimers) {
        self = .trying(Unanswered(endsAt: now + timers.timing.giveUp))
    }

    /// When ``Input/time`` is wanted.
    package var deadline: MonotonicTime? {
        switch self {
        case .trying(let state), .proceeding(let state): state.endsAt
        case .completed(let state): state.endsAt
        case .terminated: nil
        }
    }

    package mutating func handle(_ input: Input, at now: MonotonicTime, _ timers: TransactionTimers) -> Action {
        switch self {
        case .trying(let state): unanswered(state, isTrying: true, input, now, timers)
        case .proceeding(let state): unanswered(state, isTrying: false, input, now, timers)
        case .completed(let state): completed(state, input, now)
        case .terminated:
            switch input {
            case .respond: .misuse
            case .request, .time, .transportFailed: .absorb
            }
        }
    }

    private mutating func unanswered(
        _ old: Unanswered, isTrying: Bool, _ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers
    ) -> Action {
        switch input {
        case .request:
            return isTrying ? .absorb : .repeatResponse
        case .respond(.provisional):
            self = .proceeding(old)
            return .send
        case .respond(.success), .respond(.failure):
            self = timers.isReliable ? .terminated : .completed(Completed(endsAt: now + timers.j))
            return .send
        case .time:
            guard old.endsAt <= now else { return .absorb }
            self = .terminated
            return .unanswered
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }

    private mutating func completed(_ old: Completed, _ input: Input, _ now: MonotonicTime) -> Action {
        switch input {
        case .request:
            return .repeatResponse
        case .respond:
            return .misuse
        case .time:
            guard old.endsAt <= now else { return .absorb }
            self = .terminated
            return .end
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }
}
