public import E911Values

/// What a server is looked for by (RFC 3263 section 4): a host, and what was said of port and transport.
public struct ServerTarget: Hashable, Sendable {
    public enum Host: Hashable, Sendable {
        case address(IPAddress)
        /// In lower case, without the last dot.
        case name(String)
    }

    public var host: Host
    public var port: UInt16?
    /// `nil`: DNS decides.
    public var transport: SIPTransportKind?
    /// A `sips:` target: TLS and nothing else.
    public var isSecure: Bool

    public init(_ host: Host, port: UInt16? = nil, transport: SIPTransportKind? = nil, isSecure: Bool = false) {
        self.host = host
        self.port = port
        self.transport = transport
        self.isSecure = isSecure
    }

    /// `nil` if `host` is neither an address nor a name that can stand in DNS.
    public init?(
        host: some StringProtocol, port: UInt16? = nil, transport: SIPTransportKind? = nil, isSecure: Bool = false
    ) {
        if let address = IPAddress(host) {
            self.init(.address(address), port: port, transport: transport, isSecure: isSecure)
        } else if let name = DNSQuestion.canonicalName(host) {
            self.init(.name(name), port: port, transport: transport, isSecure: isSecure)
        } else {
            return nil
        }
    }

    /// The target of a `sip:` or `sips:` URI: its `maddr` parameter, else its host. `nil` for another scheme, and for a
    /// transport that is not known.
    public init?(_ uri: SIPURI) {
        guard uri.scheme == .sip || uri.scheme == .sips else { return nil }
        var transport: SIPTransportKind?
        if case .some(.some(let token)) = uri.parameter("transport") {
            guard let named = SIPTransportKind(token: token) else { return nil }
            transport = named
        }
        // A name there is as good as an address (RFC 3261 section 25.1).
        var host = uri.host
        if case .some(.some(let other)) = uri.parameter("maddr") { host = other }
        // TCP behind `sips:` is TLS over TCP (RFC 3261 section 26.2.2); UDP cannot be.
        if uri.scheme == .sips, transport == .udp { return nil }
        self.init(
            host: String(host), port: uri.port, transport: uri.scheme == .sips ? nil : transport,
            isSecure: uri.scheme == .sips)
    }

    /// The transports that may serve, the preferred one first.
    func transports(of supported: [SIPTransportKind]) -> [SIPTransportKind] {
        if isSecure { return supported.contains(.tls) ? [.tls] : [] }
        guard let transport else { return supported }
        return supported.contains(transport) ? [transport] : []
    }

    /// The transport when DNS says nothing (RFC 3263 section 4.1): what was asked for, TLS for `sips:`, else UDP.
    func fallback(of supported: [SIPTransportKind]) -> SIPTransportKind? {
        let allowed = transports(of: supported)
        return allowed.contains(.udp) ? .udp : allowed.first
    }
}

/// One place to send a request to, found by ``ServerResolver``.
public struct ServerHop: Hashable, Sendable {
    public var hop: NextHop
    /// The name that has this address; `nil` for a target that is an address.
    public var name: String?
    /// It failed a short while ago, and stands behind those that did not.
    public var isPassedOver: Bool

    public init(_ hop: NextHop, name: String?, isPassedOver: Bool = false) {
        self.hop = hop
        self.name = name
        self.isPassedOver = isPassedOver
    }
}
