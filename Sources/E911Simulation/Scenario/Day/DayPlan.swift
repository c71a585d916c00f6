import E911Values

/// What a ``SimulatedDay`` is made of, beside its seed.
public struct DayPlan: Equatable, Sendable {
    public var site = SimulatedSite.Plan()
    public var calls = 1000
    /// On the average.
    public var callsAMinute = 120.0
    public var faults = Fault.ofOneNode
    /// Between faults, on the average.
    public var secondsBetweenFaults = 12.0
    /// Whether the seed chooses ways of the site that the first comment of a trace does not tell: how the SIP Server is
    /// named, how long leases last… A recording that is to be replayed wants none.
    public var variesAll = true
    /// Only these events of the seed happen; `nil` is all.
    public var events: Set<Int>?
    /// Whether the day ends when something was found.
    public var stopsAtFirst = false

    public init() {
        site.phones = 150
        site.floors = 4
    }

    /// Two nodes that share one store.
    ///
    /// - Parameter faults: what goes wrong.
    public mutating func pair(faults: [Fault] = Fault.allCases) {
        site.isPaired = true
        site.managers = 2
        self.faults = faults
    }

    /// The events of a seed, in the order of time.
    public func schedule(seed: UInt64) -> [DayEvent] { DaySchedule(seed: seed, self).events }
}

/// Draws the events of a seed.
struct DaySchedule {
    private(set) var events: [DayEvent] = []
    private var generator: SeededGenerator
    private let plan: DayPlan
    /// When each phone has ended what it was given.
    private var freeAt: [Duration]

    init(seed: UInt64, _ plan: DayPlan) {
        self.plan = plan
        generator = SeededGenerator(seed: (seed, 0x6461_7900, 2, 0))
        freeAt = Array(repeating: .zero, count: max(1, plan.site.phones))
        var drawn: [(at: Duration, what: DayEvent.What)] = []
        var time = Duration.zero
        for _ in 0..<plan.calls {
            time += wait(60 / plan.callsAMinute)
            drawn.append((time, call(at: time)))
        }
        let end = time
        time = .zero
        while time < end {
            time += wait(8)
            drawn.append((time, move(at: time)))
        }
        time = .zero
        while !plan.faults.isEmpty, time < end {
            time += wait(plan.secondsBetweenFaults)
            drawn.append((time, fault()))
        }
        // What is drawn later comes behind at the same time.
        let order = drawn.indices.sorted { (drawn[$0].at, $0) < (drawn[$1].at, $1) }
        events = order.enumerated().map { DayEvent(number: $0, at: drawn[$1].at, what: drawn[$1].what) }
    }

    /// With this mean in seconds.
    private mutating func wait(_ mean: Double) -> Duration {
        .milliseconds(Int64(generator.index(below: Int(max(2, 2000 * mean)))))
    }

    private mutating func phone(at time: Duration, for duration: Duration) -> Int {
        var phone = generator.index(below: freeAt.count)
        for _ in 0..<16 where freeAt[phone] > time { phone = generator.index(below: freeAt.count) }
        freeAt[phone] = max(freeAt[phone], time) + duration
        return phone
    }

    private mutating func call(at time: Duration) -> DayEvent.What {
        let number =
            generator.chance(0.1)
            ? "933" : generator.chance(0.1) ? "urn:service:sos" : generator.chance(0.1) ? "112" : "911"
        let isShort = generator.chance(0.04)
        let lasts =
            isShort
            ? generator.duration(in: .milliseconds(1)...(.milliseconds(80))) : .seconds(8 + generator.index(below: 12))
        let isCalledBack = number != "933" && !isShort && generator.chance(0.25)
        return .call(
            phone: phone(at: time, for: lasts + .seconds(isCalledBack ? 25 : 8)), number: number, lasts: lasts,
            isCalledBack: isCalledBack)
    }

    private mutating func move(at time: Duration) -> DayEvent.What {
        if generator.chance(0.6) {
            let floor = generator.index(below: max(1, plan.site.floors))
            return .move(phone: phone(at: time, for: .seconds(40)), floor: floor)
        }
        let lasts = generator.duration(in: .seconds(20)...(.seconds(90)))
        let calls = generator.chance(0.7)
        return .absence(phone: phone(at: time, for: lasts + .seconds(30)), lasts: lasts, calls: calls)
    }

    private mutating func fault() -> DayEvent.What {
        let fault = plan.faults[generator.index(below: plan.faults.count)]
        let lasts = generator.duration(in: .seconds(2)...(.seconds(25)))
        return .fault(
            fault, lasts: lasts, node: generator.index(below: max(1, plan.site.managers)), choice: generator.next())
    }
}
