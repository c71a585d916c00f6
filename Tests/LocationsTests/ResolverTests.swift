import E911Values
import Locations
import Testing

@Suite struct ResolverTests {
    private let office = resolver([
        LocationRule(.device(.mac(mac("00:11:22:33:44:55"))), location: "lab"),
        LocationRule(.device(.number("sip:2001@example.com")), location: "hq-3"),
        LocationRule(.device(.number("2002")), location: "hq-3"),
        LocationRule(.device(.instance("<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>")), location: "annex"),
        LocationRule(.bssid(BSSIDPattern("aa:bb:cc:dd:ee:*")!), location: "hq-2-east"),
        LocationRule(.bssid(BSSIDPattern("aa:bb:cc:dd:ee:01")!), location: "lab"),
        LocationRule(.port(SwitchPort(switch: "sw-2", port: "Gi1/0/7")), location: "hq-2-east"),
        range("10.1.2.0/24", "hq-2-east"),
        range("10.1.0.0/16", "hq"),
        range("2001:db8:2::/48", "hq-3"),
    ])

    @Test func anOverrideGoesBeforeAllElse() {
        let answer = office.resolve(
            DeviceEvidence(mac: mac("00:11:22:33:44:55"), ip: ip("10.1.2.7"), dn: "2002", seen: wall(-60)),
            default: "hq", now: wall(0))
        #expect(answer.location == "lab" && answer.confidence == .high && !answer.isDefault)
        #expect(answer.rule == .rule(.device(.mac(mac("00:11:22:33:44:55")))))
        #expect(answer.evidence == .mac(mac("00:11:22:33:44:55")) && answer.age == .seconds(60))
        #expect(answer.rule.description == "device MAC 00:11:22:33:44:55")
        #expect(answer.evidence?.description == "MAC 00:11:22:33:44:55")
    }

    @Test(arguments: ["sip:2001@example.com", "2001@example.com", "SIPS:2001@example.com"])
    func anAORIsFoundWithAndWithoutItsScheme(_ aor: String) {
        #expect(office.place(DeviceEvidence(aor: aor)) == "hq-3")
        #expect(office.place(DeviceEvidence(aor: "sip:2001@elsewhere.example")) == "hq")
        #expect(office.place(DeviceEvidence(dn: "2002")) == "hq-3")
    }

    @Test(arguments: [
        "<urn:uuid:00000000-0000-1000-8000-aabbccddeeff>", "\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\"",
        "urn:uuid:00000000-0000-1000-8000-AABBccddeeff",
    ])
    func anInstanceIsFoundHoweverItIsWritten(_ instance: String) {
        #expect(office.place(DeviceEvidence(instance: instance)) == "annex")
    }

