import Alerting
import E911Service
import E911Values
import SIPCore

/// A site that lives: phones call, move, leave and come back, public safety answering points call back, and everything
/// else fails meanwhile, one ``Fault`` after the other. One seed is one such life, and chooses the ways of the site too:
/// proxy or B2BUA, UDP or TCP, how much the network loses anyway, how the SIP Server divides its notifications.
///
/// What happens is drawn beforehand (``DayPlan/schedule(seed:)``), so that a day can be lived again without some of it.
public final class SimulatedDay {
    public let site: SimulatedSite
    public let nodes: [SimulatedNode]
    public let seed: UInt64
    let plan: DayPlan
    let leases: LeaseCheck
    private let calls: EmergencyCallCheck
    private let pair: PairCheck?
    private let alerts: AlertCheck?
    private let checks: [any InvariantChecker]
    private let events: [DayEvent]
    let stranger: SimulatedHost<Scribbler>
    var report = DayReport()
    var findings = Findings()
    var ledger: StrikeLedger
    var phones: [PhoneState]
    /// For what is decided while it runs: never for what people do.
    var generator: SeededGenerator
    /// From when on nothing is wrong any more that could keep a caller from the gateway.
    var calmAt = MonotonicTime.zero
    /// Until when a fault is at work, in the order of `Fault.allCases`.
    var atWorkUntil = Fault.allCases.map { _ in MonotonicTime.zero }
    var serverStarts = 0
    private var isOver = false
    private var watches: [DayWatch] = []
    /// Extensions, for look-up.
    private var numberOfHost: [HostID: Int] = [:]

    var world: World { site.world }

    public init(seed: UInt64, _ plan: DayPlan = DayPlan()) {
        self.plan = plan
        self.seed = seed
        let ways = DayWays(seed: seed, plan)
        report.seed = seed
        report.ways = ways.description
        site = SimulatedSite(seed: seed, ways.site)
        var conditions = SimulatedNode.Conditions()
        conditions.acknowledgement = .seconds(5)...(.seconds(60))
        conditions.channels.failure = 0.05
        nodes = site.addNodes(conditions)
        stranger = site.addStranger()
        calls = EmergencyCallCheck(nodes)
        leases = LeaseCheck(site, nodes)
        pair = ways.site.isPaired ? PairCheck(nodes) : nil
        var checks: [any InvariantChecker] = [calls, leases, CallbackCheck(site, nodes), DeviceCheck(site, nodes)]
        alerts = AlertCheck(site, nodes)
        if let pair { checks.append(pair) }
        if let alerts { checks.append(alerts) }
        if let sameCalls = SameCallCheck(site, nodes) { checks.append(sameCalls) }
        self.checks = checks
        phones = Array(repeating: PhoneState(), count: ways.site.phones)
        ledger = StrikeLedger(phones: ways.site.phones)
        generator = SeededGenerator(seed: (seed, 0x6461_7900, 3, 0))
        let all = plan.schedule(seed: seed)
        events = plan.events.map { wanted in all.filter { wanted.contains($0.number) } } ?? all
        for check in checks { site.world.watch(with: check) }
        for (number, phone) in site.phones.enumerated() {
            numberOfHost[phone.id] = number
            phone.remembersTold = false
        }
        site.server.remembersTold = false
        site.gateway.remembersTold = false
        site.testGateway.remembersTold = false
        site.world.log.observe { [unowned self] in observe($0) }
        site.world.onStrike = { [unowned self] kind, octets in struck(kind, octets) }
    }

    /// Lives the day, lets everything come to rest, and judges.
    public func run() -> DayReport {
        site.registerAll()
        world.run(for: .seconds(60))
        for event in events { world.schedule(after: event.at) { [unowned self] in happen(event.what) } }
        look()
        lookAtPair()
        let end = (events.last?.at ?? .zero) + .seconds(40)
        var outcome = World.Outcome.reached
        if plan.stopsAtFirst {
            outcome = world.run(atMost: end) { hasFound }
        } else {
            outcome = world.run(for: end)
        }
        if outcome == .exhausted { findings.add(.machine, "a machine works without end", at: world.now) }
        if !(plan.stopsAtFirst && hasFound) { rest() }
        report.seconds = Int((world.now.monotonic - .zero).components.seconds)
        report.dialled = ledger.calls
        report.struck = ledger.counts
        report.struckByAny = ledger.struck
        report.redirected = calls.answered
        report.slowestAnswer = calls.slowest
        if let alerts {
            report.takenOver = alerts.takenOver
            report.repeated = alerts.repeated
            report.acknowledgedElsewhere = nodes.reduce(0) { $0 + $1.acknowledgedForPeer }
        }
        report.steps = world.steps
        report.effects = world.log.effects
        report.hash = world.log.hash
        report.violations = (findings.all + checks.flatMap(\.violations) + world.faults).sorted { $0.time < $1.time }
        return report
    }

