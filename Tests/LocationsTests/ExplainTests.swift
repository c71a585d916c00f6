import E911Values
import Locations
import Testing

/// Explaining an answer where the rules are too many to show.
@Suite struct ExplainTests {
    private static let port = SwitchPort(switch: "sw-2", port: "Gi1/0/7")
    /// 2,000 ranges and 100 of each other kind.
    private static let large: LocationResolver = {
        var rules: [LocationRule] = []
        for index in 0..<100 {
            rules.append(LocationRule(.device(.mac(MACAddress(bits: UInt64(index + 1)))), location: "lab"))
            rules.append(LocationRule(.device(.number("\(5000 + index)")), location: "lab"))
            rules.append(LocationRule(.device(.instance("urn:uuid:\(index)")), location: "lab"))
            rules.append(
                LocationRule(
                    .bssid(BSSIDPattern(address: MACAddress(bits: UInt64(index) << 16), octets: 4)), location: "annex"))
            rules.append(LocationRule(.port(SwitchPort(switch: "sw-9", port: "\(index)")), location: "annex"))
        }
        rules.append(LocationRule(.port(port), location: "hq-2-east"))
        rules += [range("10.0.0.0/8", "hq"), range("10.1.0.0/16", "hq-3")]
        for index in 0..<1998 {
            if let prefix = IPPrefix(address: IPAddress(v4: 0x0a01_0000 + UInt32(index) << 8), length: 24) {
                rules.append(LocationRule(.prefix(prefix), location: "annex"))
            }
        }
        return resolver(rules)
    }()

    @Test func ofManyRulesThoseAreShownThatFitOrNearlyDoAndTheRestIsCounted() {
        let evidence = DeviceEvidence(
            mac: mac("00:11:22:33:44:55"), ip: ip("10.1.2.7"), dn: "5003",
            port: .init(Self.port, at: wall(-90_000)), seen: wall(0))
        let explanation = Self.large.explain(evidence, default: "hq", now: wall(0))
        #expect(explanation.answer.location == "lab")
        let override = "device 5003 goes before it"
        #expect(
            explanation.trials.map { "\($0.rule) \($0.location) \($0.outcome)" } == [
                "device 5003 lab applied",
                "switch port Gi1/0/7 of sw-2 hq-2-east outranked(\"evidence is 90000 s old; \(override)\")",
                "IP range 10.1.1.0/24 annex failed(\"the device has IP address 10.1.2.7\")",
                "IP range 10.1.2.0/24 annex outranked(\"\(override)\")",
                "IP range 10.1.3.0/24 annex failed(\"the device has IP address 10.1.2.7\")",
                "IP range 10.1.0.0/16 hq-3 outranked(\"\(override)\")",
                "IP range 10.0.0.0/8 hq outranked(\"\(override)\")",
                "call server default hq outranked(\"\(override)\")",
            ])
        #expect(
            explanation.rest.map { "\($0.count) \($0.kind): \($0.reason)" } == [
                "100 overrides by MAC: name other devices",
                "100 overrides by instance: instance of the device is not known",
                "99 overrides by number: name other devices",
                "100 access points: access point of the device is not known",
                "100 switch ports: are not where the device was seen",
                "1995 IP ranges: do not contain the address",
            ])
    }

    /// Whatever is known of a device, the explanation's answer is the resolver's, and each rule is shown or counted.
    @Test(arguments: 0..<20) func theExplanationAgreesWithTheAnswer(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<20 {
            var evidence = DeviceEvidence(isStale: Bool.random(using: &random))
            if Bool.random(using: &random) {
                evidence.ip = IPAddress(v4: 0x0a00_0000 + .random(in: 0..<0x20_0000, using: &random))
            }
            if Bool.random(using: &random) { evidence.mac = MACAddress(bits: .random(in: 1..<200, using: &random)) }
            if Bool.random(using: &random) { evidence.dn = "\(Int.random(in: 4900..<5200, using: &random))" }
            if Bool.random(using: &random) {
                evidence.bssid = .init(MACAddress(bits: .random(in: 0..<0x80_0000, using: &random)), at: wall(-10))
            }
            if Bool.random(using: &random) {
                let age = Bool.random(using: &random) ? -10 : -90_000 as Int64
                evidence.port = .init(
                    SwitchPort(switch: "sw-9", port: "\(Int.random(in: 0..<200, using: &random))"), at: wall(age))
            }
            let explanation = Self.large.explain(evidence, default: "hq", now: wall(0))
            #expect(explanation.answer == Self.large.resolve(evidence, default: "hq", now: wall(0)))
            let applied = explanation.trials.filter { $0.outcome == .applied }
            #expect(applied.map(\.rule) == [explanation.answer.rule], "seed \(seed), \(evidence)")
            let shown = explanation.trials.count - 1 + explanation.rest.reduce(0) { $0 + $1.count }
            #expect(shown == Self.large.rules.count, "seed \(seed), \(evidence)")
        }
    }

    @Test func rangesOfThePolicyAreExplainedToo() {
        let office = LocationResolver.usable(
            tree: tree(), rules: [range("10.1.0.0/16", "hq")],
            offPremises: OffPremisesPolicy(networks: [prefix("10.200.0.0/16")], location: "annex")
        ).resolver
        func said(_ address: String) -> [String] {
            office.explain(DeviceEvidence(ip: ip(address)), default: "hq", now: wall(0)).trials.map {
                "\($0.rule): \($0.location) \($0.outcome)"
            }
        }
        #expect(
            said("203.0.113.9") == [
                "IP range 10.1.0.0/16: hq failed(\"the device has IP address 203.0.113.9\")",
                "off-premises network 10.200.0.0/16: annex failed(\"the device has IP address 203.0.113.9\")",
                "public address outside of every range of the site: annex applied",
                "call server default: hq outranked(\"public address outside of every range of the site goes before it\")",
            ])
        #expect(said("10.200.0.1")[1] == "off-premises network 10.200.0.0/16: annex applied")
        #expect(said("172.16.0.1").last == "call server default: hq applied")
    }
}
