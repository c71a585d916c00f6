/// Typed headers, read when asked for. Each gives the same answer, or throws the same error, every time.
extension SIPMessage {
    /// The Request-URI. One in `<>` is read without them, and says so in its deviations.
    public func requestURI() throws(SIPParseError) -> SIPURI {
        guard case .request(_, let range, _) = firstLine else {
            throw SIPParseError(.requestURI, "a response has no Request-URI")
        }
        var text = text(range)
        let isBracketed = text.first == UInt8(ascii: "<") && text.last == UInt8(ascii: ">")
        if isBracketed { text = text.slice(1, text.count - 1).trimmed }
        do throws(SIPParseError) {
            var uri = try SIPURI(parsing: text)
            if isBracketed { uri.deviations.insert(.requestURIInBrackets) }
            return uri
        } catch {
            throw SIPParseError(.requestURI, error.reason, offset: error.offset)
        }
    }

    public func topVia() throws(SIPParseError) -> Via {
        guard let row = firstRow(.via) else { throw missing(.via) }
        var scanner = Scanner(value(row))
        _ = scanner.stepToElement()
        return try Via(&scanner)
    }

    /// Every Via, the top one first.
    public func vias() throws(SIPParseError) -> [Via] {
        var vias: [Via] = []
        vias.reserveCapacity(count(.via))
        try forEachVia { via in vias.append(via) }
        guard !vias.isEmpty else { throw missing(.via) }
        return vias
    }

    public func from() throws(SIPParseError) -> NameAddress { try address(.from) }

    public func to() throws(SIPParseError) -> NameAddress { try address(.to) }

    public func callID() throws(SIPParseError) -> SIPText {
        guard let text = try single(.callID) else { throw missing(.callID) }
        guard !text.isEmpty else { throw SIPParseError(.callID, "empty", header: .callID) }
        return text
    }

    public func cseq() throws(SIPParseError) -> CSeq {
        guard let text = try single(.cseq) else { throw missing(.cseq) }
        return try CSeq(parsing: text)
    }

    /// The addresses of all Contact rows; none for `Contact: *`.
    public func contacts() throws(SIPParseError) -> [NameAddress] { isStarContact ? [] : try addresses(.contact) }

    /// The first address of the first Contact row: the remote target of a dialog. `nil` without one, and for `*`.
    public func firstContact() throws(SIPParseError) -> NameAddress? {
        for row in rows where row.id == HeaderName.contact.id {
            var list = HeaderList(value(row))
            guard let element = list.next(), !element.equals("*") else { continue }
            return try Self.address(element, .contact)
        }
        return nil
    }

    /// Whether the Contact is `*`, which stands for all bindings in a REGISTER.
    public var isStarContact: Bool {
        guard let row = firstRow(.contact), row.value.count == 1 else { return false }
        return value(row).first == UInt8(ascii: "*")
    }

    public func assertedIdentities() throws(SIPParseError) -> [NameAddress] { try addresses(.pAssertedIdentity) }

    public func recordRoutes() throws(SIPParseError) -> [NameAddress] { try addresses(.recordRoute) }

    public func routes() throws(SIPParseError) -> [NameAddress] { try addresses(.route) }

    /// Not judged: a value above 255 is given as it is (`Int.max` if it is larger than that).
    public func maxForwards() throws(SIPParseError) -> Int? { try number(.maxForwards).map { Int(clamping: $0) } }

    public func contentLength() throws(SIPParseError) -> Int? { try number(.contentLength).map { Int(clamping: $0) } }

    /// Seconds; a number too large is `UInt32.max`.
    public func expires() throws(SIPParseError) -> UInt32? { try number(.expires).map { UInt32(clamping: $0) } }

    /// Seconds.
    public func minExpires() throws(SIPParseError) -> UInt32? { try number(.minExpires).map { UInt32(clamping: $0) } }

    /// Seconds; the comment and the parameters behind them are not read (RFC 3261 section 20.33).
    public func retryAfter() throws(SIPParseError) -> UInt32? {
        guard let text = first(.retryAfter) else { return nil }
        let digits = text.prefix { $0 >= 48 && $0 <= 57 }
        guard let value = text.slice(0, digits.count).decimal else {
            throw SIPParseError(.number, "not a number", header: .retryAfter)
        }
        return UInt32(clamping: value)
    }

    public func contentType() throws(SIPParseError) -> MediaType? {
        guard let text = try single(.contentType), !text.isEmpty else { return nil }
        do throws(SIPParseError) {
            return try MediaType(parsing: text)
        } catch {
            throw error.about(.contentType)
        }
    }

    public func event() throws(SIPParseError) -> EventHeader? {
        guard let text = try single(.event) else { return nil }
        return try EventHeader(parsing: text)
    }

    public func subscriptionState() throws(SIPParseError) -> SubscriptionStateHeader? {
        guard let text = try single(.subscriptionState) else { return nil }
        return try SubscriptionStateHeader(parsing: text)
    }

    /// For example `psap-callback` (RFC 7090).
    public func priority() -> SIPText? { first(.priority) }

    /// The elements of a list header over all its rows, as text: Require, Supported, Allow, Accept. Not for headers
    /// that use the comma otherwise: WWW-Authenticate, Authorization and their like, and Date.
    public func elements(_ name: HeaderName) -> [SIPText] {
        var elements: [SIPText] = []
        for row in rows where matches(row, name) { elements.append(contentsOf: HeaderList(value(row))) }
        return elements
    }

    /// The addresses of a list header over all its rows.
    public func addresses(_ name: HeaderName) throws(SIPParseError) -> [NameAddress] {
        var addresses: [NameAddress] = []
        try forEachAddress(name) { address in addresses.append(address) }
        return addresses
    }

    /// The address of a header that may stand once and must be there.
    private func address(_ name: HeaderName) throws(SIPParseError) -> NameAddress {
        guard let text = try single(name) else { throw missing(name) }
        return try Self.address(text, name)
    }

    static func address(_ text: SIPText, _ name: HeaderName) throws(SIPParseError) -> NameAddress {
        do throws(SIPParseError) {
            return try NameAddress(parsing: text)
        } catch {
            throw error.about(name)
        }
    }

    private func number(_ name: HeaderName) throws(SIPParseError) -> UInt64? {
        guard let text = try single(name) else { return nil }
        guard let value = text.decimal else { throw SIPParseError(.number, "not a number", header: name) }
        return value
    }

    private func missing(_ name: HeaderName) -> SIPParseError {
        SIPParseError(.headerMissing, "missing", header: name)
    }
}
