import E911Service
import E911Values
import SIPCore

extension SimulatedSite {
    /// How a site names its SIP Server.
    public enum Naming: String, Sendable, CaseIterable {
        case address
        /// A name with a port: its addresses are asked for.
        case host
        /// A name alone, with service records: behind the first one is nobody.
        case services
        /// A name alone, of which a pointer tells the transport too.
        case pointer
    }

    /// A host that is not there.
    static let nobody = IPAddress(v4: 10 << 24 | 99)

    /// The member of the site's call server.
    var member: MemberConfiguration {
        let hop = Self.server(plan.transport)
        switch plan.naming {
        case .address:
            return MemberConfiguration(address: hop.endpoint.address, port: hop.endpoint.port, transport: hop.kind)
        case .host:
            return MemberConfiguration(
                host: .name("sip.\(Self.domain)"), port: hop.endpoint.port, transport: hop.kind)
        case .services: return MemberConfiguration(host: .name("services.\(Self.domain)"), transport: hop.kind)
        case .pointer: return MemberConfiguration(host: .name("pointer.\(Self.domain)"))
        }
    }

    /// What DNS says of the site.
    public var zone: SimulatedZone {
        let hop = Self.server(plan.transport)
        let prefix = hop.kind == .udp ? "_sip._udp" : "_sip._tcp"
        var zone = SimulatedZone()
        zone.add("sip.\(Self.domain)", hop.endpoint.address)
        zone.add("nobody.\(Self.domain)", Self.nobody)
        for name in ["services", "pointer"] {
            for (priority, host) in ["nobody", "sip"].enumerated() {
                zone.add(
                    "\(prefix).\(name).\(Self.domain)",
                    ServiceRecord(
                        priority: UInt16(priority), weight: 1, port: hop.endpoint.port,
                        target: "\(host).\(Self.domain)"))
            }
        }
        zone.add(
            "pointer.\(Self.domain)",
            NamingPointer(
                order: 1, preference: 1, service: hop.kind == .udp ? "SIP+D2U" : "SIP+D2T",
                replacement: "\(prefix).pointer.\(Self.domain)"))
        return zone
    }
}
