import E911Values
import ELINEngine
import Locations
import SIPCore
import Testing

@testable import E911Service

/// What one node of a pair is told, both answer from (contract section 7).
@Suite struct PairSiteTests {
    private func adopt(_ node: PairRig.Node, _ name: String, in rig: inout PairRig) throws {
        var site = NodeHarness.site()
        site.name = name
        let prepared = try PreparedSite.prepare(site, listeners: []).get()
        #expect(rig[node].ask(.adopt(prepared, SiteEdit(by: "ann", action: "apply"))) == .done)
    }

    private func name(_ node: PairRig.Node, in rig: PairRig) -> String? { rig[node].node.site?.configuration.name }

    @Test(arguments: PairRig.Node.allCases) func aSiteThatOneNodeIsGivenAnswersAtBoth(_ node: PairRig.Node) throws {
        var rig = PairRig()
        try adopt(node, "Other", in: &rig)
        rig.run(.seconds(1))
        #expect(name(node.other, in: rig) == "Other")
        #expect(rig.a.node.siteCounter == rig.b.node.siteCounter)
        let kept = rig[node.other].effects.compactMap { effect -> Stamped<SiteConfiguration>? in
            if case .snapshot(let row) = effect { row } else { nil }
        }
        #expect(kept.last?.row.name == "Other" && kept.last?.counter == rig.a.node.siteCounter)
        // An edit that was made from it is taken there.
        var site = NodeHarness.site()
        site.name = "Third"
        let edit = SiteEdit(by: "bob", action: "import", expected: rig.a.node.siteCounter)
        let answer = rig[node.other].ask(.adopt(try PreparedSite.prepare(site, listeners: []).get(), edit))
        #expect(answer == .done)
        rig.run(.seconds(1))
        #expect(name(node, in: rig) == "Third")
    }

    /// While the store was away each was given another one: the later one is true on both, as it is in the store.
    @Test(arguments: PairRig.Node.allCases) func ofTwoSitesTheLaterOneIsTrue(_ node: PairRig.Node) throws {
        var rig = PairRig()
        rig.isCut = true
        rig.run(.seconds(5))
        try adopt(node, "Earlier", in: &rig)
        rig.run(.seconds(1))
        try adopt(node.other, "Later", in: &rig)
        rig.isCut = false
        rig.run(.seconds(2))
        #expect(name(.a, in: rig) == "Later" && name(.b, in: rig) == "Later")
    }

    @Test func theStatusCountsTheCallsOfBoth() throws {
        var rig = PairRig()
        rig.call(.a, from: "2001", callID: "c1")
        rig.call(.b, from: "2002", callID: "c2")
        rig.run(.seconds(2))
        for node in PairRig.Node.allCases {
            guard case .status(let status)? = rig[node].ask(.status) else {
                Issue.record("no status")
                continue
            }
            #expect(status.calls == 2 && status.leases == 2)
        }
    }

    /// One node binds; else one number could stand for two places.
    @Test func whatTheFirstNodeBindsIsKnownToTheOther() throws {
        var rig = PairRig(site: PoolTests.site(.perCall))
        for node in PairRig.Node.allCases { try rig[node].register([("2001", "10.1.3.7")]) }
        rig.run(.seconds(3))
        for node in PairRig.Node.allCases {
            #expect(rig[node].node.elins.row(of: PoolTests.first)?.binding?.place == PlaceKey("hq-3"))
        }
        let written = rig.b.effects.contains { effect in
            if case .persist(let batch, _) = effect {
                !batch.elins.isEmpty || !batch.deletedELINs.isEmpty
            } else {
                false
            }
        }
        #expect(!written && !rig.b.node.elins.isOpen && rig.a.node.elins.isOpen)
        rig.call(.b, from: "2001", at: "10.1.3.7", callID: "c1")
        #expect(rig.calls(.b).last?.elin == PoolTests.first)
        guard case .refused(let reasons)? = rig.b.ask(.aliConfirm(1, by: "ann")) else {
            Issue.record("not refused")
            return
        }
        #expect(reasons.first?.contains("ask a") == true, "\(reasons)")
        #expect(rig.a.node.elins.violations() == [] && rig.b.node.elins.violations() == [])
    }

    private static let second = TelephoneNumber("+13125550121")!

