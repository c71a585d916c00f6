internal import E911Values

/// Reads a header value from left to right, and keeps count of what it forgives.
struct Scanner {
    let bytes: [UInt8]
    var at: Int
    private(set) var end: Int
    var deviations: Deviations = []

    init(_ text: SIPText) {
        bytes = text.storage
        at = text.range.bounds.lowerBound
        end = text.range.bounds.upperBound
    }

    init(_ bytes: [UInt8], _ range: ByteRange) {
        self.bytes = bytes
        at = range.bounds.lowerBound
        end = range.bounds.upperBound
    }

    /// Reads a part of the text with `body`, and goes on where it was. What is forgiven there is counted apart.
    @inline(__always)
    mutating func within<Value>(
        _ part: ByteRange, _ body: (inout Scanner) throws(SIPParseError) -> Value
    ) throws(SIPParseError) -> Value {
        let outer = (at, end, deviations)
        (at, end, deviations) = (part.bounds.lowerBound, part.bounds.upperBound, [])
        let value = try body(&self)
        (at, end, deviations) = outer
        return value
    }

    @inline(__always)
    var isAtEnd: Bool { at >= end }

    /// The next octet; 0 at the end, where no caller looks for 0.
    @inline(__always)
    var next: UInt8 { at < end ? bytes[at] : 0 }

    @inline(__always)
    mutating func skipBlanks() {
        while at < end, isBlank(bytes[at]) { at += 1 }
    }

    /// Steps over commas and blanks to the next element of a list; false at the end.
    @inline(__always)
    mutating func stepToElement() -> Bool {
        while at < end, isBlank(bytes[at]) || bytes[at] == UInt8(ascii: ",") { at += 1 }
        return at < end
    }

    /// Steps over `octet` if it comes next.
    @inline(__always)
    mutating func take(_ octet: UInt8) -> Bool {
        guard at < end, bytes[at] == octet else { return false }
        at += 1
        return true
    }

    /// The longest run of members of `set`, perhaps empty.
    @inline(__always)
    mutating func run(of set: ByteSet) -> ByteRange {
        let start = at
        while at < end, set.contains(bytes[at]) { at += 1 }
        return ByteRange(start, at)
    }

    /// A quoted string, quotes included; `nil` if it never ends. A quote must come next.
    mutating func quotedString() -> ByteRange? {
        let start = at
        at += 1
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return ByteRange(start, at)
            case UInt8(ascii: "\\"):
                at += 2
            default:
                at += 1
            }
        }
        at = end
        return nil
    }

    /// One parameter behind `;`, or `nil` when none is left. Empty parameters (`;;`) are stepped over and counted.
    ///
    /// The value is as written: a quoted string with its quotes, or octets up to `;`, a blank, or `,` if that ends an
    /// element here. Blanks may stand around `;` and `=` (RFC 3261 section 25.1, SEMI and EQUAL).
    mutating func parameter(endsAtComma: Bool) throws(SIPParseError) -> ParameterRange? {
        while true {
            skipBlanks()
            guard take(UInt8(ascii: ";")) else { return nil }
            skipBlanks()
            let nameEnd = endsAtComma ? ByteSet.nameEndOrComma : ByteSet.nameEnd
            let start = at
            while at < end, !nameEnd.contains(bytes[at]) { at += 1 }
            let name = ByteRange(start, at)
            skipBlanks()
            if name.count == 0 { deviations.insert(.emptyParameter) }
            guard take(UInt8(ascii: "=")) else {
                if name.count == 0 { continue }
                return ParameterRange(name: name, value: .absent)
            }
            skipBlanks()
            return ParameterRange(name: name, value: try parameterValue(endsAtComma))
        }
    }

    @inline(__always)
    private mutating func parameterValue(_ endsAtComma: Bool) throws(SIPParseError) -> ByteRange {
        let start = at
        if next == UInt8(ascii: "\"") {
            guard let quoted = quotedString() else {
                throw SIPParseError(.quoteUnbalanced, "a quote is opened and never closed", offset: start)
            }
            return quoted
        }
        if next == UInt8(ascii: "<") {
            guard let close = bytes.span.firstIndex(of: UInt8(ascii: ">"), from: at, to: end) else {
                // One that never closes takes the rest, as in a list, but not the blanks behind it.
                at = end
                while at > start, isBlank(bytes[at - 1]) { at -= 1 }
                return ByteRange(start, at)
            }
            at = close
        }
        // Branches and tags are long: eight octets at a time, while none of them can end a value.
        while at + 8 <= end, !ShortWord.canEndValue(ShortWord.load(bytes.span, at, 8)) { at += 8 }
        let valueEnd = endsAtComma ? ByteSet.valueEndOrComma : ByteSet.valueEnd
        while at < end, !valueEnd.contains(bytes[at]) { at += 1 }
        return ByteRange(start, at)
    }

    /// `host [":" port]`, an IPv6 address in brackets or, forgiven, without. Blanks may stand before and behind the
    /// colon, as in a Via. The host is without its brackets. Whether a number that is no port is an error, the caller
    /// says.
    @inline(__always)
    mutating func hostPort(mustBeUsable: Bool) throws(SIPParseError) -> (host: ByteRange, port: UInt16?) {
        let start = at
        let host: ByteRange
        if take(UInt8(ascii: "[")) {
            host = run(of: .ipv6)
            guard host.count > 1, take(UInt8(ascii: "]")) else {
                throw SIPParseError(.host, "an IPv6 address is not closed", offset: start)
            }
        } else {
            host = run(of: .host)
            // A group of an IPv6 address has four digits at most.
            if next == UInt8(ascii: ":"), host.count <= 4, let bare = bareIPv6(from: start) { return (bare, nil) }
            guard host.count > 0 else { throw SIPParseError(.host, "a host is missing", offset: start) }
        }
        let behindHost = at
        skipBlanks()
        guard take(UInt8(ascii: ":")) else {
            at = behindHost
            return (host, nil)
        }
        skipBlanks()
        return (host, try port(mustBeUsable))
    }

    /// Digits. A number that is no port is an error, or forgiven and taken for none.
    @inline(__always)
    private mutating func port(_ mustBeUsable: Bool) throws(SIPParseError) -> UInt16? {
        let start = at
        var value = 0
        while at < end, bytes[at] >= 48, bytes[at] <= 57 {
            if value < 1 << 20 { value = value * 10 + Int(bytes[at] - 48) }
            at += 1
        }
        if at > start, bytes[start] != 48, let port = UInt16(exactly: value) { return port }
        guard !mustBeUsable else {
            throw SIPParseError(.port, "a port is a number from 1 to 65535", offset: start)
        }
        deviations.insert(.portUnusable)
        return nil
    }

    /// An IPv6 address without its brackets, which has two colons at least where a host and a port have one.
    private mutating func bareIPv6(from start: Int) -> ByteRange? {
        var index = start
        var colons = 0
        while index < end, ByteSet.ipv6.contains(bytes[index]) {
            if bytes[index] == UInt8(ascii: ":") { colons += 1 }
            index += 1
        }
        guard colons > 1, IPAddress(utf8: bytes[start..<index]) != nil else { return nil }
        at = index
        deviations.insert(.unbracketedIPv6)
        return ByteRange(start, index)
    }
}

/// Where a parameter lies.
struct ParameterRange {
    var name: ByteRange
    /// Absent when there is no `=`.
    var value: ByteRange
}
