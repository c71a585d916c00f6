import E911Values
import ELINEngine
import Locations
import SIPCore

extension E911Node {
    /// Decides an emergency or test call, and gives it to the journal; the answer leaves when that has it, or when the
    /// answer deadline is over.
    ///
    /// - Parameter first: the call at the other node of the pair that this one goes on with: the same place, and the same ELIN
    ///   if its caller still holds it.
    mutating func emergency(
        _ call: IncomingCall, kind: DialledNumber, match: CallSourceTable.Match, server: SiteModel.CallServer,
        continuing first: CallRecord? = nil, now: Now
    ) {
        guard let site, let caller = call.caller else { return }
        // One that came back from the gateway trunk has the Contact's user in its Request-URI.
        let isTest = first.map { $0.kind == .test } ?? (kind == .test)
        var record = newRecord(call, kind: isTest ? .test : .emergency, now: now)
        record.supersedes = first?.key
        record.callServer = server.configuration.name
        record.callerDN = caller.dn
        record.callerName = caller.displayName
        if kind == .other, first == nil {
            record.flags.insert(.unexpectedNumber)
            note(
                .alarm, "call.unexpected-number",
                "A number that is neither an emergency number nor an ELIN of ours came by the emergency trunk",
                [.init("call-server", server.configuration.name), .init("dialled", call.dialled, personal: true)])
        }

        let found = registry.device(of: caller, callServer: server.configuration.name)
        if let first {
            record.copyPlace(from: first)
        } else {
            let answer = locate(
                &record, found: found, unknown: caller.deviceEvidence, server: server, site: site, now: now)
            warn(answer, server: record.callServer)
        }
        // Whichever of them it is: at one place there is nothing to be unsure of.
        let isDefaulted = !record.otherPlaces.isEmpty && server.configuration.ambiguous == .defaultELIN
        let place = isDefaulted ? nil : PlaceKey(record.location)

        var taken: ELINAssignment?
        if record.kind == .test {
            counters.testCalls += 1
            if let unleased = elins.lookUpForTest(
                place: place, callServer: record.callServer, share: share(now), now: now)
            {
                name(unleased.elin, place: unleased.place, in: &record, site: site)
            }
        } else {
            counters.emergencyCalls += 1
            taken = elins.take(
                ELINRequest(
                    device: DeviceKey(record.device), callerDN: caller.dn,
                    callerContact: found.device?.record.contactURI ?? "",
                    callServer: record.callServer, place: place, call: record.key, share: share(now)), now: now)
            if let taken { take(taken, record: &record, site: site) }
        }
        if let first, first.isLooped(as: call.dialled) {
            loopPass(call, record: record, taken: taken, match: match, server: server, now: now)
            return
        }
        answerCall(call, record: consume record, taken: taken, match: match, server: server, now: now)
        if found.device == nil, first == nil { learn(caller, ofServer: match.callServer) }
    }

    /// The other node's answer has led to this one: the gateway trunk's prefix leads to the nodes.
    private mutating func loopPass(
        _ call: IncomingCall, record: CallRecord, taken: ELINAssignment?, match: CallSourceTable.Match,
        server: SiteModel.CallServer, now: Now
    ) {
        guard record.kind == .emergency, let target = server.configuration.fallbackTargets.first else {
            answerCall(call, record: record, taken: taken, match: match, server: server, now: now)
            return
        }
        counters.loopPasses += 1
        note(
            .alarm, "call.loop", "An emergency call came back: the gateway trunk's prefix leads to us",
            [.init("call-server", server.configuration.name), .init("user", call.dialled)])
        var record = record
        record.flags.insert(.loop)
        record.alerts = server.configuration.onsiteNotification
        let (answer, contactUser) = Redirect.fallback(
            to: target, elin: record.elin, form: server.configuration.redirect, number: server.configuration.numberForm,
            host: member(of: match, server, call.request).hostText)
        submit(call, record: record, answer: answer, contactUser: contactUser, taken: taken, now: now)
    }

