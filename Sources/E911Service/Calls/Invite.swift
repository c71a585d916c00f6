import E911Values
import ELINEngine
import SIPCore

extension E911Node {
    /// An INVITE that opens a call: an emergency or test call, a callback to an ELIN, or neither.
    mutating func invite(_ request: IncomingRequest, now: Now) {
        let message = request.message
        guard let site else {
            // Nothing is known of any gateway or ELIN yet: the SIP Server must go on to its next contact.
            note(.alarm, "call.no-site", "An INVITE came, and there is no site to answer it from")
            respond(request, CallAnswer(status: 503, headers: []), now: now)
            return
        }
        let viaPort = (try? message.topVia())?.port
        let match = site.sources.match(request.source.address, viaPort: viaPort)
        let server = match.map { site.servers[$0.callServer] }
        let uri = try? message.requestURI()
        let dialled = uri.map { Self.dialled($0) } ?? ""
        let kind = DialledNumber(
            scheme: uri.map { String($0.schemeText).lowercased() } ?? "", text: dialled,
            callServer: server?.configuration)
        let isPSAPCallback =
            message.first(.priority).map { $0.equalsIgnoringCase("psap-callback") } ?? false
        let lastTen = DialledNumber.lastTenDigits(dialled)
        let isOurELIN = lastTen.map { elins.isOurs(lastTen: $0) } ?? false

        var call = IncomingCall(request: request, match: match, dialled: dialled)
        call.isSecure = uri?.scheme == .sips
        call.isPSAPCallback = isPSAPCallback

        guard let match, let server, server.configuration.enabled else {
            untrusted(call, kind: kind, refused: server, isCallback: isPSAPCallback || isOurELIN, now: now)
            return
        }
        if isPSAPCallback || isOurELIN {
            callback(call, server: server, lastTen: lastTen, now: now)
            return
        }
        call.caller = Caller(
            message, server: server.configuration, rules: server.callerRules, isOwn: { site.sources.contains($0) })
        if let looped = book.looped(
            callID: call.callID, fromTag: call.fromTag, caller: call.caller?.dn ?? "", origin: call.origin,
            user: dialled, now: now.monotonic)
        {
            loopPass(call, of: looped, server: server, now: now)
            return
        }
        if let known = book.call(callID: call.callID, fromTag: call.fromTag, now: now.monotonic) {
            repeated(call, of: known, now: now)
            return
        }
        emergency(call, kind: kind, match: match, server: server, now: now)
    }

    /// The user part, or for `tel:` and `urn:` what stands behind the scheme.
    static func dialled(_ uri: SIPURI) -> String {
        String(uri.user ?? uri.opaque)
    }

    /// The same call by another path, or a retry after the transaction had ended: the same answer, the same lease, one
    /// alert.
    private mutating func repeated(_ call: IncomingCall, of known: CallBook.Entry, now: Now) {
        counters.repeatedInvites += 1
        if pending.join(known.key, call.request) { return }
        answer(call.request, known.answer, of: known.key, now: now)
    }

    /// The call came back to us: the gateway trunk's prefix leads here. It goes to a gateway by its host.
    private mutating func loopPass(
        _ call: IncomingCall, of known: CallBook.Entry, server: SiteModel.CallServer, now: Now
    ) {
        counters.loopPasses += 1
        let targets = server.configuration.fallbackTargets
        let pass = known.loopPasses
        let record = history[known.key]
        if pass == 0 {
            note(
                .alarm, "call.loop", "An emergency call came back: the gateway trunk's prefix leads to us",
                [.init("call-server", server.configuration.name), .init("user", call.dialled)])
        }
        let answer: CallAnswer
        if pass < min(3, targets.count) {
            answer = Redirect.fallback(
                to: targets[pass], elin: record?.elin, number: server.configuration.numberForm,
                host: call.request.source.address.hostText)
        } else {
            answer = CallAnswer(status: 503, headers: [])
            note(
                .alarm, "call.loop-lost", "A looping emergency call has no fallback target left",
                [.init("call-server", server.configuration.name)])
        }
        // The pass is a dialog of its own where the SIP Server is a B2BUA; its retransmissions get the same answer,
        // and the next pass is known by the user part of the target just sent.
        var entry = known
        entry.callID = call.callID
        entry.fromTag = call.fromTag
        entry.loopPasses = pass + 1
        entry.acknowledgedAt = nil
        entry.answer = answer
        entry.expires = now.monotonic + CallBook.sameCallWindow
        if pass < targets.count, let uri = try? SIPURI(targets[pass]) {
            entry.contactUser = Self.dialled(uri)
        }
        book.add(entry)
        change(known.key, now: now) { record in
            record.flags.insert(.loop)
            if answer.status == 503 { record.outcome = .refused }
        }
        self.answer(call.request, answer, of: known.key, now: now)
    }

    // MARK: Answers

    /// Sends a call's final answer on one transaction.
    mutating func answer(_ request: IncomingRequest, _ answer: CallAnswer, of key: RecordKey, now: Now) {
        open.add(request.transaction, key)
        respond(request, answer, now: now)
    }

    mutating func respond(_ request: IncomingRequest, _ answer: CallAnswer, now: Now) {
        var response = ResponseBuilder(
            to: request.message, status: answer.status, toTag: request.toTag, source: request.source)
        for header in answer.headers { response.add(HeaderName(header.name), header.value) }
        response.add(.server, configuration.software)
        perform(engine.respond(to: request.transaction, with: response, now: now), now: now)
    }
}

/// What the INVITE of a call says, read once.
struct IncomingCall {
    let request: IncomingRequest
    let match: CallSourceTable.Match?
    /// User part of the Request-URI (or what stands behind `tel:`, `urn:`).
    let dialled: String
    let callID: String
    let fromTag: String
    /// The `o=` line of the session description.
    let origin: String
    var caller: Caller?
    var isSecure = false
    var isPSAPCallback = false

    init(request: IncomingRequest, match: CallSourceTable.Match?, dialled: String) {
        self.request = request
        self.match = match
        self.dialled = dialled
        callID = (try? request.message.callID()).map { String($0) } ?? ""
        fromTag = (try? request.message.from())?.tag.map { String($0) } ?? ""
        origin = Self.originLine(request.message.body)
    }

    /// The first line that begins with `o=` (RFC 4566 section 5.2).
    static func originLine(_ body: SIPText) -> String {
        var index = 0
        let octets = body
        while index < octets.count {
            var end = index
            while end < octets.count, octets[end] != 10, octets[end] != 13 { end += 1 }
            if end - index > 2, octets[index] == UInt8(ascii: "o"), octets[index + 1] == UInt8(ascii: "=") {
                return String(octets.slice(index, min(end, index + 256)))
            }
            index = end + 1
        }
        return ""
    }
}
