import Alerting
import E911Values
import ELINEngine
import Locations

/// Answers before anybody calls: where a device is and why, and what a call would be given. It runs the same decisions
/// as a call, and takes nothing.
extension E911Node {
    /// Most registrations of one explanation.
    static let explainedDevices = 8

    func explain(_ subject: ExplainSubject, now: Now) -> Explanation {
        var explanation = Explanation(subject: subject)
        guard let site else {
            explanation.notes.append("there is no site: no call can be answered from here")
            return explanation
        }
        var found: [DeviceView]
        var unknown = DeviceEvidence()
        switch subject {
        case .dn(let dn):
            unknown.dn = dn
            found = registry.lookup(dn: dn)
            if found.isEmpty, let (ruled, server) = site.ruled(dn), ruled != dn {
                unknown.dn = ruled
                found = registry.lookup(dn: ruled)
                explanation.notes.append("a caller rule of call server '\(server)' turns \(dn) into \(ruled)")
            }
        case .aor(let aor):
            let whole = "sip:\(RuleKey.withoutScheme(aor))"
            unknown.aor = whole
            unknown.dn = DeviceRecord(callServer: "", aor: whole, contactURI: "", registeredAt: now.wall).dn
            found = registry.lookup(aor: whole)
        case .ip(let address):
            unknown.ip = address
            found = registry.lookup(address: address)
        case .mac(let mac):
            unknown.mac = mac
            found = registry.lookup(mac: mac)
        }
        explanation.more = max(0, found.count - Self.explainedDevices)
        explanation.devices = found.prefix(Self.explainedDevices).map { explain($0, of: unknown, site, now: now) }
        if found.isEmpty {
            explanation.notes.append(
                "no registration fits: this is what a device would get of which nothing else is known")
            explanation.devices = [explain(nil, of: unknown, site, now: now)]
        }
        noteAmbiguity(found, subject, site, &explanation)
        return explanation
    }

    /// What a call gets that says its number alone.
    private func noteAmbiguity(
        _ found: [DeviceView], _ subject: ExplainSubject, _ site: SiteModel, _ explanation: inout Explanation
    ) {
        switch subject {
        case .ip, .mac: return
        case .dn, .aor: break
        }
        for server in site.servers {
            let own = found.filter { $0.record.callServer == server.configuration.name }
            guard let best = own.map(\.tier).min() else { continue }
            let present = own.count { $0.tier == best }
            guard present > 1, let newest = own.first else { continue }
            explanation.notes.append(
                "\(present) registrations of call server '\(server.configuration.name)' fit a call that does not say which "
                    + "phone it is: it is AMBIGUOUS, and "
                    + (server.configuration.ambiguous == .defaultELIN
                        ? "gets the default ELIN" : "counts as \(newest.record.contactURI), registered last"))
        }
    }

    private func explain(
        _ device: DeviceView?, of unknown: DeviceEvidence, _ site: SiteModel, now: Now
    ) -> DeviceExplanation {
        let server = site.servers[device.flatMap { site.server(named: $0.record.callServer) } ?? site.defaultServer]
        var evidence = device?.evidence ?? unknown
        sightings.complete(&evidence)
        var result = DeviceExplanation()
        result.device = device.map { info(of: $0, now: now) }
        result.callServer = server.configuration.name
        result.evidence = known(evidence, site, now: now.wall)

        let explained = site.resolver.explain(evidence, default: server.defaultLocation, now: now.wall)
        result.place = DeviceExplanation.Place(explained.answer, site)
        result.rules = explained.trials.map { DeviceExplanation.Rule($0) }
        result.otherRules = explained.rest.map {
            DeviceExplanation.RuleGroup(kind: $0.kind.description, count: $0.count, reason: $0.reason)
        }
        result.presence = site.resolver.document(of: explained.answer, for: evidence, now: now.wall).xml

        var record = CallRecord(key: RecordKey(time: now.wall, node: configuration.node, counter: 0), kind: .emergency)
        record.callServer = server.configuration.name
        record.callerDN = device?.record.dn ?? unknown.dn ?? ""
        record.alerts = server.configuration.onsiteNotification
        let answer = locate(
            &record, found: CallingDevice(device: device), unknown: unknown, server: server, site: site, now: now)
        let place = PlaceKey(answer.location.rawValue)
        result.elin = elin(at: place, for: &record, site, now: now)
        result.alert = alert(of: record, site)
        return result
    }