    /// Nobody knows where the caller is, or he is elsewhere: somebody should mend what places him.
    private mutating func warn(_ answer: LocationAnswer, server: String) {
        var fields: [Note.Field] {
            [
                .init("call-server", server), .init("location", answer.location.rawValue),
                .init("rule", Self.summary(of: answer), personal: true),
            ]
        }
        if answer.isOffPremises {
            note(.alarm, "call.off-premises", "An emergency call came from a device that is not at the site", fields)
        } else if answer.isDefault {
            note(.alarm, "call.unlocated", "Nothing says where the caller of an emergency call is", fields)
        }
    }

    private mutating func take(_ assignment: ELINAssignment, record: inout CallRecord, site: SiteModel) {
        name(assignment.elin, place: assignment.place, in: &record, site: site)
        record.leaseSeconds = UInt32(clamping: assignment.lease.window.components.seconds)
        if assignment.source == .callServerDefault { record.flags.insert(.defaultELIN) }
        if let displaced = assignment.displaced {
            record.flags.insert(.displaced)
            record.displacedDN = displaced.callerDN
            note(
                .alarm, "elin.displaced", "An ELIN was taken from a caller inside of his callback window",
                [
                    .init("elin", assignment.elin.description), .init("from", displaced.callerDN, personal: true),
                    .init("to", record.callerDN, personal: true),
                ])
        }
    }

    /// Puts the number that is sent into the record, with what its own record names: what the PSAP sees.
    func name(_ elin: TelephoneNumber, place: PlaceKey, in record: inout CallRecord, site: SiteModel) {
        record.elin = elin
        record.elinLocation = place.rawValue
        record.elinText =
            place.rawValue == record.location && !record.locationText.isEmpty
            ? record.locationText : site.text(of: LocationID(place.rawValue))
    }

    /// Says in the record where the caller is, and on what evidence.
    ///
    /// - Parameter unknown: what the call itself tells, for a caller that no registration fits.
    func locate(
        _ record: inout CallRecord, found: CallingDevice, unknown: @autoclosure () -> DeviceEvidence,
        server: SiteModel.CallServer,
        site: SiteModel, now: Now
    ) -> LocationAnswer {
        let evidence: DeviceEvidence
        if let device = found.device {
            // What the network has seen is found by the number too.
            let needsNumber = !site.usedEvidence.isDisjoint(with: [.number, .bssid, .port])
            evidence = completed(device.evidence(withNumber: needsNumber))
            record.device = device.record.key
            record.deviceIP = device.record.ip?.description ?? ""
            record.deviceMAC = device.record.mac?.description ?? ""
            if device.isStale { record.flags.insert(.stale) }
        } else {
            let unknown = unknown()
            record.flags.insert(.unknownCaller)
            evidence = completed(unknown)
            record.deviceIP = unknown.ip?.description ?? ""
            record.device = "unknown/\(unknown.dn ?? "")@\(record.deviceIP)"
        }
        let answer = site.resolver.resolve(evidence, default: server.defaultLocation, now: now.wall)
        record.location = answer.location.rawValue
        record.locationText = site.text(of: answer.location)
        record.rule = Self.summary(of: answer)
        if answer.isDefault { record.flags.insert(.unlocated) }
        if answer.isOffPremises { record.flags.insert(.offPremises) }
        if found.isAmbiguous {
            record.flags.insert(.ambiguous)
            let others = found.others.map {
                site.resolver.resolve(self.evidence(of: $0), default: server.defaultLocation, now: now.wall).location
            }
            var seen: [LocationID] = [answer.location]
            for other in others where !seen.contains(other) { seen.append(other) }
            record.otherPlaces = seen.dropFirst().map { site.text(of: $0) }.joined(separator: "; ")
        }
        return answer
    }

