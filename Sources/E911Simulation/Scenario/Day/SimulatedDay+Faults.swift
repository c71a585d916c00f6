import Alerting
import E911Service
import E911Values
import SIPCore

/// What goes wrong.
extension SimulatedDay {
    /// Lets a fault begin; it ends by itself.
    func begin(_ fault: Fault, for duration: Duration, of node: SimulatedNode, _ choice: UInt64) {
        report.faults += 1
        let until = world.now.monotonic + duration
        let index = Fault.allCases.firstIndex(of: fault) ?? 0
        atWorkUntil[index] = max(atWorkUntil[index], until)
        let host = choice % 2 == 0 ? site.server : node.host as Host
        switch fault {
        case .loss: disturb(.loss, host, 0.3, until: until)
        case .duplication: disturb(.duplication, host, 0.3, until: until)
        case .reordering: disturb(.reordering, host, 0.3, .milliseconds(5)...(.milliseconds(300)), until: until)
        case .delay:
            disturb(.delay, host, 1, .milliseconds(50)...(.milliseconds(Int64(100 + choice % 1500))), until: until)
        case .partition: cut(node, for: duration, choice)
        case .nodeCrash: crash(node, for: duration, silently: choice % 3 == 0)
        case .serverCrash: crashServer(for: min(duration, .seconds(10)), silently: choice % 3 == 0)
        case .slowJournal:
            if choice % 2 == 0 {
                node.stallJournal(for: duration)
            } else {
                node.slow(.journal, to: .milliseconds(1)...(.milliseconds(30)), for: duration)
            }
        case .slowStore:
            if choice % 2 == 0 {
                node.stallStore(for: duration)
            } else {
                node.slow(.store, to: .milliseconds(100)...(.seconds(2)), for: duration)
            }
        case .fullDisk: node.fillDisk(for: duration)
        case .failingStore:
            let refusing = choice % 3 == 0 && !site.plan.isPaired ? 0.3 : 0
            node.failStore("database is locked", refusing: refusing, for: duration)
        case .failingChannels: node.failChannels(for: duration)
        case .clockJump: setClock(of: node, choice)
        case .malformed: malform(node, until: until, choice)
        case .storeSlow:
            for node in nodes { node.slow(.store, to: .milliseconds(50)...(.milliseconds(800)), for: duration) }
        case .storeCutOne: node.cutStore(for: duration)
        case .storeCutBoth: for node in nodes { node.cutStore(for: duration) }
        case .storeRestart: for node in nodes { node.cutStore(for: min(duration, .seconds(8)), refuses: true) }
        case .lostAnswers: node.loseAnswers(0.3, for: duration)
        case .nodeFreeze: freeze(node, for: duration)
        case .notifyStorm:
            site.server.command(.tellAll(times: 1 + Int(choice % 5)))
            ledger.strikeAll(.notifyStorm)
        }
    }

    private func disturb(
        _ kind: WireDisturbance.Kind, _ host: Host, _ probability: Double,
        _ delay: ClosedRange<Duration> = .zero ... .zero, until: MonotonicTime
    ) {
        calmAt = max(calmAt, until)
        world.disturb(WireDisturbance(kind, of: host, probability: probability, delay: delay, until: until))
    }

    private func cut(_ node: SimulatedNode, for duration: Duration, _ choice: UInt64) {
        calmAt = max(calmAt, world.now.monotonic + duration)
        switch choice % 3 {
        case 0: world.block(from: node.host, to: site.server)
        case 1: world.block(from: site.server, to: node.host)
        default: world.partition([node.host], from: [site.server])
        }
        world.schedule(after: duration) { [unowned self] in world.mend([node.host], from: [site.server]) }
    }

    private func crash(_ node: SimulatedNode, for duration: Duration, silently: Bool) {
        guard node.host.isUp else { return }
        calmAt = max(calmAt, world.now.monotonic + duration)
        ledger.strikeAll(.nodeCrash)
        node.kill(silently: silently)
        node.restart(after: duration)
    }

    private func freeze(_ node: SimulatedNode, for duration: Duration) {
        guard node.host.isUp else { return }
        calmAt = max(calmAt, world.now.monotonic + duration)
        ledger.strikeAll(.nodeFreeze)
        node.freeze(for: duration)
    }