    /// Prints a line for each fault, and for all that nodes decide, write and read in which one of these texts stands.
    public func watch(for texts: [String], _ print: @escaping (String) -> Void) {
        let watch = DayWatch(texts: texts, print: print)
        watches.append(watch)
        let nodes = nodes
        world.log.observe { watch.observe($0, of: nodes) }
    }

    private var hasFound: Bool {
        !findings.all.isEmpty || !world.log.faults.isEmpty || checks.contains { !$0.violations.isEmpty }
    }

    private func happen(_ what: DayEvent.What) {
        switch what {
        case .call(let phone, let number, let lasts, let isCalledBack):
            dial(phone, number, lasts: lasts, isCalledBack: isCalledBack)
        case .move(let phone, let floor): move(phone, to: floor)
        case .absence(let phone, let lasts, let calls): leave(phone, for: lasts, calls: calls)
        case .fault(let fault, let lasts, let node, let choice):
            let node = nodes[node % nodes.count]
            for watch in watches { watch.begin(fault, lasts, of: node, choice: choice, at: world.now) }
            begin(fault, for: lasts, of: node, choice)
        }
    }

    /// Looks at every node's state from inside, again and again.
    private func look() {
        for node in nodes {
            for text in node.violations() { findings.add(.modules, "\(node.host.name): \(text)", at: world.now) }
        }
        guard !isOver else { return }
        leases.compare(at: world.now)
        world.schedule(after: .seconds(30)) { [unowned self] in look() }
    }

    private func lookAtPair() {
        guard let pair, !isOver else { return }
        pair.look(at: world.now)
        alerts?.look(at: world.now)
        world.schedule(after: .seconds(1)) { [unowned self] in lookAtPair() }
    }

    /// Mends everything, lets what is under way end, and brings every node up to date.
    private func rest() {
        world.heal()
        world.run(for: .seconds(150))
        isOver = true
        world.heal()
        // A notifier that got no answer has dropped the subscription; the next refresh finds that out. What a great sweep
        // would retire waits for a second download, a minute later.
        for _ in 0..<2 where !plan.faults.isEmpty {
            for node in nodes where node.host.isUp { _ = node.ask(.downloadNow(callServer: "main")) }
            world.run(for: .seconds(120))
        }
        look()
        for check in checks { check.conclude(at: world.now) }
        for node in nodes where node.host.isUp { judgeWhatIsLeft(at: node) }
    }

    /// Long after the last call nothing is under way but the leases of it. The SIP Server looks every ten seconds whether
    /// the node serves, which leaves a transaction for 64*T1: it is cut off first.
    private func judgeWhatIsLeft(at node: SimulatedNode) {
        func left(_ names: [String]) -> [NodeStatus.Counter] {
            node.host.machine.underWay.filter { $0.value > 0 && !names.contains($0.name) }
        }
        world.run(atMost: .seconds(60)) { left(["leases", "server-transactions"]).isEmpty }
        var found = left(["leases", "server-transactions"])
        world.partition([node.host], from: [site.server])
        world.run(atMost: .seconds(40)) { left(["leases", "client-transactions"]).isEmpty }
        found += left(["leases", "client-transactions"]).filter { counter in !found.contains { $0.name == counter.name }
        }
        for counter in found {
            findings.add(.leftovers, "\(node.host.name) has \(counter.value) \(counter.name)", at: world.now)
        }
        world.mend([node.host], from: [site.server])
    }

    private func observe(_ entry: LogEntry) {
        guard case .told(let told) = entry.what else { return }
        switch told {
        case let event as PhoneEvent:
            guard let number = numberOfHost[entry.host.id], case .call(let call) = event else { return }
            observe(call, of: number)
        case let event as SIPServerEvent:
            if case .noManager = event { report.unassisted += 1 }
        case let effect as NodeEffect: strikes(of: effect)
        default: break
        }
    }
}
