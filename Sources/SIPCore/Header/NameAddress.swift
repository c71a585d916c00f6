internal import E911Values

/// An address with or without a display name, and its parameters: From, To, Contact, Route, P-Asserted-Identity.
public struct NameAddress: Sendable, Hashable {
    public let uri: SIPURI
    @usableFromInline let textRange: ByteRange
    private let displayRange: ByteRange
    private let parameterRange: ByteRange
    @usableFromInline let tagRange: ByteRange
    /// What was forgiven, in the URI too.
    public let deviations: Deviations

    /// Reads one element; a list must have been split before.
    ///
    /// Without `<>` every parameter belongs to the header, not to the URI (RFC 3261 section 20).
    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        let (display, uriRange) = try Self.address(&scanner)
        let uri = try scanner.within(uriRange) { part throws(SIPParseError) in try SIPURI(&part) }
        let parameterStart = scanner.at
        var tag = ByteRange.absent
        while let parameter = try scanner.parameter(endsAtComma: true) {
            if tag.isAbsent, ShortWord.lowercase(scanner.bytes, parameter.name) == ShortWord.tag {
                tag = parameter.value
            }
        }
        let parameterEnd = scanner.at
        scanner.skipBlanks()
        if !scanner.isAtEnd { scanner.deviations.insert(.trailingText) }
        // All at once behind the last error, so that nothing half made has to be copied or undone.
        deviations = scanner.deviations.union(uri.deviations)
        self.uri = uri
        textRange = text.range
        displayRange = display
        tagRange = tag
        parameterRange = ByteRange(parameterStart, parameterEnd)
    }

    /// Reads an address from a string.
    public init(_ string: String) throws(SIPParseError) {
        try self.init(parsing: SIPText(string))
    }

    /// As written.
    @inlinable public var text: SIPText { SIPText(storage, textRange) }

    /// The URI lies in the same octets.
    @inlinable var storage: [UInt8] { uri.text.storage }

    /// The display name without quotes; `nil` if there is none, empty if the quotes are.
    public var displayName: SIPText? {
        displayRange.isAbsent ? nil : SIPText(storage, displayRange).trimmed.unquoted
    }

    public var parameters: Parameters { Parameters(SIPText(storage, parameterRange)) }

    /// The value of a parameter: `nil` if it is not there, `.some(nil)` if it has no value.
    public func parameter(_ name: String) -> SIPText?? { parameters[name] }

    /// The tag; `nil` if there is none, or an empty one.
    @inlinable public var tag: SIPText? {
        tagRange.isAbsent || tagRange.count == 0 ? nil : SIPText(storage, tagRange)
    }

    /// The same with a tag: where an empty one stands; behind one without a value, since of two tags some take the last one;
    /// else before the other parameters, so that nothing that is wrong with them swallows it.
    func adding(tag: String) -> SIPText {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count + tag.utf8.count + 8)
        tagPlace.write(text, tag: tag, into: &octets)
        return SIPText(bytes: octets)
    }

    /// Where a tag goes.
    struct TagPlace: Equatable, Sendable {
        /// From the first octet of the text on.
        fileprivate let offset: UInt32
        /// Whether the name of the parameter stands there already.
        fileprivate let isNamed: Bool

        /// Writes the text that this is a place in, with the tag.
        func write(_ text: SIPText, tag: String, into octets: inout [UInt8]) {
            let rest = text.slice(Int(offset), text.count)
            octets.append(text.slice(0, Int(offset)))
            if !isNamed { octets.append(text: ";tag=") }
            octets.append(text: tag)
            // Text that is no parameter must not be read as more of the tag.
            if let first = rest.first, first != UInt8(ascii: ";"), !isBlank(first) { octets.append(blank) }
            octets.append(rest)
        }
    }

    var tagPlace: TagPlace {
        let at =
            if !tagRange.isAbsent {
                tagRange.bounds.lowerBound
            } else if parameters.contains("tag") {
                parameterRange.bounds.upperBound
            } else {
                parameterRange.bounds.lowerBound
            }
        return TagPlace(offset: UInt32(at - textRange.bounds.lowerBound), isNamed: !tagRange.isAbsent)
    }

    /// The `q` of a Contact in thousandths: 1000 without one, and no more than that.
    public var qValue: Int { parameters.qValue }

    public static func == (a: NameAddress, b: NameAddress) -> Bool { a.text == b.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension NameAddress: CustomStringConvertible {
    public var description: String { text.description }
}

extension NameAddress {
    /// Steps over the display name and the URI.
    @inline(__always)
    private static func address(
        _ scanner: inout Scanner
    ) throws(SIPParseError) -> (display: ByteRange, uri: ByteRange) {
        if scanner.next == UInt8(ascii: "<") { return (.absent, try bracketed(&scanner)) }
        let start = scanner.at
        let isQuoted = scanner.next == UInt8(ascii: "\"")
        if isQuoted {
            guard let display = scanner.quotedString() else {
                throw SIPParseError(.quoteUnbalanced, "a display name opens a quote that never closes", offset: start)
            }
            scanner.skipBlanks()
            if scanner.next == UInt8(ascii: "<") { return (display, try bracketed(&scanner)) }
        }
        // What stands before "<" is a display name; a parameter before it means that the URI has begun already.
        var index = scanner.at
        while index < scanner.end, scanner.bytes[index] != UInt8(ascii: "<"), scanner.bytes[index] != UInt8(ascii: ";")
        {
            index += 1
        }
        guard index < scanner.end, scanner.bytes[index] == UInt8(ascii: "<") else {
            if isQuoted { scanner.deviations.insert(.addressWithoutBrackets) }
            let display = isQuoted ? ByteRange(start, scanner.at) : .absent
            return (display, try bare(&scanner))
        }
        let display = ByteRange(start, index)
        for position in display.bounds where !ByteSet.displayName.contains(scanner.bytes[position]) {
            scanner.deviations.insert(.unquotedDisplayName)
            break
        }
        scanner.at = index
        return (display, try bracketed(&scanner))
    }

    /// `<URI>`; the first `>` closes it.
    @inline(__always)
    private static func bracketed(_ scanner: inout Scanner) throws(SIPParseError) -> ByteRange {
        scanner.at += 1
        var start = scanner.at
        guard
            var end = scanner.bytes.span.firstIndex(of: UInt8(ascii: ">"), from: scanner.at, to: scanner.end)
        else {
            throw SIPParseError(.address, "an angle bracket is opened and never closed", offset: start)
        }
        scanner.at = end + 1
        if start < end, isBlank(scanner.bytes[start]) || isBlank(scanner.bytes[end - 1]) {
            scanner.deviations.insert(.blanksInBrackets)
            while start < end, isBlank(scanner.bytes[start]) { start += 1 }
            while end > start, isBlank(scanner.bytes[end - 1]) { end -= 1 }
        }
        return ByteRange(start, end)
    }

    /// A URI up to `;`, a blank or a comma.
    private static func bare(_ scanner: inout Scanner) throws(SIPParseError) -> ByteRange {
        let start = scanner.at
        while scanner.at < scanner.end {
            let octet = scanner.bytes[scanner.at]
            if octet == UInt8(ascii: ";") || octet == UInt8(ascii: ",") || isBlank(octet) { break }
            if octet == UInt8(ascii: "?") { scanner.deviations.insert(.questionMarkInBareURI) }
            scanner.at += 1
        }
        guard scanner.at > start else {
            throw SIPParseError(.address, "no address", offset: start)
        }
        return ByteRange(start, scanner.at)
    }
}
