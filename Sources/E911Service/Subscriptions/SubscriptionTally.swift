/// How the subscriptions of one member fare together: with one for each address of record, a single one that is refused
/// says nothing of the member.
struct SubscriptionTally: Equatable, Sendable {
    /// Accepted, and not failed or ended since.
    private(set) var standing = 0
    /// Failures in a row for which the member itself is to blame: no answer, no transport, 408, 5xx.
    private(set) var passingFailures = 0

    /// So many of them mean that the member does not serve, though some subscriptions still stand.
    static let mostPassingFailures = 3

    /// What a change means for the member; `nil` for nothing.
    typealias Meaning = MemberHealth.Subscription?

    mutating func accepted(wasStanding: Bool) -> Meaning {
        if !wasStanding { standing += 1 }
        passingFailures = 0
        return .standing
    }

    /// - Parameter status: of the refusal; `nil` when there was no answer.
    mutating func failed(status: Int?, reason: String, wasStanding: Bool) -> Meaning {
        if wasStanding { standing -= 1 }
        let isPassing = status.map { $0 == 408 || (500..<600).contains($0) } ?? true
        if isPassing { passingFailures += 1 }
        guard standing == 0 || passingFailures >= Self.mostPassingFailures else { return nil }
        return .failed(Self.text(status: status, reason: reason))
    }

    /// A refusal, or that there was no answer, for people.
    static func text(status: Int?, reason: String) -> String { status.map { "\($0) \(reason)" } ?? reason }

    /// - Parameter isRenewed: it is asked for again at once.
    mutating func terminated(reason: String, isRenewed: Bool, wasStanding: Bool) -> Meaning {
        if wasStanding { standing -= 1 }
        guard standing == 0 else { return nil }
        guard !isRenewed else { return .pending }
        return .failed("ended by the SIP Server: \(reason.isEmpty ? "its time is over" : reason)")
    }

    /// It is not wanted any more.
    mutating func ended(wasStanding: Bool) {
        if wasStanding { standing -= 1 }
    }
}
