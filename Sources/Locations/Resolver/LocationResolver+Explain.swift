public import E911Values

extension LocationResolver {
    /// Up to so many rules are all explained; of more, those that have to do with the device.
    public static let explainedRules = 64

    /// Where the device is, with each rule in the order in which it counts and why it did or did not apply.
    ///
    /// The work does not grow with the number of rules above ``explainedRules``.
    ///
    /// - Parameter fallback: the default location of the device's call server.
    public func explain(
        _ evidence: DeviceEvidence, default fallback: LocationID, now: WallTime
    ) -> LocationExplanation {
        let winner = match(evidence, now: now)
        let answer = answer(winner, for: evidence, default: fallback, now: now)
        let decided = answer.rule.description
        let isAll = rules.count + offPremisesRanges.count <= Self.explainedRules
        let indexes = isAll ? Array(0..<rules.count + offPremisesRanges.count) : relevant(to: evidence)
        var trials = indexes.map { (rank: rank($0), index: $0) }.sorted { $0 < $1 }.map { _, index in
            let outcome: RuleTrial.Outcome
            if index == winner?.rule {
                outcome = .applied
            } else if let reason = failure(of: index, evidence) {
                outcome = .failed(reason)
            } else {
                outcome = .outranked((oldness(of: index, evidence, now) ?? "") + "\(decided) goes before it")
            }
            return RuleTrial(rule: matchedRule(index), location: location(of: index, fallback), outcome: outcome)
        }
        trials.append(
            RuleTrial(
                rule: .callServerDefault, location: fallback,
                outcome: winner == nil ? .applied : .outranked("\(decided) goes before it")))
        return LocationExplanation(answer: answer, trials: trials, rest: isAll ? [] : rest(indexes, evidence))
    }

    private func location(of index: Int, _ fallback: LocationID) -> LocationID {
        index < rules.count ? rules[index].location : offPremises?.location ?? fallback
    }

    /// The order in which rules count: kinds first, then the narrower before the wider.
    private func rank(_ index: Int) -> Int {
        guard index < rules.count else {
            switch offPremisesRanges[index - rules.count] {
            case .network(let prefix): return 200 - prefix.length
            case .publicAddresses: return 300
            }
        }
        return switch rules[index].condition {
        case .device(.mac): 0
        case .device(.instance): 1
        case .device(.number): 2
        case .bssid(let pattern): 10 - pattern.octets
        case .port: 20
        case .prefix(let prefix): 200 - prefix.length
        }
    }

    /// The rules that fit the evidence, and the ranges that nearly do.
    private func relevant(to evidence: DeviceEvidence) -> [Int] {
        var found: [Int] = []
        func add(_ index: Int?) {
            if let index, !found.contains(index) { found.append(index) }
        }
        add(evidence.mac.flatMap { macs[$0] })
        add(evidence.instance.flatMap { instances[RuleKey.bare($0)] })
        for number in [evidence.aor, evidence.dn] { add(number.flatMap { numbers[RuleKey.withoutScheme($0)] }) }
        if let bssid = evidence.bssid?.value {
            for (octets, rules) in bssids { add(rules[bssid.bits & BSSIDPattern.mask(octets)]) }
        }
        add(evidence.port.flatMap { ports[$0.value] })
        if let address = evidence.ip {
            for index in prefixes.values(containing: address) + prefixes.neighbours(of: address) { add(index) }
        }
        add(publicRange)
        return found
    }

    /// The others, counted by kind.
    private func rest(_ listed: [Int], _ evidence: DeviceEvidence) -> [RuleCount] {
        let totals: [(kind: RuleKind, count: Int, isKnown: Bool)] = [
            (.mac, macs.count, evidence.mac != nil), (.instance, instances.count, evidence.instance != nil),
            (.number, numbers.count, evidence.dn != nil || evidence.aor != nil),
            (.accessPoint, bssids.reduce(0) { $0 + $1.rules.count }, evidence.bssid != nil),
            (.port, ports.count, evidence.port != nil),
            (.range, rules.count + offPremisesRanges.count - (publicRange == nil ? 0 : 1), evidence.ip != nil),
        ]
        let ranges = totals.dropLast().reduce(0) { $0 + $1.count }
        return totals.compactMap { kind, total, isKnown in
            let own = listed.count { $0 == publicRange ? false : self.kind(of: $0) == kind }
            let count = (kind == .range ? total - ranges : total) - own
            guard count > 0 else { return nil }
            return RuleCount(
                kind: kind, count: count, reason: isKnown ? Self.otherwise(kind) : "\(Self.what(kind)) is not known")
        }
    }

    private func kind(of index: Int) -> RuleKind { index < rules.count ? RuleKind(rules[index].condition) : .range }

    private static func what(_ kind: RuleKind) -> String {
        switch kind {
        case .mac: "MAC of the device"
        case .instance: "instance of the device"
        case .number: "number of the device"
        case .accessPoint: "access point of the device"
        case .port: "switch port of the device"
        case .range: "IP address of the device"
        }
    }

    private static func otherwise(_ kind: RuleKind) -> String {
        switch kind {
        case .mac, .instance, .number: "name other devices"
        case .accessPoint, .port: "are not where the device was seen"
        case .range: "do not contain the address"
        }
    }

    /// `evidence is 90000 s old; ` if it is too old to be preferred.
    private func oldness(of index: Int, _ evidence: DeviceEvidence, _ now: WallTime) -> String? {
        guard index < rules.count else { return nil }
        let at: WallTime?
        switch rules[index].condition {
        case .bssid: at = evidence.bssid?.at
        case .port: at = evidence.port?.at
        case .device, .prefix: at = nil
        }
        guard let at, !isFresh(at, now) else { return nil }
        return "evidence is \((now - at).components.seconds) s old; "
    }

    /// Why a rule does not fit the evidence; `nil` if it does.
    private func failure(of index: Int, _ evidence: DeviceEvidence) -> String? {
        func compare(_ kind: RuleKind, _ name: String, _ text: String?, _ fits: Bool) -> String? {
            guard let text else { return "\(Self.what(kind)) is not known" }
            return fits ? nil : "the device has \(name) \(text)"
        }
        func address(_ fits: (IPAddress) -> Bool) -> String? {
            compare(.range, "IP address", evidence.ip?.description, evidence.ip.map(fits) ?? false)
        }
        guard index < rules.count else {
            switch offPremisesRanges[index - rules.count] {
            case .network(let prefix): return address(prefix.contains)
            case .publicAddresses:
                // Where a range contains the address, that one goes before it.
                return address(\.isPublic)
            }
        }
        switch rules[index].condition {
        case .device(.mac(let mac)):
            return compare(.mac, "MAC", evidence.mac?.description, evidence.mac == mac)
        case .device(.instance(let instance)):
            return compare(
                .instance, "instance", evidence.instance,
                evidence.instance.map(RuleKey.bare) == RuleKey.bare(instance))
        case .device(.number(let number)):
            let own = [evidence.aor, evidence.dn].compactMap { $0 }.map(RuleKey.withoutScheme)
            return compare(
                .number, "number", own.isEmpty ? nil : own.joined(separator: ", "),
                own.contains(RuleKey.withoutScheme(number)))
        case .bssid(let pattern):
            return compare(
                .accessPoint, "access point", evidence.bssid?.value.description,
                evidence.bssid.map { pattern.matches($0.value) } ?? false)
        case .port(let port):
            return compare(.port, "switch port", evidence.port?.value.description, evidence.port?.value == port)
        case .prefix(let prefix): return address(prefix.contains)
        }
    }
}
