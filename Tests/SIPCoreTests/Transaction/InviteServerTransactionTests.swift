import E911Values
import Testing

@testable import SIPCore

/// RFC 3261 section 17.2.1 and RFC 6026 section 7.1, all pairs of state and input.
@Suite struct InviteServerTransactionTests {
    typealias Machine = InviteServerTransaction

    let udp = TransactionTimers(TransactionTiming(), isReliable: false)
    let tcp = TransactionTimers(TransactionTiming(), isReliable: true)

    /// All states below begin at 0; the columns lie before and behind each deadline that they have.
    static let columns: [Column<Machine.Input>] = [
        Column("INVITE", .request, at: 100),
        Column("ACK", .ack, at: 100),
        Column("ACK of the 2xx", .ackOfSuccess, at: 100),
        Column("1xx", .respond(.provisional, untilAcknowledged: false), at: 100),
        Column("2xx", .respond(.success, untilAcknowledged: false), at: 100),
        Column("2xx until ACK", .respond(.success, untilAcknowledged: true), at: 100),
        Column("3xx-6xx", .respond(.failure, untilAcknowledged: false), at: 100),
        Column("100 ms", .time, at: 100),
        Column("500 ms", .time, at: 500),
        Column("5 s", .time, at: 5000),
        Column("32 s", .time, at: 32_000),
        Column("transport", .transportFailed, at: 100),
    ]

    func completed(at now: Int, _ timers: TransactionTimers) -> Machine {
        var machine = Machine(now: at(now), timers)
        _ = machine.handle(.respond(.failure, untilAcknowledged: false), at: at(now), timers)
        return machine
    }

    func accepted(at now: Int, _ timers: TransactionTimers, untilAcknowledged: Bool = false) -> Machine {
        var machine = Machine(now: at(now), timers)
        _ = machine.handle(.respond(.success, untilAcknowledged: untilAcknowledged), at: at(now), timers)
        return machine
    }

    func answered(_ now: Int) -> Machine { .proceeding(.init(tryingAt: nil)) }

