/// Where a device is, and each rule that was tried for it.
public struct LocationExplanation: Equatable, Sendable {
    public var answer: LocationAnswer
    /// In the order in which rules count, the default last. Of a great many rules only those are here that fit, those
    /// that nearly do, and the default.
    public var trials: [RuleTrial]
    /// The rules that are not among ``trials``, counted.
    public var rest: [RuleCount]
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

/// Rules of one kind that have nothing to do with a device.
public struct RuleCount: Equatable, Sendable {
    public var kind: RuleKind
    public var count: Int
    /// Why none of them fits.
    public var reason: String
}

/// What a rule goes by, in the order in which they count.
public enum RuleKind: UInt8, Hashable, Sendable, CaseIterable, Comparable, CustomStringConvertible {
    case mac, instance, number, accessPoint, port, range

    init(_ condition: LocationRule.Condition) {
        switch condition {
        case .device(.mac): self = .mac
        case .device(.instance): self = .instance
        case .device(.number): self = .number
        case .bssid: self = .accessPoint
        case .port: self = .port
        case .prefix: self = .range
        }
    }

    public static func < (a: RuleKind, b: RuleKind) -> Bool { a.rawValue < b.rawValue }

    public var description: String {
        switch self {
        case .mac: "overrides by MAC"
        case .instance: "overrides by instance"
        case .number: "overrides by number"
        case .accessPoint: "access points"
        case .port: "switch ports"
        case .range: "IP ranges"
        }
    }
}
