import Alerting
import E911Values

/// A clock that tests turn by hand. Second 0 is Tuesday 2026-11-24 12:43:34 UTC.
func at(_ seconds: Double) -> Now {
    let milliseconds = Int64(seconds * 1000)
    return Now(
        monotonic: MonotonicTime(nanoseconds: milliseconds * 1_000_000),
        wall: WallTime(milliseconds: 1_795_524_214_000 + milliseconds))
}

func key(_ number: UInt64, _ seconds: Double = 0, node: String = "a") -> RecordKey {
    RecordKey(time: at(seconds).wall, node: node, counter: number)
}

/// A call of a device in `hq-2-east`.
func alert(
    _ number: UInt64, _ seconds: Double = 0, device: String = "d1", flags: Alert.Flags = [],
    path: [String] = ["hq", "hq-2-east"], server: String = "main", node: String = "a"
) -> Alert {
    Alert(
        key: key(number, seconds, node: node), flags: flags, device: device, callerDN: "2001", callerName: "Alice",
        elin: TelephoneNumber(digits: 13_125_550_103), psapText: "2nd floor east, 100 W Main St, Chicago IL 60601",
        placeText: "2nd floor east, 100 W Main St, Chicago IL 60601", rule: "IP range 10.1.2.0/24",
        zoneOffsetMinutes: -360, zoneName: "America/Chicago", dialled: "911", callServer: server,
        callID: "abc@192.0.2.10", locationPath: path)
}

/// `security` has email and a screen pop and hears of `hq`; `guard` has SMS and is the fallback.
func site(_ change: (inout AlertConfiguration) -> Void = { _ in }) -> AlertConfiguration {
    var configuration = AlertConfiguration(
        recipients: [
            Recipient(name: "security", email: "security@example.com", screenPop: true),
            Recipient(name: "guard", sms: "+13125550150"),
            Recipient(name: "chief", email: "chief@example.com", sms: "+13125550151"),
        ],
        groups: [RecipientGroup(name: "all", members: ["security", "guard", "chief"])],
        subscriptions: [AlertSubscription(location: "hq", to: ["security"], channels: [.email])],
        callServers: [.init(name: "main", fallback: ["guard"], escalation: ["chief"])])
    change(&configuration)
    return configuration
}

/// A desk by reference, so that what changes it can stand in an expectation. Remembers the latest records, as a store
/// would, and checks the desk's state after each step.
final class Subject {
    var desk: AlertDesk
    var records: [RecordKey: OutboxRecord] = [:]
    var violations: [String] = []

    init(_ configuration: AlertConfiguration = site(), node: String? = nil) {
        desk = AlertDesk(
            configuration: configuration,
            position: node.map { PairPosition(node: $0, peer: $0 == "b" ? "a" : "b", isSecond: $0 == "b") })
    }

    func kept(_ effects: [AlertEffect]) -> [AlertEffect] {
        for case .record(let record) in effects { records[record.key] = record }
        violations += desk.violations()
        return effects
    }

    func submit(_ alert: Alert, _ now: Now) -> [AlertEffect] { kept(desk.submit(alert, now: now)) }

    func handle(_ result: DeliveryResult, _ id: DeliveryID, _ now: Now) -> [AlertEffect] {
        kept(desk.handle(result, for: id, now: now))
    }

    func advance(_ now: Now) -> [AlertEffect] { kept(desk.advance(to: now)) }

    func acknowledge(_ key: RecordKey, _ now: Now) -> [AlertEffect]? {
        desk.acknowledge(key, by: "bob", comment: "on my way", now: now).map(kept)
    }

    func mark(_ key: RecordKey, _ flags: Alert.Flags, _ now: Now) -> [AlertEffect] {
        kept(desk.mark(key, flags, now: now))
    }

    func merge(_ record: OutboxRecord, _ now: Now) -> [AlertEffect] { kept(desk.merge(record, now: now)) }

    func takeOver(mark: UInt64) -> [AlertEffect] { kept(desk.takeOver(mark: mark)) }

    func release(claimsThrough mark: UInt64, _ now: Now) -> [AlertEffect] {
        kept(desk.release(claimsThrough: mark, now: now))
    }

    func attach(_ key: RecordKey, to call: RecordKey, _ now: Now) -> [AlertEffect]? {
        desk.attach(key, to: call, now: now).map(kept)
    }

    func restore(_ records: [OutboxRecord], _ now: Now) -> [AlertEffect] { kept(desk.restore(records, now: now)) }
}

extension Subject {
    /// Goes from deadline to deadline and has everything delivered; says what went out, to whom, and when.
    func run(until end: Double, naming name: (Delivery) -> String) -> [String] {
        var log: [String] = []
        while let next = desk.nextDeadline, next <= at(end).monotonic {
            let second = next.nanoseconds / 1_000_000_000
            let now = at(Double(next.nanoseconds) / 1e9)
            let effects = advance(now)
            for event in effects.events {
                switch event {
                case .unacknowledged: log.append("\(second) unacknowledged")
                case .escalated: log.append("\(second) escalated")
                case .acknowledged(_, let who): log.append("\(second) acknowledged by \(who)")
                default: break
                }
            }
            for delivery in effects.deliveries {
                log.append("\(second) \(delivery.reason) \(name(delivery))")
                _ = handle(sent, delivery.id, now)
            }
        }
        return log
    }
}

let sent = DeliveryResult.delivered(providerAnswer: "250 ok")
let later = DeliveryResult.temporary(reason: "451 later")
let never = DeliveryResult.permanent(reason: "550 no")

extension [AlertEffect] {
    var deliveries: [Delivery] {
        compactMap { if case .deliver(let delivery) = $0 { delivery } else { nil } }
    }

    var events: [AlertEvent] {
        compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    var records: [OutboxRecord] {
        compactMap { if case .record(let record) = $0 { record } else { nil } }
    }

    var mirrored: [Delivery] {
        compactMap { if case .mirror(let delivery) = $0 { delivery } else { nil } }
    }

    var addresses: [String] { deliveries.map(\.address) }
}
