public import E911Values

/// What must hold whatever happens: the five invariants of the service, and what they rest on.
public enum Invariant: String, Sendable, CaseIterable {
    /// An emergency INVITE gets a usable 302, in time.
    case answer
    /// Alerting never delays or changes the answer.
    case alerting
    /// The latest caller owns the callback, for as long as it was promised.
    case callback
    /// No device is lost by a notification, and a retired one stays usable.
    case devices
    /// What was answered is on record.
    case record
    /// A device with a live lease keeps its ELIN; a free one is taken before one is displaced.
    case lease
    /// A test call takes nothing from anybody.
    case testCall = "test-call"
    /// No ELIN is sent for a place other than the one that its record names.
    case place
    /// One call is one answer, one record and one lease, however often and by whatever path its INVITE comes.
    case oneCall = "one-call"
    /// Each node of a pair knows how it stands with the other one.
    case pair
    /// One call that both nodes of a pair saw is one alert, and each message of it goes out once.
    case oneAlert = "one-alert"
    /// What a node of a pair that has gone owes, the other one does, soon.
    case takeover
    /// A node of a pair gives of its own share of a place first.
    case share
    /// What one node of a pair wrote, the other one knows.
    case sharing
    /// The parts of a node agree with themselves (`E911Node.violations()`).
    case modules
    /// Long after the last call nothing is left of it.
    case leftovers
    /// Callers reach a gateway.
    case reach
    /// A simulated machine asked for what no host can do, or works without end.
    case machine
}

/// An invariant that did not hold.
public struct Violation: Equatable, Sendable, CustomStringConvertible {
    public var time: MonotonicTime
    public var invariant: Invariant
    public var text: String

    public init(_ invariant: Invariant, _ text: String, at time: MonotonicTime) {
        self.invariant = invariant
        self.text = text
        self.time = time
    }

    /// `12345 ms: [callback] …`
    public var description: String { "\(time.nanoseconds / 1_000_000) ms: [\(invariant.rawValue)] \(text)" }
}

/// Found violations, bounded so that a broken run does not fill the memory.
struct Findings {
    private(set) var all: [Violation] = []

    mutating func add(_ invariant: Invariant, _ text: String, at time: Now) {
        guard all.count < 200 else { return }
        all.append(Violation(invariant, text, at: time.monotonic))
    }
}

extension World {
    /// What machines asked for that no host could do.
    var faults: [Violation] { log.faults.map { Violation(.machine, $0, at: now.monotonic) } }
}
