import E911Values
import ELINEngine

/// Pushes changes of ALI records: one batch at a time, told to the store before it leaves, repeated until it is confirmed.
///
/// What is owed follows from the rows of the store and the site, so nothing else has to be remembered: a start finds what
/// was told and not confirmed, and tells it again.
struct ALIPush: Equatable, Sendable {
    /// Most records of one request.
    static let batch = 100
    static let firstRetry: Duration = .seconds(1)
    static let longestRetry: Duration = .seconds(300)
    /// How long a record rests that the far side has refused.
    static let refusalRest: Duration = .seconds(900)

    struct Batch: Equatable, Sendable {
        var number: UInt64
        var elins: [TelephoneNumber]
        var body: [UInt8]
        var state: State
        var failures = 0
    }

    enum State: Equatable, Sendable {
        /// It leaves when the store has everything up to this counter.
        case storing(UInt64)
        case posted(PostToken)
        /// It failed, and leaves again at this time.
        case resting(MonotonicTime)
    }

    /// Numbers that may be owed something, each once, in the order in which they changed.
    private var queue = OnceQueue<TelephoneNumber>()
    /// From where on all numbers are still to be looked at, since the site or the store was taken over.
    var scanFrom: Int?
    var current: Batch?
    /// Records of one request at present: one by one after a refusal, to find the record that was meant.
    private(set) var singles = 0
    /// Numbers whose record was refused, and when they are tried again.
    private var refused: [TelephoneNumber] = []
    private(set) var refusedUntil: MonotonicTime?
    /// The rows that change are those that are being told: no reason to look at them again.
    var isTelling = false
    private var lastToken: UInt64 = 0

    init() {}

    mutating func add(_ elin: TelephoneNumber) {
        if !isTelling, !refused.contains(elin) { queue.add(elin) }
    }

    /// The site is another one: what was refused may be right now.
    mutating func lookAnew() {
        scanFrom = 0
        refused = []
        refusedUntil = nil
    }

    mutating func rest(_ elins: [TelephoneNumber], now: Now) {
        refused += elins
        refusedUntil = refusedUntil ?? now.monotonic + Self.refusalRest
    }

    mutating func retryRefused() {
        let elins = refused
        refused = []
        refusedUntil = nil
        for elin in elins { add(elin) }
    }

    mutating func next() -> TelephoneNumber? { queue.next() }

    /// Most records of the next batch.
    var room: Int { singles > 0 ? 1 : Self.batch }

    /// A batch of several was refused: its records go one by one.
    mutating func split(_ elins: [TelephoneNumber]) {
        singles = elins.count
        for elin in elins { add(elin) }
    }

    mutating func sentOne() { singles = max(0, singles - 1) }

    mutating func nextToken() -> PostToken {
        lastToken += 1
        return PostToken(rawValue: lastToken << 1)
    }

    static func rest(after failures: Int) -> Duration {
        min(longestRetry, firstRetry * (1 << min(max(failures - 1, 0), 10)))
    }

    /// When something is due that no input brings.
    var deadline: MonotonicTime? {
        if scanFrom != nil || (current == nil && !queue.isEmpty) { return MonotonicTime(nanoseconds: .min) }
        if case .resting(let until) = current?.state { return refusedUntil.map { min($0, until) } ?? until }
        return refusedUntil
    }
}
