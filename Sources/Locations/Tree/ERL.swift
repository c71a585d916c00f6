public import E911Values

/// The name of an emergency response location in the configuration.
public struct LocationID: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    public init(stringLiteral value: String) {
        rawValue = value
    }

    public static func < (a: LocationID, b: LocationID) -> Bool { a.rawValue < b.rawValue }

    public var description: String { rawValue }
}

/// Whether somebody has made sure that an address is one that help can be sent to.
public struct Validation: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case unvalidated, valid, invalid
    }

    public var state: State
    /// Who said so, and when; empty and `nil` while nobody has.
    public var who: String
    public var when: WallTime?

    public init(state: State = .unvalidated, who: String = "", when: WallTime? = nil) {
        self.state = state
        self.who = who
        self.when = when
    }
}

extension Validation: CustomStringConvertible {
    /// `valid, by Ann, 2026-11-24`.
    public var description: String {
        let date = when.map { String($0.description.prefix { $0 != "T" }) }
        return ([state.rawValue] + [who.isEmpty ? nil : "by \(who)", date].compactMap(\.self)).joined(separator: ", ")
    }
}

/// An emergency response location: a place that help is sent to. Site, building, floor and room are ERLs in each other.
public struct ERL: Hashable, Sendable {
    public var id: LocationID
    /// What people call it: `2nd floor east`.
    public var name: String
    public var parent: LocationID?
    /// Its own civic elements; the rest it has from its parents.
    public var address: CivicAddress
    public var elins: [TelephoneNumber]
    /// Whether its ELIN comes from the call server's pool.
    public var usesPool: Bool
    /// The number that takes a callback outside of every window.
    public var securityDesk: String?
    /// Names of recipients that hear of each call from here.
    public var contacts: [String]
    /// `nil` while nobody has judged the address.
    public var validation: Validation?
    /// Devices here, and in the locations inside, are not at the site: somebody's home, say.
    public var isOffPremises: Bool

    public init(
        id: LocationID, name: String = "", parent: LocationID? = nil, address: CivicAddress = CivicAddress(),
        elins: [TelephoneNumber] = [], usesPool: Bool = false, securityDesk: String? = nil, contacts: [String] = [],
        validation: Validation? = nil, isOffPremises: Bool = false
    ) {
        self.id = id
        self.name = name
        self.parent = parent
        self.address = address
        self.elins = elins
        self.usesPool = usesPool
        self.securityDesk = securityDesk
        self.contacts = contacts
        self.validation = validation
        self.isOffPremises = isOffPremises
    }
}
