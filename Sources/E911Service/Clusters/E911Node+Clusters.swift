import E911Values
import SIPCore

/// A member that was sent an OPTIONS.
struct CheckedMember: Equatable, Sendable {
    var callServer: String
    var member: MemberConfiguration
}

/// Which member of each call server makes the events (contract section 7).
extension E911Node {
    /// A site was taken over: what is known of members that stay is kept.
    mutating func wantClusters(now: Now) {
        guard let site else { return }
        let old = clusters
        clusters = site.configuration.callServers.map { server in
            Cluster(server, replacing: old.first { $0.name == server.name }, now: now.monotonic)
        }
        for cluster in clusters { registry.setActiveMember(cluster.active, ofCallServer: cluster.name, now: now) }
    }

    var clusterDeadline: MonotonicTime? {
        isShuttingDown ? nil : clusters.lazy.compactMap(\.nextDeadline).min()
    }

    mutating func advanceClusters(to now: Now) {
        guard let site, !isShuttingDown else { return }
        for index in clusters.indices {
            tell(clusters[index].advance(to: now.monotonic), of: index, now: now)
            guard clusters[index].takeCheck(at: now.monotonic), site.servers[index].configuration.enabled else {
                continue
            }
            for member in clusters[index].members.indices { ask(member, of: index, now: now) }
        }
    }

    // MARK: OPTIONS

    private mutating func ask(_ member: Int, of server: Int, now: Now) {
        let cluster = clusters[server]
        let at = cluster.members[member]
        counters.checks += 1
        let hops = places.hops(of: at)
        guard let first = hops.first, let interval = cluster.interval else {
            return heard(.missed, of: member, server: server, now: now)
        }
        let target = "sip:\(at.authority)"
        let own = configuration.listeners.first { $0.transport == first.kind }?.endpoint.description ?? "invalid"
        var request = RequestBuilder(.options, target)
        request.add(.from, "<sip:e911d@\(own)>")
        request.add(.to, "<\(target)>")
        request.add(.accept, "application/reginfo+xml")
        let (id, effects) = engine.send(
            request, to: first, orElse: Array(hops.dropFirst()), now: now, timeout: min(interval, .seconds(32)))
        checks[id] = CheckedMember(callServer: cluster.name, member: at)
        perform(effects, now: now)
    }

    /// An OPTIONS of ours has its outcome: a final response, or none.
    mutating func checked(_ id: ClientTransactionID, _ response: SIPMessage?, now: Now) {
        if let status = response?.status, status < 200 { return }
        guard let asked = checks.removeValue(forKey: id),
            let server = clusters.firstIndex(where: { $0.name == asked.callServer }),
            let member = clusters[server].members.firstIndex(of: asked.member)
        else { return }
        let isAnswered = response?.status.map { !Self.saysOutOfService($0) } ?? false
        if !isAnswered { counters.missedChecks += 1 }
        heard(isAnswered ? .answered : .missed, of: member, server: server, now: now)
    }

    /// Any other answer, a refusal too, says that there is a SIP Server.
    private static func saysOutOfService(_ status: Int) -> Bool {
        switch status {
        case 408, 500, 502, 503, 504: true
        default: false
        }
    }

    // MARK: What follows

    /// Something happened to a member.
    mutating func heard(_ input: MemberHealth.Input, of member: Int, server: Int, now: Now) {
        guard clusters.indices.contains(server), !isShuttingDown else { return }
        tell(clusters[server].take(input, of: member, at: now.monotonic), of: server, now: now)
    }

    private mutating func tell(_ events: [Cluster.Event], of server: Int, now: Now) {
        for event in events where clusters[server].members.count > 1 {
            let fields = [Note.Field("call-server", clusters[server].name)]
            func name(_ member: Int) -> Note.Field { .init("member", clusters[server].members[member].authority) }
            switch event {
            case .failed(let member, let reason):
                counters.membersFailed += 1
                note(
                    .alarm, "member.failed", "A member of a call server does not serve",
                    fields + [name(member), .init("reason", reason)])
            case .recovered(let member):
                note(.notice, "member.recovered", "A member of a call server serves again", fields + [name(member)])
            case .source(.switched(let from, let to)):
                counters.membersSwitched += 1
                note(
                    .alarm, "member.switched", "Another member of a call server is the source of events",
                    fields + [name(to), .init("before", clusters[server].members[from].authority)])
                becameSource(to, of: server, now: now)
            case .source(.stranded(let member)):
                note(
                    .alarm, "member.none",
                    "No member of a call server can be the source of events; what is known stays",
                    fields + [name(member)])
            case .source(.rescued(let member)):
                note(
                    .notice, "member.rescued", "The source of events serves again, and no other had taken over",
                    fields + [name(member)])
            }
        }
    }

    /// The difference to what the source before saw comes out as events; what the new one has to say of devices that both
    /// saw was not listened to, so that it is asked for everything.
    private mutating func becameSource(_ member: Int, of server: Int, now: Now) {
        registry.setActiveMember(member, ofCallServer: clusters[server].name, now: now)
        subscriptions.refreshAll(ofServer: server, member: member)
    }

    /// The members of a call server for people.
    func members(of server: Int, now: Now) -> [NodeStatus.Member] {
        guard clusters.indices.contains(server) else { return [] }
        let cluster = clusters[server]
        return cluster.members.indices.map { index in
            let health = cluster.health[index]
            let own = subscriptions.figures(ofServer: server, member: index)
            var member = NodeStatus.Member()
            member.address = cluster.members[index].authority
            member.isActive = index == cluster.active
            switch health.verdict {
            case .unproven: member.state = "unproven"
            case .well:
                member.state = "well"
                if let due = health.eligible(after: cluster.rules.holdDown), due > now.monotonic, !member.isActive {
                    let seconds = (due - now.monotonic).components.seconds + 1
                    member.reason = "held down for \(seconds) s, since it had failed"
                }
            case .failed(let reason):
                member.state = "failed"
                member.reason = reason
            }
            member.subscriptions = own.wanted
            member.activeSubscriptions = own.standing
            member.devices = registry.present(callServer: cluster.name, member: index)
            return member
        }
    }
}
