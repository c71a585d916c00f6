import Alerting
import E911Values
import ELINEngine
import Locations
import SIPCore

extension E911Node {
    /// Most calls of one answer.
    static let pageLimit = 1000
    /// Most devices of one answer: each is located anew, and no question may hold the loop for long.
    static let devicePageLimit = 100

    mutating func answer(to query: NodeQuery, now: Now) -> NodeAnswer {
        switch query {
        case .devices(let after, let limit):
            let page = registry.page(
                after: after.flatMap { DeviceID(cursor: $0) }, limit: min(max(1, limit), Self.devicePageLimit))
            return .devices(page.devices.map { info(of: $0, now: now) }, next: page.next?.cursor)
        case .moves(let before, let limit):
            let page = moves.page(before: before, limit: min(max(1, limit), Self.pageLimit))
            return .moves(page.moves, more: page.more)
        case .calls(let before, let limit):
            let page = calls(before: before, limit: min(max(1, limit), Self.pageLimit))
            return .calls(page.calls, more: page.more)
        case .leases:
            return .leases(elins.leases(at: now).map { LeaseRecord($0) })
        case .elins(let from, let limit):
            let page = elins.uses(from: from, limit: min(max(1, limit), ALIDesk.slice), now: now)
            return .elins(page.uses.map { ELINInfo($0) }, next: page.next)
        case .elinPlaces(let from, let limit):
            let page = elins.placeUses(from: from, limit: min(max(1, limit), Self.pageLimit))
            return .elinPlaces(
                pools: elins.poolUses().map { PoolInfo($0) }, places: page.uses.map { PlaceInfo($0) }, next: page.next)
        case .aliExport, .aliConfirm:
            // Answered when they are done.
            return .refused(["it is under way"])
        case .status:
            return .status(status(now: now))
        case .apply(let configuration, let who):
            switch PreparedSite.prepare(configuration, listeners: self.configuration.listeners) {
            case .success(let prepared): return take(prepared, SiteEdit(by: who, action: "apply"), now: now)
            case .failure(let refusal): return .refused(refusal.problems)
            }
        case .adopt(let prepared, let edit): return take(prepared, edit, now: now)
        case .audit(let entry):
            audit(entry, now: now)
            return .done
        case .alerts: return .alerts(desk.openAlerts)
        case .alert(let key): return .alert(desk[key])
        case .call(let key): return .call(history[key] ?? peerHistory[key])
        case .site: return .site(site?.configuration, counter: siteCounter)
        case .downloadNow(let name):
            return download(callServer: name, now: now) ? .done : .refused([Self.noCallServer(name)])
        case .filterPreview(let name, let choices, let after, let limit):
            return preview(name, choices, after: after, limit: limit, now: now)
        case .neverSeen(let name, let after, let limit):
            return neverSeen(name, after: after, limit: limit)
        case .evidence(let start, let limit):
            let page = sightings.page(from: start, limit: min(max(1, limit), Self.evidencePageLimit))
            return .evidence(page.rows, next: page.next)
        case .explain(let subject): return .explanation(explain(subject, now: now))
        case .importEvidence:
            // Taken before, since its answer comes later.
            return .refused(["an import has its answer later"])
        case .acknowledgement(let token): return meaning(of: token)
        case .acknowledgeByToken(let token, let who, let comment):
            return acknowledge(token: token, by: who, comment: comment, now: now)
        case .testSend: return .refused(["a test message has its answer later"])
        case .channels: return .channels(channelStatus)
        case .acknowledge(let key, let who, let recipient, let comment):
            let effects = desk.acknowledge(key, by: who, recipient: recipient, comment: comment, now: now)
            guard let effects else { return .refused(["there is no open alert of the call \(key)"]) }
            handle(effects, now: now)
            return .done
        }
    }

    /// Takes a site over, and keeps it.
    private mutating func take(_ prepared: PreparedSite, _ edit: SiteEdit, now: Now) -> NodeAnswer {
        if let expected = edit.expected, expected != siteCounter {
            return .refused(["the site was changed in the meantime; nothing was taken over"])
        }
        if let site, site.configuration.declared, !prepared.configuration.declared, !edit.takesOver {
            return .refused([SiteEdit.declaredElsewhere])
        }
        adopt(prepared, now: now)
        keep(prepared.configuration)
        let detail = edit.detail.isEmpty ? prepared.configuration.name : edit.detail
        audit(
            AuditNote(
                who: edit.by, action: edit.action, detail: detail, source: edit.source, changes: edit.changes),
            now: now)
        return .done
    }

