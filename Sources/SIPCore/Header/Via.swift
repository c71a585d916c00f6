public import E911Values

/// One Via (RFC 3261 section 20.42): `SIP/2.0/UDP host:port;branch=z9hG4bK…`.
public struct Via: Sendable, Hashable {
    /// What `rport` says (RFC 3581).
    public enum ResponsePort: Hashable, Sendable {
        case absent
        /// The sender asks for it.
        case empty
        case value(UInt16)
    }

    /// As written.
    public let text: SIPText
    @usableFromInline let transportRange: ByteRange
    @usableFromInline let hostRange: ByteRange
    private let parameterRange: ByteRange
    @usableFromInline let branchRange: ByteRange
    @usableFromInline let receivedRange: ByteRange
    /// The port of sent-by, if one is written.
    public let port: UInt16?
    public let rport: ResponsePort
    /// What was forgiven.
    public let deviations: Deviations

    /// Reads one Via; nothing may stand behind it.
    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        try self.init(&scanner)
        guard scanner.isAtEnd else {
            throw SIPParseError(.via, "something stands behind a Via", offset: scanner.at, header: .via)
        }
    }

    /// Reads the Via that begins at the scanner, up to a comma or the end.
    init(_ scanner: inout Scanner) throws(SIPParseError) {
        scanner.skipBlanks()
        let start = scanner.at
        let transport = try Self.protocols(&scanner)
        let host: ByteRange
        let port: UInt16?
        let parameterStart: Int
        var branch = ByteRange.absent
        var received = ByteRange.absent
        var rport = ResponsePort.absent
        do throws(SIPParseError) {
            scanner.skipBlanks()
            (host, port) = try scanner.hostPort(mustBeUsable: true)
            parameterStart = scanner.at
            while let parameter = try scanner.parameter(endsAtComma: true) {
                switch ShortWord.lowercase(scanner.bytes, parameter.name) {
                case ShortWord.branch: if branch.isAbsent { branch = parameter.value }
                case ShortWord.received: if received.isAbsent { received = parameter.value }
                case ShortWord.rport:
                    if rport == .absent { rport = Self.responsePort(&scanner, parameter.value) }
                default: break
                }
            }
        } catch {
            throw error.about(.via)
        }
        if !scanner.isAtEnd, scanner.next != UInt8(ascii: ",") {
            throw SIPParseError(.via, "a Via goes on with what is no parameter", offset: scanner.at, header: .via)
        }
        // All at once behind the last error, so that nothing half made has to be copied or undone.
        var end = scanner.at
        while end > start, isBlank(scanner.bytes[end - 1]) { end -= 1 }
        text = SIPText(scanner.bytes, ByteRange(start, end))
        transportRange = transport
        hostRange = host
        self.port = port
        parameterRange = ByteRange(parameterStart, scanner.at)
        branchRange = branch
        receivedRange = received
        self.rport = rport
        deviations = scanner.deviations
    }

    /// The transport as written; an unknown one is no error.
    @inlinable public var transport: SIPText { SIPText(text.storage, transportRange) }

    /// The transport, if it is one of ours.
    public var transportKind: SIPTransportKind? {
        SIPTransportKind(token: transport)
    }

    /// The host of sent-by, without the brackets of an IPv6 address.
    @inlinable public var host: SIPText { SIPText(text.storage, hostRange) }

    public var hostAddress: IPAddress? { IPAddress(utf8: host) }

    /// The port of sent-by: the one written, else 5060, and 5061 for TLS.
    public var effectivePort: UInt16 { port ?? (transportKind ?? .udp).defaultPort }

    /// The branch; `nil` if there is none (RFC 2543).
    @inlinable public var branch: SIPText? { branchRange.isAbsent ? nil : SIPText(text.storage, branchRange) }

    /// Whether the branch identifies the transaction: it begins with the magic cookie and has something behind it.
    public var hasUniqueBranch: Bool {
        guard let branch, branch.count > 7 else { return false }
        return branch.slice(0, 7).equalsIgnoringCase("z9hG4bK")
    }

    /// Where the message came from, as the receiver noted it.
    @inlinable public var received: SIPText? { receivedRange.isAbsent ? nil : SIPText(text.storage, receivedRange) }

    public var receivedAddress: IPAddress? { received.flatMap { IPAddress(utf8: $0) } }

    public var parameters: Parameters { Parameters(SIPText(text.storage, parameterRange)) }

    public static func == (a: Via, b: Via) -> Bool { a.text == b.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Via {
    /// `SIP / 2.0 / UDP` and the blank behind it; the range is the transport's. Which version it is, is not judged here.
    @inline(__always)
    private static func protocols(_ scanner: inout Scanner) throws(SIPParseError) -> ByteRange {
        if scanner.end - scanner.at > 8, ShortWord.load(scanner.bytes.span, scanner.at, 8) == ShortWord.viaProtocol {
            scanner.at += 8
            let transport = scanner.run(of: .token)
            if transport.count > 0, scanner.take(blank) { return transport }
            scanner.at = Int(transport.start) - 8
        }
        let name = scanner.run(of: .token)
        scanner.skipBlanks()
        let hasVersion = scanner.take(UInt8(ascii: "/"))
        scanner.skipBlanks()
        let version = scanner.run(of: .token)
        scanner.skipBlanks()
        let hasTransport = scanner.take(UInt8(ascii: "/"))
        scanner.skipBlanks()
        let transport = scanner.run(of: .token)
        let beforeBlanks = scanner.at
        scanner.skipBlanks()
        guard name.count > 0, hasVersion, version.count > 0, hasTransport, transport.count > 0,
            scanner.at > beforeBlanks
        else {
            throw SIPParseError(.via, "a Via begins with SIP/2.0/ and a transport", offset: scanner.at, header: .via)
        }
        return transport
    }

    private static func responsePort(_ scanner: inout Scanner, _ value: ByteRange) -> ResponsePort {
        guard !value.isAbsent, value.count > 0 else { return .empty }
        if let number = SIPText(scanner.bytes, value).decimal, number > 0, let port = UInt16(exactly: number) {
            return .value(port)
        }
        scanner.deviations.insert(.rportUnusable)
        return .empty
    }
}

extension Via {
    /// The text of this Via as a server passes it on, with the address and port that the request really came from
    /// (RFC 3261 section 18.2.1, RFC 3581 section 4): `received` if sent-by is not that address or `rport` is asked for,
    /// `rport` filled in. What the sender wrote there itself is left out. They stand first, as in RFC 3581 section 5:
    /// behind a parameter whose value opens a `<` and never closes it they would be read as part of that value.
    public func stamped(with source: Endpoint) -> SIPText {
        let asksForPort = rport != .absent
        let needsReceived = asksForPort || hostAddress != source.address
        guard needsReceived || received != nil else { return text }
        var octets = Array(text.slice(0, Int(parameterRange.start) - text.range.bounds.lowerBound))
        while let last = octets.last, isBlank(last) { octets.removeLast() }
        if needsReceived { octets += ";received=\(source.address)".utf8 }
        if asksForPort { octets += ";rport=\(source.port)".utf8 }
        for parameter in parameters {
            if parameter.name.equalsIgnoringCase("received") || parameter.name.equalsIgnoringCase("rport") { continue }
            octets.append(UInt8(ascii: ";"))
            octets += parameter.name
            if let value = parameter.value {
                octets.append(UInt8(ascii: "="))
                octets += value
            }
        }
        return SIPText(bytes: octets)
    }
}
