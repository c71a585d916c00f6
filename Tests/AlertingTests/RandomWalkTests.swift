import Alerting
import E911Values
import Testing

/// A desk in a world of lossy channels, impatient callers and crashes. A crash loses every effect from some point on;
/// what was recorded before is what the next run begins with.
@Suite struct RandomWalkTests {
    private struct World {
        var random: SeededGenerator
        var desk: AlertDesk
        var now = 0.0
        /// The monotonic clock begins anew with each run.
        var epoch = 0.0
        var store: [RecordKey: OutboxRecord] = [:]
        /// What the journal holds of calls: written before anything else happens.
        var journal: [Alert] = []
        var inFlight: [DeliveryID] = []
        /// How many messages reached each address, by alert.
        var arrived: [RecordKey: Int] = [:]
        var problems: [String] = []

        /// By seed, so that one and all must acknowledge.
        let site: AlertConfiguration

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            site = boundedSite(seed % 2 == 0 ? .all : .one)
            desk = AlertDesk(configuration: site)
        }

        var time: Now {
            Now(monotonic: at(now - epoch).monotonic, wall: at(now).wall)
        }

        mutating func perform(_ effects: [AlertEffect], losingFrom lost: Int = .max) {
            for effect in effects.prefix(lost) {
                switch effect {
                case .record(let record): store[record.key] = record
                case .deliver(let delivery):
                    inFlight.append(delivery.id)
                    if store[delivery.id.alert] == nil { problems.append("\(delivery.id) goes out unrecorded") }
                    if store[delivery.id.alert]?.isSettled == true { problems.append("\(delivery.id) is settled") }
                case .event: break
                case .mirror(let delivery): problems.append("\(delivery.id) is mirrored")
                }
            }
            problems += desk.violations()
        }

        mutating func crash(losing effects: [AlertEffect]) {
            perform(effects, losingFrom: Int.random(in: 0...effects.count, using: &random))
            inFlight = []
            epoch = now
            desk = AlertDesk(configuration: site)
            // A store gives back octets, in some order.
            let records = store.values.sorted { $0.key < $1.key }.filter { !$0.isSettled }
            let read = records.compactMap { record -> OutboxRecord? in
                let octets = record.encoded()
                return OutboxRecord(encoded: octets.span)
            }
            if read.count != records.count { problems.append("a record could not be read") }
            perform(desk.restore(read, now: time))
            for alert in journal where !isStored(alert.key) { perform(desk.submit(alert, now: time)) }
        }

        func isStored(_ key: RecordKey) -> Bool {
            store[key] != nil || store.values.contains { $0.laterCalls.contains(key) }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func nobodyIsForgotten(_ seed: UInt64) {
        var world = World(seed: seed)
        for number in 1...150 as ClosedRange<UInt64> {
            world.now += Double(Int.random(in: 0...80, using: &world.random)) / 4
            var effects: [AlertEffect] = []
            switch Int.random(in: 0..<10, using: &world.random) {
            case 0...2:
                let device = ["", "d1", "d2", "d3"].randomElement(using: &world.random) ?? ""
                let call = alert(number, world.now, device: device, flags: number % 7 == 0 ? .test : [])
                world.journal.append(call)
                effects = world.desk.submit(call, now: world.time)
            case 3...6:
                guard let id = world.inFlight.randomElement(using: &world.random) else { continue }
                world.inFlight.removeAll { $0 == id }
                let result = [sent, sent, later, never].randomElement(using: &world.random) ?? sent
                if result == sent { world.arrived[id.alert, default: 0] += 1 }
                effects = world.desk.handle(result, for: id, now: world.time)
            case 7:
                guard let record = world.desk.openAlerts.randomElement(using: &world.random) else { continue }
                let who =
                    Bool.random(using: &world.random) ? record.toldPeople.randomElement(using: &world.random) : nil
                effects =
                    world.desk.acknowledge(record.key, by: who ?? "bob", recipient: who, comment: "", now: world.time)
                    ?? []
            default:
                effects = world.desk.advance(to: world.time, limit: Int.random(in: 1...8, using: &world.random))
            }
            if Int.random(in: 0..<12, using: &world.random) == 0 {
                world.crash(losing: effects)
            } else {
                world.perform(effects)
            }
        }
        // From now on everything works: in the end each alert is settled, and somebody was told of each or every way
        // to everybody was refused for good.
        for _ in 0..<10_000 where world.desk.openCount > 0 {
            if let id = world.inFlight.popLast() {
                world.arrived[id.alert, default: 0] += 1
                world.perform(world.desk.handle(sent, for: id, now: world.time))
            } else if let next = world.desk.nextDeadline {
                world.now = max(world.now, world.epoch + Double(next.nanoseconds) / 1e9)
                world.perform(world.desk.advance(to: world.time))
            }
        }
        #expect(world.desk.openCount == 0, "seed \(seed)")
        #expect(world.problems == [], "seed \(seed)")
        for call in world.journal { #expect(world.isStored(call.key), "seed \(seed), call \(call.key)") }
        for record in world.store.values.sorted(by: { $0.key < $1.key }) {
            #expect(record.state == .settled, "seed \(seed), alert \(record.key)")
            if record.isAcknowledged, record.acknowledgedBy == .all {
                #expect(record.toldPeople.allSatisfy(record.hasAcknowledged), "seed \(seed), alert \(record.key)")
            }
            let refused = record.deliveries.allSatisfy { $0.state == .failed }
            #expect(world.arrived[record.key] != nil || refused, "seed \(seed), alert \(record.key)")
        }
    }
}

private func boundedSite(_ rule: AcknowledgementRule) -> AlertConfiguration {
    site {
        $0.policy.inFlightPerChannel = 3
        $0.subscriptions[0].acknowledgedBy = rule
        if rule == .all { $0.subscriptions[0].to.append("chief") }
    }
}
