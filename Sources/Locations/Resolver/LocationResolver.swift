public import E911Values

/// Finds where a device is: override of the device, access point, switch port, IP range by longest prefix, then the
/// off-premises policy, and else the call server's default.
///
/// Evidence of an access point or a port that is older than ``freshness`` loses to an IP range, as long as the address
/// is current: the phone may have been carried away since.
public struct LocationResolver: Equatable, Sendable {
    public let tree: LocationTree
    public let rules: [LocationRule]
    /// How long evidence of ports and access points is fresh.
    public let freshness: Duration
    public let offPremises: OffPremisesPolicy?
    /// What the off-premises policy looks at, in a fixed order.
    public private(set) var offPremisesRanges: [OffPremisesRange] = []
    /// What the rules look at; other evidence need not be given.
    public private(set) var usedEvidence: DeviceEvidence.Kinds = []

    private(set) var macs: [MACAddress: Int] = [:]
    private(set) var numbers: [String: Int] = [:]
    private(set) var instances: [String: Int] = [:]
    /// By the number of octets that count, the most first.
    private(set) var bssids: [(octets: Int, rules: [UInt64: Int])] = []
    private(set) var ports: [SwitchPort: Int] = [:]
    private(set) var prefixes: IPPrefixTable
    /// The range of public addresses, as an index behind the rules.
    private(set) var publicRange: Int?
    /// The location of each rule, as an index into the tree.
    private var places: [Int] = []
    private var offPremisesPlace: Int?

    /// How long evidence of ports and access points is fresh, unless somebody says otherwise.
    public static let usualFreshness: Duration = .seconds(86_400)

    /// - Throws: every problem: a rule for a location that does not exist, two rules for the same device, access point,
    ///   port or prefix.
    public init(
        tree: LocationTree, rules: [LocationRule], freshness: Duration = LocationResolver.usualFreshness,
        offPremises: OffPremisesPolicy? = nil
    ) throws(LocationError) {
        let (resolver, problems) = Self.usable(
            tree: tree, rules: rules, freshness: freshness, offPremises: offPremises)
        guard problems.isEmpty else { throw LocationError(problems: problems) }
        self = resolver
    }

    /// A resolver of the rules that can be used, and what is wrong with the others.
    public static func usable(
        tree: LocationTree, rules: [LocationRule], freshness: Duration = LocationResolver.usualFreshness,
        offPremises: OffPremisesPolicy? = nil
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
        var policy = offPremises
        if let location = policy?.location, tree.index(of: location) == nil {
            policy?.location = nil
            problems.append(
                LocationProblem(
                    code: .unknownLocation, position: .offPremises,
                    reason: "the off-premises policy names location '\(location)', which does not exist"))
        }
        policy?.networks = []
        for (index, network) in (offPremises?.networks ?? []).enumerated() {
            if let first = firsts[.prefix(network)] {
                problems.append(
                    LocationProblem(
                        code: .duplicateRule, position: .offPremisesNetwork(index),
                        reason: "the off-premises network \(network) has a rule too, for '\(first)'"))
            } else if !(policy?.networks.contains(network) ?? false) {
                policy?.networks.append(network)
            }
        }
        return (LocationResolver(checked: good, tree: tree, freshness: freshness, offPremises: policy), problems)
    }

    private init(
        checked rules: [LocationRule], tree: LocationTree, freshness: Duration, offPremises: OffPremisesPolicy?
    ) {
        self.tree = tree
        self.rules = rules
        self.freshness = freshness
        self.offPremises = offPremises
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
        if let offPremises {
            for network in offPremises.networks {
                prefixes.append((network, rules.count + offPremisesRanges.count))
                offPremisesRanges.append(.network(network))
            }
            if offPremises.includesPublicAddresses {
                publicRange = rules.count + offPremisesRanges.count
                offPremisesRanges.append(.publicAddresses)
            }
            if !offPremisesRanges.isEmpty { usedEvidence.insert(.ip) }
            offPremisesPlace = offPremises.location.flatMap { tree.index(of: $0) }
        }
        for octets in (0...6).reversed() where !radios[octets].isEmpty { bssids.append((octets, radios[octets])) }
        self.prefixes = IPPrefixTable(prefixes)
    }

