import Alerting
import E911Values
import Locations
import SIPCore
import Testing

@testable import E911Service

/// Evidence of ports and access points in the node: for calls, devices and over a restart.
@Suite struct NodeEvidenceTests {
    private static let port = SwitchPort(switch: "sw-2", port: "Gi1/0/7")

    private static func site() -> SiteConfiguration {
        var site = NodeHarness.site()
        site.rules.append(RuleConfiguration(condition: .port(switch: "sw-2", port: "Gi1/0/7"), location: "hq-3"))
        site.evidenceFreshness = 3600
        return site
    }

    private func sighting(_ harness: NodeHarness, ago: Int64 = 0, dn: String = "2001") -> EvidenceSighting {
        EvidenceSighting(
            device: .number(dn), attachment: .port(Self.port),
            at: WallTime(milliseconds: harness.now.wall.milliseconds - ago * 1000))
    }

    private func give(_ harness: inout NodeHarness, _ rows: [EvidenceSighting]) throws -> NodeAnswer {
        let before = harness.effects.count
        #expect(
            harness.ask(.importEvidence(EvidenceBatch(rows: rows, source: "import evidence.csv", by: "ann"))) == nil)
        harness.advance(by: .milliseconds(1))
        for effect in harness.effects[before...] {
            if case .answer(let answer, _) = effect { return answer }
        }
        throw Missing()
    }

    private struct Missing: Error {}

    @Test func aCallIsPlacedByThePortThatThePhoneWasSeenOn() throws {
        var harness = NodeHarness(site: Self.site())
        try harness.register([("2001", "10.1.2.7")])
        var report = EvidenceReport()
        report.added = 1
        #expect(try give(&harness, [sighting(harness, ago: 60)]) == .evidenceTaken(report))
        #expect(harness.notes.contains("evidence.imported"))
        harness.receive(NodeHarness.invite("911"))
        #expect(harness.last?.first(.pAssertedIdentity).map { String($0) } == "<sip:+13125550105@192.0.2.10>")
        let call = try #require(harness.calls().first)
        #expect(call.location == "hq-3" && call.rule == "switch port Gi1/0/7 of sw-2, seen 1 min ago")
        guard case .devices(let devices, _) = harness.ask(.devices(after: nil, limit: 10)) else { throw Missing() }
        #expect(devices.first?.location == "hq-3" && devices.first?.evidenceSeconds == 60)
        #expect(devices.first?.confidence == "high")
    }

    @Test func evidenceThatIsTooOldLosesToTheSubnet() throws {
        var harness = NodeHarness(site: Self.site())
        try harness.register([("2001", "10.1.2.7")])
        _ = try give(&harness, [sighting(harness, ago: 3601)])
        harness.receive(NodeHarness.invite("911"))
        #expect(harness.calls().first?.location == "hq-2")
    }

    @Test func anUnknownCallerIsPlacedByItToo() throws {
        var harness = NodeHarness(site: Self.site())
        _ = try give(&harness, [sighting(harness, dn: "7777")])
        harness.receive(NodeHarness.invite("911", from: "7777", contact: "172.16.0.1:5060"))
        #expect(harness.calls().first?.location == "hq-3")
    }

    @Test func aBadBatchChangesNothingAndNamesItsRows() throws {
        var harness = NodeHarness(site: Self.site())
        let answer = try give(&harness, [sighting(harness), sighting(harness, ago: -1000, dn: "2002")])
        guard case .evidenceRefused(let problems, let count) = answer else { throw Missing() }
        #expect(count == 1 && problems.map(\.row) == [1] && problems.map(\.field) == [.time])
        #expect(harness.ask(.evidence(from: 0, limit: 10)) == .evidence([], next: nil))
    }

    @Test func rowsGoToTheStoreAndComeBackAtTheNextStart() throws {
        var harness = NodeHarness(site: Self.site())
        _ = try give(&harness, [sighting(harness, ago: 60), sighting(harness, dn: "2002")])
        var batches = harness.effects.compactMap { if case .persist(let batch, _) = $0 { batch } else { nil } }
        #expect(batches.flatMap(\.evidence).map(\.row.key) == ["port number 2001", "port number 2002"])
        #expect(batches.flatMap(\.audit).contains { $0.row.action == "import evidence" && $0.row.who == "ann" })
        var stored = StoredState()
        stored.evidence = batches.flatMap(\.evidence).map(\.row.sighting)
        harness.forget()
        harness.command(
            .query(
                .importEvidence(
                    EvidenceBatch(rows: [sighting(harness, dn: "2002")], replaces: true, source: "s", by: "ann")),
                QueryToken(rawValue: 2)))
        harness.advance(by: .milliseconds(1))
        batches = harness.effects.compactMap { if case .persist(let batch, _) = $0 { batch } else { nil } }
        #expect(batches.flatMap(\.deletedEvidence).map(\.row) == ["port number 2001"])

        var again = NodeHarness(site: Self.site(), restoring: stored)
        guard case .evidence(let rows, nil) = again.ask(.evidence(from: 0, limit: 10)) else { throw Missing() }
        #expect(rows == stored.evidence && rows.first?.source == "import evidence.csv")
    }

    @Test func whatHasNoRoomAtAStartIsTold() {
        var stored = StoredState()
        stored.evidence = (1...3).map { number in
            EvidenceSighting(
                device: .number("\(number)"), attachment: .port(Self.port), at: WallTime(milliseconds: 0))
        }
        let harness = NodeHarness(restoring: stored) { $0.evidenceRows = 2 }
        #expect(harness.notes.contains("evidence.full"))
    }

    @Test func importsWaitForEachOtherAndNotForEver() throws {
        var harness = NodeHarness(site: Self.site())
        for number in 1...6 as ClosedRange<UInt64> {
            harness.command(
                .query(
                    .importEvidence(EvidenceBatch(rows: [sighting(harness)], source: "\(number)", by: "ann")),
                    QueryToken(rawValue: number)))
        }
        harness.advance(by: .milliseconds(1))
        var answers: [UInt64: NodeAnswer] = [:]
        for case .answer(let answer, let token) in harness.effects { answers[token.rawValue] = answer }
        #expect(answers[5] == .refused(["other imports are running; try again"]) && answers[6] == answers[5])
        guard case .evidenceTaken(let last) = answers[4] else { throw Missing() }
        #expect(last.unchanged == 1)
        var unrestored = NodeHarness(restored: false)
        #expect(
            unrestored.ask(.importEvidence(EvidenceBatch(rows: [], source: "", by: "")))
                == .refused(["the node has not read its state yet"]))
    }

    @Test func aShutdownRefusesWhatWaits() {
        var harness = NodeHarness(site: Self.site())
        harness.command(
            .query(
                .importEvidence(EvidenceBatch(rows: [sighting(harness)], source: "s", by: "ann")),
                QueryToken(rawValue: 3)))
        harness.command(.shutdown)
        #expect(harness.effects.contains(.answer(.refused(["the node is shutting down"]), QueryToken(rawValue: 3))))
    }
}

