public import E911Values

/// A URI of SIP: `sip:`, `sips:`, `tel:`, `urn:`, and any other scheme as opaque text.
///
/// It is a view: the parts are cut from the text that it was read from. The first `@` ends the user, so that
/// semicolons and question marks before it belong to the user (RFC 3261 section 25.1, user-unreserved).
public struct SIPURI: Sendable, Hashable {
    public enum Scheme: UInt8, Hashable, Sendable {
        case sip, sips, tel, urn
        /// Any other; ``SIPURI/schemeText`` says which.
        case other
    }

    public let scheme: Scheme
    /// The whole URI as written.
    public let text: SIPText
    @usableFromInline let schemeRange: ByteRange
    @usableFromInline let userRange: ByteRange
    let passwordRange: ByteRange
    @usableFromInline let hostRange: ByteRange
    let parameterRange: ByteRange
    let headerRange: ByteRange
    /// The port, if one is written: 1 to 65,535.
    public let port: UInt16?
    /// What was forgiven.
    public internal(set) var deviations: Deviations

    /// Reads a URI that stands alone: no `<>`, no blanks around it.
    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        try self.init(&scanner)
    }

    /// Reads all that is before the scanner.
    init(_ scanner: inout Scanner) throws(SIPParseError) {
        let whole = ByteRange(scanner.at, scanner.end)
        let (scheme, schemeRange) = try Self.scheme(&scanner)
        var password = ByteRange.absent
        var host = ByteRange.absent
        var headers = ByteRange.absent
        var port: UInt16?
        let user: ByteRange
        let parameters: ByteRange
        switch scheme {
        case .sip, .sips:
            (user, password) = try Self.userInfo(&scanner)
            (host, port) = try scanner.hostPort(mustBeUsable: false)
            parameters = try Self.parameters(&scanner)
            headers = try Self.headers(&scanner)
            guard scanner.isAtEnd else {
                throw SIPParseError(
                    .uri, "the host is followed by what is no port and no parameter", offset: scanner.at)
            }
        case .tel, .urn, .other:
            let start = scanner.at
            try Self.checkOctets(scanner, from: start)
            while scanner.at < scanner.end, scheme != .tel || scanner.next != UInt8(ascii: ";") { scanner.at += 1 }
            guard scanner.at > start else {
                throw SIPParseError(.uri, "nothing behind the scheme", offset: start)
            }
            user = ByteRange(start, scanner.at)
            parameters = ByteRange(scanner.at, scanner.end)
        }
        // All at once behind the last error, so that nothing half made has to be copied or undone.
        text = SIPText(scanner.bytes, whole)
        self.scheme = scheme
        self.schemeRange = schemeRange
        userRange = user
        passwordRange = password
        hostRange = host
        self.port = port
        parameterRange = parameters
        headerRange = headers
        deviations = scanner.deviations
    }

    /// Reads a URI from a string.
    public init(_ string: String) throws(SIPParseError) {
        try self.init(parsing: SIPText(string))
    }

    /// The scheme as written.
    @inlinable public var schemeText: SIPText { cut(schemeRange) ?? .empty }

    /// The user part as written, escapes and user parameters included; the number of a `tel` URI. `nil` if there is
    /// none.
    @inlinable public var user: SIPText? {
        switch scheme {
        case .sip, .sips, .tel: cut(userRange)
        case .urn, .other: nil
        }
    }

    /// The user part with its escapes decoded, once.
    public var decodedUser: SIPText? { user?.percentDecoded }

    /// The user part without user parameters, as in `sip:1234;phone-context=x@host`, escapes decoded.
    public var userWithoutParameters: SIPText? {
        guard let user else { return nil }
        return user.slice(0, user.firstIndex(of: UInt8(ascii: ";")) ?? user.count).percentDecoded
    }

    public var password: SIPText? { cut(passwordRange) }

    /// The host without the brackets of an IPv6 address; empty for the schemes that have none.
    @inlinable public var host: SIPText { cut(hostRange) ?? .empty }

    /// The host as an address, if it is one.
    public var hostAddress: IPAddress? { IPAddress(utf8: host) }

    /// What stands behind the scheme of a `urn` or an unknown URI, for example `service:sos`.
    public var opaque: SIPText {
        cut(userRange).map { scheme == .urn || scheme == .other ? $0 : .empty } ?? .empty
    }

    /// The Content-ID that a `cid:` URI names, as of a location in the body (RFC 2392); `nil` for any other URI.
    public var contentID: SIPText? {
        schemeText.equalsIgnoringCase("cid") ? opaque.percentDecoded : nil
    }

    /// The parameters behind the host, or behind the number of a `tel` URI.
    public var parameters: Parameters { Parameters(cut(parameterRange) ?? .empty) }

    /// The value of a parameter: `nil` if it is not there, `.some(nil)` if it has no value.
    public func parameter(_ name: String) -> SIPText?? { parameters[name] }

    /// The headers behind `?`, as written. Nothing in this project acts on those of a Request-URI.
    public var headerText: SIPText? { cut(headerRange) }

    /// The headers behind `?`, names and values decoded.
    public var headers: [(name: SIPText, value: SIPText)] {
        guard let headerText else { return [] }
        return headerText.split(separator: UInt8(ascii: "&")).map { part in
            let piece = headerText.slice(part.startIndex, part.endIndex)
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.count
            return (piece.slice(0, equals).percentDecoded, piece.slice(equals + 1, piece.count).percentDecoded)
        }
    }

    @inlinable
    func cut(_ range: ByteRange) -> SIPText? {
        range.isAbsent ? nil : SIPText(text.storage, range)
    }

    public static func == (a: SIPURI, b: SIPURI) -> Bool { a.text == b.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension SIPURI: CustomStringConvertible {
    public var description: String { text.description }
}

extension SIPURI {
    /// Steps over `scheme:`.
    @inline(__always)
    private static func scheme(_ scanner: inout Scanner) throws(SIPParseError) -> (Scheme, ByteRange) {
        let start = scanner.at
        let available = scanner.end - start
        let word = ShortWord.lowercase(ShortWord.load(scanner.bytes.span, start, min(available, 5)))
        if word & 0xffff_ffff == ShortWord.sip {
            scanner.at += 4
            return (.sip, ByteRange(start, start + 3))
        }
        if word == ShortWord.sips {
            scanner.at += 5
            return (.sips, ByteRange(start, start + 4))
        }
        let range = scanner.run(of: .scheme)
        guard range.count > 0, scanner.take(UInt8(ascii: ":")), !(48...57).contains(scanner.bytes[start]) else {
            throw SIPParseError(.uri, "no scheme", offset: start)
        }
        switch word & 0xffff_ffff {
        case ShortWord.tel: return (.tel, range)
        case ShortWord.urn: return (.urn, range)
        default: return (.other, range)
        }
    }

    /// The first `@` ends the user.
    @inline(__always)
    private static func userInfo(_ scanner: inout Scanner) throws(SIPParseError) -> (user: ByteRange, ByteRange) {
        let start = scanner.at
        guard let at = scanner.bytes.span.firstIndex(of: UInt8(ascii: "@"), from: start, to: scanner.end) else {
            return (.absent, .absent)
        }
        var userEnd = start
        while userEnd < at, scanner.bytes[userEnd] != UInt8(ascii: ":") {
            guard !ByteSet.notInURI.contains(scanner.bytes[userEnd]) else { throw badOctet(userEnd) }
            userEnd += 1
        }
        scanner.at = at + 1
        let user = userEnd > start ? ByteRange(start, userEnd) : .absent
        if user.isAbsent { scanner.deviations.insert(.emptyUser) }
        guard userEnd < at else { return (user, .absent) }
        for index in userEnd..<at where ByteSet.notInURI.contains(scanner.bytes[index]) { throw badOctet(index) }
        return (user, ByteRange(userEnd + 1, at))
    }

    /// The octets from `;` up to `?` or the end.
    @inline(__always)
    private static func parameters(_ scanner: inout Scanner) throws(SIPParseError) -> ByteRange {
        let start = scanner.at
        guard scanner.next == UInt8(ascii: ";") else { return .absent }
        var previous = UInt8(0)
        while scanner.at < scanner.end {
            let octet = scanner.bytes[scanner.at]
            if octet == UInt8(ascii: "?") { break }
            if octet == UInt8(ascii: ";"), previous == octet { scanner.deviations.insert(.emptyParameter) }
            if ByteSet.notInURI.contains(octet) { throw badOctet(scanner.at) }
            previous = octet
            scanner.at += 1
        }
        if previous == UInt8(ascii: ";") { scanner.deviations.insert(.emptyParameter) }
        return ByteRange(start, scanner.at)
    }

    /// What stands behind `?`.
    @inline(__always)
    private static func headers(_ scanner: inout Scanner) throws(SIPParseError) -> ByteRange {
        guard scanner.take(UInt8(ascii: "?")) else { return .absent }
        let range = ByteRange(scanner.at, scanner.end)
        try checkOctets(scanner, from: scanner.at)
        scanner.at = scanner.end
        return range
    }

    private static func checkOctets(_ scanner: Scanner, from start: Int) throws(SIPParseError) {
        for index in start..<scanner.end where ByteSet.notInURI.contains(scanner.bytes[index]) {
            throw badOctet(index)
        }
    }

    private static func badOctet(_ offset: Int) -> SIPParseError {
        SIPParseError(.uri, "a blank, a control character or an angle bracket in a URI", offset: offset)
    }
}
