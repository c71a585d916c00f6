import E911Values

/// What somebody outside is to know of the ELINs of devices (the ICD's "update with the ELIN"): who was told what, and
/// who is to be told.
///
/// A device whose ELIN is another one than was told is told again, one batch at a time, until the far side has taken it.
/// What was told is not remembered over a start, so that after one each device is told once.
struct LocationPush: Equatable, Sendable {
    /// Most devices of one request.
    static let batch = 100

    /// A device that has no ELIN any more.
    struct Gone: Equatable, Sendable {
        var record: DeviceRecord
        var previous: TelephoneNumber
    }

    struct Batch: Equatable, Sendable {
        var number: UInt64
        var told: [(id: DeviceID, elin: TelephoneNumber)]
        var gone: [Gone]
        var body: [UInt8]
        var token: PostToken?
        var retry: MonotonicTime?
        var failures = 0

        static func == (a: Batch, b: Batch) -> Bool { a.number == b.number && a.token == b.token && a.retry == b.retry }
    }

    /// The digits of the ELIN that was told, by the device's slot; 0 is none.
    private var told = SegmentedArray<UInt64>(0)
    private var queue = OnceQueue<DeviceID>()
    var gone: [Gone] = []
    var current: Batch?
    private var lastToken: UInt64 = 0

    init() {}

    func told(_ slot: UInt32) -> TelephoneNumber? {
        Int(slot) < told.count ? TelephoneNumber(digits: told[Int(slot)]) : nil
    }

    mutating func tell(_ slot: UInt32, _ elin: TelephoneNumber?) {
        guard elin != nil || Int(slot) < told.count else { return }
        told.grow(to: Int(slot) + 1)
        told[Int(slot)] = elin?.digits ?? 0
    }

    mutating func add(_ id: DeviceID) { queue.add(id) }

    mutating func next() -> DeviceID? { queue.next() }

    var isWaiting: Bool { !queue.isEmpty || !gone.isEmpty }

    /// Somebody else tells from now on: what was told before need not be true when this node tells again.
    mutating func startAgain() {
        let token = lastToken
        self = LocationPush()
        lastToken = token
    }

    /// Odd: those of the ALI side are even.
    mutating func nextToken() -> PostToken {
        lastToken += 1
        return PostToken(rawValue: lastToken << 1 | 1)
    }

    var deadline: MonotonicTime? {
        guard let current else { return isWaiting ? MonotonicTime(nanoseconds: .min) : nil }
        return current.retry
    }
}
