import E911Values
import Locations
import Testing

@Suite struct OffPremisesTests {
    private static let places =
        erls + [
            ERL(id: "remote", name: "Off premises", isOffPremises: true),
            ERL(
                id: "home-ann", name: "Ann's home", parent: "remote",
                address: CivicAddress([(.hno, "7"), (.rd, "Elm")])),
        ]

    private func resolver(_ policy: OffPremisesPolicy?, _ rules: [LocationRule] = []) -> LocationResolver {
        let all = rules + [range("10.1.0.0/16", "hq"), range("198.51.100.0/24", "annex")]
        return LocationResolver.usable(tree: LocationTree.usable(Self.places).tree, rules: all, offPremises: policy)
            .resolver
    }

    private func answer(_ resolver: LocationResolver, _ address: String) -> LocationAnswer {
        resolver.resolve(DeviceEvidence(ip: ip(address), seen: wall(-5)), default: "hq", now: wall(0))
    }

    @Test func withoutAPolicyNobodyIsSaidToBeElsewhere() {
        let found = answer(resolver(nil), "203.0.113.9")
        #expect(found.isDefault && !found.isOffPremises && found.rule == .callServerDefault)
    }

    @Test func aPublicAddressOutsideOfEveryRangeIsOffThePremises() {
        let found = answer(resolver(OffPremisesPolicy(location: "remote")), "203.0.113.9")
        #expect(found.location == "remote" && found.isOffPremises && !found.isDefault && found.confidence == .low)
        #expect(found.rule == .offPremises(.publicAddresses) && found.evidence == .address(ip("203.0.113.9")))
        #expect(found.age == .seconds(5))
        // The site's own public range is the site, and a private address that nobody named is just unknown.
        #expect(answer(resolver(OffPremisesPolicy(location: "remote")), "198.51.100.7").location == "annex")
        #expect(!answer(resolver(OffPremisesPolicy(location: "remote")), "198.51.100.7").isOffPremises)
        let unknown = answer(resolver(OffPremisesPolicy(location: "remote")), "172.16.0.1")
        #expect(unknown.isDefault && !unknown.isOffPremises)
    }

    @Test func withoutALocationTheDefaultServesAndBothAreSaid() {
        let found = answer(resolver(OffPremisesPolicy()), "2001:db8::1")
        #expect(found.location == "hq" && found.isDefault && found.isOffPremises && found.confidence == .none)
    }

    @Test func aNetworkOfThePolicyIsARangeAmongTheOthers() {
        let policy = OffPremisesPolicy(
            networks: [prefix("10.1.200.0/24")], includesPublicAddresses: false, location: "remote")
        let found = answer(resolver(policy, [range("10.1.200.128/25", "hq-3")]), "10.1.200.5")
        #expect(found.rule == .offPremises(.network(prefix("10.1.200.0/24"))) && found.location == "remote")
        #expect(answer(resolver(policy, [range("10.1.200.128/25", "hq-3")]), "10.1.200.200").location == "hq-3")
        #expect(answer(resolver(policy), "10.1.2.3").location == "hq")
        #expect(answer(resolver(policy), "203.0.113.9").isDefault)
    }

    @Test func overridesAndPortsGoBeforeThePolicyAndALocationMayLieElsewhere() {
        let policy = OffPremisesPolicy(location: "remote")
        let port = SwitchPort(switch: "sw-2", port: "1")
        let table = resolver(
            policy,
            [LocationRule(.device(.number("2001")), location: "home-ann"), LocationRule(.port(port), location: "lab")])
        let home = table.resolve(DeviceEvidence(ip: ip("203.0.113.9"), dn: "2001"), default: "hq", now: wall(0))
        #expect(home.location == "home-ann" && home.isOffPremises && home.confidence == .high)
        let plugged = table.resolve(
            DeviceEvidence(ip: ip("203.0.113.9"), port: .init(port, at: wall(0))), default: "hq", now: wall(0))
        #expect(plugged.location == "lab" && !plugged.isOffPremises)
    }

    @Test func oldEvidenceOfAPortLosesToAPresentAddressElsewhere() {
        let port = SwitchPort(switch: "sw-2", port: "1")
        let table = resolver(OffPremisesPolicy(location: "remote"), [LocationRule(.port(port), location: "lab")])
        let evidence = DeviceEvidence(ip: ip("203.0.113.9"), port: .init(port, at: wall(-90_000)))
        #expect(table.resolve(evidence, default: "hq", now: wall(0)).location == "remote")
    }

    @Test func problemsOfThePolicyAreTold() {
        let policy = OffPremisesPolicy(networks: [prefix("10.9.0.0/16"), prefix("10.1.0.0/16")], location: "moon")
        let (table, problems) = LocationResolver.usable(
            tree: tree(), rules: [range("10.1.0.0/16", "hq")], offPremises: policy)
        #expect(
            problems == [
                LocationProblem(
                    code: .unknownLocation, position: .offPremises,
                    reason: "the off-premises policy names location 'moon', which does not exist"),
                LocationProblem(
                    code: .duplicateRule, position: .offPremisesNetwork(1),
                    reason: "the off-premises network 10.1.0.0/16 has a rule too, for 'hq'"),
            ])
        #expect(table.offPremisesRanges == [.network(prefix("10.9.0.0/16")), .publicAddresses])
        #expect(answer(table, "10.1.0.1").location == "hq" && answer(table, "10.9.0.1").isOffPremises)
    }

    @Test(arguments: [
        ("8.8.8.8", true), ("203.0.113.9", true), ("10.0.0.1", false), ("172.15.255.255", true), ("172.16.0.0", false),
        ("172.31.255.255", false), ("172.32.0.0", true), ("192.168.1.1", false), ("192.169.0.1", true),
        ("100.63.255.255", true), ("100.64.0.0", false), ("100.127.255.255", false), ("100.128.0.0", true),
        ("169.254.1.1", false), ("127.0.0.1", false), ("0.0.0.0", false), ("192.0.0.8", false), ("192.0.1.1", true),
        ("198.18.0.1", false), ("198.19.255.255", false), ("198.20.0.0", true), ("224.0.0.1", false),
        ("255.255.255.255", false), ("2001:db8::1", true), ("2a00::1", true), ("fc00::1", false), ("fe80::1", false),
        ("::1", false), ("ff02::1", false), ("::ffff:10.0.0.1", false), ("64:ff9b::1", false),
    ])
    func publicAddresses(_ address: String, _ isPublic: Bool) {
        #expect(ip(address).isPublic == isPublic)
    }
}
