import E911Values

/// Which node of a pair binds numbers of pools, and tells the ALI side of them: never both.
///
/// A node claims it in its heartbeat, and begins when the store has that heartbeat and it has read what the other one wrote
/// up to then: of two that claim at once at least one sees the other's claim. It goes on for as long as the store takes its
/// heartbeats. The other one claims when it has been silent for longer than that.
struct LeadBook: Equatable, Sendable {
    enum Stage: Equatable, Sendable {
        /// The other node does, or nobody.
        case follows
        /// It wants to, and is not sure of the other one yet.
        case claims
        case leads
    }

    private struct Given: Equatable, Sendable {
        var number: UInt64
        var at: MonotonicTime
        var claims: Bool
    }

    private let limits: PairLimits
    private let isSecond: Bool
    private(set) var stage = Stage.follows
    /// Heartbeats that the store did not have when it was looked last: when each was given, and whether it claims.
    private var given: [Given] = []
    /// When the last heartbeat that claims, and that the store has, was given.
    private var storedAt: MonotonicTime?
    /// What is answered to a question behind this one was written when the store had a claim of this node already.
    private var claimedBefore: FetchToken?
    private var hasRead = false

    init(_ limits: PairLimits, isSecond: Bool) {
        self.limits = limits
        self.isSecond = isSecond
    }

    var claims: Bool { stage != .follows }

    /// A heartbeat was given to the store.
    mutating func gave(_ number: UInt64, at now: MonotonicTime) {
        // A store that is away lets them replace each other.
        if given.count >= 64 { given.removeFirst(32) }
        given.append(Given(number: number, at: now, claims: claims))
    }

    /// The store has heartbeats up to this one.
    ///
    /// - Parameter last: the last question that was asked.
    mutating func stored(_ number: UInt64, last: FetchToken) {
        guard let first = given.first, first.number <= number else { return }
        // Of those that were replaced before they left none is known to be there but the last.
        let there = given.last { $0.number <= number }
        given.removeAll { $0.number <= number }
        guard let there, there.claims, there.number == number else { return }
        storedAt = there.at
        if claimedBefore == nil, stage == .claims { claimedBefore = last }
    }

    /// All that the store had when it was asked has been read.
    mutating func read(_ token: FetchToken) {
        if let claimedBefore, token.rawValue > claimedBefore.rawValue { hasRead = true }
    }

    /// Time has passed, before anything else is done: a node that has slept does not bind numbers any more.
    mutating func fence(at now: MonotonicTime) {
        guard stage == .leads, storedAt.map({ now - $0 > limits.fence }) ?? true else { return }
        claim()
    }

    private mutating func claim() {
        stage = .claims
        // A claim of before says nothing.
        given = []
        (storedAt, claimedBefore, hasRead) = (nil, nil, false)
    }

    /// Whether the other node binds numbers, or is about to.
    func isPeerLeading(_ peer: PeerBook, now: MonotonicTime) -> Bool {
        // Of a version that says nothing of it the first node always does.
        (peer.row.map { $0.leads ?? isSecond } ?? false) && !peer.isAbsent(for: limits.lead, at: now)
    }

    /// Decides anew.
    ///
    /// - Parameters:
    ///   - isReady: what numbers are bound to is known from the store, and all that has come of the other node was taken over.
    mutating func decide(_ peer: PeerBook, isReady: Bool, now: MonotonicTime) {
        let isAbsent = peer.isAbsent(for: limits.lead, at: now)
        let peerClaims = isPeerLeading(peer, now: now)
        switch stage {
        case .follows:
            guard isReady, peer.isConnected(at: now), !peerClaims, !isSecond || isAbsent else { return }
            claim()
        case .claims, .leads:
            if isSecond, peerClaims {
                stage = .follows
            } else if stage == .leads, peerClaims {
                // It took this one for gone, whatever this one's clock says: not before it has given way.
                claim()
            } else if stage == .claims, isReady, hasRead, !peerClaims, let storedAt, now - storedAt <= limits.fence {
                stage = .leads
            }
        }
    }
}
