import E911Values
import ELINEngine
import Locations
import SIPCore
import Testing

@testable import E911Service

/// What `explain` says is what a call gets.
@Suite struct ExplainNodeTests {
    private struct Missing: Error {}

    private func explain(_ harness: inout NodeHarness, _ subject: ExplainSubject) throws -> Explanation {
        guard case .explanation(let explanation) = harness.ask(.explain(subject)) else { throw Missing() }
        return explanation
    }

    private func elin(_ harness: NodeHarness) -> String {
        let value = harness.last?.first(.pAssertedIdentity).map { String($0) } ?? ""
        return String(value.drop { $0 != "+" }.prefix { $0 != "@" })
    }

    @Test func aRegisteredDeviceIsExplainedFromEvidenceToAlert() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7"), ("2002", "10.1.3.7")])
        let explanation = try explain(&harness, .dn("2001"))
        let device = try #require(explanation.devices.first)
        #expect(explanation.devices.count == 1 && explanation.notes.isEmpty && explanation.more == 0)
        #expect(device.device?.dn == "2001" && device.callServer == "main")
        #expect(device.evidence.map(\.text) == ["AOR sip:2001@example.com", "IP address 10.1.2.7"])
        #expect(device.place.path == ["hq", "hq-2"] && device.place.text == "2nd floor, 100 Main")
        #expect(device.place.rule == "IP range 10.1.2.0/24" && device.place.evidence == "IP address 10.1.2.7")
        #expect(device.place.confidence == "medium" && !device.place.isDefault && !device.place.isOffPremises)
        #expect(
            device.rules.map { "\($0.outcome.rawValue) \($0.rule) \($0.location) \($0.reason)" } == [
                "applied IP range 10.1.2.0/24 hq-2 ",
                "failed IP range 10.1.3.0/24 hq-3 the device has IP address 10.1.2.7",
                "outranked call server default hq IP range 10.1.2.0/24 goes before it",
            ])
        #expect(device.elin.number?.description == "+13125550103" && device.elin.source == "own")
        #expect(device.elin.testNumber?.description == "+13125550103")
        #expect(device.alert.psapSees == "2nd floor, 100 Main" && device.alert.labels.isEmpty)
        #expect(device.alert.subject == "EMERGENCY CALL: 2001, 2nd floor, 100 Main")
        #expect(device.alert.recipients == ["security by email"])
        #expect(
            device.presence.contains("entity=\"sip:2001@example.com\"")
                && device.presence.contains("<ca:RD>Main</ca:RD>"))
    }

    @Test(arguments: [
        ExplainSubject.dn("2001"), .aor("sip:2001@example.com"), .aor("2001@example.com"), .ip(IPAddress("10.1.2.7")!),
    ])
    func aDeviceIsFoundByEachOfItsNames(_ subject: ExplainSubject) throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7"), ("2002", "10.1.3.7")])
        let found = try explain(&harness, subject)
        #expect(found.devices.map { $0.device?.aor } == ["sip:2001@example.com"], "\(subject)")
        #expect(try explain(&harness, .aor("2001@elsewhere.example")).devices.first?.device == nil)
    }

    /// For a dozen callers in turn: what was explained before the call is what the call gets.
    @Test func explainSaysWhatTheCallThenGets() throws {
        var harness = NodeHarness()
        let phones = (0..<12).map { ("\(2001 + $0)", "10.1.\(2 + $0 % 3).\(7 + $0)") }
        try harness.register(phones.map { (dn: $0.0, ip: $0.1) })
        for (index, (dn, address)) in (phones + phones).enumerated() {
            let before = try explain(&harness, .dn(dn))
            let said = try #require(before.devices.first)
            harness.receive(
                NodeHarness.invite(
                    "911", from: dn, callID: "c\(index)", branch: "b\(index)", contact: "\(address):5060"))
            let call = try #require(harness.calls().first)
            #expect(said.elin.number?.description == elin(harness), "\(dn): \(said.elin)")
            #expect(said.elin.number == call.elin && said.place.location == call.location)
            #expect(said.alert.psapSees == call.elinText && said.elin.displacedDN == call.displacedDN)
            #expect(said.alert.labels.contains("DEFAULTED") == call.flags.contains(.defaultELIN))
            #expect(said.alert.labels.contains("UNLOCATED") == call.flags.contains(.unlocated))
        }
    }

    @Test func nothingIsTakenByIt() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7")])
        harness.forget()
        let first = try explain(&harness, .dn("2001"))
        #expect(harness.ask(.leases) == .leases([]) && harness.calls().isEmpty)
        #expect(try explain(&harness, .dn("2001")) == first)
        #expect(harness.sent.isEmpty && harness.notes.isEmpty)
    }

    @Test func whyAnELINIsSentIsSaid() throws {
        var site = NodeHarness.site()
        site.locations.append(LocationConfiguration(id: "yard", name: "Yard", parent: "hq"))
        site.rules.append(RuleConfiguration(condition: .prefix(IPPrefix("10.1.4.0/24")!), location: "yard"))
        var harness = NodeHarness(site: site)
        try harness.register([("2001", "10.1.3.7"), ("2002", "10.1.3.8"), ("2003", "10.1.4.7")])
        func reason(_ dn: String) throws -> String { try explain(&harness, .dn(dn)).devices.first?.elin.reason ?? "" }
        #expect(try reason("2001") == "of the place's free ELINs the one that was used longest ago")
        harness.receive(NodeHarness.invite("911", from: "2001", contact: "10.1.3.7:5060"))
        #expect(try reason("2001") == "the device holds it since an earlier call")
        #expect(try reason("2002") == "no ELIN of the place is free: it would be taken from 2001")
        #expect(try reason("2003") == "the place has no ELIN: the call server's default ELIN is sent")
        let yard = try explain(&harness, .dn("2003"))
        #expect(yard.devices.first?.elin.source == "default" && yard.devices.first?.alert.labels == ["DEFAULTED"])
    }

    @Test func whatNobodyHasIsExplainedToo() throws {
        var harness = NodeHarness()
        let address = try explain(&harness, .ip(IPAddress("10.1.3.200")!))
        #expect(address.notes.first?.hasPrefix("no registration fits") == true)
        #expect(address.devices.map(\.place.location) == ["hq-3"] && address.devices.first?.device == nil)
        #expect(address.devices.first?.elin.number?.description == "+13125550105")
        let mac = try explain(&harness, .mac(MACAddress(bits: 0x11_2233_4455)))
        #expect(
            mac.devices.first?.place.isDefault == true && mac.devices.first?.alert.labels == ["UNLOCATED"])
        #expect(mac.devices.first?.evidence.map(\.text) == ["MAC 00:11:22:33:44:55"])
        var unrestored = NodeHarness(restored: false)
        #expect(try explain(&unrestored, .dn("1")).notes == ["there is no site: no call can be answered from here"])
    }

    @Test func aCallerRuleIsFollowed() throws {
        var site = NodeHarness.site()
        site.callServers[0].callerRules = [CallerRule(match: "^\\+?1?312555(\\d{4})$", dn: "$1")]
        var harness = NodeHarness(site: site)
        try harness.register([("2001", "10.1.2.7")])
        let explanation = try explain(&harness, .dn("+13125552001"))
        #expect(explanation.devices.map { $0.device?.dn } == ["2001"])
        #expect(explanation.notes == ["a caller rule of call server 'main' turns +13125552001 into 2001"])
    }

    @Test func severalRegistrationsOfANumberAreAllShownAndTheChoiceIsSaid() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7")])
        try harness.register([("2001", "10.1.3.7")], cseq: 2)
        let explanation = try explain(&harness, .dn("2001"))
        #expect(Set(explanation.devices.map(\.place.location)) == ["hq-2", "hq-3"])
        #expect(explanation.notes.count == 1 && explanation.notes[0].contains("AMBIGUOUS"))
        #expect(
            explanation.notes[0].contains("counts as \(explanation.devices[0].device?.contact ?? "-"), registered last")
        )
    }

    @Test func manyRegistrationsAreCounted() throws {
        var harness = NodeHarness()
        try harness.register((1...20).map { (dn: "2001", ip: "10.1.2.\($0)") })
        let explanation = try explain(&harness, .dn("2001"))
        #expect(explanation.devices.count == E911Node.explainedDevices && explanation.more == 12)
    }

    @Test func evidenceOfTheNetworkIsShownWithItsAge() throws {
        var site = NodeHarness.site()
        site.evidenceFreshness = 3600
        site.rules.append(RuleConfiguration(condition: .port(switch: "sw-2", port: "1"), location: "hq-3"))
        var stored = StoredState()
        stored.evidence = [
            EvidenceSighting(
                device: .number("2001"), attachment: .port(SwitchPort(switch: "sw-2", port: "1")),
                at: WallTime(milliseconds: 1_795_524_214_000 - 7_200_000), source: "import evidence.csv")
        ]
        var harness = NodeHarness(site: site, restoring: stored)
        try harness.register([("2001", "10.1.2.7")])
        let device = try #require(try explain(&harness, .dn("2001")).devices.first)
        let seen = try #require(device.evidence.last)
        #expect(seen.text == "switch port 1 of sw-2" && seen.isOld && seen.source == "import evidence.csv")
        #expect((7200...7210).contains(seen.ageSeconds ?? 0))
        #expect(device.rules.first?.outcome == .outranked && device.rules.first?.reason.contains("s old") == true)
        #expect(device.place.location == "hq-2")
    }

    @Test func aPendingNumberIsNamedUntilItsRecordIsConfirmed() throws {
        var harness = NodeHarness(site: PoolTests.site())
        harness.advance(by: .seconds(1))
        try harness.register([("2001", "10.1.3.7")])
        harness.advance(by: .seconds(20))
        let before = try #require(try explain(&harness, .dn("2001")).devices.first).elin
        #expect(before.isPending && before.pendingNumber == PoolTests.first && before.source == "ancestor")
        #expect(before.number?.description == "+13125550101" && before.location == "hq")
        #expect(
            before.reason
                == "the record of +13125550120, which is bound to the place, is not confirmed yet, so that of "
                + "'hq' is sent, which contains it")
        let record = ELINRecord(place: PlaceKey("hq-3"), digest: 1)
        let isOffered = harness.node.elins.offer(
            ELINOffer(number: 9, function: .insert, record: record), of: PoolTests.first)
        #expect(isOffered)
        harness.node.elins.confirm(PoolTests.first, offer: 9, now: harness.now)
        let after = try #require(try explain(&harness, .dn("2001")).devices.first).elin
        #expect(
            !after.isPending && after.pendingNumber == nil && after.source == "own" && after.number == PoolTests.first)
    }

    /// Where the network sees a device is a place like any other: the first device there binds a number.
    @Test func evidenceThatPutsADeviceAtAPlaceBindsANumber() throws {
        var site = PoolTests.site()
        site.rules.append(RuleConfiguration(condition: .port(switch: "sw-2", port: "1"), location: "hq-3"))
        var harness = NodeHarness(site: site)
        harness.advance(by: .seconds(1))
        try harness.register([("2001", "10.1.2.7")])
        harness.advance(by: .seconds(20))
        #expect(harness.node.elins.row(of: PoolTests.first) == nil)
        let row = EvidenceSighting(
            device: .number("2001"), attachment: .port(SwitchPort(switch: "sw-2", port: "1")), at: harness.now.wall)
        _ = harness.ask(.importEvidence(EvidenceBatch(rows: [row], source: "import", by: "ann")))
        harness.advance(by: .milliseconds(10))
        #expect(harness.node.elins.row(of: PoolTests.first)?.binding?.place == PlaceKey("hq-3"))
        #expect(harness.node.elins.violations() == [])
    }
}
