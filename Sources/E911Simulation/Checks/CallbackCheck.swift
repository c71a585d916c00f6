import E911Service
public import E911Values

/// What the SIP Server does with ELINs (contract invariant 3): whom it rings for one is whom the last 302 with it was for,
/// and each 302 that it followed had been decided by a node for that caller.
public final class CallbackCheck: InvariantChecker {
    public var violations: [Violation] { findings.all }

    private struct Given: Hashable {
        let elin: TelephoneNumber
        let caller: String
    }

    private let server: SimulatedHost<SIPServerModel>
    private let nodes: [SimulatedNode]
    private let isPaired: Bool
    private var findings = Findings()
    /// The last caller that the SIP Server was told for each ELIN, in the order of first use.
    private var told: [(elin: TelephoneNumber, caller: String, at: Now)] = []
    /// When a caller had hung up before the 302 came that the SIP Server confirmed all the same: to the node that is an answer which
    /// has arrived.
    private var unfollowed = BoundedTable<String, MonotonicTime>(limit: 1000)
    /// What nodes have decided lately.
    private var given = BoundedTable<Given, RecordKey>(limit: 20_000)
    /// How far the clocks of the parties may lie apart: a 302 may be repeated for 32 s.
    private let margin: Duration

    public init(_ site: SimulatedSite, _ nodes: [SimulatedNode], margin: Duration = .seconds(40)) {
        server = site.server
        self.nodes = nodes
        isPaired = site.plan.isPaired
        self.margin = margin
    }

    public func observe(_ entry: LogEntry) {
        guard case .told(let event) = entry.what else { return }
        if entry.host === server, case .redirected(let caller, let contact, let text?)? = event as? SIPServerEvent,
            let elin = TelephoneNumber(text)
        {
            redirected(caller, isTest: contact.hasPrefix("sip:\(SimulatedSite.testGatewayPrefix)"), elin, entry.time)
        } else if entry.host === server, case .finished(let caller, _, 302)? = event as? SIPServerEvent {
            unfollowed.put(caller, entry.time.monotonic)
        } else if nodes.contains(where: { $0.host === entry.host }),
            case .journal(let record, _)? = event as? NodeEffect,
            let elin = record.elin
        {
            given.put(Given(elin: elin, caller: record.callerDN), record.key)
        }
    }

    private func redirected(_ caller: String, isTest: Bool, _ elin: TelephoneNumber, _ now: Now) {
        if given[Given(elin: elin, caller: caller)] == nil {
            findings.add(.callback, "\(caller) came back with \(elin), which no node gave to it", at: now)
        }
        let index = told.firstIndex { $0.elin == elin }
        // A test call is nobody whom a call to an ELIN could be meant for; the server's map does not know that, and may
        // ring the tester: nodes that do not know each other's leases, and one that lost its own with its process, cannot
        // tell that the ELIN has a caller. ``LeaseCheck`` judges those that know.
        guard !isTest else {
            if let index { told.remove(at: index) }
            return
        }
        if let index {
            told[index] = (elin, caller, now)
        } else {
            told.append((elin, caller, now))
        }
    }

    public func conclude(at now: Now) {
        let timeout = server.machine.model.configuration.elinTimeout
        for entry in told where now.monotonic - entry.at.monotonic + margin < timeout {
            let rings = server.machine.model.caller(behind: entry.elin, at: now.monotonic)
            guard rings != entry.caller else { continue }
            findings.add(
                .callback, "\(entry.elin) was given to \(entry.caller), and the SIP Server rings \(rings ?? "nobody")",
                at: now)
        }
        if isPaired { compare(timeout, now) }
    }

    /// Both nodes of a pair name whom the SIP Server was told last, unless the two calls came together: then its map goes by
    /// which 302 came last. A later 302 that nobody has acknowledged may not have come to the SIP Server at all, or to a stranger.
    private func compare(_ timeout: Duration, _ now: Now) {
        for node in nodes where node.host.isUp {
            let leases = node.host.machine.leases(at: node.host.now)
            for entry in told where now.monotonic - entry.at.monotonic + margin * 2 < timeout {
                let lease = leases.first { $0.elin == entry.elin }
                guard lease?.callerDN != entry.caller, let key = given[Given(elin: entry.elin, caller: entry.caller)],
                    !isTogether(key, lease?.call), !isUnheard(lease?.call, behind: key),
                    !hasHungUp(lease?.callerDN, since: entry.at)
                else { continue }
                findings.add(
                    .callback,
                    "the SIP Server was told \(entry.caller) last for \(entry.elin), and \(node.name) names "
                        + "\(lease?.callerDN ?? "nobody")", at: now)
            }
        }
    }

    /// A call that is later than the one that the SIP Server was told of, and of whose answer nobody knows whether it came.
    private func isUnheard(_ call: RecordKey?, behind key: RecordKey) -> Bool {
        guard let call, key.counter < call.counter, let record = nodes.first?.link?.store.call(call) else {
            return false
        }
        return record.outcome != .acknowledged
    }

    private func hasHungUp(_ caller: String?, since start: Now) -> Bool {
        caller.flatMap { unfollowed[$0] }.map { $0 > start.monotonic } ?? false
    }

    private func isTogether(_ key: RecordKey, _ other: RecordKey?) -> Bool {
        guard let other else { return false }
        let distance = max(key.counter, other.counter) - min(key.counter, other.counter)
        return distance < UInt64(margin.components.seconds) * 1_000_000
    }
}
