import E911Values

/// What is wrong with an ``ELINConfiguration``, and where. The engine works with any configuration all the same: of two
/// claims to a number the first one counts, and an unknown place has no ELIN.
public struct ELINProblem: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case duplicatePlace, duplicateCallServer, unknownAncestor, unknownDefaultPlace
        /// A number that has two owners: one number belongs to one pool or one location.
        case sharedNumber
        /// Two numbers that end in the same ten digits: a callback to one would be taken for the other.
        case sameLastTenDigits
        case timeoutOutOfRange
        case emptyRange
    }

    /// The part of the configuration, by its index.
    public enum Position: Equatable, Sendable {
        case place(Int)
        /// A number of a place, by its index in the list.
        case elin(place: Int, Int)
        case callServer(Int)
        case range(pool: Int, Int)
    }

    public var code: Code
    public var position: Position
    /// A sentence for people: what is wrong and why.
    public var reason: String

    public var description: String { reason }
}

extension ELINConfiguration {
    /// Everything that is wrong, in the order of the configuration; empty when all is well.
    public func problems() -> [ELINProblem] {
        var found: [ELINProblem] = []
        var census = NumberCensus()
        func add(_ code: ELINProblem.Code, _ position: ELINProblem.Position, _ reason: String) {
            found.append(ELINProblem(code: code, position: position, reason: reason))
        }
        func claim(_ number: TelephoneNumber, _ owner: NumberCensus.Owner, _ position: ELINProblem.Position) {
            if let problem = census.claim(number, by: owner) { add(problem.code, position, problem.reason) }
        }
        let keys = Set(places.map(\.key))
        var seen: Set<PlaceKey> = []
        for (index, place) in places.enumerated() {
            if !seen.insert(place.key).inserted {
                add(.duplicatePlace, .place(index), "location '\(place.key)' stands here twice")
            }
            for ancestor in place.ancestors where !keys.contains(ancestor) {
                add(
                    .unknownAncestor, .place(index),
                    "location '\(place.key)' lies in '\(ancestor)', which does not exist")
            }
            for (number, elin) in place.elins.enumerated() {
                claim(elin, .place(place.key), .elin(place: index, number))
            }
        }
        var names: Set<String> = []
        for (index, server) in callServers.enumerated() {
            if !names.insert(server.name).inserted {
                add(.duplicateCallServer, .callServer(index), "call server '\(server.name)' stands here twice")
            }
            if !keys.contains(server.defaultPlace) {
                add(
                    .unknownDefaultPlace, .callServer(index),
                    "default location '\(server.defaultPlace)' of call server '\(server.name)' does not exist")
            }
            if server.timeout < .zero || server.timeout > Lease.longestWindow {
                add(
                    .timeoutOutOfRange, .callServer(index),
                    "sip-elin-timeout of call server '\(server.name)' is \(server.timeout.components.seconds) s; "
                        + "0 to 3600 s are allowed")
            }
            claim(server.defaultELIN, .callServers, .callServer(index))
            if let test = server.testELIN { claim(test, .callServers, .callServer(index)) }
        }
        for (index, pool) in pools.enumerated() {
            for (number, range) in pool.ranges.enumerated() {
                let position = ELINProblem.Position.range(pool: index, number)
                if range.first > range.last {
                    add(.emptyRange, position, "range \(range.first) to \(range.last) of pool '\(pool.name)' is empty")
                } else if let problem = census.claim(range, of: pool.name) {
                    add(problem.code, position, problem.reason)
                }
            }
        }
        return found
    }
}

/// Who owns which number, as far as a configuration has been read.
private struct NumberCensus {
    /// Call servers may share their default and test ELINs with each other.
    enum Owner: Equatable {
        case place(PlaceKey)
        case callServers

        var text: String {
            switch self {
            case .place(let key): "location '\(key)'"
            case .callServers: "a call server as default or test ELIN"
            }
        }
    }

    private var owners: [TelephoneNumber: Owner] = [:]
    private var byLastTen: [UInt64: TelephoneNumber] = [:]
    /// In the order in which they were claimed.
    private var numbers: [TelephoneNumber] = []
    private var ranges: [(range: ELINConfiguration.Pool.Range, pool: String)] = []

    mutating func claim(_ number: TelephoneNumber, by owner: Owner) -> (code: ELINProblem.Code, reason: String)? {
        if let other = owners[number] {
            if owner == .callServers, other == .callServers { return nil }
            let same = owner == other ? "stands twice in the list of" : "belongs already to"
            return (.sharedNumber, "ELIN \(number) \(same) \(other.text)")
        }
        owners[number] = owner
        numbers.append(number)
        if let other = byLastTen[number.lastTen] {
            return (
                .sameLastTenDigits,
                "ELIN \(number) ends in the same ten digits as \(other); a callback could not tell them apart"
            )
        }
        byLastTen[number.lastTen] = number
        return nil
    }

    mutating func claim(
        _ range: ELINConfiguration.Pool.Range, of pool: String
    ) -> (code: ELINProblem.Code, reason: String)? {
        if let number = numbers.first(where: { range.first <= $0 && $0 <= range.last }), let owner = owners[number] {
            return (
                .sharedNumber, "ELIN \(number) of pool '\(pool)' belongs already to \(owner.text)"
            )
        }
        if let other = ranges.first(where: { $0.range.overlaps(range) }) {
            return (
                .sharedNumber,
                "range \(range.first) to \(range.last) of pool '\(pool)' overlaps \(other.range.first) to "
                    + "\(other.range.last) of pool '\(other.pool)'"
            )
        }
        ranges.append((range, pool))
        return nil
    }
}
