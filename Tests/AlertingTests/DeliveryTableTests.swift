import Alerting
import E911Values
import Testing

/// Every state of a delivery with every input: what state follows, and what goes out.
@Suite struct DeliveryTableTests {
    enum State: String, CaseIterable, Sendable {
        case queued, inFlight, waiting, delivered, failed
    }

    enum Input: String, CaseIterable, Sendable {
        case delivered, temporary, permanent, timeout, retryTime, redial, acknowledge, restart
    }

    /// The state of delivery 1 of alert 1, as far as it shows from outside.
    static let expected: [State: [Input: String]] = [
        .queued: [
            .delivered: "delivered", .temporary: "owed", .permanent: "failed +screen-pop", .timeout: "owed",
            .retryTime: "owed", .redial: "owed", .acknowledge: "owed", .restart: "owed +email",
        ],
        .inFlight: [
            .delivered: "delivered", .temporary: "owed", .permanent: "failed +screen-pop", .timeout: "owed",
            .retryTime: "owed", .redial: "owed +email", .acknowledge: "owed", .restart: "owed +email",
        ],
        .waiting: [
            .delivered: "delivered", .temporary: "owed", .permanent: "failed +screen-pop", .timeout: "owed +email",
            .retryTime: "owed +email", .redial: "owed +email", .acknowledge: "owed", .restart: "owed +email",
        ],
        .delivered: [
            .delivered: "delivered", .temporary: "delivered", .permanent: "delivered", .timeout: "delivered",
            .retryTime: "delivered", .redial: "delivered +email", .acknowledge: "delivered", .restart: "delivered",
        ],
        .failed: [
            .delivered: "failed", .temporary: "failed", .permanent: "failed", .timeout: "failed", .retryTime: "failed",
            .redial: "failed +email", .acknowledge: "failed", .restart: "failed +screen-pop",
        ],
    ]

    private static let first = DeliveryID(alert: key(1), number: 1)

    /// A desk whose alert 1 has delivery 1 in the state, and whose channel has room for one more unless it is queued.
    private func subject(in state: State) -> Subject {
        let subject = Subject(
            site {
                $0.policy.inFlightPerChannel = state == .queued ? 1 : 2
                $0.policy.reminders = 0
            })
        if state == .queued { _ = subject.submit(alert(9, device: "other"), at(0)) }
        _ = subject.submit(alert(1), at(0))
        switch state {
        case .queued, .inFlight: break
        case .waiting: _ = subject.handle(later, Self.first, at(0))
        case .delivered: _ = subject.handle(sent, Self.first, at(0))
        case .failed: _ = subject.handle(never, Self.first, at(0))
        }
        return subject
    }

    @Test(arguments: State.allCases, Input.allCases)
    func everyInputInEveryState(_ state: State, _ input: Input) throws {
        var subject = subject(in: state)
        let effects: [AlertEffect]
        switch input {
        case .delivered: effects = subject.handle(sent, Self.first, at(1))
        case .temporary: effects = subject.handle(later, Self.first, at(1))
        case .permanent: effects = subject.handle(never, Self.first, at(1))
        case .timeout: effects = subject.advance(at(119.9))
        case .retryTime: effects = subject.advance(at(5))
        case .redial: effects = subject.submit(alert(2, 1), at(1))
        case .acknowledge: effects = subject.acknowledge(key(1), at(1)) ?? []
        case .restart:
            let record = try #require(subject.records[key(1)])
            subject = Subject()
            subject.records[key(1)] = record
            effects = subject.restore([record], at(1))
        }
        let record = try #require(subject.records[key(1)])
        let found = try #require(record.deliveries.first { $0.number == 1 })
        let out = effects.deliveries.filter { $0.id.alert == key(1) }.map { " +\($0.channel.rawValue)" }
        #expect("\(found.state)" + out.joined() == Self.expected[state]?[input], "\(state), \(input)")
        #expect(subject.violations == [], "\(state), \(input)")
    }
}
