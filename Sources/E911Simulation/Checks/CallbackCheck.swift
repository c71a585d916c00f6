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
    /// The process that last gave an ELIN to a caller, and the one that last gave it to a test call.
    private var givers: [TelephoneNumber: (caller: Process?, tester: Process?)] = [:]

    private struct Process: Equatable {
        let host: HostID
        let incarnation: Int
    }

    public init(_ site: SimulatedSite, _ nodes: [SimulatedNode], margin: Duration = .seconds(40)) {
        server = site.server
        self.nodes = nodes
        self.margin = margin
    }

    public func observe(_ entry: LogEntry) {
        guard case .told(let event) = entry.what else { return }
        if entry.host === server, case .redirected(let caller, let contact, let text?)? = event as? SIPServerEvent,
            let elin = TelephoneNumber(text)
        {
            redirected(caller, isTest: contact.hasPrefix("sip:\(SimulatedSite.testGatewayPrefix)"), elin, entry.time)
        } else if case .journal(let record, _)? = event as? NodeEffect, let elin = record.elin {
            let process = Process(host: entry.host.id, incarnation: entry.host.incarnation)
            switch record.kind {
            case .test: givers[elin, default: (nil, nil)].tester = process
            case .emergency: givers[elin, default: (nil, nil)].caller = process
            default: break
            }
        }
    }

    private func redirected(_ caller: String, isTest: Bool, _ elin: TelephoneNumber, _ now: Now) {
        let index = told.firstIndex { $0.elin == elin }
        guard isTest else {
            if let index {
                told[index] = (elin, caller, now)
            } else {
                told.append((elin, caller, now))
            }
            return
        }
        // A test call is nobody whom a call to an ELIN could be meant for.
        guard let index, let giver = givers[elin] else { return }
        if giver.caller == giver.tester {
            if now.monotonic - told[index].at.monotonic < server.machine.model.configuration.elinTimeout - margin {
                findings.add(
                    "\(elin) was given to \(told[index].caller), and then to a test call of \(caller)", at: now)
            }
        } else {
            // Nodes that do not know each other's leases cannot tell that the ELIN has a caller.
            told.remove(at: index)
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
