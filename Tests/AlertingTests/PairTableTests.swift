import Alerting
import E911Values
import Testing

/// Whoever works an alert, with every input: who works it then, how its first delivery stands, what goes out (`+`), what is
/// mirrored (`~`), and how many records are made.
@Suite struct PairTableTests {
    enum State: String, CaseIterable, Sendable {
        /// Raised here; its first message is in flight.
        case own
        /// The other node's.
        case watched
        /// Claimed; the store does not have that yet.
        case claimed
        /// Claimed, and the store has it: its first message is in flight.
        case taken
        /// Taken, and claimed by the other node: its first message is in flight from before.
        case lost
    }

    enum Input: String, CaseIterable, Sendable {
        case delivered, temporary, permanent, late, timeout, reminderTime, redial, redialUnseen, acknowledge, flags
        case mergedOld, mergedDelivery, mergedAcknowledgement, mergedRedial, mergedClaim, mergedSettled
        case takeOver, release
    }

    /// Own, watched, claimed, taken, lost.
    static let expected: [Input: [String]] = [
        .delivered: [
            "b's, delivered, 1 record", "watched, delivered, 1 record", "b's, delivered, 1 record",
            "b's, delivered, 1 record", "watched, delivered, 1 record",
        ],
        .temporary: [
            "b's, owed, 1 record", "watched, owed", "b's, owed", "b's, owed, 1 record", "watched, owed, 1 record",
        ],
        .permanent: [
            "b's, failed, +fallback 4, 1 record", "watched, owed", "b's, owed", "b's, failed, +fallback 2, 1 record",
            "watched, owed, 1 record",
        ],
        .late: [
            "b's, delivered, 2 records", "watched, delivered, 1 record", "b's, delivered, 1 record",
            "b's, delivered, 2 records", "watched, delivered, 2 records",
        ],
        .timeout: [
            "b's, owed, 1 record", "watched, owed", "b's, owed", "b's, owed, 1 record", "watched, owed, 1 record",
        ],
        .reminderTime: [
            "b's, owed, +first 2, 1 record", "watched, owed", "b's, owed", "b's, owed, +first 1, 1 record",
            "watched, owed, 1 record",
        ],
        .redial: [
            "b's, owed, +redial 4, 1 record", "watched, owed, 1 record", "b's, owed, 1 record",
            "b's, owed, +redial 2, 1 record", "watched, owed, 1 record",
        ],
        .redialUnseen: [
            "b's, owed, +redial 4, 1 record", "watched, owed, +new first 2, 1 record", "b's, owed, 1 record",
            "b's, owed, +redial 2, 1 record", "watched, owed, +new first 2, 1 record",
        ],
        .acknowledge: [
            "b's, owed, 1 record", "watched, owed, 1 record", "b's, owed, 1 record", "b's, owed, 1 record",
            "watched, owed, 1 record",
        ],
        .flags: [
            "b's, owed, 1 record", "watched, owed, 1 record", "b's, owed, 1 record", "b's, owed, 1 record",
            "watched, owed, 1 record",
        ],
        .mergedOld: [
            "b's, owed", "watched, owed", "b's, owed", "b's, owed", "watched, owed",
        ],
        .mergedDelivery: [
            "b's, delivered", "watched, delivered", "b's, delivered", "b's, delivered", "watched, delivered",
        ],
        .mergedAcknowledgement: [
            "b's, owed", "watched, owed", "b's, owed", "b's, owed", "watched, owed",
        ],
        .mergedRedial: [
            "b's, owed, +redial 4, 1 record", "watched, owed", "b's, owed", "b's, owed, +redial 2, 1 record",
            "watched, owed",
        ],
        .mergedClaim: [
            "watched, owed", "watched, owed", "watched, owed", "watched, owed", "watched, owed",
        ],
        .mergedSettled: [
            "over, delivered, 1 record", "over, none", "over, delivered, 1 record", "over, delivered, 1 record",
            "over, delivered, 1 record",
        ],
        .takeOver: [
            "b's, owed", "b's, owed, 1 record", "b's, owed", "b's, owed", "b's, owed, 1 record",
        ],
        .release: [
            "b's, owed", "watched, owed", "b's, owed, +first 1", "b's, owed", "watched, owed",
        ],
    ]

