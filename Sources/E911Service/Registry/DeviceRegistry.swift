public import E911Values
import RegInfo

/// All registered devices of all call servers: who is registered, from where, seen by which member.
///
/// It learns from reginfo documents by the rules of contract section 2. Devices are keyed by address of record, contact
/// URI and instance. A notification only adds, changes and ends what it names; only a completed download retires what
/// it did not list, within the scope of its subscription: that of an AOR at once, that of a server when a second one of
/// the same dialog agrees.
///
/// Pure: documents come in by ``apply(_:now:)`` after they were read to their end, time by ``advance(now:)``, and what
/// happened comes out as events. Long work (large documents, sweeps, expiries) is done in slices of
/// ``RegistryConfiguration/slice`` a call; while some waits, ``nextDeadline`` is not in the future.
///
/// In memory a device is a record of 56 octets, about 60 in three indexes, its texts in a common arena, and five octets for each member; texts
/// become Strings only when somebody asks for a ``DeviceRecord``.
public struct DeviceRegistry: Equatable, Sendable {
    public let configuration: RegistryConfiguration

    var table = DeviceTable()
    var wheel: DeadlineWheel
    var callServers: [CallServerState] = []
    var subscriptions: [SubscriptionState?] = []
    var subscriptionGenerations: [UInt32] = []
    /// Places of closed ones.
    var freeSubscriptions: [Int] = []
    /// When something of a subscription is due, by its index.
    var alarms = DeadlineQueue()
    /// Documents that wait for their turn, and how far the first one is.
    var documents: [StagedDocument] = []
    var progress = DocumentProgress()
    var jobs: [RegistryJob] = []
    /// Devices that a member saw come from another contact while the source of events saw them there still: the device of
    /// that contact, by slot. Looked up only, never iterated.
    var unseenMoves: [UInt32: DeviceID] = [:]
    /// The slot in which the next contact of a download may be: registrars list their devices in the same order each time.
    var expected: UInt32 = 0
    let origin: MonotonicTime
    var latest: Now { didSet { presentSecond = Self.second(latest.monotonic, since: origin) } }
    /// Whole seconds since the origin.
    private(set) var presentSecond: UInt32

    /// Its seconds count from before the present, so that what happened before a start has its place.
    private static let past: UInt32 = 30 * 86_400

    /// - Parameter now: the present time.
    public init(configuration: RegistryConfiguration = RegistryConfiguration(), now: Now) {
        self.configuration = configuration
        origin = now.monotonic - .seconds(Int64(Self.past))
        latest = now
        presentSecond = Self.second(now.monotonic, since: origin)
        wheel = DeadlineWheel(second: Self.past)
    }

    // MARK: Time

    /// When ``advance(now:)`` is wanted; not in the future while work waits.
    public var nextDeadline: MonotonicTime? {
        if hasWork { return latest.monotonic }
        let wheelTime = wheel.next.map { origin + .seconds(Int64($0)) }
        guard let alarm = alarms.first?.time else { return wheelTime }
        return wheelTime.map { min($0, alarm) } ?? alarm
    }

    /// Does a slice of the work that waits, and what is due.
    public mutating func advance(now: Now) -> [RegistryEvent] {
        latest = now
        var events: [RegistryEvent] = []
        ringAlarms(&events)
        var budget = max(1, configuration.slice)
        // What the new source says is news only beside what was there when it became the source.
        if isSwitching { runJobs(&budget, &events) }
        if !isSwitching { applyDocuments(&budget, &events) }
        runJobs(&budget, &events)
        expire(&budget, &events)
        if budget > 0, table.hasWork { table.compact(limit: budget) }
        return events
    }

    /// Whether the views of two members are being compared.
    var isSwitching: Bool {
        jobs.contains { if case .switchMember = $0 { true } else { false } }
    }

    var hasWork: Bool { !documents.isEmpty || !jobs.isEmpty || table.hasWork }

    private static func second(_ time: MonotonicTime, since origin: MonotonicTime) -> UInt32 {
        UInt32(clamping: max(1, (time.nanoseconds &- origin.nanoseconds) / 1_000_000_000))
    }

    var presentWallSecond: UInt32 { UInt32(clamping: latest.wall.milliseconds / 1000) }

    /// A second since the origin as wall time, by the present difference of the clocks.
    func wall(_ second: UInt32) -> WallTime {
        // In plain numbers, since a first download makes a row with a time of it for each device.
        let ahead = Int64(second) * 1_000_000_000 &- (latest.monotonic.nanoseconds &- origin.nanoseconds)
        return WallTime(milliseconds: latest.wall.milliseconds &+ ahead / 1_000_000)
    }
}

/// What the registry keeps of a call server.
struct CallServerState: Equatable, Sendable {
    var configuration: RegistryCallServer {
        didSet { (names, sources) = (Self.names(configuration), DeviceIdentity.Sources(configuration)) }
    }
    private(set) var names: DeviceNames
    private(set) var sources: DeviceIdentity.Sources
    var active = 0
    var members: [MemberState]
    var counts = DeviceCounts()
    /// Taken out of the configuration; its devices are being forgotten.
    var isRemoved = false

    init(_ configuration: RegistryCallServer) {
        self.configuration = configuration
        names = Self.names(configuration)
        sources = DeviceIdentity.Sources(configuration)
        members = configuration.members.map { _ in MemberState() }
    }

    static func == (a: CallServerState, b: CallServerState) -> Bool {
        // Names and sources follow from the configuration.
        a.configuration == b.configuration && a.active == b.active && a.members == b.members && a.counts == b.counts
            && a.isRemoved == b.isRemoved
    }

    private static func names(_ configuration: RegistryCallServer) -> DeviceNames {
        DeviceNames(callServer: configuration.name, members: configuration.members)
    }
}

/// What the registry keeps of a member: how many devices it sees, and its downloads by number.
struct MemberState: Equatable, Sendable {
    var present = 0
    /// The present download, or the last one. Sightings carry the number of the last download that confirmed them.
    var epoch: UInt8 = 1
}
