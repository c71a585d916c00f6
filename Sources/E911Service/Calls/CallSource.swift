import E911Values

/// Which call server a request belongs to, by the address that it came from (contract invariant 1).
struct CallSourceTable: Equatable, Sendable {
    struct Match: Equatable, Sendable {
        /// Index of the call server in the site.
        var callServer: Int
        /// Index of the member; `nil` for a proxy of the trusted list.
        var member: Int?
    }

    private struct Address: Equatable, Sendable {
        var match: Match
        var port: UInt16
    }

    private var members: [IPAddress: [Address]] = [:]
    private var trusted: [(prefix: IPPrefix, callServer: Int)] = []

    init() {}

    init(callServers: [CallServerConfiguration], _ places: MemberPlaces) {
        for (server, configuration) in callServers.enumerated() {
            for (index, member) in configuration.members.enumerated() {
                for endpoint in places.endpoints(of: member) {
                    members[endpoint.address, default: []].append(
                        Address(match: Match(callServer: server, member: index), port: endpoint.port))
                }
            }
            trusted += configuration.trusted.map { ($0, server) }
        }
    }

    static func == (a: CallSourceTable, b: CallSourceTable) -> Bool {
        a.members == b.members && a.trusted.elementsEqual(b.trusted) { $0.0 == $1.0 && $0.1 == $1.1 }
    }

    /// Ports are not compared; only when two members share the address, the top Via's port decides, else the first.
    func match(_ address: IPAddress, viaPort: UInt16?) -> Match? {
        if let candidates = members[address] {
            return (candidates.first { $0.port == viaPort } ?? candidates[0]).match
        }
        return trusted.first { $0.prefix.contains(address) }.map { Match(callServer: $0.callServer, member: nil) }
    }

    /// Whether an address belongs to a call server or its proxies: such an address is never evidence of a phone.
    func contains(_ address: IPAddress) -> Bool {
        members[address] != nil || trusted.contains { $0.prefix.contains(address) }
    }
}