    private func crashServer(for duration: Duration, silently: Bool) {
        guard site.server.isUp else { return }
        calmAt = max(calmAt, world.now.monotonic + duration)
        ledger.strikeAll(.serverCrash)
        site.server.kill(silently: silently)
        serverStarts += 1
        let identifiers = world.identifiers(for: "SIP Server \(serverStarts)")
        world.schedule(after: duration) { [unowned self] in
            site.server.restart(
                with: SIPServerModel(
                    restarting: site.server.machine, identifiers: identifiers, now: world.now.monotonic))
        }
    }

    /// Steps of a second, of minutes, of up to three hours, either way. The clocks of a pair stay near each other.
    private func setClock(of node: SimulatedNode, _ choice: UInt64) {
        ledger.strikeAll(.clockJump)
        guard !site.plan.isPaired else { return node.host.wallOffset = DayWays.wallOffset(choice) }
        let step = [Duration.seconds(1), .seconds(90), .seconds(3600), .seconds(10_800)][Int(choice / 2 % 4)]
        node.host.wallOffset += choice % 2 == 0 ? step : .zero - step
    }

    /// Messages from an address that the site trusts and from a strange one, and broken documents.
    private func malform(_ node: SimulatedNode, until: MonotonicTime, _ choice: UInt64) {
        site.server.command(.spoil(bodies: Int(choice % 3)))
        scribble(to: node, until: until, choice, number: 0)
    }

    private func scribble(to node: SimulatedNode, until: MonotonicTime, _ choice: UInt64, number: Int) {
        guard world.now.monotonic < until else { return }
        let source = number % 3 == 0 ? SimulatedSite.stranger : SimulatedSite.proxy
        let hops = node.host.listeners.map { NextHop(kind: $0.kind, endpoint: $0.endpoint) }
        let hop = hops[number % hops.count]
        var message = MalformedMessage(
            number: Int(choice % 1_000_000) * 1000 + number, domain: SimulatedSite.domain, seed: seed ^ choice)
        let contact = SimulatedSite.phone(200, floor: number % max(1, site.plan.floors))
        stranger.command(.write(message.octets(from: source, to: hop, contact: contact), from: source, to: hop))
        ledger.strikeAll(.malformed)
        world.schedule(after: .milliseconds(Int64(200 + choice % 400))) { [unowned self] in
            scribble(to: node, until: until, choice, number: number + 1)
        }
    }

    // MARK: Strikes

    /// A message was struck on its way.
    func struck(_ kind: WireDisturbance.Kind, _ octets: [UInt8]) {
        guard let caller = StrikeLedger.caller(in: octets) else { return }
        let fault: Fault =
            switch kind {
            case .loss: .loss
            case .duplication: .duplication
            case .reordering: .reordering
            case .delay: .delay
            case .partition: .partition
            }
        ledger.strike(caller - SimulatedSite.firstUser, fault)
    }

    /// What a node asks of its disk and of others, while these fail.
    func strikes(of effect: NodeEffect) {
        switch effect {
        case .journal(let record, _):
            // The store is given it at once, or as soon as it has done what came before.
            strike(record.callerDN, Self.keepFromRecord)
        case .deliver(let delivery):
            guard isAtWork(.failingChannels), let record = leases.record(delivery.id.alert) else { return }
            strike(record.caller, [.failingChannels])
        default: break
        }
    }

    private static let keepFromRecord: [Fault] = [
        .slowJournal, .fullDisk, .slowStore, .failingStore, .storeSlow, .storeCutOne, .storeCutBoth, .storeRestart,
        .lostAnswers,
    ]

    private func strike(_ caller: String, _ faults: [Fault]) {
        for fault in faults where isAtWork(fault) {
            guard let user = Int(caller) else { return }
            ledger.strike(user - SimulatedSite.firstUser, fault)
        }
    }

    private func isAtWork(_ fault: Fault) -> Bool {
        world.now.monotonic < atWorkUntil[Fault.allCases.firstIndex(of: fault) ?? 0]
    }

    /// A call that is dialled while a node or the SIP Server is down.
    func strikeByWhatIsAtWork(_ phone: Int) {
        if !site.server.isUp { ledger.strike(phone, .serverCrash) }
        if nodes.contains(where: { !$0.host.isUp }) { ledger.strike(phone, .nodeCrash) }
        if nodes.contains(where: { $0.host.frozenUntil != nil }) { ledger.strike(phone, .nodeFreeze) }
    }
}
