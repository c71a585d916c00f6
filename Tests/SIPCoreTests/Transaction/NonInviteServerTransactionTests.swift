import E911Values
import Testing

@testable import SIPCore

/// RFC 3261 section 17.2.2, all pairs of state and input.
@Suite struct NonInviteServerTransactionTests {
    typealias Machine = NonInviteServerTransaction

    static let columns: [Column<Machine.Input>] = [
        Column("request", .request, at: 100),
        Column("1xx", .respond(.provisional), at: 100),
        Column("2xx", .respond(.success), at: 100),
        Column("3xx-6xx", .respond(.failure), at: 100),
        Column("100 ms", .time, at: 100),
        Column("32 s", .time, at: 32_000),
        Column("transport", .transportFailed, at: 100),
    ]

    @Test(arguments: [false, true])
    func everyPair(isReliable: Bool) {
        let timers = TransactionTimers(TransactionTiming(), isReliable: isReliable)
        let completed = Machine.completed(.init(endsAt: at(32_100)))
        let answered: Machine = isReliable ? .terminated : completed
        let trying = Machine(now: at(0), timers)
        #expect(trying == .trying(.init(endsAt: at(32_000))))
        let proceeding = Machine.proceeding(.init(endsAt: at(32_000)))
        let rows: [TableRow<Machine, Machine.Action>] = [
            TableRow(
                "Trying", trying,
                [
                    (.absorb, nil), (.send, proceeding), (.send, answered), (.send, answered),
                    (.absorb, nil), (.unanswered, .terminated), (.transportFailed, .terminated),
                ]),
            TableRow(
                "Proceeding", proceeding,
                [
                    (.repeatResponse, nil), (.send, nil), (.send, answered), (.send, answered),
                    (.absorb, nil), (.unanswered, .terminated), (.transportFailed, .terminated),
                ]),
            TableRow(
                "Completed", .completed(.init(endsAt: at(32_000))),
                [
                    (.repeatResponse, nil), (.misuse, nil), (.misuse, nil), (.misuse, nil),
                    (.absorb, nil), (.end, .terminated), (.transportFailed, .terminated),
                ]),
            TableRow(
                "Terminated", .terminated,
                [
                    (.absorb, nil), (.misuse, nil), (.misuse, nil), (.misuse, nil),
                    (.absorb, nil), (.absorb, nil), (.absorb, nil),
                ]),
        ]
        checkTable(Self.columns, rows) { $0.handle($1, at: $2, timers) }
    }
}