    @Test func everyPairOverDatagrams() throws {
        let waiting = Machine(now: at(0), udp)
        let completed = completed(at: 0, udp)
        let once = Repetition(now: at(0), interval: .milliseconds(500))
        let rows: [TableRow<Machine, Machine.Action>] = [
            TableRow(
                "Proceeding, unanswered", waiting,
                [
                    (.absorb, nil), (.peerError, nil), (.peerError, nil),
                    (.send, answered(100)), (.send, accepted(at: 100, udp)),
                    (.send, accepted(at: 100, udp, untilAcknowledged: true)), (.send, self.completed(at: 100, udp)),
                    (.absorb, nil), (.sendTrying, answered(500)), (.sendTrying, answered(0)),
                    (.sendTrying, answered(0)),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Proceeding, provisional response sent", answered(0),
                [
                    (.repeatResponse, nil), (.peerError, nil), (.peerError, nil),
                    (.send, nil), (.send, accepted(at: 100, udp)),
                    (.send, accepted(at: 100, udp, untilAcknowledged: true)), (.send, self.completed(at: 100, udp)),
                    (.absorb, nil), (.absorb, nil), (.absorb, nil), (.absorb, nil),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Completed", completed,
                [
                    (.repeatResponse, nil), (.acknowledged, .confirmed(.init(endsAt: at(5100)))), (.peerError, nil),
                    (.misuse, nil), (.misuse, nil), (.misuse, nil), (.misuse, nil),
                    (.absorb, nil), (.repeatResponse, repeated(completed, at: 500, once)),
                    (.repeatResponse, repeated(completed, at: 5000, once)), (.unacknowledged, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Accepted, repeated by the user", accepted(at: 0, udp),
                [
                    (.absorb, nil), (.passAck, nil), (.passAck, nil),
                    (.misuse, nil), (.send, nil), (.send, nil), (.misuse, nil),
                    (.absorb, nil), (.absorb, nil), (.absorb, nil), (.end, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Accepted, repeated until the ACK", accepted(at: 0, udp, untilAcknowledged: true),
                [
                    (.absorb, nil), (.acknowledged, accepted(at: 0, udp)), (.acknowledged, accepted(at: 0, udp)),
                    (.misuse, nil), (.send, nil), (.send, nil), (.misuse, nil),
                    (.absorb, nil),
                    (.repeatResponse, repeated(accepted(at: 0, udp, untilAcknowledged: true), at: 500, once)),
                    (.repeatResponse, repeated(accepted(at: 0, udp, untilAcknowledged: true), at: 5000, once)),
                    (.unacknowledged, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Confirmed", .confirmed(.init(endsAt: at(5000))),
                [
                    (.absorb, nil), (.absorb, nil), (.peerError, nil),
                    (.misuse, nil), (.misuse, nil), (.misuse, nil), (.misuse, nil),
                    (.absorb, nil), (.absorb, nil), (.end, .terminated), (.end, .terminated),
                    (.end, .terminated),
                ]),
            terminated,
        ]
        checkTable(Self.columns, rows) { $0.handle($1, at: $2, udp) }
    }

    @Test func everyPairOverStreams() {
        let rows: [TableRow<Machine, Machine.Action>] = [
            TableRow(
                "Proceeding", Machine(now: at(0), tcp),
                [
                    (.absorb, nil), (.peerError, nil), (.peerError, nil),
                    (.send, answered(100)), (.send, accepted(at: 100, tcp)),
                    (.send, accepted(at: 100, tcp, untilAcknowledged: true)), (.send, completed(at: 100, tcp)),
                    (.absorb, nil), (.sendTrying, answered(500)), (.sendTrying, answered(0)),
                    (.sendTrying, answered(0)),
                    (.transportFailed, .terminated),
                ]),
            // No Timer G; the ACK ends it at once, since Timer I is 0.
            TableRow(
                "Completed", completed(at: 0, tcp),
                [
                    (.repeatResponse, nil), (.acknowledged, .terminated), (.peerError, nil),
                    (.misuse, nil), (.misuse, nil), (.misuse, nil), (.misuse, nil),
                    (.absorb, nil), (.absorb, nil), (.absorb, nil), (.unacknowledged, .terminated),
                    (.transportFailed, .terminated),
                ]),
            TableRow(
                "Accepted, repeated until the ACK", accepted(at: 0, tcp, untilAcknowledged: true),
                [
                    (.absorb, nil), (.acknowledged, accepted(at: 0, tcp)), (.acknowledged, accepted(at: 0, tcp)),
                    (.misuse, nil), (.send, nil), (.send, nil), (.misuse, nil),
                    (.absorb, nil),
                    (
                        .repeatResponse,
                        repeated(
                            accepted(at: 0, tcp, untilAcknowledged: true), at: 500,
                            Repetition(now: at(0), interval: .milliseconds(500)))
                    ),
                    (
                        .repeatResponse,
                        repeated(
                            accepted(at: 0, tcp, untilAcknowledged: true), at: 5000,
                            Repetition(now: at(0), interval: .milliseconds(500)))
                    ),
                    (.unacknowledged, .terminated),
                    (.transportFailed, .terminated),
                ]),
            terminated,
        ]
        checkTable(Self.columns, rows) { $0.handle($1, at: $2, tcp) }
    }

    var terminated: TableRow<Machine, Machine.Action> {
        TableRow(
            "Terminated", .terminated,
            [
                (.absorb, nil), (.absorb, nil), (.absorb, nil),
                (.misuse, nil), (.misuse, nil), (.misuse, nil), (.misuse, nil),
                (.absorb, nil), (.absorb, nil), (.absorb, nil), (.absorb, nil), (.absorb, nil),
            ])
    }

    /// `machine` after its response was sent again at `now`.
    func repeated(_ machine: Machine, at now: Int, _ repetition: Repetition) -> Machine {
        let next = repetition.next(now: at(now), udp)
        switch machine {
        case .completed(var state):
            state.repetition = next
            return .completed(state)
        case .accepted(var state):
            state.repetition = next
            return .accepted(state)
        case .proceeding, .confirmed, .terminated:
            return machine
        }
    }

    /// Timer G: 500 ms, 1, 2, then every 4 s; Timer H ends it 64*T1 behind the response.
    @Test func withoutAckTheResponseIsRepeatedTenTimes() {
        var machine = Machine(now: at(0), udp)
        _ = machine.handle(.respond(.failure, untilAcknowledged: false), at: at(0), udp)
        var sent: [MonotonicTime] = []
        var last = Machine.Action.absorb
        while let deadline = machine.deadline {
            last = machine.handle(.time, at: deadline, udp)
            if last == .repeatResponse { sent.append(deadline) }
        }
        #expect(last == .unacknowledged)
        #expect(
            sent == [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map(at))
    }
}