    @Test func theNarrowestPrefixDecides() {
        let answer = office.resolve(
            DeviceEvidence(ip: ip("10.1.2.7"), seen: wall(-5)), default: "annex", now: wall(0))
        #expect(answer.location == "hq-2-east" && answer.rule == .rule(.prefix(prefix("10.1.2.0/24"))))
        #expect(
            answer.evidence == .address(ip("10.1.2.7")) && answer.confidence == .medium && answer.age == .seconds(5))
        #expect(office.place(DeviceEvidence(ip: ip("10.1.3.7"))) == "hq")
        #expect(office.place(DeviceEvidence(ip: ip("2001:db8:2:ffff::1"))) == "hq-3")
        #expect(office.place(DeviceEvidence(ip: ip("::ffff:10.1.2.9"))) == "hq-2-east")
    }

    @Test func withoutEvidenceTheDefaultAnswersAndSaysSo() {
        let answer = office.resolve(DeviceEvidence(ip: ip("192.0.2.1")), default: "annex", now: wall(0))
        #expect(answer.isDefault && answer.location == "annex" && answer.confidence == .none && answer.age == nil)
        #expect(answer.rule.description == "call server default")
    }

    @Test func theNarrowestAccessPointRuleDecides() {
        func radio(_ text: String) -> DeviceEvidence { DeviceEvidence(bssid: .init(mac(text), at: wall(0))) }
        #expect(office.place(radio("aa:bb:cc:dd:ee:01")) == "lab")
        #expect(office.place(radio("aa:bb:cc:dd:ee:02")) == "hq-2-east")
        #expect(office.resolve(radio("aa:bb:cc:dd:ef:02"), default: "hq", now: wall(0)).isDefault)
    }

    @Test func portEvidenceThatIsTooOldLosesToACurrentSubnet() {
        let port = SwitchPort(switch: "sw-2", port: "Gi1/0/7")
        var evidence = DeviceEvidence(ip: ip("10.1.9.9"), port: .init(port, at: wall(0)), seen: wall(0))
        #expect(office.place(evidence, at: 86_400) == "hq-2-east")
        #expect(office.place(evidence, at: 86_401) == "hq")
        // The address is not current either: the port is still the better guess, at low confidence.
        evidence.isStale = true
        let old = office.resolve(evidence, default: "annex", now: wall(86_401))
        #expect(old.location == "hq-2-east" && old.confidence == .low && old.age == .seconds(86_401))
        evidence.ip = nil
        #expect(office.place(evidence, at: 86_401) == "hq-2-east")
    }

    @Test func aStaleRegistrationIsUsedWithLowConfidence() {
        let answer = office.resolve(
            DeviceEvidence(ip: ip("10.1.2.7"), seen: wall(-7200), isStale: true), default: "hq", now: wall(0))
        #expect(answer.location == "hq-2-east" && answer.confidence == .low && answer.age == .seconds(7200))
    }

    @Test func theShortWayForAddressesAgreesWithTheLongOne() {
        let sites = [
            resolver([range("10.1.0.0/16", "hq"), range("10.1.3.0/24", "hq-3")]),
            resolver([
                range("10.1.3.0/24", "hq-3"), LocationRule(.device(.mac(mac("00:04:f2:00:00:01"))), location: "lab"),
            ]),
            resolver([LocationRule(.device(.number("2001")), location: "lab"), range("2001:db8::/32", "annex")]),
            resolver([]),
        ]
        for site in sites {
            for address in [nil, "10.1.3.9", "10.1.4.9", "203.0.113.9", "2001:db8::9"] as [String?] {
                for hardware in [nil, "00:04:f2:00:00:01", "00:04:f2:00:00:02"] as [String?] {
                    for isStale in [false, true] {
                        let (place, device) = (address.map { ip($0) }, hardware.map { mac($0) })
                        let evidence = DeviceEvidence(mac: device, ip: place, seen: wall(0), isStale: isStale)
                        #expect(
                            site.match(mac: device, ip: place, isStale: isStale) == site.match(evidence, now: wall(5)),
                            "\(evidence)")
                    }
                }
            }
        }
    }

    @Test func itSaysWhatEvidenceItLooksAt() {
        #expect(office.usedEvidence == [.mac, .number, .instance, .bssid, .port, .ip])
        #expect(resolver([range("10.0.0.0/8", "hq")]).usedEvidence == .ip)
        #expect(resolver([]).usedEvidence == [])
    }

    @Test func explainListsEveryRuleInItsOrderWithTheReason() throws {
        let evidence = DeviceEvidence(
            mac: mac("00:11:22:33:44:56"), ip: ip("10.1.2.7"), dn: "2003",
            port: .init(SwitchPort(switch: "sw-2", port: "Gi1/0/7"), at: wall(-100_000)))
        let trials = office.explain(evidence, default: "annex", now: wall(0)).trials
        #expect(trials.count == office.rules.count + 1)
        #expect(
            trials.map(\.outcome) == [
                .failed("the device has MAC 00:11:22:33:44:56"),
                .failed("instance of the device is not known"),
                .failed("the device has number 2003"),
                .failed("the device has number 2003"),
                .failed("access point of the device is not known"),
                .failed("access point of the device is not known"),
                .outranked("evidence is 100000 s old; IP range 10.1.2.0/24 goes before it"),
                .failed("the device has IP address 10.1.2.7"),
                .applied,
                .outranked("IP range 10.1.2.0/24 goes before it"),
                .outranked("IP range 10.1.2.0/24 goes before it"),
            ])
        #expect(trials.last?.rule == .callServerDefault && trials.last?.location == "annex")
        let lost = office.explain(DeviceEvidence(), default: "annex", now: wall(0))
        #expect(lost.trials.last?.outcome == .applied && lost.answer.isDefault && lost.rest.isEmpty)
    }

    @Test func everyProblemIsNamedWithItsRule() {
        let rules = [
            range("10.1.2.0/24", "hq"), range("10.1.2.9/24", "hq-3"), range("10.0.0.0/8", "moon"),
            LocationRule(.device(.number("sip:2001@example.com")), location: "hq"),
            LocationRule(.device(.number("2001@example.com")), location: "hq"),
            LocationRule(.bssid(BSSIDPattern("aa:bb:cc:dd:ee:*")!), location: "hq"),
            LocationRule(.bssid(BSSIDPattern("AA-BB-CC-DD-EE-*")!), location: "hq"),
        ]
        let (resolver, problems) = LocationResolver.usable(tree: tree(), rules: rules)
        #expect(problems.map(\.code) == [.duplicateRule, .unknownLocation, .duplicateRule, .duplicateRule])
        #expect(problems.map(\.position) == [1, 2, 4, 6].map { .rule($0) })
        #expect(problems[0].reason == "IP range 10.1.2.0/24 has two rules, for 'hq' and for 'hq-3'")
        #expect(resolver.rules.count == 3)
        #expect(throws: LocationError(problems: problems)) { try LocationResolver(tree: tree(), rules: rules) }
    }
}

@Suite struct BSSIDPatternTests {
    @Test(arguments: [
        ("aa:bb:cc:dd:ee:ff", 6, "aa:bb:cc:dd:ee:ff"), ("AA-BB-CC-DD-EE-*", 5, "aa:bb:cc:dd:ee:*"),
        ("aa:bb:cc:*:*:*", 3, "aa:bb:cc:*:*:*"), ("aa:bb:*", 2, "aa:bb:*:*:*:*"), ("*", 0, "*:*:*:*:*:*"),
    ])
    func patternsAreRead(_ text: String, _ octets: Int, _ written: String) throws {
        let pattern = try #require(BSSIDPattern(text))
        #expect(pattern.octets == octets && pattern.description == written)
        #expect(pattern.matches(mac("aa:bb:cc:dd:ee:ff")))
    }

    @Test(arguments: [
        "", "aa", "aa:bb:cc:dd:ee", "aa:bb:cc:dd:ee:f", "aa:bb:cc:dd:ee:+f", "aa:*:cc:dd:ee:ff", "aa:bb:cc:dd:ee:ff:*",
        "aa:bb:cc:*:*", "aa:bb-cc:dd:ee:ff", "a*:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:ff:00",
    ])
    func otherTextIsRefused(_ text: String) {
        #expect(BSSIDPattern(text) == nil)
    }

    @Test func onlyTheFirstOctetsCount() throws {
        let pattern = try #require(BSSIDPattern("aa:bb:cc:dd:ee:*"))
        #expect(pattern.matches(mac("aa:bb:cc:dd:ee:00")) && !pattern.matches(mac("aa:bb:cc:dd:ef:00")))
    }
}
