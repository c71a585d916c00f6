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
        let match = sources.match(request.source.address, viaPort: request.topVia.effectivePort)
        let server = match.map { site.servers[$0.callServer] }
        let uri = request.requestURI
        let dialled = Self.dialled(uri)
        let number = uri.text.contains(UInt8(ascii: "%")) ? Self.unescaped(uri) : dialled
        let kind = DialledNumber(isURN: uri.scheme == .urn, text: number, callServer: server)
        let isPSAPCallback =
            message.first(.priority).map { $0.equalsIgnoringCase("psap-callback") } ?? false
        let lastTen = DialledNumber.lastTenDigits(number)
        let isOurELIN = lastTen.map { elins.isOurs(lastTen: $0) } ?? false

        var call = IncomingCall(request: request, dialled: dialled)
        call.isSecure = uri.scheme == .sips
        call.isPSAPCallback = isPSAPCallback

        guard let match, let server, server.configuration.enabled else {
            untrusted(call, kind: kind, refused: server, isCallback: isPSAPCallback || isOurELIN, now: now)
            return
        }
        call.identify(
            Caller(request, server: server, rules: server.callerRules, isOwn: { sources.contains($0) }))
        // Before the callback: with the ELIN in the Contact user, a call that comes back has an ELIN of ours in its
        // Request-URI.
        if let looped = book.looped(call.dialog, call.origins, user: dialled, now: now.monotonic) {
            loopPass(call, of: looped, match: match, server: server, now: now)
            return
        }
        if let known = known(call, now: now) {
            repeated(call, of: known, now: now)
            return
        }
        if let first = continued(call, callServer: server.configuration.name, now: now) {
            emergency(call, kind: kind, match: match, server: server, continuing: first, now: now)
            return
        }
        if isPSAPCallback || isOurELIN {
            callback(call, match: match, server: server, lastTen: lastTen, now: now)
            return
        }
        emergency(call, kind: kind, match: match, server: server, now: now)
    }

    /// The user part, or for `tel:` and `urn:` what stands behind the scheme.
    static func dialled(_ uri: SIPURI) -> String {
        String(uri.user ?? uri.opaque)
    }

    /// The same with its escapes decoded.
    static func unescaped(_ uri: SIPURI) -> String {
        String(uri.decodedUser ?? uri.opaque)
    }

    /// The call that this INVITE repeats. One that was cancelled or refused is over: its answer was for that INVITE,
    /// and a new one of the same dialog is a new call (invariant 1).
    func known(_ call: IncomingCall, now: Now) -> CallBook.Entry? {
        guard let entry = book.call(call.dialog, now: now.monotonic),
            !entry.wasCancelled, entry.answer.status == 302 || entry.dialled == call.dialled
        else { return nil }
        return entry
    }

    /// The same call by another path, or a retry after the transaction had ended: the same answer, the same lease, one
    /// alert.
    private mutating func repeated(_ call: IncomingCall, of known: CallBook.Entry, now: Now) {
        counters.repeatedInvites += 1
        answerAgain(call, of: known, now: now)
    }

    /// Lets an INVITE wait for the answer that its call waits for, or gives it the one that the call was given.
    mutating func answerAgain(_ call: IncomingCall, of known: CallBook.Entry, now: Now) {
        if pending.join(known.key, call.request) { return }
        answer(call.request, known.answer, of: known.key, now: now)
    }

    /// The call came back to us: the gateway trunk's prefix leads here. It goes to a gateway by its host.
    private mutating func loopPass(
        _ call: IncomingCall, of known: CallBook.Entry, match: CallSourceTable.Match, server: SiteModel.CallServer,
        now: Now
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
        var entry = known
        // A test never dials 911, and the fallback targets are gateways for emergency calls.
        if pass < min(3, targets.count), known.kind == .emergency {
            (answer, entry.contactUser) = Redirect.fallback(
                to: targets[pass], elin: record?.elin, form: server.configuration.redirect,
                number: server.configuration.numberForm,
                host: member(of: match, server, call.request).hostText)
        } else {
            answer = CallAnswer(status: 503, headers: [])
            note(
                .alarm, "call.loop-lost",
                known.kind == .test
                    ? "A looping test call is refused" : "A looping emergency call has no fallback target left",
                [.init("call-server", server.configuration.name)])
        }
        // The pass is a dialog of its own where the SIP Server is a B2BUA; its retransmissions get the same answer,
        // and the next pass is known by the user part of the target just sent.
        entry.dialog = call.dialog
        entry.dialled = call.dialled
        entry.loopPasses = pass + 1
        entry.acknowledgedAt = nil
        entry.answer = answer
        entry.expires = now.monotonic + CallBook.sameCallWindow
        book.add(entry)
        change(known.key, now: now) { record in
            record.flags.insert(.loop)
            if answer.status == 503 { record.outcome = .refused }
        }
        self.answer(call.request, answer, of: known.key, now: now)
    }

    // MARK: Answers

    /// The member that asked; for a proxy of the trusted list the active one. One that is named is given by the address
    /// that it asked from: no emergency call waits until the SIP Server has found itself by DNS.
    func member(
        of match: CallSourceTable.Match, _ server: SiteModel.CallServer, _ request: IncomingRequest
    ) -> MemberConfiguration {
        let member = server.configuration.members[match.member ?? clusters[match.callServer].active]
        guard member.isNamed else { return member }
        let hops = places.hops(of: member)
        let source = request.source.address
        guard places.endpoints(of: member).contains(where: { $0.address == source }) else {
            // A proxy asked.
            return hops.first.map(Self.member) ?? member
        }
        // Of several on one address the one whose port the Via names, and that takes what the request came by.
        let port = request.topVia.effectivePort
        let own = hops.filter { $0.endpoint.address == source && $0.kind == request.kind }
        if let hop = own.first(where: { $0.endpoint.port == port }) ?? own.first { return Self.member(hop) }
        // One that requests of ours do not go to: it listens where its answers are to go (RFC 3261 section 18.1.1).
        return MemberConfiguration(address: source, port: port, transport: request.kind)
    }

    private static func member(_ hop: NextHop) -> MemberConfiguration {
        MemberConfiguration(address: hop.endpoint.address, port: hop.endpoint.port, transport: hop.kind)
    }

    /// Sends a call's final answer on one transaction.
    mutating func answer(_ request: IncomingRequest, _ answer: CallAnswer, of key: RecordKey, now: Now) {
        open.add(request.transaction, key)
        respond(request, answer, now: now)
    }

    mutating func respond(_ request: IncomingRequest, _ answer: CallAnswer, now: Now) {
        let headers = answer.headers + [ResponseHeader(name: .server, value: configuration.software)]
        perform(
            engine.respond(to: request.transaction, status: answer.status, headers: headers, now: now), now: now)
    }
}

