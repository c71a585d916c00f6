/// A media type: Content-Type, or one element of Accept, where either part may be `*`.
public struct MediaType: Sendable, Hashable {
    public let type: SIPText
    public let subtype: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        let type = scanner.run(of: .token)
        scanner.skipBlanks()
        guard type.count > 0, scanner.take(UInt8(ascii: "/")) else {
            throw SIPParseError(.mediaType, "a media type is two tokens with a slash between", offset: scanner.at)
        }
        scanner.skipBlanks()
        let subtype = scanner.run(of: .token)
        let start = scanner.at
        while try scanner.parameter(endsAtComma: false) != nil {}
        guard subtype.count > 0, scanner.isAtEnd else {
            throw SIPParseError(.mediaType, "a media type is two tokens with a slash between", offset: scanner.at)
        }
        self.type = SIPText(scanner.bytes, type)
        self.subtype = SIPText(scanner.bytes, subtype)
        parameters = Parameters(SIPText(scanner.bytes, ByteRange(start, scanner.at)))
    }

    /// Whether type and subtype are `name`, for example `application/reginfo+xml`; case and parameters do not count.
    public func matches(_ name: String) -> Bool {
        let parts = name.split(separator: "/", maxSplits: 1)
        return parts.count == 2 && type.equalsIgnoringCase(String(parts[0]))
            && subtype.equalsIgnoringCase(String(parts[1]))
    }

    /// Whether this element of an Accept takes `name`.
    public func accepts(_ name: String) -> Bool {
        guard type.equals("*") || subtype.equals("*") else { return matches(name) }
        return type.equals("*") || name.split(separator: "/").first.map { type.equalsIgnoringCase(String($0)) } == true
    }
}

extension MediaType: CustomStringConvertible {
    public var description: String { "\(type)/\(subtype)\(parameters.text)" }
}