    /// The alert of the other node, as it stands in the store before anything was sent.
    static let others: OutboxRecord = {
        let subject = Subject(node: "a")
        _ = subject.submit(alert(1), at(0))
        return subject.records[key(1)] ?? OutboxRecord(alert: alert(1))
    }()

    private static func subject(in state: State) -> (Subject, RecordKey) {
        let subject = Subject(site { $0.policy.inFlightPerChannel = 2 }, node: "b")
        if state == .own {
            _ = subject.submit(alert(1, node: "b"), at(0))
            return (subject, key(1, node: "b"))
        }
        _ = subject.merge(others, at(0))
        guard state != .watched else { return (subject, key(1)) }
        _ = subject.takeOver(mark: 5)
        guard state != .claimed else { return (subject, key(1)) }
        _ = subject.release(claimsThrough: 5, at(0))
        guard state != .taken else { return (subject, key(1)) }
        _ = subject.merge(Self.claimed(subject.desk[key(1)] ?? others), at(0))
        return (subject, key(1))
    }

    private static func claimed(_ record: OutboxRecord) -> OutboxRecord {
        var record = record
        record.claim = .init(holder: "a", stamp: (record.claim?.stamp ?? 0) + 1)
        return record
    }

    @Test(arguments: State.allCases, Input.allCases)
    func everyInputWhoeverWorksIt(_ state: State, _ input: Input) throws {
        let (subject, key) = Self.subject(in: state)
        let id = DeliveryID(alert: key, number: subject.desk[key]?.deliveries.first?.number ?? 0)
        var other = try #require(subject.desk[key])
        var effects: [AlertEffect] = []
        switch input {
        case .delivered: effects = subject.handle(sent, id, at(1))
        case .temporary: effects = subject.handle(later, id, at(1))
        case .permanent: effects = subject.handle(never, id, at(1))
        case .late:
            effects = subject.advance(at(120))
            effects += subject.handle(sent, id, at(121))
        case .timeout: effects = subject.advance(at(120))
        case .reminderTime: effects = subject.advance(at(300))
        case .redial: effects = subject.submit(alert(2, 1, node: "b"), at(1))
        case .redialUnseen:
            effects = subject.kept(subject.desk.submit(alert(2, 1, node: "b"), seesOther: false, now: at(1)))
        case .acknowledge: effects = subject.acknowledge(key, at(1)) ?? []
        case .flags: effects = subject.mark(key, .unconfirmed, at(1))
        case .mergedOld: effects = subject.merge(state == .own ? other : Self.others, at(1))
        case .mergedDelivery:
            other.deliveries[0].state = .delivered
            effects = subject.merge(other, at(1))
        case .mergedAcknowledgement:
            other.acknowledgements = [.init(by: "ann", at: at(1).wall, comment: "")]
            other.isAcknowledged = true
            effects = subject.merge(other, at(1))
        case .mergedRedial:
            other.laterCalls = [AlertingTests.key(2, 1)]
            effects = subject.merge(other, at(1))
        case .mergedClaim: effects = subject.merge(Self.claimed(other), at(1))
        case .mergedSettled:
            other = Self.claimed(other)
            other.deliveries[0].state = .delivered
            other.state = .settled
            effects = subject.merge(other, at(1))
        case .takeOver: effects = subject.takeOver(mark: 6)
        case .release: effects = subject.release(claimsThrough: 5, at(1))
        }
        let place = try #require(State.allCases.firstIndex(of: state))
        let expected = try #require(Self.expected[input])[place]
        #expect(Self.describe(subject, key, id, effects) == expected, "\(state), \(input)")
        #expect(subject.violations == [], "\(state), \(input)")
    }

    private static func describe(
        _ subject: Subject, _ key: RecordKey, _ id: DeliveryID, _ effects: [AlertEffect]
    ) -> String {
        let open = subject.desk[key]
        let record = open ?? subject.records[key]
        let delivery = record?.deliveries.first { $0.number == id.number }
        var words = [
            open == nil ? "over" : subject.desk.watchedCount > 0 ? "watched" : "\(open?.holder ?? "")'s",
            delivery.map { "\($0.state)" } ?? "none",
        ]
        words += effects.deliveries.map { "+\($0.id.alert == key ? "" : "new ")\($0.reason) \($0.id.number)" }
        words += effects.mirrored.map { "~\($0.id.number)" }
        let count = effects.records.count
        if count > 0 { words.append("\(count) record\(count == 1 ? "" : "s")") }
        return words.joined(separator: ", ")
    }
}