    /// Sends the call to the gateway, by way of the journal.
    mutating func answerCall(
        _ call: IncomingCall, record: consuming CallRecord, taken: ELINAssignment?, match: CallSourceTable.Match,
        server: SiteModel.CallServer, now: Now
    ) {
        let member = member(of: match, server, call.request)
        let user =
            record.kind == .test
            ? server.configuration.testUsername ?? Self.testUser(call) : server.configuration.username
        let redirect = Redirect.answer(
            to: Redirect.Target(
                user: user, member: member, isSecure: call.isSecure),
            elin: record.elin, form: server.configuration.redirect, number: server.configuration.numberForm)
        record.contact = redirect.contact
        record.alerts = server.configuration.onsiteNotification
        submit(
            call, record: record, answer: redirect.answer, contactUser: redirect.contactUser, taken: taken, now: now)
    }

    /// The rule and what it went by, for people; with the age of what the network saw.
    static func summary(of answer: LocationAnswer) -> String {
        guard let evidence = answer.evidence else { return answer.rule.description }
        let (rule, text) = (answer.rule.description, evidence.description)
        let found =
            rule == text
            ? rule
            : String(octets: rule.utf8.count + text.utf8.count + 2) { octets in
                octets.append(text: rule)
                octets.append(text: ": ")
                octets.append(text: text)
            }
        switch evidence {
        case .accessPoint, .port:
            return found + (answer.age.map { ", seen \($0.components.seconds / 60) min ago" } ?? "")
        case .mac, .number, .instance, .address: return found
        }
    }

    /// A test URN counts as 933.
    private static func testUser(_ call: IncomingCall) -> String {
        call.dialled.lowercased().hasPrefix("service:") ? "933" : call.dialled
    }

    mutating func newRecord(_ call: IncomingCall, kind: CallRecord.Kind, now: Now) -> CallRecord {
        var record = CallRecord(key: nextKey(now), kind: kind)
        record.source = call.request.source.description
        record.callID = call.callID
        record.fromTag = call.fromTag
        record.dialled = call.dialled
        if call.isPSAPCallback { record.flags.insert(.psapCallback) }
        return record
    }

    /// Keeps the call, gives it to the journal, and lets it wait there for its 302.
    mutating func submit(
        _ call: IncomingCall, record: CallRecord, answer: CallAnswer, contactUser: String,
        taken: ELINAssignment? = nil, now: Now
    ) {
        let token = persistence.nextJournalToken()
        history.append(record)
        pair?.ownCalls.add(record, age: .zero, now: now.monotonic)
        var origins = call.origins
        if let elin = record.elin { origins.add(elin) }
        book.add(
            CallBook.Entry(
                key: record.key, dialog: call.dialog, kind: record.kind, origins: origins,
                contactUser: contactUser, dialled: call.dialled, answer: answer,
                expires: now.monotonic + CallBook.sameCallWindow))
        pending.append(
            PendingAnswers.Pending(
                token: token, record: record, answer: answer,
                waiting: [call.request],
                deadline: now.monotonic + configuration.answerDeadline, assignment: taken))
        out.append(.other(.journal(record, token)))
    }
}

extension CallRecord {
    /// Takes over who the caller is and where, from the same call at the other node.
    fileprivate mutating func copyPlace(from first: CallRecord) {
        (device, deviceIP, deviceMAC) = (first.device, first.deviceIP, first.deviceMAC)
        (location, locationText, otherPlaces, rule) = (
            first.location, first.locationText, first.otherPlaces, first.rule
        )
        flags.formUnion(
            first.flags.intersection([
                .ambiguous, .unlocated, .unknownCaller, .stale, .offPremises, .unexpectedNumber,
            ]))
    }

    /// Whether an INVITE to this user is this call come back: the user is the one of the Contact that was sent.
    fileprivate func isLooped(as user: String) -> Bool {
        guard dialled != user, let uri = try? SIPURI(contact) else { return false }
        return uri.user.map { String($0) } == user
    }
}