    /// What can tell where the device is.
    private func known(_ evidence: DeviceEvidence, _ site: SiteModel, now: WallTime) -> [DeviceExplanation.Evidence] {
        func age(_ at: WallTime?) -> Int? { at.map { Int(clamping: max(now - $0, .zero).components.seconds) } }
        let own: [String?] = [
            evidence.mac.map { "MAC \($0)" }, evidence.aor.map { "AOR \($0)" } ?? evidence.dn.map { "DN \($0)" },
            evidence.instance.map { "instance \($0)" }, evidence.ip.map { "IP address \($0)" },
        ]
        var known = own.compactMap(\.self).map {
            DeviceExplanation.Evidence(
                text: $0, ageSeconds: age(evidence.seen), isOld: evidence.isStale,
                source: evidence.seen == nil ? "" : "registration")
        }
        for row in sightings.sightings(of: evidence) {
            known.append(
                DeviceExplanation.Evidence(
                    text: row.attachment.description, ageSeconds: age(row.at),
                    isOld: now - row.at > site.resolver.freshness, source: row.source))
        }
        return known
    }

    private func elin(
        at place: PlaceKey, for record: inout CallRecord, _ site: SiteModel, now: Now
    ) -> DeviceExplanation.ELIN {
        var result = DeviceExplanation.ELIN()
        result.testNumber =
            elins.lookUpForTest(
                place: place, callServer: record.callServer, share: share(now), now: now)?.elin
        guard
            let preview = elins.preview(
                place: place, callServer: record.callServer, device: DeviceKey(record.device), share: share(now),
                now: now)
        else { return result }
        name(preview.elin, place: preview.place, in: &record, site: site)
        if preview.source == .callServerDefault { record.flags.insert(.defaultELIN) }
        result.number = preview.elin
        result.source =
            switch preview.source {
            case .own: "own"
            case .ancestor: "ancestor"
            case .callServerDefault: "default"
            case .test: "test"
            }
        result.location = preview.place.rawValue
        result.reason = preview.reason
        result.isPending = preview.isPending
        result.pendingNumber = preview.pendingELIN
        result.displacedDN = preview.displaced?.callerDN ?? ""
        return result
    }

    /// What people would be told.
    private func alert(of record: CallRecord, _ site: SiteModel) -> DeviceExplanation.Alert {
        let alert = site.alert(for: record, zoneOffsetMinutes: zoneOffsetMinutes)
        let message = OutboxRecord(alert: alert).message(on: .email)
        var result = DeviceExplanation.Alert()
        result.psapSees = record.elinText
        result.labels = alert.flags.labels
        result.subject = message.subject
        result.text = message.text
        result.isSent = record.alerts
        result.recipients = record.alerts ? desk.recipients(of: alert) : []
        return result
    }
}

extension SiteModel {
    /// What the caller rules make of a number, and the call server whose rule it is.
    func ruled(_ number: String) -> (dn: String, callServer: String)? {
        for server in servers {
            for rule in server.callerRules {
                if let dn = rule.pattern.expand(rule.dn, in: number).text { return (dn, server.configuration.name) }
            }
        }
        return nil
    }
}

extension DeviceExplanation.Place {
    init(_ answer: LocationAnswer, _ site: SiteModel) {
        location = answer.location.rawValue
        path = site.tree.path(of: answer.location).map(\.rawValue)
        text = site.text(of: answer.location)
        rule = answer.rule.description
        evidence = answer.evidence?.description ?? ""
        ageSeconds = answer.age.map { Int(clamping: $0.components.seconds) }
        confidence = "\(answer.confidence)"
        isDefault = answer.isDefault
        isOffPremises = answer.isOffPremises
        validation = site.alertPlace(answer.location.rawValue).validation
    }
}

extension DeviceExplanation.Rule {
    init(_ trial: RuleTrial) {
        rule = trial.rule.description
        location = trial.location.rawValue
        switch trial.outcome {
        case .applied: (outcome, reason) = (.applied, "")
        case .outranked(let why): (outcome, reason) = (.outranked, why)
        case .failed(let why): (outcome, reason) = (.failed, why)
        }
    }
}
