public import E911Service
import E911Values
import SIPCore

/// Hours of a site with very many devices: each registers again every hour, some move, some call. At the end nothing may be
/// left of what was under way, and every device must be known.
public final class LargeSite {
    public struct Plan: Equatable, Sendable {
        public var devices = 100_000
        public var hours = 24
        /// Emergency calls in all.
        public var calls = 200
        /// Devices that are carried to another floor, in all.
        public var moves = 20_000
        /// Two nodes that share one store, both with all devices.
        public var isPaired = false

        public init() {}
    }

    public struct Report: Equatable, Sendable, CustomStringConvertible {
        public var seed: UInt64 = 0
        public var devices = 0
        public var registrations = 0
        public var moves = 0
        public var calls = 0
        public var answered = 0
        public var downloads = 0
        /// NOTIFYs that the nodes got, each of them counted.
        public var notifications: UInt64 = 0
        /// Rows in the store that two nodes share; `nil` for one that is alone.
        public var rows: Int?
        public var underWay: [NodeStatus.Counter] = []
        public var hash = EffectHash()
        public var violations: [Violation] = []

        public var description: String {
            let lines = [
                "seed \(seed): \(devices) devices, \(registrations) registrations, \(moves) moves, \(downloads) downloads",
                "calls: \(calls) dialled, \(answered) answered by a gateway",
                "NOTIFYs: \(notifications)" + (rows.map { ", rows of the shared store: \($0)" } ?? ""),
                "under way: " + underWay.map { "\($0.name) \($0.value)" }.joined(separator: ", "), "log hash \(hash)",
                violations.isEmpty ? "no violation" : "\(violations.count) violations",
            ]
            return (lines + violations.map { "  \($0)" }).joined(separator: "\n")
        }
    }

    /// Phones that really are there; all other devices are rows of the registrar.
    private static let phones = 20
    /// Seconds for which a device registers; it comes again after half of it.
    private static let expires: UInt32 = 7200

    private let plan: Plan
    private let site: SimulatedSite
    private let nodes: [SimulatedNode]
    private let checks: [any InvariantChecker]
    private var generator: SeededGenerator
    private var findings = Findings()
    private var report = Report()
    /// The floor of each device.
    private var floors: [UInt8]

    private var world: World { site.world }

    public init(seed: UInt64, _ plan: Plan = Plan()) {
        self.plan = plan
        report.seed = seed
        generator = SeededGenerator(seed: (seed, 0x6c61_7267, 0, 0))
        var ways = SimulatedSite.Plan()
        ways.phones = Self.phones
        ways.floors = 8
        ways.elinsPerFloor = 5
        ways.transport = .tcp
        ways.maxBodyOctets = 400_000
        ways.registrationExpires = Self.expires
        ways.managers = plan.isPaired ? 2 : 1
        ways.isPaired = plan.isPaired
        site = SimulatedSite(seed: seed, ways)
        nodes = site.addNodes()
        checks = [EmergencyCallCheck(nodes), LeaseCheck(site, nodes)]
        floors = (0..<plan.devices).map { UInt8(truncatingIfNeeded: $0 % 8) }
        for check in checks { site.world.watch(with: check) }
        for phone in site.phones { phone.remembersTold = false }
        site.server.remembersTold = false
        site.gateway.remembersTold = false
        site.world.log.observe { [unowned self] entry in
            if case .told(let event as PhoneEvent) = entry.what, case .call(.answered) = event { report.answered += 1 }
        }
    }

    /// - Parameter hour: called at the beginning, and after each hour.
    public func run(each hour: (Int) -> Void) -> Report {
        site.registerAll()
        world.run(for: .seconds(60))
        hour(0)
        register(batch: 0)
        again(every: .seconds(Int64(plan.hours)) * 3600 / max(1, plan.moves)) { [unowned self] in move() }
        again(every: .seconds(Int64(plan.hours)) * 3600 / max(1, plan.calls)) { [unowned self] in call() }
        for number in 1...max(1, plan.hours) {
            world.run(for: .seconds(3600))
            hour(number)
        }
        conclude()
        return report
    }

