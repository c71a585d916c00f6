import Alerting
import E911Values

/// Two desks on one store. Each commits its records and reads the other's some time later, in the order in which they were
/// committed. Nodes freeze, die, are cut off and come back; the other one takes over when it has heard nothing for four
/// seconds.
struct PairWorld {
    enum Trouble { case none, frozen, dead }

    struct Message {
        var id: DeliveryID
        /// How many troubles the node had had when it sent it.
        var troubles: Int
    }

    struct Node {
        var desk: AlertDesk
        let name: String
        /// What the store does not have yet, when it will, and the mark of the claim if it is one.
        var leaving: [(record: OutboxRecord, due: Double, mark: UInt64?)] = []
        /// So many changes of the other node's were read.
        var read = 0
        var mark: UInt64 = 0
        var inFlight: [Message] = []
        var mirrored: [DeliveryID] = []
        var trouble = Trouble.none
        var troubleUntil = 0.0
        var troubles = 0
        var isCut = false
        var lastHeard = 0.0
        /// Alerts that the calls have turned out to be one of, and when this node learns of it.
        var unions: [(loser: RecordKey, primary: RecordKey, due: Double)] = []
    }

    var random: SeededGenerator
    var nodes: [Node]
    var now = 0.0
    var calls: UInt64 = 0
    /// By node: what the store has, and each change of it.
    var store: [[RecordKey: OutboxRecord]] = [[:], [:]]
    var changes: [[OutboxRecord]] = [[], []]
    var journal: [Alert] = []
    /// Calls that were in a record of the store.
    var stored: Set<RecordKey> = []
    var arrived: [RecordKey: Int] = [:]
    var arrivals: [DeliveryID: (node: Int, troubles: Int)] = [:]
    var problems: [String] = []
    /// What became of each alert, to tell with a problem.
    var trace: [(alert: RecordKey, what: String)] = []
    /// Whether nodes can be cut off from the store; then messages may go out twice.
    let hasCuts: Bool
    let rule: AcknowledgementRule

    init(seed: UInt64, hasCuts: Bool) {
        random = SeededGenerator(seed: seed)
        self.hasCuts = hasCuts
        rule = seed % 2 == 0 ? .all : .one
        nodes = []
        nodes = ["a", "b"].map { Node(desk: desk($0), name: $0) }
    }

    private func desk(_ name: String) -> AlertDesk {
        AlertDesk(
            configuration: site {
                $0.policy.inFlightPerChannel = 4
                // A channel that is silent has a message twice.
                if !hasCuts { $0.policy.attemptTimeout = .seconds(3600) }
                $0.subscriptions = [
                    AlertSubscription(
                        location: "hq", to: ["security", "chief"], channels: [.email, .screenPop], acknowledgedBy: rule)
                ]
            }, position: PairPosition(node: name, peer: name == "b" ? "a" : "b", isSecond: name == "b"))
    }

