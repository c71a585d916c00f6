import E911Values
import Testing

@testable import SIPCore

/// RFC 3261 section 17.1.2, all pairs of state and input.
@Suite struct NonInviteClientTransactionTests {
    typealias Machine = NonInviteClientTransaction

    static let columns: [Column<Machine.Input>] = [
        Column("1xx", .response(.provisional), at: 100),
        Column("2xx", .response(.success), at: 100),
        Column("3xx-6xx", .response(.failure), at: 100),
        Column("100 ms", .time, at: 100),
        Column("500 ms", .time, at: 500),
        Column("32 s", .time, at: 32_000),
        Column("transport", .transportFailed, at: 100),
    ]

    @Test(arguments: [false, true])
    func everyPair(isReliable: Bool) {
        let timers = TransactionTimers(TransactionTiming(), isReliable: isReliable)
        let first = isReliable ? nil : Repetition(now: at(0), interval: .milliseconds(500))
        let afterTrying = isReliable ? nil : Repetition(now: at(500), interval: .seconds(1))
        let afterProceeding = isReliable ? nil : Repetition(now: at(500), interval: .seconds(4))
        func waiting(_ repetition: Repetition?) -> Machine.Waiting {
            .init(repetition: repetition, endsAt: at(32_000))
        }
        let completed: Machine = isReliable ? .terminated : .completed(.init(endsAt: at(5100)))
        let again: Machine.Action = isReliable ? .absorb : .repeatRequest
        #expect(Machine(now: at(0), timers) == .trying(waiting(first)))
        let rows: [TableRow<Machine, Machine.Action>] = [
            TableRow(
                "Trying", .trying(waiting(first)),
                [
                    (.deliver, .proceeding(waiting(first))), (.deliver, completed), (.deliver, completed),
                    (.absorb, nil), (again, .trying(waiting(afterTrying))), (.timedOut, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Proceeding", .proceeding(waiting(first)),
                [
                    (.deliver, nil), (.deliver, completed), (.deliver, completed),
                    (.absorb, nil), (again, .proceeding(waiting(afterProceeding))), (.timedOut, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Completed", .completed(.init(endsAt: at(5000))),
                [
                    (.absorb, nil), (.absorb, nil), (.absorb, nil),
                    (.absorb, nil), (.absorb, nil), (.end, .terminated), (.end, .terminated),
                ]),
            TableRow("Terminated", .terminated, Array(repeating: (.absorb, nil), count: 7)),
        ]
        checkTable(Self.columns, rows) { $0.handle($1, at: $2, timers) }
    }

    /// Timer E: 500 ms, 1, 2, then every 4 s; a 1xx does not stop it (pjproject issue 220).
    @Test func retransmissionsGoOnBehindAProvisionalResponse() {
        let timers = TransactionTimers(TransactionTiming(), isReliable: false)
        var machine = Machine(now: at(0), timers)
        var sent: [MonotonicTime] = []
        var last = Machine.Action.absorb
        while let deadline = machine.deadline {
            if sent.count == 1 { #expect(machine.handle(.response(.provisional), at: deadline, timers) == .deliver) }
            last = machine.handle(.time, at: deadline, timers)
            if last == .repeatRequest { sent.append(deadline) }
        }
        #expect(last == .timedOut)
        #expect(sent == [500, 1500, 5500, 9500, 13_500, 17_500, 21_500, 25_500, 29_500].map(at))
    }
}
