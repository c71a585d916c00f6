import Alerting
import E911Values
import ELINEngine
import Testing

@testable import E911Service

/// Each change of a device's ELIN is told to whoever wants to know.
@Suite struct LocationPushTests {
    private func posts(_ harness: NodeHarness) -> [(text: String, token: PostToken)] {
        harness.effects.compactMap {
            if case .post(let post, let token) = $0 {
                (String(decoding: post.body, as: UTF8.self), token)
            } else {
                nil
            }
        }
    }

    private func harness(_ isOn: Bool = true) throws -> NodeHarness {
        var site = NodeHarness.site()
        if isOn { site.locationPush = WebhookConfiguration(url: "https://example.com/elins") }
        var harness = NodeHarness(site: site)
        harness.advance(by: .seconds(1))
        try harness.register([("2001", "10.1.2.7")])
        harness.advance(by: .seconds(20))
        return harness
    }

    private func answer(_ harness: inout NodeHarness, delivered: Bool = true) throws {
        let token = try #require(posts(harness).last).token
        harness.command(.posted(token, delivered ? .delivered(providerAnswer: "200") : .temporary(reason: "503")))
        harness.advance(by: .milliseconds(1))
    }

    @Test func offByDefault() throws {
        let harness = try harness(false)
        #expect(posts(harness).isEmpty)
    }

    @Test func aDeviceIsToldWhenItIsLocatedWhenItMovesAndWhenItGoes() throws {
        var harness = try harness()
        #expect(posts(harness).count == 1)
        let first = try #require(posts(harness).last).text
        #expect(first.contains(#""dn":"2001""#) && first.contains(#""location":"hq-2","elin":"+13125550103""#))
        #expect(first.contains(#""previous-elin":null"#))
        try answer(&harness)
        // The same again: nothing to tell, not even within the place.
        try harness.tell([("2001", "10.1.2.8", "10.1.2.7")], cseq: 2)
        harness.advance(by: .seconds(1000))
        #expect(posts(harness).count == 1)
        try harness.tell([("2001", "10.1.3.9", "10.1.2.7")], cseq: 3)
        harness.advance(by: .milliseconds(1))
        let second = try #require(posts(harness).last).text
        #expect(second.contains(#""location":"hq-3","elin":"+13125550105","previous-elin":"+13125550103""#))
        try answer(&harness)
        try harness.tell([("2001", nil, "10.1.2.7")], cseq: 4)
        harness.advance(by: .milliseconds(1))
        let last = try #require(posts(harness).last).text
        #expect(posts(harness).count == 3 && last.contains(#""elin":null,"previous-elin":"+13125550105""#))
    }

    @Test func whatWasNotTakenIsToldAgain() throws {
        var harness = try harness()
        try answer(&harness, delivered: false)
        harness.advance(by: .milliseconds(900))
        #expect(posts(harness).count == 1)
        harness.advance(by: .milliseconds(200))
        #expect(posts(harness).count == 2 && posts(harness)[0].text == posts(harness)[1].text)
        // It moves while that is under way.
        try harness.tell([("2001", "10.1.3.9", "10.1.2.7")], cseq: 2)
        harness.advance(by: .milliseconds(1))
        #expect(posts(harness).count == 2)
        try answer(&harness)
        #expect(try #require(posts(harness).last).text.contains(#""location":"hq-3""#))
    }

    @Test func aNewSiteTellsThoseWhoseELINIsAnother() throws {
        var harness = try harness()
        try answer(&harness)
        var site = NodeHarness.site()
        site.locationPush = WebhookConfiguration(url: "https://example.com/elins")
        site.locations[1].elins.swapAt(0, 1)
        #expect(harness.ask(.apply(site, by: "a")) == .done)
        harness.advance(by: .seconds(1))
        #expect(posts(harness).count == 2)
        #expect(try #require(posts(harness).last).text.contains(#""elin":"+13125550104""#))
    }
}
