package import E911Values

/// The INVITE server transaction of RFC 3261 section 17.2.1 with the Accepted state of RFC 6026 section 7.1.
///
/// ```
///             INVITE (200 ms without an answer: 100)
///                |
///          Proceeding --- 2xx ---> Accepted --- Timer L ------.
///                |                                            |
///             3xx-6xx                                         |
///                v                                            v
///           Completed --- ACK ---> Confirmed --- Timer I --> Terminated
///          (Timer G repeats it)                               ^
///                '---------- Timer H: no ACK came ------------'
/// ```
///
/// The machine holds no message: it says when to send the response that its owner keeps, and by its state which octets
/// are still wanted (the request in Proceeding; the response until the ACK or the end of Accepted).
///
/// A 2xx is normally repeated by the user (RFC 3261 section 13.3.1.4). With `untilAcknowledged` the machine does that
/// for a user agent: at T1, doubling to T2, over any transport, until the ACK or 64*T1.
package enum InviteServerTransaction: Equatable, Sendable {
    case proceeding(Proceeding)
    case completed(Completed)
    case accepted(Accepted)
    case confirmed(Confirmed)
    case terminated

    package struct Proceeding: Equatable, Sendable {
        /// When 100 is due; `nil` once any provisional response was sent.
        package var tryingAt: MonotonicTime?
    }

    package struct Completed: Equatable, Sendable {
        /// Timer G and the pause before it; `nil` on a reliable transport.
        package var repetition: Repetition?
        /// Timer H.
        package let endsAt: MonotonicTime

        fileprivate init(now: MonotonicTime, _ timers: TransactionTimers) {
            repetition = timers.isReliable ? nil : Repetition(now: now, interval: timers.timing.t1)
            endsAt = now + timers.timing.giveUp
        }
    }

    package struct Accepted: Equatable, Sendable {
        /// When the 2xx is sent again; `nil` when the user does that, or its ACK has come.
        package var repetition: Repetition?
        /// Timer L.
        package let endsAt: MonotonicTime

        fileprivate init(now: MonotonicTime, _ timers: TransactionTimers, untilAcknowledged: Bool) {
            repetition = untilAcknowledged ? Repetition(now: now, interval: timers.timing.t1) : nil
            endsAt = now + timers.timing.giveUp
        }
    }

    package struct Confirmed: Equatable, Sendable {
        /// Timer I.
        package let endsAt: MonotonicTime
    }

    package enum Input: Hashable, Sendable {
        /// The INVITE again.
        case request
        /// An ACK with the branch of the INVITE.
        case ack
        /// The ACK of the 2xx, found by its dialog.
        case ackOfSuccess
        case respond(ResponseClass, untilAcknowledged: Bool)
        case time
        case transportFailed
    }

    package enum Action: Hashable, Sendable {
        /// Nothing to do: a duplicate, or too early.
        case absorb
        /// Send the response that the user gave.
        case send
        case sendTrying
        /// Send the last response again.
        case repeatResponse
        /// Tell the user of the ACK.
        case acknowledged
        /// An ACK to a 2xx that the user repeats, or one more of an ACK that came: the user's.
        case passAck
        /// No ACK came in time.
        case unacknowledged
        case transportFailed
        /// The time of this transaction is over.
        case end
        /// The peer's error: an ACK of nothing.
        case peerError
        /// Our error: a response where none may be given.
        case misuse
    }

    /// Begins with the arrival of the INVITE.
    package init(now: MonotonicTime, _ timers: TransactionTimers) {
        self = .proceeding(Proceeding(tryingAt: now + timers.trying))
    }

    /// When ``Input/time`` is wanted.
    package var deadline: MonotonicTime? {
        switch self {
        case .proceeding(let state): state.tryingAt
        case .completed(let state): Repetition.first(state.repetition, state.endsAt)
        case .accepted(let state): Repetition.first(state.repetition, state.endsAt)
        case .confirmed(let state): state.endsAt
        case .terminated: nil
        }
    }

    package mutating func handle(_ input: Input, at now: MonotonicTime, _ timers: TransactionTimers) -> Action {
        switch self {
        case .proceeding(let state): proceeding(state, input, now, timers)
        case .completed(let state): completed(state, input, now, timers)
        case .accepted(let state): accepted(state, input, now, timers)
        case .confirmed(let state): confirmed(state, input, now)
        case .terminated:
            switch input {
            case .respond: .misuse
            case .request, .ack, .ackOfSuccess, .time, .transportFailed: .absorb
            }
        }
    }

    private mutating func proceeding(
        _ old: Proceeding, _ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers
    ) -> Action {
        switch input {
        case .request:
            // Before the first provisional response there is nothing to repeat.
            return old.tryingAt == nil ? .repeatResponse : .absorb
        case .ack, .ackOfSuccess:
            return .peerError
        case .respond(.provisional, _):
            self = .proceeding(Proceeding(tryingAt: nil))
            return .send
        case .respond(.success, let untilAcknowledged):
            self = .accepted(Accepted(now: now, timers, untilAcknowledged: untilAcknowledged))
            return .send
        case .respond(.failure, _):
            self = .completed(Completed(now: now, timers))
            return .send
        case .time:
            guard let tryingAt = old.tryingAt, tryingAt <= now else { return .absorb }
            self = .proceeding(Proceeding(tryingAt: nil))
            return .sendTrying
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }

    private mutating func completed(
        _ old: Completed, _ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers
    ) -> Action {
        switch input {
        case .request:
            return .repeatResponse
        case .ack:
            let confirmed = Confirmed(endsAt: now + timers.iK)
            self = timers.isReliable ? .terminated : .confirmed(confirmed)
            return .acknowledged
        case .ackOfSuccess:
            return .peerError
        case .respond:
            return .misuse
        case .time:
            if old.endsAt <= now {
                self = .terminated
                return .unacknowledged
            }
            guard let repetition = old.repetition, repetition.at <= now else { return .absorb }
            var state = old
            state.repetition = repetition.next(now: now, timers)
            self = .completed(state)
            return .repeatResponse
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }

    private mutating func accepted(
        _ old: Accepted, _ input: Input, _ now: MonotonicTime, _ timers: TransactionTimers
    ) -> Action {
        switch input {
        case .request:
            // RFC 6026 section 7.1: absorbed; whoever sent the 2xx repeats it.
            return .absorb
        case .ack, .ackOfSuccess:
            // The ACK of a 2xx has a branch of its own; some clients use that of the INVITE (pjproject issue 113).
            guard old.repetition != nil else { return .passAck }
            var state = old
            state.repetition = nil
            self = .accepted(state)
            return .acknowledged
        case .respond(.success, _):
            // Further 2xx of the user: repetitions, or those of a forked request that we forward.
            return .send
        case .respond(.provisional, _), .respond(.failure, _):
            return .misuse
        case .time:
            if old.endsAt <= now {
                self = .terminated
                return old.repetition == nil ? .end : .unacknowledged
            }
            guard let repetition = old.repetition, repetition.at <= now else { return .absorb }
            var state = old
            state.repetition = repetition.next(now: now, timers)
            self = .accepted(state)
            return .repeatResponse
        case .transportFailed:
            self = .terminated
            return .transportFailed
        }
    }

    private mutating func confirmed(_ old: Confirmed, _ input: Input, _ now: MonotonicTime) -> Action {
        switch input {
        case .request, .ack:
            return .absorb
        case .ackOfSuccess:
            return .peerError
        case .respond:
            return .misuse
        case .time:
            guard old.endsAt <= now else { return .absorb }
            self = .terminated
            return .end
        case .transportFailed:
            // Nothing is left to send.
            self = .terminated
            return .end
        }
    }
}

/// A message that is sent again after growing pauses.
package struct Repetition: Hashable, Sendable {
    /// When it is due.
    package let at: MonotonicTime
    /// The pause before it.
    package let interval: Duration

    package init(now: MonotonicTime, interval: Duration) {
        at = now + interval
        self.interval = interval
    }

    /// The one behind this: after twice the pause, at most T2. Counted from now, so that a late turn makes no burst.
    package func next(now: MonotonicTime, _ timers: TransactionTimers) -> Repetition {
        Repetition(now: now, interval: timers.doubled(interval))
    }

    /// The earlier of the two.
    package static func first(_ repetition: Repetition?, _ end: MonotonicTime) -> MonotonicTime {
        guard let repetition else { return end }
        return min(repetition.at, end)
    }
}
