import E911Values
import Testing

@testable import SIPCore

/// RFC 3261 sections 17.1.1 and 9.1, RFC 6026 section 7.2, all pairs of state and input.
@Suite struct InviteClientTransactionTests {
    typealias Machine = InviteClientTransaction

    static let columns: [Column<Machine.Input>] = [
        Column("1xx", .response(.provisional), at: 100),
        Column("2xx", .response(.success), at: 100),
        Column("3xx-6xx", .response(.failure), at: 100),
        Column("cancel", .cancel, at: 100),
        Column("100 ms", .time, at: 100),
        Column("500 ms", .time, at: 500),
        Column("32 s", .time, at: 32_000),
        Column("transport", .transportFailed, at: 100),
    ]

    @Test(arguments: [false, true])
    func everyPair(isReliable: Bool) {
        let timers = TransactionTimers(TransactionTiming(), isReliable: isReliable)
        let first = isReliable ? nil : Repetition(now: at(0), interval: .milliseconds(500))
        let second = isReliable ? nil : Repetition(now: at(500), interval: .seconds(1))
        func calling(_ repetition: Repetition?, cancelled: Bool = false) -> Machine {
            .calling(.init(repetition: repetition, endsAt: at(32_000), isCancelled: cancelled))
        }
        #expect(Machine(now: at(0), timers) == calling(first))
        let accepted = Machine.accepted(.init(endsAt: at(32_100)))
        let completed: Machine = isReliable ? .terminated : .completed(.init(endsAt: at(32_100)))
        let proceeding = Machine.proceeding(.init(cancelEndsAt: nil))
        let cancelling = Machine.proceeding(.init(cancelEndsAt: at(32_100)))
        let again: Machine.Action = isReliable ? .absorb : .repeatRequest
        let rows: [TableRow<Machine, Machine.Action>] = [
            TableRow(
                "Calling", calling(first),
                [
                    (.deliver, proceeding), (.deliver, accepted), (.acknowledgeAndDeliver, completed),
                    (.absorb, calling(first, cancelled: true)),
                    (.absorb, nil), (again, calling(second)), (.timedOut, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Calling, to be cancelled", calling(first, cancelled: true),
                [
                    (.deliverAndCancel, cancelling), (.deliver, accepted), (.acknowledgeAndDeliver, completed),
                    (.absorb, nil),
                    (.absorb, nil), (again, calling(second, cancelled: true)), (.timedOut, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Proceeding", proceeding,
                [
                    (.deliver, nil), (.deliver, accepted), (.acknowledgeAndDeliver, completed),
                    (.cancel, cancelling),
                    (.absorb, nil), (.absorb, nil), (.absorb, nil), (.transportFailed, .terminated),
                ]),
            TableRow(
                "Proceeding, cancelled", .proceeding(.init(cancelEndsAt: at(32_000))),
                [
                    (.deliver, nil), (.deliver, accepted), (.acknowledgeAndDeliver, completed), (.absorb, nil),
                    (.absorb, nil), (.absorb, nil), (.timedOut, .terminated), (.transportFailed, .terminated),
                ]),
            TableRow(
                "Completed", .completed(.init(endsAt: at(32_000))),
                [
                    (.absorb, nil), (.absorb, nil), (.repeatAck, nil), (.absorb, nil),
                    (.absorb, nil), (.absorb, nil), (.end, .terminated), (.end, .terminated),
                ]),
            TableRow(
                "Accepted", .accepted(.init(endsAt: at(32_000))),
                [
                    (.absorb, nil), (.deliver, nil), (.absorb, nil), (.absorb, nil),
                    (.absorb, nil), (.absorb, nil), (.end, .terminated), (.end, .terminated),
                ]),
            TableRow("Terminated", .terminated, Array(repeating: (.absorb, nil), count: 8)),
        ]
        checkTable(Self.columns, rows) { $0.handle($1, at: $2, timers) }
    }

    /// Timer A doubles without a bound: 500 ms, 1, 2, 4, 8, 16 s; Timer B ends it.
    @Test func unansweredInviteIsSentSevenTimes() {
        let timers = TransactionTimers(TransactionTiming(), isReliable: false)
        var machine = Machine(now: at(0), timers)
        var sent: [MonotonicTime] = []
        var last = Machine.Action.absorb
        while let deadline = machine.deadline {
            last = machine.handle(.time, at: deadline, timers)
            if last == .repeatRequest { sent.append(deadline) }
        }
        #expect(last == .timedOut)
        #expect(sent == [500, 1500, 3500, 7500, 15_500, 31_500].map(at))
    }

    @Test func timerBCanBeSet() {
        let timers = TransactionTimers(TransactionTiming(), isReliable: true)
        var machine = Machine(now: at(0), timeout: .seconds(3), timers)
        #expect(machine.deadline == at(3000))
        #expect(machine.handle(.time, at: at(3000), timers) == .timedOut)
    }
}
