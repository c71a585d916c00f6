/// A `tel:` URI (RFC 3966): a number and what is said of it.
///
/// `tel:+1-201-555-0123;ext=7` is global, `tel:7042;phone-context=example.com` is local and means nothing without its
/// context. ``SIPURI`` reads any `tel:` text; this judges it.
public struct TelephoneURI: Sendable, Hashable {
    public let uri: SIPURI
    /// As written, visual separators included.
    public let number: SIPText

    /// - Throws: ``SIPParseError`` when the scheme is not `tel`, the number has characters that no number has or no digit
    ///   at all, a local number has no `phone-context`, or a parameter stands twice.
    public init(_ uri: SIPURI) throws(SIPParseError) {
        guard uri.scheme == .tel, let number = uri.user else {
            throw SIPParseError(.uri, "no telephone URI")
        }
        self.uri = uri
        self.number = number
        let isGlobal = number.first == UInt8(ascii: "+")
        let rest = isGlobal ? number.slice(1, number.count) : number
        let isNumber = rest.allSatisfy { octet in
            Self.isDigit(octet) || ByteSet.visualSeparator.contains(octet)
                || (!isGlobal && (octet == UInt8(ascii: "*") || octet == UInt8(ascii: "#") || Self.isHexLetter(octet)))
        }
        guard isNumber, rest.contains(where: { !ByteSet.visualSeparator.contains($0) }) else {
            throw SIPParseError(.uri, "what stands behind tel: is no number")
        }
        // ``SIPURI/isEquivalent(to:)`` has the same bound.
        let names = uri.parameters.prefix(SIPURI.comparedParts + 1).map(\.name)
        guard names.count <= SIPURI.comparedParts else {
            throw SIPParseError(.uri, "more than \(SIPURI.comparedParts) parameters")
        }
        for (index, name) in names.enumerated() where names[..<index].contains(where: name.equalsIgnoringCase) {
            throw SIPParseError(.uri, "a parameter stands twice")
        }
        guard isGlobal || context?.isEmpty == false else {
            throw SIPParseError(.uri, "a local number without phone-context")
        }
    }

    /// Whether the number begins with `+`.
    public var isGlobal: Bool { number.first == UInt8(ascii: "+") }

    /// The number without visual separators, letters in lower case.
    public var digits: SIPText { SIPText(bytes: Self.digits(number)) }

    /// What a local number is local to: a domain, or the beginning of a global number (RFC 3966 section 5.1.5).
    public var context: SIPText? { uri.parameters["phone-context"] ?? nil }

    /// The extension, without visual separators.
    public var extensionDigits: SIPText? {
        (uri.parameters["ext"] ?? nil).map { SIPText(bytes: Self.digits($0)) }
    }

    /// Without visual separators, letters in lower case (RFC 3966 section 4).
    static func digits(_ text: SIPText) -> [UInt8] {
        text.filter { !ByteSet.visualSeparator.contains($0) }.map(lowercased)
    }

    private static func isDigit(_ octet: UInt8) -> Bool { octet >= 48 && octet <= 57 }

    private static func isHexLetter(_ octet: UInt8) -> Bool { (97...102).contains(lowercased(octet)) }
}