    private func binds(_ rig: PairRig) -> [PairRig.Node] {
        PairRig.Node.allCases.filter { rig[$0].node.elins.isOpen }
    }

    private func place(of elin: TelephoneNumber, _ node: PairRig.Node, _ rig: PairRig) -> String? {
        rig[node].node.elins.row(of: elin)?.binding?.place.rawValue
    }

    /// The first node stands still: the other one binds, and what was bound holds behind it.
    @Test func theOtherNodeBindsWhileTheFirstOneIsGone() throws {
        var site = PoolTests.site(.perCall)
        let index = try #require(site.locations.firstIndex { $0.id == "hq-2" })
        site.locations[index].elins = []
        site.locations[index].usesPool = true
        var rig = PairRig(site: site)
        for node in PairRig.Node.allCases { try rig[node].register([("2001", "10.1.3.7")]) }
        rig.run(.seconds(3))
        #expect(binds(rig) == [.a])
        rig.stop(.a)
        try rig.b.register([("2001", "10.1.3.7"), ("2002", "10.1.2.7")], cseq: 2)
        rig.run(.seconds(9))
        #expect(!rig.b.node.elins.isOpen && place(of: Self.second, .b, rig) == nil)
        rig.run(.seconds(4))
        #expect(rig.b.node.elins.isOpen && rig.notes(.b).contains("pair.leads"))
        #expect(place(of: PoolTests.first, .b, rig) == "hq-3" && place(of: Self.second, .b, rig) == "hq-2")
        #expect(rig.b.ask(.aliConfirm(1, by: "ann")) == nil, "it is under way")
        rig.thaw(.a)
        // What it does first in the moment when it goes on is to stop binding.
        #expect(!rig.a.node.elins.isOpen)
        rig.run(.seconds(5))
        #expect(binds(rig).count == 1)
        for node in PairRig.Node.allCases {
            #expect(place(of: PoolTests.first, node, rig) == "hq-3" && place(of: Self.second, node, rig) == "hq-2")
            #expect(rig[node].node.elins.violations() == [])
        }
    }

    /// Nobody knows what the other one binds: neither does, and calls are answered with what is bound.
    @Test func nobodyBindsWhileTheStoreIsAway() throws {
        var rig = PairRig(site: PoolTests.site(.perCall))
        for node in PairRig.Node.allCases { try rig[node].register([("2001", "10.1.3.7")]) }
        rig.run(.seconds(3))
        rig.isCut = true
        rig.run(.seconds(8))
        #expect(binds(rig).isEmpty)
        guard case .refused(let reasons)? = rig.a.ask(.aliConfirm(1, by: "ann")) else {
            Issue.record("not refused")
            return
        }
        #expect(reasons.first?.contains("try again") == true)
        rig.call(.a, from: "2001", at: "10.1.3.7", callID: "c1")
        #expect(rig.calls(.a).last?.elin == PoolTests.first)
        rig.isCut = false
        rig.run(.seconds(5))
        #expect(binds(rig) == [.a])
        #expect(rig.a.node.elins.violations() == [] && rig.b.node.elins.violations() == [])
    }

    @Test func whereTheNetworkSawAPhoneIsKnownToBoth() throws {
        var site = NodeHarness.site()
        site.rules.append(RuleConfiguration(condition: .port(switch: "sw-2", port: "Gi1/0/7"), location: "hq-3"))
        var rig = PairRig(site: site)
        func seen(_ number: String) -> EvidenceSighting {
            EvidenceSighting(
                device: .number(number), attachment: .port(SwitchPort(switch: "sw-2", port: "Gi1/0/7")),
                at: rig.a.now.wall,
                source: "")
        }
        func give(_ rows: [EvidenceSighting], replaces: Bool) {
            _ = rig.b.ask(.importEvidence(EvidenceBatch(rows: rows, replaces: replaces, source: "", by: "ann")))
            rig.run(.seconds(1))
        }
        give([seen("2001"), seen("2002")], replaces: false)
        #expect(rig.a.node.sightings.count == 2)
        rig.call(.a, from: "2001", callID: "c1")
        #expect(rig.calls(.a).last?.location == "hq-3")
        give([seen("2002")], replaces: true)
        #expect(rig.a.node.sightings.count == 1)
        rig.call(.a, from: "2001", callID: "c2")
        #expect(rig.calls(.a).last?.location == "hq-2")
    }
}
