import E911Values

/// How many untrusted INVITEs a second are answered per source; above it they are dropped and counted.
struct SourceRate: Equatable, Sendable {
    private struct Window: Equatable, Sendable {
        var address: IPAddress
        var start: MonotonicTime
        var count: Int

        /// A method of the window itself: one of the whole would be given a copy, and each change would copy all windows.
        mutating func admits(_ perSecond: Int, now: MonotonicTime) -> Bool {
            if now - start >= .seconds(1) {
                start = now
                count = 0
            }
            count += 1
            return count <= perSecond
        }
    }

    private let perSecond: Int
    /// Most sources that are told apart; a flood of others shares one window.
    private let capacity: Int
    private var windows: [Window] = []
    private var index: [IPAddress: Int] = [:]
    private var nextVictim = 0
    private var shared: Window?

    init(perSecond: Int = 10, capacity: Int = 4096) {
        self.perSecond = perSecond
        self.capacity = capacity
    }

    /// Counts one more, and says whether it may be answered.
    mutating func admits(_ address: IPAddress, now: MonotonicTime) -> Bool {
        if let position = index[address] { return windows[position].admits(perSecond, now: now) }
        if windows.count < capacity {
            index[address] = windows.count
            windows.append(Window(address: address, start: now, count: 1))
            return true
        }
        // Full: take over a window that has been quiet for a second, looking at a few only.
        for _ in 0..<8 {
            let position = nextVictim
            nextVictim = (nextVictim + 1) % windows.count
            if now - windows[position].start >= .seconds(1) {
                index[windows[position].address] = nil
                index[address] = position
                windows[position] = Window(address: address, start: now, count: 1)
                return true
            }
        }
        var window = shared ?? Window(address: address, start: now, count: 0)
        defer { shared = window }
        return window.admits(perSecond, now: now)
    }
}