    static func noCallServer(_ name: String) -> String { "there is no call server '\(name)'" }

    func info(of device: DeviceView, now: Now) -> DeviceInfo {
        var info = DeviceInfo()
        let record = device.record
        info.key = record.key
        info.callServer = record.callServer
        info.members = record.members
        info.aor = record.aor
        info.dn = record.dn
        info.contact = record.contactURI
        info.instance = record.instance
        info.ip = record.ip?.description ?? ""
        info.mac = record.mac?.description ?? ""
        info.userAgent = record.userAgent
        info.state = "\(record.state)"
        info.filtered = record.isFiltered
        info.registeredAt = record.registeredAt
        info.lastSeen = record.lastSeen
        guard let site, let server = site.server(named: record.callServer) else { return info }
        let answer = site.resolver.resolve(
            evidence(of: device), default: site.servers[server].defaultLocation, now: now.wall)
        info.location = answer.location.rawValue
        info.locationName = site.tree[answer.location]?.name ?? ""
        info.rule = Self.summary(of: answer)
        info.isLocated = !answer.isDefault
        info.isOffPremises = answer.isOffPremises
        info.evidenceSeconds = answer.age.map { Int(clamping: $0.components.seconds) }
        info.confidence = "\(answer.confidence)"
        info.validation = site.alertPlace(answer.location.rawValue).validation
        info.elins = elins.candidates(
            place: PlaceKey(answer.location.rawValue), callServer: record.callServer, share: share(now), now: now)
        info.isDefaulted = info.elins.first == site.servers[server].configuration.defaultELIN
        return info
    }

    private func status(now: Now) -> NodeStatus {
        var status = NodeStatus()
        status.node = configuration.node
        status.draining = isDraining
        for (index, server) in (site?.servers ?? []).enumerated() {
            var figures = NodeStatus.CallServer()
            let own = subscriptions.figures(ofServer: index)
            figures.name = server.configuration.name
            figures.activeMember = server.configuration.members[clusters[index].active].authority
            figures.members = members(of: index, now: now)
            figures.subscriptions = own.wanted
            figures.activeSubscriptions = own.standing
            let counts = registry.counts(callServer: server.configuration.name)
            figures.devices = counts.total
            figures.active = counts.active
            figures.stale = counts.stale
            figures.retired = counts.retired
            figures.subscriptionFailure =
                own.failure
                ?? server.configuration.members.lazy.compactMap { member in
                    places.problem(of: member).map { "\(member.authority): \($0)" }
                }.first
            figures.downloads = downloads[server.configuration.name] ?? 0
            status.callServers.append(figures)
        }
        // Of a pair both nodes' calls, as the list of them has.
        status.calls = UInt64(history.count + peerHistory.count)
        status.leases = elins.leases(at: now).count
        status.openAlerts = desk.openCount
        status.channels = channelStatus
        status.journalWaiting = pending.count
        status.storeWaiting = persistence.waiting
        status.storeFailure = persistence.failure
        status.peer = peerStatus(now: now)
        status.counters = counters.list + engine.counters.list.map { .init(name: $0.name, value: $0.value) }
        return status
    }
}

extension DeviceID {
    /// Where a page ended, as text.
    var cursor: String { "\(slot).\(generation)" }

    init?(cursor: String) {
        let parts = cursor.split(separator: ".")
        guard parts.count == 2, let slot = UInt32(parts[0]), let generation = UInt16(parts[1]) else { return nil }
        self.init(slot: slot, generation: generation)
    }
}

extension LeaseRecord {
    init(_ lease: Lease) {
        self.init(
            elin: lease.elin, call: lease.call, callServer: lease.callServer, device: lease.device.rawValue,
            callerDN: lease.callerDN, place: lease.place.rawValue, takenAt: lease.takenAt, expiresAt: lease.expiresAt)
    }
}

extension StoredLease {
    init(_ record: LeaseRecord) {
        self.init(
            elin: record.elin, call: record.call, device: DeviceKey(record.device), callerDN: record.callerDN,
            callServer: record.callServer, place: PlaceKey(record.place), takenAt: record.takenAt,
            expiresAt: record.expiresAt)
    }
}
