public import E911Values

extension LocationResolver {
    /// Each rule in the order in which it counts, with why it did or did not apply, and last the default.
    ///
    /// - Parameter fallback: the default location of the device's call server.
    public func explain(_ evidence: DeviceEvidence, default fallback: LocationID, now: WallTime) -> [RuleTrial] {
        let winner = match(evidence, now: now)
        let decided = winner.map { rules[$0.rule].condition.description } ?? ""
        var trials: [RuleTrial] = []
        for index in rules.indices.sorted(by: { (rank($0), $0) < (rank($1), $1) }) {
            let rule = rules[index]
            let outcome: RuleTrial.Outcome
            if index == winner?.rule {
                outcome = .applied
            } else if let reason = failure(of: rule.condition, evidence) {
                outcome = .failed(reason)
            } else if let age = age(of: rule.condition, evidence, now), age > freshness {
                outcome = .outranked("evidence is \(age.components.seconds) s old; \(decided) goes before it")
            } else {
                outcome = .outranked("\(decided) goes before it")
            }
            trials.append(RuleTrial(rule: .rule(rule.condition), location: rule.location, outcome: outcome))
        }
        trials.append(
            RuleTrial(
                rule: .callServerDefault, location: fallback,
                outcome: winner == nil ? .applied : .outranked("\(decided) goes before it")))
        return trials
    }

    /// The order in which rules count: kinds first, then the narrower before the wider.
    private func rank(_ index: Int) -> Int {
        switch rules[index].condition {
        case .device(.mac): 0
        case .device(.instance): 1
        case .device(.number): 2
        case .bssid(let pattern): 10 - pattern.octets
        case .port: 20
        case .prefix(let prefix): 200 - prefix.length
        }
    }

    private func age(
        of condition: LocationRule.Condition, _ evidence: DeviceEvidence, _ now: WallTime
    ) -> Duration? {
        switch condition {
        case .bssid: evidence.bssid.map { now - $0.at }
        case .port: evidence.port.map { now - $0.at }
        case .device, .prefix: nil
        }
    }

    /// Why a rule does not fit the evidence; `nil` if it does.
    private func failure(of condition: LocationRule.Condition, _ evidence: DeviceEvidence) -> String? {
        func compare(_ what: String, _ text: String?, _ fits: Bool) -> String? {
            guard let text else { return "\(what) of the device is not known" }
            return fits ? nil : "the device has \(what) \(text)"
        }
        switch condition {
        case .device(.mac(let mac)):
            return compare("MAC", evidence.mac?.description, evidence.mac == mac)
        case .device(.instance(let instance)):
            return compare(
                "instance", evidence.instance,
                evidence.instance.map(RuleKey.bare) == RuleKey.bare(instance))
        case .device(.number(let number)):
            let own = [evidence.aor, evidence.dn].compactMap { $0 }.map(RuleKey.withoutScheme)
            return compare(
                "number", own.isEmpty ? nil : own.joined(separator: ", "),
                own.contains(RuleKey.withoutScheme(number)))
        case .bssid(let pattern):
            return compare(
                "access point", evidence.bssid?.value.description,
                evidence.bssid.map { pattern.matches($0.value) } ?? false)
        case .port(let port):
            return compare("switch port", evidence.port?.value.description, evidence.port?.value == port)
        case .prefix(let prefix):
            return compare("IP address", evidence.ip?.description, evidence.ip.map(prefix.contains) ?? false)
        }
    }
}
