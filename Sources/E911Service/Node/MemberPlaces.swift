import E911Values
import SIPCore

/// Where the members of call servers are: those with an address there, those with a name where DNS says.
struct MemberPlaces {
    /// A member that DNS has to find.
    struct Place: Equatable {
        let member: MemberConfiguration
        /// Where requests go, in the order in which they are tried; empty until DNS has found it.
        fileprivate(set) var hops: [NextHop] = []
        /// The order that DNS and the choice by weight gave them. It stays while the servers are the same.
        fileprivate var ranking: [NextHop] = []
        /// Where its calls come from, sorted. An address stays until DNS has said beyond doubt, and for a day, that others
        /// took its place: no emergency call is taken for a stranger's because DNS does not answer, tells of a few servers
        /// of many at a time, or has a server no more that still has calls.
        fileprivate(set) var endpoints: [Endpoint] = []
        /// Of these, those that DNS does not tell of any more, and until when they stay. Looked up only.
        fileprivate var leaving: [Endpoint: MonotonicTime] = [:]
        /// When DNS is to be asked again; `nil` while it is asked.
        fileprivate(set) var renewAt: MonotonicTime?
        /// Why DNS does not find it, though it may have done so before.
        fileprivate(set) var problem: String?
        /// Whether DNS does not answer, and what it said before serves on.
        fileprivate(set) var isStale = false

        init(member: MemberConfiguration, _ known: KnownMember?) {
            self.member = member
            guard let known else { return }
            hops = known.hops.prefix(mostHops).compactMap { hop in
                hop.endpoint.map { member.hop(hop.transport ?? .udp, $0) }
            }
            endpoints = known.sources.prefix(mostEndpoints).sorted()
        }
    }

    /// What the next process is to know.
    var known: [KnownMember] {
        places.filter { !$0.hops.isEmpty }.map { place in
            KnownMember(
                member: place.member,
                hops: place.hops.map {
                    MemberConfiguration(address: $0.endpoint.address, port: $0.endpoint.port, transport: $0.kind)
                }, sources: place.endpoints)
        }
    }

    /// What an answer of DNS changed.
    struct Change: OptionSet {
        let rawValue: Int
        static let hops = Change(rawValue: 1)
        static let endpoints = Change(rawValue: 2)
        static let problem = Change(rawValue: 4)
        static let staleness = Change(rawValue: 8)
    }

    /// Members of a site that may be named.
    static let mostMembers = 100
    /// Addresses of one member that are kept as sources of calls.
    static let mostEndpoints = 64
    /// How long an address stays a source of calls that DNS does not tell of any more.
    static let leave: Duration = .seconds(86_400)
    /// Hops of one request: with four seconds for each but the last, it ends within a minute.
    static let mostHops = 8

    private(set) var places: [Place] = []
    // Looked up only, never iterated.
    private var index: [MemberConfiguration: Int] = [:]

    /// Takes over the members of a site that are named. What is known of those that were wanted before stays.
    ///
    /// - Parameter known: what an earlier process knew.
    mutating func want(_ members: [MemberConfiguration], _ known: [KnownMember] = []) {
        var next: [Place] = []
        var positions: [MemberConfiguration: Int] = [:]
        for member in members where member.isNamed && positions[member] == nil && next.count < Self.mostMembers {
            positions[member] = next.count
            if let old = index[member] {
                next.append(places[old])
            } else {
                next.append(Place(member: member, known.first { $0.member == member }))
            }
        }
        places = next
        index = positions
    }

    /// When a question to DNS is due.
    var nextRenewal: MonotonicTime? { places.lazy.compactMap(\.renewAt).min() }

    /// Where requests to a member go; empty until that is known.
    func hops(of member: MemberConfiguration) -> [NextHop] {
        if let hop = member.hop { return [hop] }
        return place(of: member)?.hops ?? []
    }

    /// Where calls of a member come from.
    func endpoints(of member: MemberConfiguration) -> [Endpoint] {
        if let endpoint = member.endpoint { return [endpoint] }
        return place(of: member)?.endpoints ?? []
    }

    /// Why DNS does not find a member.
    func problem(of member: MemberConfiguration) -> String? {
        place(of: member)?.problem
    }

    private func place(of member: MemberConfiguration) -> Place? {
        guard let position = index[member] else { return nil }
        return places[position]
    }

    /// Takes in what DNS says of the member at `position`.
    ///
    /// - Parameters:
    ///   - found: the hops of `resolution` that can be used.
    ///   - isSettled: no question is open.
    mutating func take(
        _ resolution: Resolution, _ found: [ServerHop], isSettled: Bool, at position: Int, now: MonotonicTime
    ) -> Change {
        let before = places[position]
        places[position].renewAt = resolution.renewAt
        // What is still awaited may be better than what is known.
        guard resolution.isComplete else { return [] }
        places[position].problem = found.isEmpty ? Self.problem(resolution) : nil
        if !found.isEmpty {
            // A server that asked for a password is to get it, so no other is chosen by weight meanwhile.
            if Set(resolution.ranking) != Set(before.ranking) { places[position].ranking = resolution.ranking }
            let ranked = places[position].ranking.compactMap { hop in found.first { $0.hop == hop } }
            places[position].hops = (ranked.filter { !$0.isPassedOver } + ranked.filter(\.isPassedOver))
                .prefix(Self.mostHops).map { before.member.hop($0.hop.kind, $0.hop.endpoint) }
            let endpoints = found.map(\.hop.endpoint)
            let isCertain = resolution.isFresh && resolution.isWhole
            var leaving: [Endpoint: MonotonicTime] = [:]
            for endpoint in before.endpoints where !endpoints.contains(endpoint) {
                leaving[endpoint] = before.leaving[endpoint] ?? (isCertain ? now + Self.leave : nil)
            }
            let staying = before.endpoints.filter { leaving[$0].map { $0 > now } ?? true }
            var seen: Set<Endpoint> = []
            places[position].endpoints = (endpoints + staying).filter { seen.insert($0).inserted }
                .prefix(Self.mostEndpoints).sorted()
            places[position].leaving = leaving
        }
        if isSettled { places[position].isStale = !resolution.isFresh && !found.isEmpty }
        let after = places[position]
        var change: Change = []
        if after.hops != before.hops { change.insert(.hops) }
        if after.endpoints != before.endpoints { change.insert(.endpoints) }
        if after.problem != before.problem { change.insert(.problem) }
        if after.isStale != before.isStale { change.insert(.staleness) }
        return change
    }

    private static func problem(_ resolution: Resolution) -> String {
        if !resolution.hops.isEmpty { return "its name leads to one of our own listeners" }
        if resolution.isFresh { return "DNS says that there is none" }
        return "DNS does not answer"
    }
}
