import E911Values
import Testing

@testable import E911Service

@Suite struct HouseClockTests {
    private static func now(_ seconds: Int64, wall: Int64) -> Now {
        Now(monotonic: MonotonicTime(nanoseconds: seconds * 1_000_000_000), wall: WallTime(milliseconds: wall * 1000))
    }

    /// Two machines whose clocks are half a minute apart, and which have been up for different times, count alike as soon as
    /// the store has told both of them its time.
    @Test func bothNodesCountByTheStore() {
        let truth: Int64 = 1_795_524_214
        var (a, b) = (HouseClock(Self.now(10, wall: truth - 15)), HouseClock(Self.now(900, wall: truth + 15)))
        #expect(a.error == nil)
        let early = a.now(MonotonicTime(nanoseconds: 10_000_000_000))
        #expect(early == UInt64(truth - 15) * 1_000_000)
        let asked = (a: MonotonicTime(nanoseconds: 10_000_000_000), b: MonotonicTime(nanoseconds: 900_000_000_000))
        a.take(WallTime(milliseconds: truth * 1000 + 2), asked: asked.a, answered: asked.a + .milliseconds(4))
        b.take(WallTime(milliseconds: truth * 1000 + 5), asked: asked.b, answered: asked.b + .milliseconds(10))
        let (atA, atB) = (a.now(asked.a + .seconds(60)), b.now(asked.b + .seconds(60)))
        #expect(atA == atB && atA == UInt64(truth + 60) * 1_000_000)
        #expect((a.error, b.error) == (3000, 6000))
    }

    /// What a start has read may be old; the other node is never told of a time that has not come.
    @Test func aStartIsBehindAtMost() {
        let truth: Int64 = 1_795_524_214
        var clock = HouseClock(Self.now(10, wall: truth + 30))
        let started = MonotonicTime(nanoseconds: 10_000_000_000)
        clock.begin(WallTime(milliseconds: truth * 1000 - 1500), at: started)
        #expect(clock.now(started) == UInt64(truth) * 1_000_000 - 1_500_000 && clock.error == 2_000_000)
        clock.take(
            WallTime(milliseconds: truth * 1000 + 5), asked: started, answered: started + .milliseconds(10))
        #expect(clock.now(started) == UInt64(truth) * 1_000_000 && clock.error == 6000)
    }

    @Test func theBestOfTheNewestAnswersCounts() {
        var clock = HouseClock(Self.now(0, wall: 0))
        let start = MonotonicTime.zero
        func take(_ trip: Duration, showing milliseconds: Int64) {
            clock.take(WallTime(milliseconds: milliseconds), asked: start, answered: start + trip)
        }
        take(.milliseconds(2), showing: 1001)
        take(.milliseconds(200), showing: 1180)
        #expect(clock.now(start) == 1_000_000, "the slow answer says less")
        // The store was moved to a machine with another clock: what was heard before goes.
        for _ in 1...16 { take(.milliseconds(4), showing: 5002) }
        #expect(clock.now(start) == 5_000_000)
    }

    @Test func aStoreThatTellsNonsenseBreaksNothing() {
        var clock = HouseClock(Self.now(0, wall: .max / 1000))
        for time in [Int64.min, -1, .max] {
            clock.take(WallTime(milliseconds: time), asked: .distantFuture, answered: MonotonicTime(nanoseconds: .min))
            _ = clock.now(.distantFuture)
            _ = clock.now(MonotonicTime(nanoseconds: .min))
        }
    }
}
