public import E911Values

/// Finds where a device is: override of the device, access point, switch port, IP range by longest prefix, and else the
/// call server's default (contract.md section 5).
///
/// Evidence of an access point or a port that is older than ``freshness`` loses to an IP range, as long as the address
/// is current: the phone may have been carried away since.
public struct LocationResolver: Equatable, Sendable {
    public let tree: LocationTree
    public let rules: [LocationRule]
    /// How long evidence of ports and access points is fresh.
    public let freshness: Duration
    /// What the rules look at; other evidence need not be given.
    public private(set) var usedEvidence: DeviceEvidence.Kinds = []

    private var macs: [MACAddress: Int] = [:]
    private var numbers: [String: Int] = [:]
    private var instances: [String: Int] = [:]
    /// By the number of octets that count, the most first.
    private var bssids: [(octets: Int, rules: [UInt64: Int])] = []
    private var ports: [SwitchPort: Int] = [:]
    private var prefixes: IPPrefixTable
    /// The location of each rule, as an index into the tree.
    private var places: [Int] = []

    /// - Parameter freshness: a day by default.
    /// - Throws: every problem: a rule for a location that does not exist, two rules for the same device, access point,
    ///   port or prefix.
    public init(
        tree: LocationTree, rules: [LocationRule], freshness: Duration = .seconds(86_400)
    ) throws(LocationError) {
        let (resolver, problems) = Self.usable(tree: tree, rules: rules, freshness: freshness)
        guard problems.isEmpty else { throw LocationError(problems: problems) }
        self = resolver
    }

    /// A resolver of the rules that can be used, and what is wrong with the others.
    public static func usable(
        tree: LocationTree, rules: [LocationRule], freshness: Duration = .seconds(86_400)
    ) -> (resolver: LocationResolver, problems: [LocationProblem]) {
        var problems: [LocationProblem] = []
        var good: [LocationRule] = []
        var firsts: [RuleKey: LocationID] = [:]
        for (index, rule) in rules.enumerated() {
            let key = RuleKey(rule.condition)
            if tree.index(of: rule.location) == nil {
                problems.append(
                    LocationProblem(
                        code: .unknownLocation, position: .rule(index),
                        reason: "the rule for \(rule.condition) names location '\(rule.location)', "
                            + "which does not exist"))
            } else if let first = firsts[key] {
                problems.append(
                    LocationProblem(
                        code: .duplicateRule, position: .rule(index),
                        reason: "\(rule.condition) has two rules, for '\(first)' and for '\(rule.location)'"))
            } else {
                firsts[key] = rule.location
                good.append(rule)
            }
        }
        return (LocationResolver(checked: good, tree: tree, freshness: freshness), problems)
    }

    private init(checked rules: [LocationRule], tree: LocationTree, freshness: Duration) {
        self.tree = tree
        self.rules = rules
        self.freshness = freshness
        var prefixes: [(prefix: IPPrefix, value: Int)] = []
        var radios = Array(repeating: [UInt64: Int](), count: 7)
        places = rules.map { tree.index(of: $0.location) ?? 0 }
        for (index, rule) in rules.enumerated() {
            switch RuleKey(rule.condition) {
            case .mac(let mac):
                macs[mac] = index
                usedEvidence.insert(.mac)
            case .number(let number):
                numbers[number] = index
                usedEvidence.insert(.number)
            case .instance(let instance):
                instances[instance] = index
                usedEvidence.insert(.instance)
            case .bssid(let pattern):
                radios[pattern.octets][pattern.address.bits] = index
                usedEvidence.insert(.bssid)
            case .port(let port):
                ports[port] = index
                usedEvidence.insert(.port)
            case .prefix(let prefix):
                prefixes.append((prefix, index))
                usedEvidence.insert(.ip)
            }
        }
        for octets in (0...6).reversed() where !radios[octets].isEmpty { bssids.append((octets, radios[octets])) }
        self.prefixes = IPPrefixTable(prefixes)
    }