/// Devices that are not at the site.
@Suite struct NodeOffPremisesTests {
    private static func site() -> SiteConfiguration {
        var site = NodeHarness.site()
        site.offPremises = OffPremisesConfiguration(location: "remote")
        site.locations.append(
            LocationConfiguration(id: "remote", name: "Off premises", contacts: ["desk"], isOffPremises: true))
        site.recipients.append(RecipientConfiguration(name: "desk", email: "desk@example.com"))
        return site
    }

    private func mails(_ harness: NodeHarness) -> [String: String] {
        var found: [String: String] = [:]
        for case .deliver(let delivery) in harness.effects {
            found[delivery.recipient] = "\(delivery.message.subject)\n\(delivery.message.text)"
        }
        return found
    }

    @Test func theCallIsAnsweredWithTheDefaultELINAndSaysSo() throws {
        var harness = NodeHarness(site: Self.site())
        try harness.register([("2001", "203.0.113.77")])
        harness.forget()
        harness.receive(NodeHarness.invite("911", contact: "203.0.113.77:5060"))
        #expect(harness.last?.status == 302)
        // No record names a place that nobody knows.
        #expect(harness.last?.first(.pAssertedIdentity).map { String($0) } == "<sip:+13125550100@192.0.2.10>")
        let call = try #require(harness.calls().first)
        #expect(call.flags == [.offPremises, .defaultELIN] && call.location == "remote")
        #expect(harness.notes.contains("call.off-premises"))
        let mail = try #require(mails(harness)["desk"])
        #expect(mail.contains("[OFF-PREMISES]") && mail.contains("not at the site"))
        guard case .devices(let devices, _) = harness.ask(.devices(after: nil, limit: 10)) else { return }
        #expect(devices.first?.isOffPremises == true && devices.first?.isLocated == true)
    }

    @Test func aCallWithoutEvidenceRaisesAnAlarm() {
        var harness = NodeHarness(site: Self.site())
        harness.receive(NodeHarness.invite("911", from: "7777", contact: "172.16.0.1:5060"))
        #expect(harness.notes.contains("call.unlocated") && !harness.notes.contains("call.off-premises"))
    }

    @Test func theAlertSaysWhoHasJudgedTheAddressAndGoesToTheContactsOfThePlace() throws {
        var site = Self.site()
        site.locations[0].validation = Validation(
            state: .invalid, who: "Ann", when: WallTime(milliseconds: 1_795_000_000_000))
        site.locations[1].contacts = ["desk"]
        site.locations[1].address = [.init(name: "FLR", value: "2")]
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911", from: "7777", contact: "10.1.2.9:5060"))
        let sent = mails(harness)
        #expect(sent["desk"]?.contains("invalid, by Ann, 2026-11-18") == true, "\(sent)")
        #expect(sent["security"] != nil)
    }

    @Test func unlocatedDevicesRaiseAnAlarmOnceAndItsEndIsTold() throws {
        var harness = NodeHarness()
        try harness.register((1...3).map { (dn: "200\($0)", ip: "172.16.0.\($0)") })
        harness.advance(by: .seconds(60))
        #expect(harness.notes.count { $0 == "devices.unlocated" } == 1)
        var site = NodeHarness.site()
        site.rules.append(RuleConfiguration(condition: .prefix(IPPrefix("172.16.0.0/16")!), location: "hq"))
        harness.forget()
        #expect(harness.ask(.apply(site, by: "ann")) == .done)
        harness.advance(by: .milliseconds(10))
        #expect(harness.notes.contains("devices.located") && !harness.notes.contains("devices.unlocated"))
    }
}