    private func again(every wait: Duration, _ body: @escaping () -> Void) {
        world.schedule(after: wait) { [unowned self] in
            guard world.now.monotonic.nanoseconds < (Int64(plan.hours) * 3600 - 120) * 1_000_000_000 else { return }
            body()
            again(every: wait, body)
        }
    }

    /// Every second some devices register; all of them within half of the time for which they do.
    private func register(batch: Int) {
        let batches = Int(Self.expires / 2)
        let size = (plan.devices + batches - 1) / batches
        let first = min(batch * size, plan.devices)
        let devices = (first..<min(first + size, plan.devices)).map { device($0) }
        if !devices.isEmpty { site.server.command(.populate(devices, expires: Self.expires)) }
        report.registrations += devices.count
        world.schedule(after: .seconds(1)) { [unowned self] in register(batch: (batch + 1) % batches) }
    }

    private func device(_ number: Int) -> RegisteredDevice {
        let address = IPAddress(v4: 10 << 24 | UInt32(256 + UInt32(floors[number])) << 8 | UInt32(number % 250 + 1))
        return RegisteredDevice(
            user: "\(100_000 + number)", contact: "sip:\(100_000 + number)@\(address):\(6000 + number / 250 % 50_000)",
            instance:
                "<urn:uuid:00000000-0000-1000-8000-\(String(0x0022_0000_0000 + number, radix: 16).leftPadded(12))>",
            userAgent: "Desk phone 4.2")
    }

    private func move() {
        let number = generator.index(below: plan.devices)
        floors[number] = UInt8(truncatingIfNeeded: (Int(floors[number]) + 1) % 8)
        report.moves += 1
        site.server.command(.populate([device(number)], expires: Self.expires))
    }

    private func call() {
        let phone = site.phones[generator.index(below: site.phones.count)]
        report.calls += 1
        phone.command(.call("911"))
        phone.command(.hangUp, after: .seconds(20))
    }

    private func conclude() {
        // Leases and alerts of the last calls end.
        world.run(for: site.plan.elinTimeout + .seconds(120))
        world.run(atMost: .seconds(60)) { left.isEmpty }
        for counter in left { findings.add(.leftovers, "the node has \(counter.value) \(counter.name)", at: world.now) }
        for text in nodes.flatMap({ $0.violations() }) { findings.add(.modules, text, at: world.now) }
        for check in checks { check.conclude(at: world.now) }
        let states = nodes.map { $0.status() }
        report.devices = states.map { $0?.callServers.first?.active ?? 0 }.min() ?? 0
        report.downloads = states.reduce(0) { $0 + ($1?.callServers.first?.downloads ?? 0) }
        report.notifications = states.reduce(0) { sum, state in
            sum + (state?.counters.first { $0.name == "received.NOTIFY" }?.value ?? 0)
        }
        report.rows = nodes[0].sharedRows
        if report.devices != plan.devices + Self.phones {
            findings.add(
                .devices, "\(report.devices) of \(plan.devices + Self.phones) devices are active", at: world.now)
        }
        if report.answered < report.calls {
            findings.add(.reach, "\(report.answered) of \(report.calls) calls were answered", at: world.now)
        }
        report.underWay = nodes[0].host.machine.underWay
        report.hash = world.log.hash
        report.violations = findings.all + checks.flatMap(\.violations) + world.faults
    }

    private var left: [NodeStatus.Counter] {
        // Devices register all the time, so a document may be at work.
        nodes[0].host.machine.underWay.filter {
            $0.value > 0 && !["bodies", "registry-work", "rows-for-the-store"].contains($0.name)
        }
    }
}

extension String {
    /// With zeros in front.
    fileprivate func leftPadded(_ count: Int) -> String {
        String(repeating: "0", count: Swift.max(0, count - utf8.count)) + self
    }
}
