import SIPCore

/// Any datagram: it is read or refused, and what is read means the same however it is looked at.
enum MessageCheck {
    @Sendable static func run(_ octets: [UInt8]) throws {
        guard let message = try? SIPMessage(parsing: octets) else { return }
        try require(
            octets.drop { $0 == 13 || $0 == 10 || $0 == 0 }.starts(with: message.bytes),
            "the octets are not kept as they came")
        try readsAgain(message)
        try lookAtEverything(message)
        if message.isRequest { try answers(message) }
        try passesOn(message)
        try agreesWithStream(message)
    }

    /// What was kept is a message, and the same one.
    private static func readsAgain(_ message: SIPMessage) throws {
        let again = try require(try? SIPMessage(parsing: message.bytes), "not read again")
        try require(again.bytes == message.bytes && again.startLine == message.startLine, "read as another message")
        try require(again.headers.map(\.value) == message.headers.map(\.value), "read with other headers")
    }

    /// Typed headers give the same answer each time.
    private static func lookAtEverything(_ message: SIPMessage) throws {
        try require((try? message.vias()) == (try? message.vias()), "two readings of Via")
        try require((try? message.from()) == (try? message.from()), "two readings of From")
        try require((try? message.contacts()) == (try? message.contacts()), "two readings of Contact")
        _ = try? (message.maxForwards(), message.expires(), message.contentType(), message.event())
        _ = try? (message.subscriptionState(), message.retryAfter(), message.minExpires(), message.contentLength())
        if let uri = try? message.requestURI() { try URICheck.look(at: uri) }
        for name in [HeaderName.contact, .route, .recordRoute, .pAssertedIdentity] {
            for address in (try? message.addresses(name)) ?? [] { try HeaderCheck.look(at: address) }
        }
        if let parts = try? message.bodyParts() {
            try require(parts.allSatisfy { $0.content.count <= message.body.count }, "a body part outside")
        }
        _ = RequestPolicy(methods: [.invite]).refusal(of: message)
        _ = RequestPolicy(methods: [.invite]).refusal(ofResponse: message)
    }

    /// A request with its essentials gets an answer that its sender can match.
    private static func answers(_ request: SIPMessage) throws {
        guard request.essentialsProblem() == nil else { return }
        let octets = ResponseBuilder(to: request, status: 302, toTag: "t").build()
        let response = try require(
            try? SIPMessage(parsing: octets, framing: .stream), "the answer cannot be read")
        try require((try? response.cseq()) == (try? request.cseq()), "the answer has another CSeq")
        // A line that not everybody reads alike is written anew, with blanks for its lone CRs.
        func read(_ text: SIPText?) -> [UInt8]? { text?.map { $0 == 13 ? 32 : $0 } }
        try require(read(try? response.callID()) == read(try? request.callID()), "the answer has another Call-ID")
        try require(
            read(try? response.topVia().text) == read(try? request.topVia().text), "the answer has another Via")
        try require(read(try? response.from().text) == read(try? request.from().text), "the answer has another From")
        let tag = (try? request.to().tag) ?? "t"
        try require((try? response.to().tag) == tag, "the answer has another tag")
    }

    /// Passed on without a change it has the same headers and the same body.
    private static func passesOn(_ message: SIPMessage) throws {
        let octets = RequestBuilder(forwarding: message)?.build() ?? ResponseBuilder(forwarding: message)?.build()
        let passed = try require(
            octets.flatMap { try? SIPMessage(parsing: $0, framing: .stream) }, "not readable when passed on")
        // With blanks for lone CRs, as above.
        func values(_ message: SIPMessage) -> [[UInt8]] {
            message.headers.filter { $0.name != .contentLength }.map { header in
                let octets = header.value.map { $0 == 13 ? 32 : $0 }.drop { $0 == 32 }
                return Array(octets.reversed().drop { $0 == 32 }.reversed())
            }
        }
        try require(values(passed) == values(message), "passed on with other headers")
        try require(passed.body == message.body, "passed on with another body")
    }

    /// Content-Length makes a datagram and a stream the same message.
    private static func agreesWithStream(_ message: SIPMessage) throws {
        guard (try? message.contentLength()) == message.body.count else { return }
        guard message.deviations.isDisjoint(with: [.headersUnterminated, .tooManyHeaders]) else { return }
        var framer = StreamFramer()
        framer.append(message.bytes.span)
        try require(framer.next() == .message(message) && framer.pending == 0, "a stream reads it otherwise")
    }
}