    public static func == (a: LocationResolver, b: LocationResolver) -> Bool {
        // All else follows from these.
        a.tree == b.tree && a.rules == b.rules && a.freshness == b.freshness && a.offPremises == b.offPremises
    }

    /// The rule that decides, or `nil` when the default has to.
    public func match(_ evidence: DeviceEvidence, now: WallTime) -> LocationMatch? {
        if let rule = overrideRule(evidence) { return found(rule, isOld: evidence.isStale) }
        let radio = evidence.bssid.flatMap { sighting in accessPointRule(sighting.value).map { ($0, sighting.at) } }
        if let (rule, at) = radio, isFresh(at, now) { return found(rule, isOld: false) }
        let port = evidence.port.flatMap { sighting in ports[sighting.value].map { ($0, sighting.at) } }
        if let (rule, at) = port, isFresh(at, now) { return found(rule, isOld: false) }
        let range = evidence.ip.flatMap { narrowestRange(of: $0) }
        if let range, !evidence.isStale { return found(range, isOld: false) }
        guard let old = radio?.0 ?? port?.0 ?? range else { return nil }
        return found(old, isOld: true)
    }

    /// The same for a device of which no more is known than its MAC and its address.
    public func match(mac: MACAddress?, ip: IPAddress?, isStale: Bool) -> LocationMatch? {
        if !macs.isEmpty, let mac, let rule = macs[mac] { return found(rule, isOld: isStale) }
        return ip.flatMap { narrowestRange(of: $0) }.map { found($0, isOld: isStale) }
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
        guard let match else {
            return LocationAnswer(
                location: fallback, rule: .callServerDefault, evidence: nil, age: nil, confidence: .none,
                isDefault: true, isOffPremises: tree.isOffPremises(fallback))
        }
        guard match.rule < rules.count else {
            return LocationAnswer(
                location: match.location.map { tree.erls[$0].id } ?? fallback,
                rule: matchedRule(match.rule), evidence: evidence.ip.map { .address($0) },
                age: evidence.seen.map { max(now - $0, .zero) }, confidence: match.location == nil ? .none : .low,
                isDefault: match.location == nil, isOffPremises: true)
        }
        let rule = rules[match.rule]
        let met: MatchedEvidence?
        var at = evidence.seen
        var confidence = Confidence.high
        switch rule.condition {
        case .device(.mac): met = evidence.mac.map { .mac($0) }
        case .device(.number): met = (evidence.dn ?? evidence.aor).map { .number($0) }
        case .device(.instance): met = evidence.instance.map { .instance($0) }
        case .bssid:
            met = evidence.bssid.map { .accessPoint($0.value) }
            at = evidence.bssid?.at
        case .port:
            met = evidence.port.map { .port($0.value) }
            at = evidence.port?.at
        case .prefix:
            met = evidence.ip.map { .address($0) }
            confidence = .medium
        }
        return LocationAnswer(
            location: rule.location, rule: .rule(rule.condition), evidence: met,
            age: at.map { max(now - $0, .zero) }, confidence: match.isOld ? .low : confidence, isDefault: false,
            isOffPremises: match.location.map { tree.isOffPremises(at: $0) } ?? false)
    }

    /// The rule, or the range of the off-premises policy, by the index of a match.
    func matchedRule(_ index: Int) -> MatchedRule {
        index < rules.count ? .rule(rules[index].condition) : .offPremises(offPremisesRanges[index - rules.count])
    }

    /// The narrowest range of the rules and of the off-premises policy that an address lies in.
    private func narrowestRange(of address: IPAddress) -> Int? {
        if let range = prefixes.value(at: address) { return range }
        return publicRange.flatMap { address.isPublic ? $0 : nil }
    }

    private func found(_ rule: Int, isOld: Bool) -> LocationMatch {
        LocationMatch(rule: rule, location: rule < places.count ? places[rule] : offPremisesPlace, isOld: isOld)
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

    func accessPointRule(_ bssid: MACAddress) -> Int? {
        for (octets, rules) in bssids {
            if let rule = rules[bssid.bits & BSSIDPattern.mask(octets)] { return rule }
        }
        return nil
    }
}