/// What the INVITE of a call says, read once.
struct IncomingCall {
    let request: IncomingRequest
    /// User part of the Request-URI (or what stands behind `tel:`, `urn:`).
    let dialled: String
    let callID: String
    let fromTag: String
    /// Of the two.
    let dialog: CallBook.DialogSum
    /// Of the `o=` line of the session description, and of the numbers that the caller is known by.
    private(set) var origins: CallBook.Origins
    private(set) var caller: Caller?
    /// The user of From: beside the caller that was identified, one more name for the same.
    let fromUser: String
    var isSecure = false
    var isPSAPCallback = false

    init(request: IncomingRequest, dialled: String) {
        self.request = request
        self.dialled = dialled
        callID = String(request.callID)
        let from = request.from
        fromTag = from.tag.map { String($0) } ?? ""
        fromUser = Caller.number(of: from.uri)
        dialog = CallBook.DialogSum(callID: callID, fromTag: fromTag)
        origins = CallBook.Origins(line: Self.originLine(request.message.body))
    }

    /// It is known who calls.
    mutating func identify(_ caller: Caller) {
        self.caller = caller
        origins.add(caller.dn)
        origins.add(fromUser)
    }

    /// The first line that begins with `o=` (RFC 4566 section 5.2).
    static func originLine(_ body: SIPText) -> SIPText {
        var rest = body
        while !rest.isEmpty {
            let feed = rest.firstIndex(of: 10) ?? rest.count
            // A CR alone ends a line too.
            let end = rest.slice(0, feed).firstIndex(of: 13) ?? feed
            if end > 2, rest[0] == UInt8(ascii: "o"), rest[1] == UInt8(ascii: "=") {
                return rest.slice(0, min(end, 256))
            }
            rest = rest.slice(end + 1, rest.count)
        }
        return .empty
    }
}
