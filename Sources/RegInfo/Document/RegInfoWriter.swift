extension RegInfoDocument {
    /// The document in UTF-8, without a byte that RFC 3680's schema does not allow besides the attributes of the
    /// field (`received`, `path`, `user_agent`, unknown ones), which are written when they are set.
    public func serialised() -> [UInt8] {
        var writer = RegInfoWriter()
        let hasGRUU = registrations.contains { $0.contacts.contains { $0.hasGRUU } }
        writer.begin(version: version, state: state, hasGRUU: hasGRUU)
        for registration in registrations { writer.add(registration) }
        writer.end()
        return writer.bytes
    }
}

extension RegInfoDocument.Contact {
    fileprivate var hasGRUU: Bool { publicGRUU != nil || temporaryGRUU != nil }
}

/// Writes a reginfo document piece by piece, so that a notifier can stop before a body limit.
public struct RegInfoWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// The head of the document. `hasGRUU` declares the namespace of RFC 5628.
    public mutating func begin(version: UInt64, state: DocumentState, hasGRUU: Bool = false) {
        put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\"")
        if hasGRUU { put(" xmlns:gr=\"urn:ietf:params:xml:ns:gruuinfo\"") }
        attribute("version", "\(version)")
        put(" state=\"")
        put(state.name)
        put("\">\n")
    }

    public mutating func add(_ registration: RegInfoDocument.Registration) {
        put("<registration")
        attribute("aor", registration.aor)
        attribute("id", registration.id)
        put(" state=\"")
        put(registration.state.name)
        guard !registration.contacts.isEmpty else { return put("\"/>\n") }
        put("\">\n")
        for contact in registration.contacts { add(contact) }
        put("</registration>\n")
    }

    public mutating func end() {
        put("</reginfo>\n")
    }

    private mutating func add(_ contact: RegInfoDocument.Contact) {
        put("<contact")
        attribute("id", contact.id)
        put(" state=\"")
        put(contact.state.name)
        put("\" event=\"")
        put(contact.event.name)
        put("\"")
        attribute("duration-registered", contact.durationRegistered.map { "\($0)" })
        attribute("expires", contact.expires.map { "\($0)" })
        attribute("retry-after", contact.retryAfter.map { "\($0)" })
        attribute("q", contact.q)
        attribute("callid", contact.callID)
        attribute("cseq", contact.cseq)
        attribute("received", contact.received)
        attribute("path", contact.path)
        attribute("user_agent", contact.userAgent)
        for parameter in contact.unknownAttributes { attribute(parameter.name, parameter.value) }
        put(">")
        if let uri = contact.uri { element("uri", uri) }
        if let name = contact.displayName {
            put("<display-name")
            attribute("xml:lang", contact.displayNameLanguage)
            put(">")
            text(name)
            put("</display-name>")
        }
        for parameter in contact.unknownParameters {
            put("<unknown-param")
            attribute("name", parameter.name)
            put(">")
            text(parameter.value)
            put("</unknown-param>")
        }
        gruu("gr:pub-gruu", contact.publicGRUU)
        gruu("gr:temp-gruu", contact.temporaryGRUU)
        put("</contact>\n")
    }

    private mutating func gruu(_ name: String, _ uri: String?) {
        guard let uri else { return }
        put("<\(name)")
        attribute("uri", uri)
        // RFC 5628 wants first-cseq of a temporary GRUU; which REGISTER made it is not kept.
        put(name == "gr:temp-gruu" ? " first-cseq=\"0\"/>" : "/>")
    }

    private mutating func element(_ name: String, _ content: String) {
        put("<\(name)>")
        text(content)
        put("</\(name)>")
    }

    private mutating func attribute(_ name: String, _ value: String?) {
        guard let value else { return }
        put(" \(name)=\"")
        text(value)
        put("\"")
    }

    /// Escaped for text and quoted attribute alike. What no XML 1.0 document can hold is left out.
    private mutating func text(_ value: String) {
        for octet in value.utf8 {
            switch octet {
            case UInt8(ascii: "&"): put("&amp;")
            case UInt8(ascii: "<"): put("&lt;")
            case UInt8(ascii: ">"): put("&gt;")
            case UInt8(ascii: "\""): put("&quot;")
            // As references, since white space of an attribute value is normalised.
            case 9, 10, 13: put("&#\(octet);")
            case 0..<32: break
            default: bytes.append(octet)
            }
        }
    }

    private mutating func put(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
