import Alerting
import E911Values
import ELINEngine
import Testing

@testable import E911Service

/// Exports and their confirmation through the node.
@Suite struct ALIExportTests {
    static let first = PoolTests.first
    static let hq = TelephoneNumber("+13125550101")!

    /// A site whose records are fit to export, with a pool.
    static func site(_ ali: ELINPoolConfiguration.Publication = .export) -> SiteConfiguration {
        var site = PoolTests.site(ali)
        site.locations[0].address = [
            ("A1", "IL"), ("A3", "Chicago"), ("RD", "Main"), ("STS", "St"), ("HNO", "100"), ("PC", "60601"),
        ].map { LocationConfiguration.AddressField(name: $0.0, value: $0.1) }
        return site
    }

    private func harness(_ site: SiteConfiguration = site()) throws -> NodeHarness {
        var harness = NodeHarness(site: site)
        harness.advance(by: .seconds(1))
        try harness.register([("2001", "10.1.3.7")])
        harness.advance(by: .seconds(20))
        return harness
    }

    private func functions(_ export: ALIExport) -> [String] {
        export.records.map { "\($0.function.rawValue)\($0.elin.description.suffix(3))" }
    }

    @Test func aDifferenceIsWhatWasNotConfirmedYet() throws {
        var harness = try harness()
        let all = try harness.export(ALIExportRequest(isDifference: true, by: "a"))
        // Default, locations, the pool's number, test ELIN.
        #expect(functions(all) == ["I100", "I101", "I103", "I104", "I120", "I199"])
        #expect(all.number > 0)
        // Not confirmed: the same again.
        let again = try harness.export(ALIExportRequest(isDifference: true, by: "a"))
        #expect(functions(again) == functions(all) && again.number > all.number)
        // The first one is confirmed no more.
        #expect(try harness.finished(.aliConfirm(all.number, by: "a")).isRefused)
        #expect(harness.node.elins.use(of: Self.first, now: harness.now)?.state == .pending)
        #expect(try harness.finished(.aliConfirm(nil, by: "a")) == .confirmed(6))
        #expect(harness.node.elins.use(of: Self.first, now: harness.now)?.state == .confirmed)
        #expect(try functions(harness.export(ALIExportRequest(isDifference: true, by: "a"))) == [])
        // All of it is told as changes.
        #expect(try functions(harness.export(ALIExportRequest(by: "a"))).first == "C100")
        #expect(harness.node.elins.violations() == [])
    }

    @Test func anAddressThatChangesIsAChangeAndAPlaceThatGoesADelete() throws {
        var harness = try harness()
        _ = try harness.export(ALIExportRequest(by: "a"))
        #expect(try harness.finished(.aliConfirm(nil, by: "a")) == .confirmed(6))
        var site = Self.site()
        site.locations[1].elins = [TelephoneNumber("+13125550103")!]
        site.locations[2].address = [.init(name: "FLR", value: "3")]
        #expect(harness.ask(.apply(site, by: "a")) == .done)
        harness.advance(by: .seconds(1))
        let difference = try harness.export(ALIExportRequest(isDifference: true, by: "a"))
        #expect(functions(difference) == ["D104", "C120"])
        #expect(difference.records.last?[.location] == "Floor 3")
        #expect(try harness.finished(.aliConfirm(difference.number, by: "a")) == .confirmed(2))
        #expect(harness.node.elins.row(of: TelephoneNumber("+13125550104")!) == nil)
    }

    @Test func aNumberOnItsWayBackIsDeletedAndFreeWhenThatIsConfirmed() throws {
        var harness = try harness()
        _ = try harness.export(ALIExportRequest(by: "a"))
        _ = try harness.finished(.aliConfirm(nil, by: "a"))
        try harness.tell([("2001", "10.1.2.7", "10.1.3.7")], cseq: 2)
        harness.advance(by: .seconds(30 * 86_400))
        #expect(harness.node.elins.use(of: Self.first, now: harness.now)?.state == .leaving)
        let difference = try harness.export(ALIExportRequest(isDifference: true, by: "a"))
        #expect(functions(difference) == ["D120"])
        // A device comes while nobody knows whether the record is gone: the delete is carried through, then it is told anew.
        let place = try #require(harness.node.elins.index(of: PlaceKey("hq-3")))
        harness.node.elins.located(at: place, callServer: "main", now: harness.now)
        harness.receive(NodeHarness.invite("911", from: "2002", callID: "9", branch: "9", contact: "10.1.3.8:5060"))
        #expect(harness.journaled.last?.elin == Self.hq)
        #expect(try harness.finished(.aliConfirm(nil, by: "a")) == .confirmed(1))
        #expect(harness.node.elins.use(of: Self.first, now: harness.now)?.state == .pending)
        #expect(try functions(harness.export(ALIExportRequest(isDifference: true, by: "a"))) == ["I120"])
        #expect(harness.node.elins.violations() == [])
    }

    @Test func oneBadRecordStopsTheExportUnlessTheOthersAreWanted() throws {
        var site = Self.site()
        site.locations[1].address = [.init(name: "STS", value: "Boulevard")]
        var harness = try harness(site)
        let refused = try harness.export(ALIExportRequest(by: "a"))
        #expect(refused.records == [] && refused.number == 0)
        #expect(refused.problems.map(\.elin.description) == ["+13125550103", "+13125550104"].flatMap { [$0, $0] })
        #expect(try harness.finished(.aliConfirm(nil, by: "a")).isRefused)
        let check = try harness.export(ALIExportRequest(isCheck: true, by: "a"))
        #expect(check.number == 0 && check.problems == refused.problems && check.records.count == 4)
        let valid = try harness.export(ALIExportRequest(validOnly: true, by: "a"))
        #expect(functions(valid) == ["I100", "I101", "I120", "I199"])
        #expect(try harness.finished(.aliConfirm(valid.number, by: "a")) == .confirmed(4))
    }

