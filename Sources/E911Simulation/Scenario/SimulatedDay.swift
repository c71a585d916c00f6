import Alerting
import E911Service
import E911Values
import SIPCore

/// A site that lives: phones call, move, leave and come back, public safety answering points call back, networks and
/// disks fail, nodes are killed. One seed is one such life, and chooses the ways of the site too: proxy or B2BUA, UDP or
/// TCP, how much the network loses, how the SIP Server divides its notifications.
public final class SimulatedDay {
    public struct Plan: Equatable, Sendable {
        public var site = SimulatedSite.Plan()
        /// Calls a minute, on the average.
        public var callsAMinute = 30.0
        /// Whether some seeds call the SIP Server by a name. A trace has no answers of DNS in it, so a recording that is to
        /// be replayed wants none.
        public var usesNames = true
        /// Minutes between failures, on the average; `nil` is none.
        public var minutesBetweenFailures: Double? = 2

        public init() {
            site.phones = 40
            site.floors = 4
            site.managers = 2
        }
    }

    public let site: SimulatedSite
    public let nodes: [SimulatedNode]
    private let plan: Plan
    private let calls: EmergencyCallCheck
    private let checks: [any InvariantChecker]
    private var generator: SeededGenerator
    private var report = DayReport()
    private var findings = Findings()
    private var phones: [PhoneState]
    private var isOver = false
    /// Extensions, for look-up.
    private var numberOfHost: [HostID: Int] = [:]

    private struct PhoneState {
        var isBusy = false
        /// The call that it dialled last was answered by a gateway.
        var wasAnswered = false
    }

    private var world: World { site.world }

    /// Longer than any INVITE transaction that is not answered needs to fail and to be tried elsewhere.
    private static let answerLimit: Duration = .seconds(60)

    public init(seed: UInt64, _ plan: Plan = Plan()) {
        self.plan = plan
        var varied = plan.site
        var generator = SeededGenerator(seed: (seed, 0x6461_7900, 0, 0))
        varied.mode = generator.chance(0.5) ? .proxy : .backToBack
        varied.transport = generator.chance(0.5) ? .udp : .tcp
        varied.labelling = [.fullThenPartial, .allFull, .allPartial][generator.index(below: 3)]
        varied.versions = [.rising, .shared, .zero][generator.index(below: 3)]
        varied.maxBodyOctets = [2000, 5000, 14_336][generator.index(below: 3)]
        varied.elinsPerFloor = [2, 5, 20][generator.index(below: 3)]
        // Apart from the other choices, which would be others.
        var naming = SeededGenerator(seed: (seed, 0x6461_7900, 1, 0))
        if plan.usesNames {
            varied.naming = [.address, .address, .address, .host, .services, .pointer][naming.index(below: 6)]
        }
        let loss = [0, 0.02, 0.1][generator.index(below: 3)]
        varied.conditions = loss == 0 ? .perfect : .lossy(loss)
        report.seed = seed
        report.ways =
            "\(varied.mode.rawValue), \(varied.transport), by \(varied.naming), loss \(loss), \(varied.labelling), "
            + "versions \(varied.versions), bodies of \(varied.maxBodyOctets)"
        site = SimulatedSite(seed: seed, varied)
        var conditions = SimulatedNode.Conditions()
        conditions.acknowledgement = .seconds(5)...(.seconds(60))
        conditions.channels.failure = 0.05
        nodes = site.addNodes(conditions)
        calls = EmergencyCallCheck(nodes)
        checks = [calls, CallbackCheck(site, nodes), DeviceCheck(site, nodes)]
        phones = Array(repeating: PhoneState(), count: varied.phones)
        self.generator = generator
        for check in checks { site.world.watch(with: check) }
        for (number, phone) in site.phones.enumerated() {
            numberOfHost[phone.id] = number
            phone.remembersTold = false
        }
        site.server.remembersTold = false
        site.gateway.remembersTold = false
        site.testGateway.remembersTold = false
        site.world.log.observe { [unowned self] in observe($0) }
    }

    /// Lives so many minutes, lets everything come to rest, and judges.
    public func run(minutes: Int) -> DayReport {
        report.minutes = minutes
        site.registerAll()
        world.run(for: .seconds(60))
        again(every: 60 / plan.callsAMinute) { [unowned self] in dial() }
        again(every: 20) { [unowned self] in move() }
        if let minutes = plan.minutesBetweenFailures { again(every: 60 * minutes) { [unowned self] in fail() } }
        let outcome = world.run(for: .seconds(60 * minutes))
        if outcome == .exhausted { findings.add("a machine works without end", at: world.now) }
        rest()
        for check in checks { check.conclude(at: world.now) }
        report.redirected = calls.answered
        report.slowestAnswer = calls.slowest
        report.steps = world.steps
        report.effects = world.log.effects
        report.hash = world.log.hash
        report.violations = findings.texts + checks.flatMap(\.violations) + world.log.faults
        return report
    }

