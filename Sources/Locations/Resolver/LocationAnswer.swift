import E911Values

/// How far a location can be trusted.
public enum Confidence: UInt8, Hashable, Sendable, Comparable, CaseIterable {
    /// The call server's default: nothing is known.
    case none
    /// Evidence that is old, or of a registration that has run out.
    case low
    /// An IP range: the area that the network says.
    case medium
    /// An override, or fresh evidence of an access point or port.
    case high

    public static func < (a: Confidence, b: Confidence) -> Bool { a.rawValue < b.rawValue }
}

/// The rule that decided.
public enum MatchedRule: Hashable, Sendable, CustomStringConvertible {
    case rule(LocationRule.Condition)
    case callServerDefault

    public var description: String {
        switch self {
        case .rule(let condition): condition.description
        case .callServerDefault: "call server default"
        }
    }
}

/// Where a device is, and why that is believed.
public struct LocationAnswer: Equatable, Sendable {
    public var location: LocationID
    public var rule: MatchedRule
    /// The evidence that met the rule, as text: `IP address 10.1.2.7`. Empty for the default.
    public var evidence: String
    /// How old the evidence is; `nil` for what came with the call, and for the default.
    public var age: Duration?
    public var confidence: Confidence

    public init(
        location: LocationID, rule: MatchedRule, evidence: String, age: Duration?, confidence: Confidence
    ) {
        self.location = location
        self.rule = rule
        self.evidence = evidence
        self.age = age
        self.confidence = confidence
    }

    /// Nothing said where the device is.
    public var isDefault: Bool { rule == .callServerDefault }
}

/// What a resolver found, by index: for tables of many devices.
public struct LocationMatch: Equatable, Sendable {
    /// Index into the resolver's rules.
    public var rule: Int
    /// Index into the tree's locations.
    public var location: Int
    /// The evidence was too old, and nothing younger was there.
    public var isOld: Bool
}

/// One rule that was tried for a device, and what came of it.
public struct RuleTrial: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
        /// This rule decided.
        case applied
        /// It fits, but another one goes before it; the reason names it.
        case outranked(String)
        /// It does not fit; the reason says why.
        case failed(String)
    }

    public var rule: MatchedRule
    public var location: LocationID
    public var outcome: Outcome
}
