public import E911Values
public import SIPCore

/// One member of a call server: a SIP Server at an address, or what DNS finds under a name (RFC 3263).
public struct MemberConfiguration: Hashable, Sendable {
    public var host: ServerTarget.Host
    /// `nil` with a name: service records tell it. With a port the name's addresses are asked for.
    public var port: UInt16?
    /// `nil` with a name without a port: naming authority pointers tell it.
    public var transport: SIPTransportKind?
    /// With TLS, the SIP domain that its certificate must speak for (RFC 5922); `nil`: its name or address.
    public var domain: String?

    /// - Parameters:
    ///   - port: with an address, `nil` is the transport's own.
    ///   - transport: with an address, or with a name and a port, `nil` is UDP.
    public init(
        host: ServerTarget.Host, port: UInt16? = nil, transport: SIPTransportKind? = nil, domain: String? = nil
    ) {
        self.host = host
        self.domain = domain
        self.port = port
        self.transport = transport
        if case .name = host, port == nil { return }
        let kind = transport ?? .udp
        self.transport = kind
        self.port = port ?? kind.defaultPort
    }

    public init(address: IPAddress, port: UInt16, transport: SIPTransportKind, domain: String? = nil) {
        self.init(host: .address(address), port: port, transport: transport, domain: domain)
    }

    /// Where it is, if it is named by an address.
    public var endpoint: Endpoint? {
        guard case .address(let address) = host else { return nil }
        return Endpoint(address, port ?? (transport ?? .udp).defaultPort)
    }

    /// Whether DNS has to find it.
    public var isNamed: Bool { endpoint == nil }

    /// As in a URI: an address or a name.
    public var hostText: String {
        switch host {
        case .address(let address): address.hostText
        case .name(let name): name
        }
    }

    /// As in a URI: the host, and the port if there is one.
    public var authority: String { port.map { "\(hostText):\($0)" } ?? hostText }

    var target: ServerTarget { ServerTarget(host, port: port, transport: transport) }

    /// Where requests to it are sent, if it is named by an address.
    public var hop: NextHop? { endpoint.map { hop(transport ?? .udp, $0) } }

    /// A place where it is, with what its certificate must speak for.
    func hop(_ kind: SIPTransportKind, _ endpoint: Endpoint) -> NextHop {
        guard kind == .tls else { return NextHop(kind: kind, endpoint: endpoint) }
        return NextHop(kind: kind, endpoint: endpoint, domain: domain ?? (isNamed ? hostText : nil))
    }
}

extension MemberConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case address, port, transport, domain
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .address)
        guard let host = ServerTarget(host: text)?.host else {
            throw DecodingError.dataCorruptedError(
                forKey: .address, in: container, debugDescription: "'\(text)' is neither an address nor a name")
        }
        self.init(
            host: host, port: try container.decodeIfPresent(UInt16.self, forKey: .port),
            transport: try container.decodeIfPresent(SIPTransportKind.self, forKey: .transport),
            domain: try container.decodeIfPresent(String.self, forKey: .domain))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch host {
        case .address(let address): try container.encode(address, forKey: .address)
        case .name(let name): try container.encode(name, forKey: .address)
        }
        try container.encodeIfPresent(port, forKey: .port)
        try container.encodeIfPresent(transport, forKey: .transport)
        try container.encodeIfPresent(domain, forKey: .domain)
    }
}
