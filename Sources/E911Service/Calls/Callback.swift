import E911Values
import ELINEngine
import Locations
import SIPCore

extension E911Node {
    /// An INVITE to one of our ELINs, or one that a PSAP marked as a callback: never an emergency call.
    ///
    /// Within the window it is sent to the caller's DN; outside of it to the security desk of the place that the ELIN
    /// names, if it has one. A SIP Server that keeps the map itself never asks.
    mutating func callback(
        _ call: IncomingCall, match: CallSourceTable.Match, server: SiteModel.CallServer, lastTen: UInt64?, now: Now
    ) {
        guard let site else { return }
        counters.callbacks += 1
        var record = newRecord(call, kind: .callback, now: now)
        record.callServer = server.configuration.name
        let from = call.request.from
        record.callerDN = Caller.number(of: from.uri)
        record.callerName = from.displayName.map { String($0) } ?? ""
        record.elin = TelephoneNumber(DialledNumber.number(call.dialled))
        let target: String?
        switch lastTen.map({ elins.callback(toLastTen: $0, now: now) }) ?? .notOurs {
        case .caller(let lease):
            target = lease.callerDN
            record.elin = lease.elin
            record.elinLocation = lease.place.rawValue
            record.rule = "callback to the latest caller"
        case .outsideWindow(let place):
            target = place.flatMap { site.securityDesk(of: $0.rawValue) }
            record.elinLocation = place?.rawValue ?? ""
            record.rule = "callback outside its window"
        case .notOurs:
            target = nil
            record.rule = "callback to a number that is none of ours"
        }
        var answer = CallAnswer(status: 404, headers: [])
        if let target, !target.isEmpty {
            let member = member(of: match, server, call.request)
            let redirect = Redirect.answer(
                to: Redirect.Target(
                    user: target, member: member, isSecure: call.isSecure),
                elin: nil, form: .responsePAI, number: .e164)
            answer = redirect.answer
            record.contact = redirect.contact
            if call.isPSAPCallback { answer.headers.append(.init(name: .priority, value: "psap-callback")) }
        } else {
            record.outcome = .refused
        }
        record.status = UInt16(answer.status)
        submit(call, record: record, answer: answer, contactUser: "", now: now)
    }

    /// An INVITE from a source that belongs to no call server, or to one that is switched off (invariant 1).
    mutating func untrusted(
        _ call: IncomingCall, kind: DialledNumber, refused: SiteModel.CallServer?, isCallback: Bool, now: Now
    ) {
        guard let site else { return }
        let request = call.request
        let server = site.servers[site.defaultServer]
        guard untrustedRate.admits(request.source.address, now: now.monotonic) else {
            counters.untrustedDropped += 1
            perform(engine.discard(request.transaction), now: now)
            return
        }
        counters.untrustedCalls += 1
        note(
            .alarm, "call.untrusted", "An INVITE came from an address that belongs to no active call server",
            [.init("source", request.source.description), .init("dialled", call.dialled, personal: true)])
        if let known = known(call, now: now) {
            answerAgain(call, of: known, now: now)
            return
        }
        guard kind != .other, !isCallback else {
            respond(request, CallAnswer(status: 404, headers: []), now: now)
            return
        }
        if (refused ?? server).configuration.refuseUntrusted {
            respond(request, CallAnswer(status: 403, headers: []), now: now)
            return
        }
        var record = newRecord(call, kind: kind == .test ? .test : .emergency, now: now)
        record.flags.formUnion([.untrusted, .unknownCaller, .unlocated, .defaultELIN])
        record.callServer = server.configuration.name
        let caller = Caller(request, server: server, rules: [], isOwn: { sources.contains($0) })
        record.callerDN = caller.dn
        record.callerName = caller.displayName
        record.deviceIP = request.source.address.description
        record.device = "untrusted/\(caller.dn)@\(record.deviceIP)"
        record.location = server.defaultLocation.rawValue
        record.locationText = site.text(of: server.defaultLocation)
        record.rule = "untrusted source: the default of \(server.configuration.name)"
        if record.kind != .test, let unleased = elins.unleasedDefault(callServer: server.configuration.name) {
            name(unleased.elin, place: unleased.place, in: &record, site: site)
        }
        var identified = call
        identified.identify(caller)
        answerCall(
            identified, record: record, taken: nil, match: .init(callServer: site.defaultServer, member: nil),
            server: server, now: now)
    }

    /// OPTIONS are the SIP Server's `oos-check`: 200 while this node wants calls.
    mutating func options(_ request: IncomingRequest, now: Now) {
        let wanted = isReady && !isDraining && !isShuttingDown && site != nil
        let answer = CallAnswer(
            status: wanted ? 200 : 503,
            headers: wanted
                ? [
                    .init(name: .allow, value: Self.allow), .init(name: .accept, value: "application/reginfo+xml"),
                    .init(name: .supported, value: ""),
                ] : [])
        respond(request, answer, now: now)
    }
}