    @Test func anExportIsAnsweredWhenTheStoreHasIt() throws {
        var harness = try harness()
        harness.storeWorks = false
        #expect(throws: NodeHarness.NoAnswer.self) { try harness.export(ALIExportRequest(by: "a")) }
        let before = harness.effects.count
        harness.persistWaiting()
        harness.persistWaiting()
        let answers = harness.effects[before...].filter { if case .answer = $0 { true } else { false } }
        #expect(answers.count == 1)
    }

    @Test func anExportThatTheStoreRefusesSaysSo() throws {
        var harness = try harness()
        harness.storeWorks = false
        #expect(throws: NodeHarness.NoAnswer.self) { try harness.export(ALIExportRequest(by: "a")) }
        for _ in 0..<3 { harness.persistWaiting(failure: "no such table") }
        let answers = harness.effects.compactMap { effect -> NodeAnswer? in
            if case .answer(let answer, _) = effect, answer.isRefused { answer } else { nil }
        }
        #expect(answers == [.refused(["the store refused the export: no such table"])])
    }

    @Test func withoutTheStoreNothingIsExportedOrConfirmed() throws {
        var state = StoredState()
        state.snapshot = Stamped(node: "a", counter: 1, row: Self.site())
        var harness = NodeHarness(restored: false)
        harness.command(.restore(state, storeAvailable: false))
        #expect(try harness.finished(.aliExport(ALIExportRequest())).isRefused)
        #expect(try harness.finished(.aliConfirm(nil, by: "a")).isRefused)
    }

    // MARK: Push

    private static func pushing() -> SiteConfiguration {
        var site = site(.push)
        site.ali = ALIConfiguration()
        site.ali?.push = WebhookConfiguration(url: "https://ali.example.com/records")
        return site
    }

    private func posts(_ harness: NodeHarness) -> [(post: WebhookPost, token: PostToken)] {
        harness.effects.compactMap { if case .post(let post, let token) = $0 { (post, token) } else { nil } }
    }

    @Test func aPushConfirmsANumberAndIsRepeatedUntilItDoes() throws {
        var harness = try harness(Self.pushing())
        let (post, token) = try #require(posts(harness).last)
        #expect(posts(harness).count == 1)
        let text = String(decoding: post.body, as: UTF8.self)
        #expect(text.contains(#""function":"I","elin":"+13125550120""#) && !text.contains("+13125550101"))
        #expect(harness.node.elins.use(of: Self.first, now: harness.now)?.state == .pending)
        harness.command(.posted(token, .temporary(reason: "503")))
        harness.advance(by: .milliseconds(900))
        #expect(posts(harness).count == 1)
        harness.advance(by: .milliseconds(200))
        let again = try #require(posts(harness).last)
        #expect(posts(harness).count == 2 && again.post == post && again.token != token)
        // An answer to the first attempt that comes late says nothing.
        harness.command(.posted(token, .delivered(providerAnswer: "200")))
        #expect(harness.node.elins.use(of: Self.first, now: harness.now)?.state == .pending)
        harness.command(.posted(again.token, .delivered(providerAnswer: "200")))
        harness.advance(by: .seconds(1))
        #expect(harness.node.elins.use(of: Self.first, now: harness.now)?.state == .confirmed)
        #expect(posts(harness).count == 2)
        #expect(harness.notes.filter { $0 == "ali.push-failed" }.count == 1)
        #expect(harness.node.elins.violations() == [])
    }

    @Test func aPushLeavesWhenTheStoreHasWhatIsTold() throws {
        var harness = NodeHarness(site: Self.pushing())
        harness.advance(by: .seconds(1))
        harness.storeWorks = false
        try harness.register([("2001", "10.1.3.7")])
        harness.advance(by: .seconds(20))
        #expect(posts(harness).isEmpty)
        for _ in 0..<4 {
            harness.persistWaiting()
            harness.advance(by: .milliseconds(1))
        }
        #expect(posts(harness).count == 1)
    }

    @Test func aRefusedRecordRestsAndIsToldAgain() throws {
        var harness = try harness(Self.pushing())
        harness.command(.posted(try #require(posts(harness).last).token, .permanent(reason: "422")))
        harness.advance(by: .seconds(899))
        #expect(posts(harness).count == 1)
        #expect(harness.notes.contains("ali.push-refused"))
        harness.advance(by: .seconds(2))
        #expect(posts(harness).count == 2)
    }

    @Test func aStartTellsAgainWhatNobodyConfirmed() throws {
        var state = StoredState()
        let record = ELINRecord(place: PlaceKey("hq-3"), digest: 1)
        state.elins = StoredELINs(
            rows: [
                ELINRow(
                    elin: Self.first,
                    binding: ELINBinding(
                        place: PlaceKey("hq-3"), pool: "downtown", boundAt: WallTime(milliseconds: 1)),
                    offer: ELINOffer(number: 5, function: .insert, record: record))
            ], counter: 3)
        var harness = NodeHarness(site: Self.pushing(), restoring: state)
        harness.advance(by: .seconds(1))
        #expect(posts(harness).count == 1)
        #expect(harness.node.elins.row(of: Self.first)?.offer?.number != 5)
    }
}

extension NodeAnswer {
    fileprivate var isRefused: Bool { if case .refused = self { true } else { false } }
}
