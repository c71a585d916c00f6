import E911Values
import SIPCore

/// The value of a typed header, which the first octet chooses: it is read or refused, the same each time, and printed it
/// is read as the same.
enum HeaderCheck {
    @Sendable static func run(_ octets: [UInt8]) throws {
        guard let first = octets.first else { return }
        let value = octets.dropFirst().filter { $0 != 13 && $0 != 10 }
        let text = SIPText(bytes: Array(value))
        let index = Int(first) % (readers.count + HeaderReader.all.count)
        if index < readers.count { try readers[index](text) } else { try canonical(text, index - readers.count) }
        try inMessage(Array(value), first)
    }

    /// As it would be sent it is read again, and that changes nothing more.
    private static func canonical(_ text: SIPText, _ index: Int) throws {
        let reader = HeaderReader.all[index]
        guard let once = try? reader.canonical(text) else { return }
        try require((try? reader.canonical(text)) == once, "two readings of \(reader.name)")
        try require((try? reader.canonical(once)) == once, "\(reader.name) '\(once)' is not stable")
    }

    private static let readers: [@Sendable (SIPText) throws -> Void] = [
        { text in
            guard let address = try? NameAddress(parsing: text) else { return }
            try look(at: address)
        },
        { text in
            guard let via = try? Via(parsing: text) else { return }
            let again = try require(try? Via(parsing: via.text), "Via is not read again")
            try require(again == via && again.branch == via.branch && again.port == via.port, "Via is read otherwise")
            _ = (via.hostAddress, via.transportKind, via.receivedAddress, via.effectivePort, via.hasUniqueBranch)
            try walk(via.parameters)
            let source = IPAddress(v4: 0xc000_0263)
            let stamped = via.stamped(with: Endpoint(source, 40_000))
            let read = try require(try? Via(parsing: stamped), "Via is not read with received")
            try require(read.branch == via.branch && read.host == via.host, "received changes a Via")
            try require(read.receivedAddress == source || via.hostAddress == source, "received is not there")
        },
        { text in
            guard let cseq = try? CSeq(parsing: text) else { return }
            try require((try? CSeq(parsing: SIPText(cseq.description))) == cseq, "\(cseq) is read otherwise")
        },
        { text in
            guard let event = try? EventHeader(parsing: text) else { return }
            _ = (event.id, event.isPackage("reg"))
            try walk(event.parameters)
        },
        { text in
            guard let state = try? SubscriptionStateHeader(parsing: text) else { return }
            _ = (state.reason, state.expires, state.retryAfter, state.state)
            try walk(state.parameters)
        },
        { text in
            guard let type = try? MediaType(parsing: text) else { return }
            try require((try? MediaType(parsing: type.text))?.text == type.text, "\(type) is read otherwise")
            _ = (type.matches("application/reginfo+xml"), type.accepts("application/sdp"))
            try walk(type.parameters)
        },
        { text in
            let quoted = text.quoted
            try require(quoted.unquoted == text, "quoting loses something")
            try require(text.escapedAsURIHeader.percentDecoded == text, "escaping loses something")
        },
    ]

    static func look(at address: NameAddress) throws {
        _ = (address.displayName, address.qValue, address.tag)
        try walk(address.parameters)
        try URICheck.look(at: address.uri)
        let again = try require(try? NameAddress(parsing: address.text), "\(address) is not read again")
        try require(again == address && again.deviations == address.deviations, "\(address) is read otherwise")
        try require(again.uri == address.uri && again.displayName == address.displayName, "\(address): other parts")
    }

    /// Each one is found by its name, if the name is text.
    static func walk(_ parameters: Parameters) throws {
        for parameter in parameters {
            _ = parameter.unquoted
            let name = String(parameter.name)
            guard parameter.name.equals(name) else { continue }
            try require(parameters.contains(name), "the parameter \(name) is not found")
        }
    }

    private static let names: [HeaderName] = [
        .via, .from, .to, .callID, .cseq, .maxForwards, .contact, .contentLength, .contentType, .route, .recordRoute,
        .expires, .minExpires, .retryAfter, .event, .subscriptionState, .pAssertedIdentity, .require, .accept, .allow,
    ]

    /// The same value as a header of a message: list splitting and the accessors of the message.
    private static func inMessage(_ value: [UInt8], _ first: UInt8) throws {
        let name = names[Int(first) % names.count]
        let line = Array("OPTIONS sip:a SIP/2.0\r\n\(name): ".utf8) + value
        guard let message = try? SIPMessage(parsing: line + [13, 10, 13, 10]) else { return }
        let elements = message.elements(name)
        try require(elements == message.elements(name), "\(name) is split in two ways")
        try require(elements.reduce(0) { $0 + $1.count } <= value.count, "\(name): elements outside")
        _ = try? (message.topVia(), message.vias(), message.from(), message.to(), message.callID(), message.cseq())
        _ = try? (message.contacts(), message.firstContact(), message.routes(), message.recordRoutes())
        for _ in 0..<2 {
            _ = (try? message.maxForwards(), try? message.contentLength(), try? message.expires())
            _ = (try? message.minExpires(), try? message.retryAfter(), try? message.contentType())
            _ = (try? message.event(), try? message.subscriptionState(), message.isStarContact, message.priority())
        }
        try require((try? message.retryAfter()) == (try? message.retryAfter()), "two readings of Retry-After")
        _ = RequestPolicy(methods: [.options]).refusal(of: message)
    }
}
