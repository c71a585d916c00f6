public import E911Values

/// How far a location can be trusted.
public enum Confidence: UInt8, Hashable, Sendable, Comparable, CaseIterable {
    /// The call server's default: nothing is known.
    case none
    /// Evidence that is old, or of a registration that has run out, or that says just that the device is elsewhere.
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
    case offPremises(OffPremisesRange)
    case callServerDefault

    public var description: String {
        switch self {
        case .rule(let condition): condition.description
        case .offPremises(let range): range.description
        case .callServerDefault: "call server default"
        }
    }
}

/// The evidence that met a rule.
public enum MatchedEvidence: Hashable, Sendable, CustomStringConvertible {
    case mac(MACAddress)
    /// A directory number or an address of record.
    case number(String)
    case instance(String)
    case accessPoint(MACAddress)
    case port(SwitchPort)
    case address(IPAddress)

    public var description: String {
        switch self {
        case .mac(let mac): "MAC " + mac.description
        case .number(let number): "number " + number
        case .instance(let instance): "instance \(instance)"
        case .accessPoint(let bssid): "access point \(bssid)"
        case .port(let port): "switch port \(port)"
        case .address(let address):
            String(octets: 48) { octets in
                octets.append(text: "IP address ")
                octets.append(text: address.description)
            }
        }
    }
}

/// Where a device is, and why that is believed.
public struct LocationAnswer: Equatable, Sendable {
    public var location: LocationID
    public var rule: MatchedRule
    /// The evidence that met the rule; `nil` for the default.
    public var evidence: MatchedEvidence?
    /// How old the evidence is; `nil` for what came with the call, and for the default.
    public var age: Duration?
    public var confidence: Confidence
    /// The location is the call server's default one, since nothing says where the device is.
    public var isDefault: Bool
    /// The device is not at the site: by the off-premises policy, or because its location is not.
    public var isOffPremises: Bool

    public init(
        location: LocationID, rule: MatchedRule, evidence: MatchedEvidence?, age: Duration?, confidence: Confidence,
        isDefault: Bool, isOffPremises: Bool = false
    ) {
        self.location = location
        self.rule = rule
        self.evidence = evidence
        self.age = age
        self.confidence = confidence
        self.isDefault = isDefault
        self.isOffPremises = isOffPremises
    }
}

/// What a resolver found, by index: for tables of many devices.
public struct LocationMatch: Equatable, Sendable {
    /// Index into the resolver's ``LocationResolver/rules``; from their count on, into its
    /// ``LocationResolver/offPremisesRanges``.
    public var rule: Int
    /// Index into the tree's locations; `nil` for a device off the premises that is put at the call server's default.
    public var location: Int?
    /// The evidence was too old, and nothing younger was there.
    public var isOld: Bool
}
