import E911Values
import Testing

@testable import E911Service

/// Whether the other node lives, as far as can be told.
@Suite struct PeerBookTests {
    private var book = PeerBook(PairLimits())

    private static func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1_000_000_000))
    }

    /// House time in these tests is the monotonic clock.
    private static func house(_ seconds: Double) -> UInt64 { UInt64(seconds * 1_000_000) }

    private static func row(_ seconds: Double, _ state: NodeRow.State = .serving) -> NodeRow {
        var row = NodeRow(name: "b")
        row.completeThrough = house(seconds)
        row.state = state
        return row
    }

    private mutating func take(_ seconds: Double, at time: Double, _ state: NodeRow.State = .serving) {
        let row = Self.row(seconds, state)
        book.take(row, counter: row.completeThrough, at: Self.at(time))
    }

    private func isSeen(_ seconds: Double) -> Bool { book.isSeen(house: Self.house(seconds), at: Self.at(seconds)) }

    @Test mutating func whoNeverWasThereIsNotMissed() {
        #expect(!isSeen(10), "the store has not answered yet")
        book.answered(at: Self.at(10))
        #expect(isSeen(10))
        #expect(book.silence(at: Self.at(10)) == nil && !book.isGone(at: Self.at(10)))
    }

    @Test mutating func aHeartbeatIsGoodForThreeSecondsAndASilentNodeGoneAfterFour() {
        for second in 10...12 { book.answered(at: Self.at(Double(second))) }
        take(12, at: 12)
        for second in 13...20 {
            book.answered(at: Self.at(Double(second)))
            #expect(isSeen(Double(second)) == (second <= 15), "\(second)")
            #expect(book.isGone(at: Self.at(Double(second))) == (second >= 16), "\(second)")
        }
        // The same row again is no sign of life.
        take(12, at: 20)
        #expect(book.isGone(at: Self.at(20)))
        take(19.5, at: 20)
        #expect(isSeen(20) && !book.isGone(at: Self.at(20)))
    }

    /// Nobody takes anything over before the other one had time to speak behind an outage of the store.
    @Test mutating func silenceCountsOnlyWhileTheStoreAnswers() {
        book.answered(at: Self.at(10))
        take(10, at: 10)
        #expect(!isSeen(60) && !book.isGone(at: Self.at(60)))
        #expect(book.silence(at: Self.at(60)) == .zero)
        book.answered(at: Self.at(60))
        #expect(!isSeen(60) && !book.isGone(at: Self.at(60)))
        for second in 61...65 { book.answered(at: Self.at(Double(second))) }
        #expect(book.isGone(at: Self.at(65)))
    }

    /// A counter that is ahead of the time says nothing of the present.
    @Test mutating func aHeartbeatFromTheFutureIsGoodForThreeSecondsToo() {
        for second in 10...14 { book.answered(at: Self.at(Double(second))) }
        take(40, at: 10)
        #expect(isSeen(13) && !isSeen(14))
    }

    /// The store's clock was set back: a later row is a sign of life all the same.
    @Test mutating func aHeartbeatThatTellsAnEarlierTimeIsOne() {
        for second in 10...20 { book.answered(at: Self.at(Double(second))) }
        take(18, at: 10)
        book.take(Self.row(12), counter: Self.house(19), at: Self.at(19))
        #expect(!book.isGone(at: Self.at(20)))
    }

    @Test mutating func whoHasEndedIsGoneAtOnceAndItsLeasesAreKnown() {
        book.answered(at: Self.at(10))
        take(10, at: 10, .stopped)
        book.answered(at: Self.at(12))
        #expect(book.isGone(at: Self.at(12)) && isSeen(12))
        var next = Self.row(11)
        next.incarnation = 1
        book.take(next, counter: next.completeThrough, at: Self.at(12))
        #expect(!book.isGone(at: Self.at(12)) && isSeen(12))
    }
}