    public static func == (a: LocationResolver, b: LocationResolver) -> Bool {
        // All else follows from these.
        a.tree == b.tree && a.rules == b.rules && a.freshness == b.freshness
    }

    /// The rule that decides, or `nil` when the default has to.
    public func match(_ evidence: DeviceEvidence, now: WallTime) -> LocationMatch? {
        if let rule = overrideRule(evidence) { return found(rule, isOld: evidence.isStale) }
        let radio = evidence.bssid.flatMap { sighting in accessPointRule(sighting.value).map { ($0, sighting.at) } }
        if let (rule, at) = radio, isFresh(at, now) { return found(rule, isOld: false) }
        let port = evidence.port.flatMap { sighting in ports[sighting.value].map { ($0, sighting.at) } }
        if let (rule, at) = port, isFresh(at, now) { return found(rule, isOld: false) }
        let range = evidence.ip.flatMap { prefixes.value(at: $0) }
        if let range, !evidence.isStale { return found(range, isOld: false) }
        guard let old = radio?.0 ?? port?.0 ?? range else { return nil }
        return found(old, isOld: true)
    }

    /// Where the device is.
    ///
    /// - Parameter fallback: the default location of its call server.
    public func resolve(_ evidence: DeviceEvidence, default fallback: LocationID, now: WallTime) -> LocationAnswer {
        answer(match(evidence, now: now), for: evidence, default: fallback, now: now)
    }

    /// A match in words.
    public func answer(
        _ match: LocationMatch?, for evidence: DeviceEvidence, default fallback: LocationID, now: WallTime
    ) -> LocationAnswer {
        guard let match, rules.indices.contains(match.rule) else {
            return LocationAnswer(
                location: fallback, rule: .callServerDefault, evidence: "", age: nil, confidence: .none)
        }
        let rule = rules[match.rule]
        let text: String
        var at = evidence.seen
        var confidence = Confidence.high
        switch rule.condition {
        case .device(.mac): text = "MAC \(evidence.mac.map(\.description) ?? "")"
        case .device(.number): text = "number \(evidence.dn ?? evidence.aor ?? "")"
        case .device(.instance): text = "instance \(evidence.instance ?? "")"
        case .bssid:
            text = "access point \(evidence.bssid.map(\.value.description) ?? "")"
            at = evidence.bssid?.at
        case .port:
            text = "switch port \(evidence.port.map(\.value.description) ?? "")"
            at = evidence.port?.at
        case .prefix:
            text = "IP address \(evidence.ip.map(\.description) ?? "")"
            confidence = .medium
        }
        return LocationAnswer(
            location: rule.location, rule: .rule(rule.condition), evidence: text,
            age: at.map { max(now - $0, .zero) }, confidence: match.isOld ? .low : confidence)
    }

    private func found(_ rule: Int, isOld: Bool) -> LocationMatch {
        LocationMatch(rule: rule, location: places[rule], isOld: isOld)
    }

    func isFresh(_ at: WallTime, _ now: WallTime) -> Bool { now - at <= freshness }

    private func overrideRule(_ evidence: DeviceEvidence) -> Int? {
        if !macs.isEmpty, let mac = evidence.mac, let rule = macs[mac] { return rule }
        if !instances.isEmpty, let instance = evidence.instance, let rule = instances[RuleKey.bare(instance)] {
            return rule
        }
        guard !numbers.isEmpty else { return nil }
        if let aor = evidence.aor, let rule = numbers[RuleKey.withoutScheme(aor)] { return rule }
        return evidence.dn.flatMap { numbers[RuleKey.withoutScheme($0)] }
    }

    private func accessPointRule(_ bssid: MACAddress) -> Int? {
        for (octets, rules) in bssids {
            if let rule = rules[bssid.bits & BSSIDPattern.mask(octets)] { return rule }
        }
        return nil
    }
}
