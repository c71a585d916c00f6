import E911Service
import E911Values
import SIPCore

/// Many calls over a network that loses, doubles and delays datagrams, each way between two parties, and from one of them
/// to e911d: each is answered 302, and 64*T1 after the last answer nobody has a transaction left.
public final class LossyCalls {
    public struct Plan: Equatable, Sendable {
        /// Each way.
        public var calls = 10_000
        /// Calls a second, each way.
        public var rate = 100
        public var conditions = WireConditions.lossy(0.1)

        public init() {}
    }

    public struct Report: Equatable, Sendable, CustomStringConvertible {
        public var seed: UInt64 = 0
        /// Of one party to the other, of the other to the one, of the first to e911d.
        public var answered = [0, 0, 0]
        /// Of the 302s of the two parties.
        public var acknowledged = 0
        /// Since the first call, in virtual time.
        public var lastAnswer: Duration = .zero
        public var wire = WireFigures()
        public var hash = EffectHash()
        public var violations: [Violation] = []

        public var description: String {
            let lines = [
                "seed \(seed): calls answered: \(answered[0]) west to east, \(answered[1]) east to west, "
                    + "\(answered[2]) to e911d; the last one after \(lastAnswer)",
                "datagrams: \(wire.datagramsSent) sent, \(wire.datagramsLost) lost, "
                    + "\(wire.datagramsDuplicated) doubled",
                "log hash \(hash)",
                violations.isEmpty ? "no violation" : "\(violations.count) violations",
            ]
            return (lines + violations.map { "  \($0)" }).joined(separator: "\n")
        }
    }

    /// 64*T1, the longest that a transaction stays when all is said (RFC 3261 section 17).
    private static let longestTransaction: Duration = .seconds(32)

    private let plan: Plan
    private let world: World
    private let node: SimulatedNode
    private let parties: [SimulatedHost<CallingPartyModel>]
    private let checks: EmergencyCallCheck
    private var report = Report()
    private var findings = Findings()
    /// Which calls of each way wait for their answer.
    private var waits: [[Bool]]
    private var waiting: Int

    public init(seed: UInt64, _ plan: Plan = Plan()) {
        self.plan = plan
        let world = World(seed: seed)
        world.conditions = plan.conditions
        self.world = world
        // The first party has the SIP Server's address, since e911d answers calls of its call servers.
        let contacts = [SimulatedSite.server(.udp), SimulatedSite.manager(9, .udp)]
        parties = contacts.enumerated().map { index, contact in
            let name = index == 0 ? "west" : "east"
            return world.add(
                name, CallingPartyModel(contact, identifiers: world.identifiers(for: name)),
                at: [Listener(.udp, contact.endpoint)])
        }
        // A site that nobody runs, for what e911d knows of it. It has no devices to ask for.
        let site = SimulatedSite(seed: seed)
        var configuration = site.configuration
        for index in configuration.callServers.indices {
            configuration.callServers[index].subscription.target = .addressesOfRecord
        }
        node = SimulatedNode(site.nodeConfiguration(0), site: configuration, in: world)
        checks = EmergencyCallCheck([node])
        waits = Array(repeating: Array(repeating: true, count: plan.calls), count: 3)
        waiting = 3 * plan.calls
        report.seed = seed
        world.watch(with: checks)
        for party in parties { party.remembersTold = false }
        world.log.observe { [unowned self] in observe($0) }
    }

    /// Makes all calls, waits for the end of all transactions, and judges.
    public func run() -> Report {
        world.run(for: .seconds(1))
        let start = world.now.monotonic
        let hops = [parties[1], parties[0]].map { NextHop(kind: .udp, endpoint: $0.listeners[0].endpoint) }
        for number in 0..<plan.calls {
            let delay = Duration.seconds(1) / max(1, plan.rate) * number
            for way in 0..<2 { parties[way].command(.call(number, user: "911", at: hops[way]), after: delay) }
            parties[0].command(
                .call(plan.calls + number, user: "911", at: SimulatedSite.manager(0, .udp)), after: delay)
        }
        let longest = Duration.seconds(plan.calls / max(1, plan.rate)) + Self.longestTransaction * 2
        world.run(atMost: longest) { waiting == 0 }
        report.lastAnswer = world.now.monotonic - start
        world.run(for: Self.longestTransaction)
        judge()
        return report
    }

    private func judge() {
        for (way, calls) in waits.enumerated() {
            for (number, isWaiting) in calls.enumerated() where isWaiting {
                findings.add(.reach, "call \(number) of way \(way) was not answered", at: world.now)
            }
        }
        for party in parties {
            let counters = party.machine.engine.counters
            let left = counters.serverTransactions + counters.clientTransactions
            if left > 0 { findings.add(.leftovers, "\(left) transactions are left at \(party.name)", at: world.now) }
        }
        let counters = node.status()?.counters ?? []
        for name in ["server-transactions", "client-transactions", "misuses", "unacknowledged"] {
            let value = counters.first { $0.name == name }?.value
            if value != 0 {
                findings.add(.leftovers, "e911d has \(name) \(value.map(String.init) ?? "?")", at: world.now)
            }
        }
        if report.acknowledged < 2 * plan.calls {
            findings.add(.reach, "\(report.acknowledged) of \(2 * plan.calls) ACKs came", at: world.now)
        }
        checks.conclude(at: world.now)
        report.wire = world.figures
        report.hash = world.log.hash
        report.violations = findings.all + checks.violations + world.faults
    }

    private func observe(_ entry: LogEntry) {
        guard case .told(let event as CallingParty.Event) = entry.what else { return }
        switch event {
        case .answered(let number, let status):
            let way = entry.host.id == parties[1].id ? 1 : number < plan.calls ? 0 : 2
            let index = number % plan.calls
            guard status == 302, waits[way][index] else {
                return findings.add(
                    .answer, "call \(index) of way \(way) was answered \(status), or a second time", at: entry.time)
            }
            waits[way][index] = false
            waiting -= 1
            report.answered[way] += 1
        case .failed(let number, let reason):
            waiting -= 1
            findings.add(.reach, "call \(number) of \(entry.host.name) failed: \(reason)", at: entry.time)
        case .acknowledged(true): report.acknowledged += 1
        case .acknowledged(false): findings.add(.reach, "\(entry.host.name) got no ACK", at: entry.time)
        }
    }
}
