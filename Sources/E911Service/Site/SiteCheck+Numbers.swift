import E911Values

extension SiteCheck {
    /// Somebody who has a number, or a range of them, to himself.
    private struct Claim {
        enum Owner: Equatable {
            case defaultELIN, testELIN
            case location(Int)
            case pool(Int)
        }

        var first: TelephoneNumber
        var last: TelephoneNumber
        var owner: Owner
        var path: String
        /// Its turn in the file.
        var order: Int
    }

    /// Most numbers of one pool: each is a line of the ALI export and an entry in memory.
    static let largestPool: UInt64 = 100_000

    mutating func checkPools() {
        checkNames(poolNames, in: .pools, key: "name")
        for (index, pool) in site.pools.enumerated() {
            let path = "elin-pools[\(index)].numbers"
            var count: UInt64 = 0
            for (position, range) in pool.numbers.enumerated() {
                let place = "\(path)[\(position)]"
                if !range.isOrdered, range.first.count != range.last.count {
                    error(place, "\(range) joins numbers of different length", "first and last of the same length")
                } else if !range.isOrdered {
                    error(place, "\(range) ends before it begins", "\(range.last)-\(range.first)")
                } else {
                    count += Self.count(of: range)
                }
            }
            if pool.numbers.isEmpty {
                error(path, "there is none", "numbers and ranges, for example \"+13125550120-+13125550139\"")
            } else if count > Self.largestPool {
                error(path, "there are more than \(Self.largestPool) numbers", "a pool for each building, say")
            }
        }
        checkRoom()
    }

    /// Numbers of a range that is ordered. Clamped, so that no sum of ranges overflows.
    private static func count(of range: ClosedNumberRange) -> UInt64 {
        min(range.last.digits - range.first.digits + 1, largestPool + 1)
    }

    /// A number of a pool serves one location at a time. With fewer numbers than locations some may have to wait for one.
    private mutating func checkRoom() {
        let used = Set(site.callServers.compactMap(\.pool))
        let pools = site.pools.filter { used.contains($0.name) }
        let numbers = pools.flatMap(\.numbers).filter(\.isOrdered)
            .reduce(UInt64(0)) { $0 + Self.count(of: $1) }
        let locations = site.locations.count { $0.usesPool }
        guard numbers > 0, locations > numbers, let index = site.pools.firstIndex(where: { used.contains($0.name) })
        else { return }
        warning(
            pools.count == 1 ? "elin-pools[\(index)].numbers" : "elin-pools",
            "\(numbers) numbers for \(locations) locations with pool: true; when more of them have devices, the others send "
                + "the number of what is around them, or the default ELIN", "more numbers, or elins of their own")
    }

    /// One number belongs to one location, one pool, or the defaults: a callback to it must mean one caller.
    mutating func checkNumbers() {
        // Sorted by number, any overlap is one with the claim that reaches furthest so far.
        let claims = claims().sorted { ($0.first, $0.last, $0.order) < ($1.first, $1.last, $1.order) }
        var furthest: Claim?
        var found: [(order: Int, path: String, reason: String)] = []
        for claim in claims {
            if let other = furthest, claim.first <= other.last, !mayShare(claim.owner, other.owner) {
                let (early, late) = claim.order < other.order ? (claim, other) : (other, claim)
                let shared = claim.first == min(claim.last, other.last) ? "" : " and more"
                found.append((late.order, late.path, "\(claim.first)\(shared) \(sentence(early, again: late))"))
            }
            if furthest.map({ claim.last > $0.last }) ?? true { furthest = claim }
        }
        for (_, path, reason) in found.sorted(by: { ($0.order, $0.reason) < ($1.order, $1.reason) }) {
            error(path, reason, "one number has one place")
        }
    }

    private func claims() -> [Claim] {
        var claims: [Claim] = []
        func claim(_ first: TelephoneNumber, _ last: TelephoneNumber, _ owner: Claim.Owner, _ path: String) {
            claims.append(Claim(first: first, last: last, owner: owner, path: path, order: claims.count))
        }
        for (index, server) in site.callServers.enumerated() {
            let path = "call-servers[\(index)]"
            claim(server.defaultELIN, server.defaultELIN, .defaultELIN, "\(path).default-elin")
            if let test = server.testELIN { claim(test, test, .testELIN, "\(path).test-elin") }
        }
        for (index, pool) in site.pools.enumerated() {
            for (position, range) in pool.numbers.enumerated() where range.isOrdered {
                claim(range.first, range.last, .pool(index), "elin-pools[\(index)].numbers[\(position)]")
            }
        }
        for (index, location) in site.locations.enumerated() {
            for (position, elin) in location.elins.enumerated() {
                claim(elin, elin, .location(index), "locations[\(index)].elins[\(position)]")
            }
        }
        return claims
    }

    /// Call servers of one site may have the same default, whose record names the site, and the same test number.
    private func mayShare(_ a: Claim.Owner, _ b: Claim.Owner) -> Bool {
        a == b && (a == .defaultELIN || a == .testELIN)
    }

    private func sentence(_ early: Claim, again late: Claim) -> String {
        switch early.owner {
        case .defaultELIN: "is the default ELIN of a call server"
        case .testELIN: "is the test ELIN of a call server"
        case .pool(let index):
            early.owner == late.owner ? "stands twice in this pool" : "belongs to pool '\(site.pools[index].name)'"
        case .location(let index):
            early.owner == late.owner
                ? "stands twice at this location" : "belongs to location '\(site.locations[index].id)'"
        }
    }
}

extension ClosedNumberRange: CustomStringConvertible {
    /// Whether it is a range: both ends of one length, the first no greater than the last.
    public var isOrdered: Bool { first.count == last.count && first <= last }

    /// As in `site.yaml`: the number, or `FIRST-LAST`.
    public var description: String { first == last ? first.description : "\(first)-\(last)" }

    /// Reads a number, or two with a `-` between them. Numbers may be written with `-` too, so each one is tried.
    public init?(_ text: String) {
        if let number = TelephoneNumber(text) {
            self.init(first: number, last: number)
            return
        }
        // Two numbers with blanks and brackets in them are no longer.
        guard text.utf8.count <= 100 else { return nil }
        for index in text.indices where text[index] == "-" {
            if let first = TelephoneNumber(text[..<index]),
                let last = TelephoneNumber(text[text.index(after: index)...])
            {
                self.init(first: first, last: last)
                return
            }
        }
        return nil
    }
}
