public import E911Values
import SIPCore

/// Where DNS said that a member of a call server is, kept for a start at which DNS does not answer.
public struct KnownMember: Hashable, Sendable, Codable {
    /// As the site names it.
    public var member: MemberConfiguration
    /// Where requests go, the preferred one first, each with an address, a port and a transport.
    public var hops: [MemberConfiguration]
    /// Where its calls come from.
    public var sources: [Endpoint]

    public init(member: MemberConfiguration, hops: [MemberConfiguration], sources: [Endpoint]) {
        self.member = member
        self.hops = hops
        self.sources = sources
    }
}
