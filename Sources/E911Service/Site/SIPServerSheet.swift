import E911Values
import SIPCore

/// What an administrator of the SIP Server sets for one call server of the site, by the names that Genesys SIP Server has
/// for it: the options of two trunk DNs, and of the application.
public struct SIPServerSheet: Equatable, Sendable, Codable {
    public struct Option: Equatable, Sendable, Codable {
        public var name: String
        /// What to set; in angle brackets what only the administrator knows.
        public var value: String
        /// Why, in a sentence.
        public var note: String

        public init(_ name: String, _ value: String, _ note: String) {
            self.name = name
            self.value = value
            self.note = note
        }
    }

    /// An object of the SIP Server's configuration.
    public struct Object: Equatable, Sendable, Codable {
        public var title: String
        /// The section that the options stand in.
        public var section: String
        public var options: [Option]
    }

    public var callServer: String
    public var objects: [Object]
    /// What to look out for.
    public var notes: [String]

    /// A sheet for each call server, in the order of the site.
    ///
    /// - Parameter listeners: where this node listens.
    public static func sheets(
        for site: SiteConfiguration, listeners: [NodeConfiguration.Listener]
    ) -> [SIPServerSheet] {
        site.callServers.map { SIPServerSheet($0, listeners) }
    }

    private init(_ server: CallServerConfiguration, _ listeners: [NodeConfiguration.Listener]) {
        callServer = server.name
        let kinds = server.members.compactMap(\.transport)
        let isByDatagram = kinds.contains(.udp)
        objects = [
            Object(
                title: "DN of type Trunk that leads to e911d", section: "TServer",
                options: Self.managerTrunk(server, listeners)),
            Object(
                title: "DN of type Trunk that leads to the emergency gateway", section: "TServer",
                options: Self.gatewayTrunk(server)),
        ]
        if let test = server.testUsername {
            objects.append(
                Object(
                    title: "DN of type Trunk that takes test calls", section: "TServer",
                    options: [
                        Option("contact", "<the URI of a test service or a phone>", "never the emergency gateway"),
                        Option("prefix", test, "test-username: test calls are redirected to it"),
                    ]))
        }
        objects.append(
            Object(
                title: "SIP Server application", section: "TServer",
                options: [
                    Option("subscription-event-allowed", "reg", "lets e911d subscribe to registrations; * does too"),
                    Option(
                        "subscription-max-body-size", isByDatagram ? "14336" : "500000",
                        isByDatagram
                            ? "octets of a NOTIFY; larger ones hardly get through by UDP, and 0 (no limit) is for TCP alone"
                            : "octets of a NOTIFY; 0 (no limit) works by TCP too"),
                    Option(
                        "sip-elin-timeout", "\(server.elinTimeout)",
                        "seconds that a callback reaches the caller; the same as sip-elin-timeout here"),
                ]))
        notes = Self.notes(server, kinds, listeners)
    }

    private static func managerTrunk(
        _ server: CallServerConfiguration, _ listeners: [NodeConfiguration.Listener]
    ) -> [Option] {
        let wanted = server.members.lazy.compactMap(\.transport).first
        let listener = listeners.first { $0.transport == wanted } ?? listeners.first
        return [
            Option("contact", listener.map { uri(of: $0) } ?? "<the URI of e911d>", "where this e911d listens"),
            Option("prefix", server.ownPrefix, "own-prefix: the first digits of the emergency numbers"),
            Option("contact-list", "<the URI of a second e911d>", "only where there is one"),
        ] + checks
    }

    private static func gatewayTrunk(_ server: CallServerConfiguration) -> [Option] {
        // The targets name the gateways as calls reach them, user included.
        let gateways = server.fallbackTargets.compactMap { target -> String? in
            guard let uri = try? SIPURI(target) else { return nil }
            return "sip:\(uri.host)\(uri.port.map { ":\($0)" } ?? "")"
        }
        return [
            Option(
                "contact", gateways.first ?? "<the URI of the emergency gateway>",
                gateways.isEmpty ? "the gateway that takes emergency calls" : "the first of fallback-targets"),
            Option(
                "prefix", server.username, "username: emergency calls are redirected to it; never \(server.ownPrefix)"),
            Option(
                "contact-list",
                gateways.count > 1 ? gateways.dropFirst().joined(separator: ", ") : "<the URI of a second gateway>",
                gateways.count > 1 ? "the others of fallback-targets" : "only where there is one"),
        ] + checks
    }

    private static let checks = [
        Option("oos-check", "5", "seconds between OPTIONS, by which the SIP Server knows who is out of service"),
        Option("oos-force", "5", "seconds without an answer until it takes him to be out of service"),
        Option("emergency-device", "true", "marks a trunk of emergency calls"),
    ]

    private static func notes(
        _ server: CallServerConfiguration, _ kinds: [SIPTransportKind], _ listeners: [NodeConfiguration.Listener]
    ) -> [String] {
        var notes: [String] = []
        if server.username.hasPrefix(server.ownPrefix) {
            notes.append(
                "username \(server.username) begins with own-prefix \(server.ownPrefix): the redirected call comes back to "
                    + "e911d, which passes it on to fallback-targets; give the gateway's trunk a prefix of its own")
        }
        for kind in SIPTransportKind.allCases
        where kinds.contains(kind) && !listeners.contains(where: { $0.transport == kind }) {
            notes.append("a member is reached by \(kind.name), by which e911d does not listen (e911d.yaml, listen)")
        }
        if listeners.contains(where: \.endpoint.address.isUnspecified) {
            notes.append(
                "e911d listens at every address of its machine: put one that the SIP Server reaches into contact")
        }
        if !server.enabled { notes.append("the call server is switched off here (enabled: false)") }
        return notes
    }

    private static func uri(of listener: NodeConfiguration.Listener) -> String {
        let endpoint = listener.endpoint
        let host = endpoint.address.isUnspecified ? "<the address of this machine>" : endpoint.address.hostText
        let scheme = listener.transport == .tls ? "sips" : "sip"
        return "\(scheme):\(host):\(endpoint.port)\(listener.transport == .tcp ? ";transport=tcp" : "")"
    }
}
