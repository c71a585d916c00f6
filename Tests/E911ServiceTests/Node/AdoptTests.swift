import E911Values
import SIPCore
import Testing

@testable import E911Service

/// A site that was made ready elsewhere takes the place of the one that answers.
@Suite struct AdoptTests {
    private func prepared(_ site: SiteConfiguration) throws -> PreparedSite {
        try PreparedSite.prepare(site, listeners: []).get()
    }

    private func counter(_ harness: inout NodeHarness) -> UInt64 {
        if case .site(_, let counter) = harness.ask(.site) { counter } else { 0 }
    }

    @Test func itAnswersAndIsKept() throws {
        var harness = NodeHarness()
        var site = NodeHarness.site()
        site.name = "Other"
        let edit = SiteEdit(by: "ann", action: "import", detail: "rules: 1 added", expected: counter(&harness))
        #expect(harness.ask(.adopt(try prepared(site), edit)) == .done)
        #expect(harness.node.site?.configuration == site)
        let kept = harness.effects.compactMap { effect -> SiteConfiguration? in
            if case .snapshot(let row) = effect { row.row } else { nil }
        }
        #expect(kept.last == site)
        let gone = harness.effects.contains {
            if case .discard(let old) = $0 { old.model.configuration == NodeHarness.site() } else { false }
        }
        #expect(gone)
    }

    @Test func whatWasMadeFromAnOlderSiteIsRefused() throws {
        var harness = NodeHarness()
        let before = counter(&harness)
        #expect(harness.ask(.apply(NodeHarness.site(), by: "ann")) == .done)
        let edit = SiteEdit(by: "bob", action: "import", expected: before)
        guard case .refused(let reasons) = harness.ask(.adopt(try prepared(NodeHarness.site()), edit)) else {
            Issue.record("an older site's change was taken over")
            return
        }
        #expect(reasons.first?.contains("changed in the meantime") == true)
        #expect(counter(&harness) > before)
    }

    @Test func aDeclaredSiteIsEditedOnlyByWhoTakesItOver() throws {
        var harness = NodeHarness()
        var declared = NodeHarness.site()
        declared.declared = true
        #expect(harness.ask(.apply(declared, by: "ann")) == .done)
        let edited = try prepared(NodeHarness.site())
        #expect(
            harness.ask(.adopt(edited, SiteEdit(by: "bob", action: "import"))) == .refused([SiteEdit.declaredElsewhere])
        )
        #expect(harness.node.site?.configuration.declared == true)
        #expect(harness.ask(.adopt(edited, SiteEdit(by: "bob", action: "import", takesOver: true))) == .done)
        #expect(harness.node.site?.configuration.declared == false)
        // A file may declare it again at any time.
        #expect(harness.ask(.apply(declared, by: "ann")) == .done)
    }

    @Test func whatDoesNotHoldTogetherIsNotMadeReady() {
        var site = NodeHarness.site()
        site.rules[0].location = "nowhere"
        #expect(throws: PreparedSite.Refusal.self) { try prepared(site) }
    }
}
