import E911Service
public import E911Values

/// The latest caller owns the callback (contract invariant 3): whom the SIP Server rings for an ELIN is whom the last
/// 302 with it was for, and whom the nodes name.
public final class CallbackCheck: InvariantChecker {
    public var violations: [String] { findings.texts }

    private let server: SimulatedHost<SIPServerModel>
    private let nodes: [SimulatedNode]
    /// How far the clocks of the parties may lie apart: a 302 may be repeated for 32 s.
    private let margin: Duration
    private var findings = Findings()
    /// The last caller that the SIP Server was told for each ELIN, in the order of first use.
    private var told: [(elin: TelephoneNumber, caller: String, at: Now)] = []

    public init(_ site: SimulatedSite, _ nodes: [SimulatedNode], margin: Duration = .seconds(40)) {
        server = site.server
        self.nodes = nodes
        self.margin = margin
    }

    public func observe(_ entry: LogEntry) {
        guard entry.host === server, case .told(let event as SIPServerEvent) = entry.what,
            case .redirected(let caller, let contact, let text?) = event, let elin = TelephoneNumber(text),
            // A test call is nobody whom a call to an ELIN could be meant for.
            !contact.hasPrefix("sip:\(SimulatedSite.testGatewayPrefix)")
        else { return }
        if let index = told.firstIndex(where: { $0.elin == elin }) {
            told[index] = (elin, caller, entry.time)
        } else {
            told.append((elin, caller, entry.time))
        }
    }

    /// Asks every node, so the world must be at rest.
    public func conclude(at now: Now) {
        let leases = nodes.filter(\.host.isUp).flatMap { $0.leases() }
        let timeout = server.machine.model.configuration.elinTimeout
        for entry in told {
            let rings = server.machine.model.caller(behind: entry.elin, at: now.monotonic)
            let age = now.monotonic - entry.at.monotonic
            if age + margin < timeout, rings != entry.caller {
                findings.add(
                    "\(entry.elin) was given to \(entry.caller), and the SIP Server rings \(rings ?? "nobody")", at: now
                )
            }
            guard age + margin < timeout else { continue }
            let latest = leases.filter { $0.elin == entry.elin && $0.expiresAt > now.wall }
                .max { $0.takenAt < $1.takenAt }
            // A later 302 may never have reached the SIP Server: its node was killed, or the wire was cut.
            if let latest, latest.callerDN == entry.caller || latest.takenAt > entry.at.wall { continue }
            findings.add(
                "\(entry.elin) rings \(entry.caller), and the nodes name \(latest?.callerDN ?? "nobody")", at: now)
        }
    }
}
