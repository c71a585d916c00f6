import E911Values

extension SiteCheck {
    /// The limits of `site.evidence.freshness`, in seconds.
    package static let freshness = 60...31_536_000

    mutating func checkOffPremises() {
        if let freshness = site.evidenceFreshness, !Self.freshness.contains(freshness) {
            error("site.evidence.freshness", "\(freshness) seconds are out of range", "1min to 8760h; 24h by default")
        }
        guard let policy = site.offPremises else { return }
        if let location = policy.location { refer("site.off-premises.location", to: location, in: .locations) }
        var ruled: [IPPrefix: Int] = [:]
        for (index, rule) in site.rules.enumerated() {
            if case .prefix(let prefix) = rule.condition, ruled[prefix] == nil { ruled[prefix] = index }
        }
        var first: [IPPrefix: Int] = [:]
        for (index, network) in policy.networks.enumerated() {
            let path = "site.off-premises.networks[\(index)]"
            if let rule = ruled[network] {
                error(
                    path, "\(network) is placed at '\(site.rules[rule].location)' by rules[\(rule)]",
                    "a rule, or an off-premises network")
            } else if let other = first[network] {
                warning(path, "\(network) is networks[\(other)] already", "leave one out")
            } else {
                first[network] = index
            }
        }
        if policy.publicAddresses, ruled.isEmpty {
            warning(
                "site.off-premises", "no rule has a prefix, so each device with a public address counts as elsewhere",
                "a rule for each network of the site, or public-addresses: false")
        } else if !policy.publicAddresses, policy.networks.isEmpty {
            warning(
                "site.off-premises", "holds for no address: there are no networks, and public-addresses is false",
                "networks, or leave the key out")
        }
    }
}
