import E911Values
import Testing

@testable import E911Service

@Suite struct FeedReaderTests {
    private var reader = FeedReader(.calls, own: "a", poll: .seconds(1), limits: PairLimits())
    private static func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }
    private static func token(_ number: UInt64) -> FetchToken { FetchToken(rawValue: number) }
    private static func row(_ counter: UInt64, of node: String = "b") -> Stamped<StoredRow> {
        Stamped(node: node, counter: counter, row: .deletedDevice("x"))
    }

    @Test mutating func oneQuestionIsUnderWayAtATimeAndGoesOnBehindWhatHasCome() {
        reader.begin(after: [.init(node: "b", counter: 7), .init(node: "a", counter: 5)])
        #expect(reader.since == [.init(node: "a", counter: UInt64(Int64.max)), .init(node: "b", counter: 7)])
        let first = reader.ask(Self.token(1), now: Self.at(1))
        let again = reader.ask(Self.token(2), now: Self.at(2))
        #expect(first && !again)
        let stray = reader.take(Self.token(9), [Self.row(99)], limit: 2)
        #expect(stray == nil && reader.seenThrough(of: "b") == 7)
        // A full answer: there is more.
        let asked = reader.take(Self.token(1), [Self.row(8), Self.row(9)], limit: 2)
        #expect(asked == Self.at(1) && reader.seenThrough(of: "b") == 9 && !reader.hasAll)
        let more = reader.ask(Self.token(3), now: Self.at(1))
        #expect(more)
        _ = reader.take(Self.token(3), [Self.row(3, of: "old")], limit: 2)
        #expect(reader.hasAll && reader.since.contains(.init(node: "old", counter: 3)))
        let early = reader.ask(Self.token(4), now: Self.at(1))
        #expect(!early && reader.nextDeadline == Self.at(2))
        reader.changed()
        let hinted = reader.ask(Self.token(5), now: Self.at(1))
        #expect(hinted)
    }

    @Test mutating func aQuestionThatFailsOrIsNeverAnsweredIsAskedAgain() {
        _ = reader.ask(Self.token(1), now: Self.at(1))
        reader.fail(Self.token(1), at: Self.at(1))
        let early = reader.ask(Self.token(2), now: Self.at(1))
        let second = reader.ask(Self.token(3), now: Self.at(2))
        #expect(!early && second)
        #expect(reader.nextDeadline == Self.at(12))
        let lost = reader.ask(Self.token(4), now: Self.at(12))
        let third = reader.ask(Self.token(5), now: Self.at(13))
        #expect(!lost && third)
        let late = reader.take(Self.token(3), [Self.row(1)], limit: 9)
        #expect(late == nil)
    }

    /// It remembers only so many deletions: everything is read anew.
    @Test mutating func aStoreThatHasForgottenDeletionsIsReadFromTheBeginning() {
        reader.begin(after: [.init(node: "b", counter: 7)])
        _ = reader.ask(Self.token(1), now: Self.at(1))
        reader.restart(Self.token(9))
        #expect(reader.seenThrough(of: "b") == 7)
        reader.restart(Self.token(1))
        let again = reader.ask(Self.token(2), now: Self.at(1))
        #expect(again && reader.since == [.init(node: "a", counter: UInt64(Int64.max))])
    }
}