    mutating func draw(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func chance(_ one: Int, in all: Int) -> Bool { draw(0..<all) < one }

    func isUp(_ node: Int) -> Bool { nodes[node].trouble == .none }

    /// What both nodes' records say.
    func joined(_ key: RecordKey) -> OutboxRecord? {
        guard let a = store[0][key] else { return store[1][key] }
        return store[1][key].map { a.joined($0) } ?? a
    }

    var keys: [RecordKey] { Set(store[0].keys).union(store[1].keys).sorted() }

    // MARK: Effects

    mutating func perform(_ effects: [AlertEffect], _ node: Int, mark: UInt64? = nil) {
        for effect in effects {
            switch effect {
            case .record(let record):
                note(
                    record.key, node,
                    "\(record.state) \(record.holder) \(record.deliveries.map { "\($0.number) \($0.state)" })")
                let due = max(nodes[node].leaving.last?.due ?? 0, now + Double(draw(0..<8)) / 8)
                nodes[node].leaving.append((record, due, mark))
            case .deliver(let delivery):
                note(delivery.id.alert, node, "sends \(delivery.id.number)")
                check(delivery.id, node)
                nodes[node].inFlight.append(Message(id: delivery.id, troubles: nodes[node].troubles))
            case .mirror(let delivery): nodes[node].mirrored.append(delivery.id)
            case .event: break
            }
        }
    }

    mutating func note(_ alert: RecordKey, _ node: Int, _ what: String) {
        trace.append((alert, "\(now) \(nodes[node].name) \(nodes[node].troubles): \(what)"))
    }

    func problem(_ alert: RecordKey, _ what: String) -> String {
        let before = trace.filter { $0.alert == alert }.map(\.what).suffix(30)
        return "\(now): \(alert) \(what); before: \(before.joined(separator: "; "))"
    }

    /// Whoever sends a message has the alert, and nobody else is at it.
    private mutating func check(_ id: DeliveryID, _ node: Int) {
        guard !hasCuts else { return }
        let (me, other) = (nodes[node], nodes[1 - node])
        if let record = joined(id.alert), record.holder != me.name {
            problems.append(problem(id.alert, "is sent by \(me.name), and \(record.holder) has it"))
        }
        if isUp(1 - node), other.inFlight.contains(where: { $0.id == id && $0.troubles == other.troubles }) {
            problems.append(problem(id.alert, "\(id.number) is sent by both"))
        }
    }

    /// A message may arrive twice only when one of those who sent it was in trouble before all had heard of it.
    mutating func arrive(_ message: Message, _ node: Int) {
        arrived[message.id.alert, default: 0] += 1
        if let first = arrivals[message.id], !hasCuts, nodes[first.node].troubles == first.troubles,
            nodes[node].troubles == message.troubles
        {
            problems.append(problem(message.id.alert, "\(message.id.number) has arrived twice"))
        }
        note(message.id.alert, node, "\(message.id.number) of \(message.troubles) arrives")
        arrivals[message.id] = (node, message.troubles)
    }

    // MARK: Store

    mutating func commit(_ node: Int, all: Bool = false) {
        guard !nodes[node].isCut else { return }
        while let first = nodes[node].leaving.first, all || first.due <= now {
            nodes[node].leaving.removeFirst()
            store[node][first.record.key] = first.record
            changes[node].append(first.record)
            stored.formUnion([first.record.key] + first.record.laterCalls + first.record.attachedCalls)
        }
        guard isUp(node) else { return }
        let waiting = nodes[node].leaving.compactMap(\.mark).min()
        perform(nodes[node].desk.release(claimsThrough: waiting.map { $0 - 1 } ?? nodes[node].mark, now: at(now)), node)
    }

    mutating func read(_ node: Int) {
        guard isUp(node), !nodes[node].isCut else { return }
        while nodes[node].read < changes[1 - node].count {
            let record = changes[1 - node][nodes[node].read]
            nodes[node].read += 1
            let octets = record.encoded()
            guard let record = OutboxRecord(encoded: octets.span) else {
                problems.append("a record could not be read")
                continue
            }
            perform(nodes[node].desk.merge(record, now: at(now)), node)
        }
        if isUp(1 - node), !nodes[1 - node].isCut { nodes[node].lastHeard = now }
    }

    /// Takes over what the other node has when that is silent.
    mutating func watch(_ node: Int) {
        guard isUp(node), !nodes[node].isCut, now - nodes[node].lastHeard >= 4, nodes[node].desk.watchedCount > 0 else {
            return
        }
        nodes[node].mark += 1
        let mark = nodes[node].mark
        perform(nodes[node].desk.takeOver(mark: mark, limit: 3), node, mark: mark)
    }

    // MARK: Troubles

    mutating func beginTrouble(_ node: Int) {
        guard isUp(node) else { return }
        nodes[node].troubles += 1
        nodes[node].trouble = chance(1, in: 2) ? .frozen : .dead
        nodes[node].troubleUntil = now + Double(draw(1..<40))
        guard nodes[node].trouble == .dead else { return }
        // Of what was under way some has reached the store.
        let left = nodes[node].leaving.prefix(draw(0..<nodes[node].leaving.count + 1))
        nodes[node].leaving = Array(left)
        commit(node, all: true)
        nodes[node].leaving = []
        nodes[node].inFlight = []
        nodes[node].mirrored = []
        nodes[node].isCut = false
    }

    /// It comes back, though not between a claim and its commit.
    mutating func endTrouble(_ node: Int, force: Bool = false) {
        guard !isUp(node), force || nodes[node].troubleUntil <= now,
            nodes[1 - node].leaving.allSatisfy({ $0.mark == nil })
        else { return }
        let trouble = nodes[node].trouble
        nodes[node].trouble = .none
        nodes[node].lastHeard = now
        if trouble == .frozen {
            nodes[node].desk.hold(until: at(now + 2).monotonic)
            perform(nodes[node].desk.advance(to: at(now)), node)
            read(node)
            nodes[node].desk.hold(until: nil)
            perform(nodes[node].desk.advance(to: at(now)), node)
        } else {
            restart(node)
        }
    }

    private mutating func restart(_ node: Int) {
        nodes[node].desk = desk(nodes[node].name)
        nodes[node].read = changes[1 - node].count
        let open = keys.filter { !(store[0][$0]?.isSettled ?? true) || !(store[1][$0]?.isSettled ?? true) }
        let effects = nodes[node].desk.restore(
            open.compactMap { store[node][$0] }, ofOther: open.compactMap { store[1 - node][$0] }, now: at(now))
        perform(effects, node)
        for alert in journal where alert.key.node == nodes[node].name && !stored.contains(alert.key) {
            perform(nodes[node].desk.submit(alert, seesOther: sees(node), now: at(now)), node)
        }
    }

    func sees(_ node: Int) -> Bool { !nodes[node].isCut && now - nodes[node].lastHeard <= 3 }

    // MARK: Inputs

    mutating func call(_ node: Int) {
        calls += 1
        let device = ["", "d1", "d2", "d3"][draw(0..<4)]
        let call = alert(calls, now, device: device, flags: calls % 9 == 0 ? .test : [], node: nodes[node].name)
        journal.append(call)
        // Some are a call that the other node has answered already.
        if chance(1, in: 8), let other = journal.last(where: { $0.key.node != nodes[node].name && !$0.isTest }),
            let effects = nodes[node].desk.attach(call.key, to: other.key, now: at(now))
        {
            return perform(effects, node)
        }
        perform(nodes[node].desk.submit(call, seesOther: sees(node), now: at(now)), node)
        guard chance(1, in: 8), device.isEmpty, !call.isTest,
            let other = journal.last(where: { $0.key.node != nodes[node].name && $0.device.isEmpty && !$0.isTest })
        else { return }
        // And of some it shows later. Now and then the nodes do not agree on which of the two is to go on.
        let swaps = chance(1, in: 4)
        for index in 0..<2 {
            let (loser, primary) = swaps && index == 1 ? (other.key, call.key) : (call.key, other.key)
            nodes[index].unions.append((loser, primary, now + Double(draw(0..<12))))
        }
    }

    mutating func unite(_ node: Int) {
        while isUp(node), let index = nodes[node].unions.firstIndex(where: { $0.due <= now }) {
            let union = nodes[node].unions.remove(at: index)
            perform(nodes[node].desk.unite(union.loser, into: union.primary, now: at(now)), node)
        }
    }

    mutating func answer(_ node: Int) {
        guard isUp(node), !nodes[node].inFlight.isEmpty else { return }
        let message = nodes[node].inFlight.remove(at: draw(0..<nodes[node].inFlight.count))
        let result = [sent, sent, later, never][draw(0..<4)]
        if result == sent { arrive(message, node) }
        perform(nodes[node].desk.handle(result, for: message.id, now: at(now)), node)
    }

    mutating func look(_ node: Int) {
        guard isUp(node), !nodes[node].mirrored.isEmpty else { return }
        let id = nodes[node].mirrored.removeFirst()
        let result = chance(1, in: 3) ? sent : later
        // Nobody who looks on is no news, least of all of the message that this node may be sending by now.
        guard result == sent else { return }
        arrived[id.alert, default: 0] += 1
        perform(nodes[node].desk.handle(result, for: id, now: at(now)), node)
    }

    mutating func acknowledge(_ node: Int) {
        let open = nodes[node].desk.openAlerts
        guard isUp(node), !open.isEmpty else { return }
        let record = open[draw(0..<open.count)]
        let told = record.toldPeople
        let who = told.isEmpty || chance(1, in: 4) ? nil : told[draw(0..<told.count)]
        let effects = nodes[node].desk.acknowledge(
            record.key, by: who ?? "bob", recipient: who, comment: "", now: at(now))
        perform(effects ?? [], node)
    }

    mutating func step() {
        now += Double(draw(0..<12)) / 8
        for node in 0..<2 {
            endTrouble(node)
            commit(node)
            if chance(2, in: 3) || now - nodes[node].lastHeard >= 4 { read(node) }
            watch(node)
            unite(node)
            let due = nodes[node].desk.nextDeadline
            if isUp(node), let due, due <= at(now).monotonic {
                perform(nodes[node].desk.advance(to: at(now), limit: draw(1..<8)), node)
            }
        }
        for node in nodes { problems += node.desk.violations().map { "\(now) \(node.name): \($0)" } }
        let node = draw(0..<2)
        switch draw(0..<20) {
        case 0...3: if isUp(node) { call(node) }
        case 4...11: answer(node)
        case 12...13: look(node)
        case 14: acknowledge(node)
        case 15: if chance(1, in: 6) { beginTrouble(node) }
        case 16:
            guard hasCuts, isUp(node), chance(1, in: 2) else { return }
            nodes[node].isCut.toggle()
            nodes[node].lastHeard = now
        case 17: if chance(1, in: 3) { compare() }
        default: break
        }
    }

    /// When everything has been told, both know the same.
    mutating func compare() {
        guard isUp(0), isUp(1), !nodes[0].isCut, !nodes[1].isCut else { return }
        exchange()
        let views = nodes.map { node in
            node.desk.openAlerts.map { record in
                var record = record
                // An attempt is told with its result.
                for index in record.deliveries.indices { record.deliveries[index].attempts = 0 }
                return record
            }
        }
        for (a, b) in zip(views[0], views[1]) where a != b {
            let differences = zip(Mirror(reflecting: a).children, Mirror(reflecting: b).children).filter {
                "\($0.value)" != "\($1.value)"
            }
            problems.append(
                problem(a.key, "is \(differences.map { "\($0.label ?? ""): \($0.value) and \($1.value)" })"))
        }
        if views[0].count != views[1].count {
            let keys = views.map { Set($0.map(\.key)) }
            problems.append("\(now): only one has \(keys[0].symmetricDifference(keys[1]).sorted())")
        }
    }

    mutating func exchange() {
        for _ in 0..<100
        where nodes.contains(where: { !$0.leaving.isEmpty })
            || (0..<2).contains(where: { nodes[$0].read < changes[1 - $0].count })
        {
            for node in 0..<2 {
                commit(node, all: true)
                read(1 - node)
            }
        }
    }

    /// From now on everything works.
    mutating func finish() {
        for node in 0..<2 { nodes[node].isCut = false }
        for node in [0, 1, 0] {
            commit(1 - node, all: true)
            endTrouble(node, force: true)
        }
        for _ in 0..<2_000 {
            exchange()
            for node in 0..<2 {
                unite(node)
                while let message = nodes[node].inFlight.popLast() {
                    arrive(message, node)
                    perform(nodes[node].desk.handle(sent, for: message.id, now: at(now)), node)
                }
            }
            exchange()
            guard nodes.contains(where: { !$0.inFlight.isEmpty }) == false else { continue }
            let due = nodes.compactMap(\.desk.nextDeadline).min()
            let union = nodes.flatMap(\.unions).map(\.due).min()
            guard due != nil || union != nil else { break }
            now = max(now, min(due.map { Double($0.nanoseconds) / 1e9 } ?? .infinity, union ?? .infinity))
            for node in 0..<2 { perform(nodes[node].desk.advance(to: at(now)), node) }
        }
        exchange()
    }

    /// In the end every alert is over for both, nothing is owed, and somebody was told of each.
    mutating func judge() {
        func check(_ holds: Bool, _ what: @autoclosure () -> String) {
            if !holds { problems.append("at last: \(what())") }
        }
        for node in nodes { check(node.desk.openCount == 0, "\(node.name) has \(node.desk.openCount) alerts") }
        let attached = Set(keys.compactMap { joined($0) }.flatMap(\.attachedCalls))
        for key in keys {
            guard var record = joined(key) else { continue }
            for rows in store { check(rows[key]?.isSettled ?? true, "\(key) is open in the store") }
            check(!record.deliveries.contains { $0.state == .owed }, "\(key) owes something")
            check(
                record.laterCalls.allSatisfy { $0.counter <= record.soundedThrough },
                "\(key) has a call that never sounded")
            var hops = 0
            while let other = record.joinedInto.flatMap(joined), hops < 9 {
                record = other
                hops += 1
            }
            check(record.joinedInto == nil, "\(key) is joined into nothing that stays")
            check(
                arrived[record.key] != nil || !record.deliveries.contains { $0.state == .delivered },
                "nobody was told of \(key)")
            // A claim opens again what was dropped for another alert; the call is that one's all the same.
            check(
                attached.contains(record.key) || record.deliveries.contains { $0.state != .dropped },
                "all was dropped of \(record.key)")
        }
        for call in journal { check(stored.contains(call.key), "\(call.key) is lost") }
    }
}