    /// Lets what is under way end, mends everything, and brings every node up to date.
    private func rest() {
        isOver = true
        world.run(for: .seconds(150))
        guard plan.minutesBetweenFailures != nil else { return }
        world.heal()
        // A notifier that got no answer has dropped the subscription; the next refresh finds that out.
        for node in nodes where node.host.isUp { _ = node.ask(.downloadNow(callServer: "main")) }
        world.run(for: .seconds(180))
    }

    /// Does something again and again, at random times with this mean in seconds.
    private func again(every mean: Double, _ body: @escaping () -> Void) {
        let wait = Duration.milliseconds(Int64(generator.index(below: Int(max(2, 2000 * mean)))))
        world.schedule(after: wait) { [unowned self] in
            guard !isOver else { return }
            body()
            again(every: mean, body)
        }
    }

    private func freePhone() -> Int? {
        let number = generator.index(below: phones.count)
        return phones[number].isBusy ? nil : number
    }

    // MARK: People

    private func dial() {
        guard let number = freePhone() else { return }
        let isTest = generator.chance(0.1)
        phones[number].isBusy = true
        phones[number].wasAnswered = false
        report.dialled += 1
        site.phones[number].command(.call(isTest ? "933" : "911"))
        finishCall(number, isTest, after: generator.duration(in: .seconds(10)...(.seconds(30))))
    }

    /// Hangs up, but not before somebody answered.
    private func finishCall(_ number: Int, _ isTest: Bool, after delay: Duration, waited: Duration = .zero) {
        let caller = SimulatedSite.user(number)
        world.schedule(after: delay) { [unowned self] in
            let waited = waited + delay
            if !phones[number].wasAnswered {
                guard waited >= Self.answerLimit else {
                    return finishCall(number, isTest, after: Self.answerLimit - waited, waited: waited)
                }
                findings.add("the call of \(caller) a minute ago was answered by no gateway", at: world.now)
            }
            site.phones[number].command(.hangUp)
            world.schedule(after: .seconds(5)) { [unowned self] in
                phones[number].isBusy = false
                if !isTest, !isOver, generator.chance(0.5) { callBack(caller) }
            }
        }
    }

    /// A public safety answering point calls the number that it saw.
    private func callBack(_ caller: String) {
        let call = site.gateway.machine.model.received.last { $0.from == caller }
        guard let elin = call?.assertedIdentity.flatMap({ TelephoneNumber($0) }), let number = elin.tenDigits,
            site.server.machine.model.caller(behind: elin, at: world.now.monotonic) == caller
        else { return }
        report.callbacks += 1
        site.gateway.command(.callBack(number, psapCallback: generator.chance(0.5)))
        site.gateway.command(.hangUp(number), after: .seconds(30))
    }

    private func move() {
        guard let number = freePhone() else { return }
        phones[number].isBusy = true
        let phone = site.phones[number]
        var absence = Duration.seconds(30)
        if generator.chance(0.7) {
            report.moves += 1
            phone.command(.move(to: SimulatedSite.phone(number, floor: generator.index(below: site.plan.floors))))
        } else {
            report.absences += 1
            phone.command(.unregister)
            absence = generator.duration(in: .seconds(10)...(.seconds(120)))
            phone.command(.register, after: absence)
        }
        world.schedule(after: absence + .seconds(10)) { [unowned self] in phones[number].isBusy = false }
    }

    // MARK: Failures

    private func fail() {
        let node = nodes[generator.index(below: nodes.count)]
        let time = generator.duration(in: .seconds(1)...(.seconds(40)))
        guard node.host.isUp else { return }
        switch generator.index(below: 4) {
        case 0:
            report.kills += 1
            node.kill(silently: generator.chance(0.3))
            node.restart(after: time)
        case 1:
            report.partitions += 1
            world.partition([node.host], from: [site.server])
            world.schedule(after: time) { [unowned self] in world.heal() }
        case 2:
            report.stalls += 1
            node.stallJournal(for: time)
        default:
            report.stalls += 1
            node.stallStore(for: time)
        }
    }

    // MARK: What they tell

    private func observe(_ entry: LogEntry) {
        guard case .told(let told) = entry.what else { return }
        switch told {
        case let event as PhoneEvent:
            guard let number = numberOfHost[entry.host.id], case .call(let call) = event else { return }
            switch call {
            case .answered:
                report.answered += 1
                phones[number].wasAnswered = true
            case .accepted: report.returned += 1
            default: break
            }
        case let event as SIPServerEvent:
            if case .noManager = event { report.unassisted += 1 }
        default: break
        }
    }
}
