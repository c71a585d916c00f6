/// The three times from which all transaction timers are made (RFC 3261 section 17 and its table 4).
public struct TransactionTiming: Equatable, Sendable {
    /// The estimated round trip. Default 500 ms.
    public var t1: Duration
    /// The longest pause between retransmissions of a non-INVITE request and of a response to INVITE. Default 4 s.
    public var t2: Duration
    /// The longest time that a message stays in the network. Default 5 s.
    public var t4: Duration

    public init(t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5)) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
    }

    /// 64*T1: Timers B, F, H, J, L, M, and N of RFC 6665.
    public var giveUp: Duration {
        // Six times doubled: to multiply a duration takes five hundred instructions.
        var time = t1
        for _ in 0..<6 { time += time }
        return time
    }
}

/// The timers of one transaction: the three times, and whether its transport retransmits by itself.
package struct TransactionTimers: Equatable, Sendable {
    package var timing: TransactionTiming
    package var isReliable: Bool
    /// How long a server waits before it sends 100 by itself (RFC 3261 section 17.2.1).
    package var trying: Duration

    package init(_ timing: TransactionTiming, isReliable: Bool, trying: Duration = .milliseconds(200)) {
        self.timing = timing
        self.isReliable = isReliable
        self.trying = trying
    }

    /// The pause behind a retransmission (`interval` was the one before it): twice as long, at most T2.
    package func doubled(_ interval: Duration) -> Duration { min(interval * 2, timing.t2) }

    /// Timer D: at least 32 s, or 64*T1 if that is longer; nothing on a reliable transport.
    package var d: Duration { isReliable ? .zero : max(.seconds(32), timing.giveUp) }
    /// Timers I and K.
    package var iK: Duration { isReliable ? .zero : timing.t4 }
    /// Timer J.
    package var j: Duration { isReliable ? .zero : timing.giveUp }
}

/// What a transaction sees of a response: its class.
package enum ResponseClass: Hashable, Sendable, CaseIterable {
    /// 1xx
    case provisional
    /// 2xx
    case success
    /// 3xx to 6xx
    case failure

    package init(status: Int) {
        self = status < 200 ? .provisional : status < 300 ? .success : .failure
    }
}
