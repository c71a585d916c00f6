import E911Values
import ELINEngine
import SIPCore
import Testing

@testable import E911Service

/// Numbers of pools through the node: bound as devices come to a place, kept over restarts, sent when confirmed.
@Suite struct PoolTests {
    static let first = TelephoneNumber("+13125550120")!

    static func site(_ ali: ELINPoolConfiguration.Publication = .export) -> SiteConfiguration {
        var site = NodeHarness.site()
        site.pools = [
            ELINPoolConfiguration(
                name: "downtown",
                numbers: [ClosedNumberRange(first: first, last: TelephoneNumber("+13125550129")!)], ali: ali)
        ]
        site.callServers[0].pool = "downtown"
        site.locations[2].elins = []
        site.locations[2].usesPool = true
        return site
    }

    private func stored(_ harness: NodeHarness) -> StoredELINs {
        var rows: [TelephoneNumber: ELINRow] = [:]
        var counter: UInt64 = 0
        for case .persist(let batch, _) in harness.effects {
            for row in batch.elins {
                rows[row.row.elin] = row.row
                counter = max(counter, row.counter)
            }
            for row in batch.deletedELINs {
                rows[row.row] = nil
                counter = max(counter, row.counter)
            }
        }
        return StoredELINs(rows: Array(rows.values), counter: counter)
    }

    private func copies(_ harness: NodeHarness) -> [StoredELINs] {
        harness.effects.compactMap { if case .rememberELINs(let elins) = $0 { elins } else { nil } }
    }

    @Test func theFirstDeviceOfAPlaceBindsANumberAndAConfirmedRecordSendsIt() throws {
        var harness = NodeHarness(site: Self.site())
        harness.advance(by: .seconds(1))
        try harness.register([("2001", "10.1.3.7"), ("2002", "10.1.3.8")])
        harness.advance(by: .seconds(20))
        #expect(harness.node.elins.row(of: Self.first)?.binding?.place == PlaceKey("hq-3"))
        #expect(harness.notes.filter { $0 == "elin.bound" }.count == 1)
        #expect(harness.node.elins.devices(at: PlaceKey("hq-3")) == 2)
        #expect(stored(harness).rows.map(\.elin) == [Self.first])
        #expect(copies(harness).last?.rows.map(\.elin) == [Self.first])
        // Pending: the number of the place around it is sent.
        harness.receive(NodeHarness.invite("911", from: "2001", callID: "1", branch: "1", contact: "10.1.3.7:5060"))
        #expect(harness.journaled.last?.elin == TelephoneNumber("+13125550101"))
        let record = ELINRecord(place: PlaceKey("hq-3"), digest: 1)
        let isOffered = harness.node.elins.offer(
            ELINOffer(number: 9, function: .insert, record: record), of: Self.first)
        #expect(isOffered)
        harness.node.elins.confirm(Self.first, offer: 9, now: harness.now)
        harness.receive(NodeHarness.invite("911", from: "2002", callID: "2", branch: "2", contact: "10.1.3.8:5060"))
        #expect(harness.journaled.last?.elin == Self.first)
        #expect(harness.node.elins.violations() == [])
    }

    @Test func aPoolThatTheGatewayIsToldOfForEachCallNeedsNoRecord() throws {
        var harness = NodeHarness(site: Self.site(.perCall))
        try harness.register([("2001", "10.1.3.7")])
        harness.receive(NodeHarness.invite("911", from: "2001", callID: "1", branch: "1", contact: "10.1.3.7:5060"))
        #expect(harness.journaled.last?.elin == Self.first)
    }

    @Test func aMoveLeavesThePlaceIdleAndADeviceBringsItBack() throws {
        var harness = NodeHarness(site: Self.site())
        harness.advance(by: .seconds(1))
        try harness.register([("2001", "10.1.3.7")])
        harness.advance(by: .seconds(20))
        try harness.tell([("2001", "10.1.2.7", "10.1.3.7")], cseq: 2)
        #expect(harness.node.elins.row(of: Self.first)?.binding?.idleSince != nil)
        try harness.tell([("2001", "10.1.3.9", "10.1.3.7")], cseq: 3)
        #expect(harness.node.elins.row(of: Self.first)?.binding?.idleSince == nil)
        try harness.tell([("2001", "10.1.2.7", "10.1.3.7")], cseq: 4)
        harness.advance(by: .seconds(30 * 86_400))
        // Nobody was told of it, so it is free at once.
        #expect(harness.node.elins.row(of: Self.first) == nil)
        #expect(harness.notes.contains("elin.returned"))
        #expect(harness.node.elins.violations() == [])
    }

    @Test func aNewSiteCountsTheDevicesAnewAndBindsWhatItNeeds() throws {
        var site = Self.site()
        site.locations[2].usesPool = false
        var harness = NodeHarness(site: site)
        try harness.register([("2001", "10.1.3.7")])
        harness.advance(by: .seconds(20))
        #expect(harness.node.elins.row(of: Self.first) == nil)
        #expect(harness.ask(.apply(Self.site(), by: "a")) == .done)
        harness.advance(by: .seconds(1))
        #expect(harness.node.elins.row(of: Self.first)?.binding?.place == PlaceKey("hq-3"))
        #expect(harness.node.elins.devices(at: PlaceKey("hq-3")) == 1)
        #expect(harness.node.elins.violations() == [])
    }

    @Test func aStartTakesTheNewerOfStoreAndCopy() {
        func row(_ place: String) -> ELINRow {
            ELINRow(
                elin: Self.first,
                binding: ELINBinding(
                    place: PlaceKey(place), pool: "downtown", boundAt: WallTime(milliseconds: 1_795_524_000_000)),
                published: ELINRecord(place: PlaceKey(place), digest: 1))
        }
        for (storedCounter, copyCounter, place) in [(5, 9, "hq-3"), (9, 5, "hq-2")] as [(UInt64, UInt64, String)] {
            var state = StoredState()
            state.elins = StoredELINs(rows: [row("hq-2")], counter: storedCounter)
            state.elinsCopy = StoredELINs(rows: [row("hq-3")], counter: copyCounter)
            let harness = NodeHarness(site: Self.site(), restoring: state)
            #expect(harness.node.elins.row(of: Self.first)?.binding?.place == PlaceKey(place))
            #expect(harness.node.elins.isOpen)
            // What the store lacks is given to it.
            #expect(stored(harness).rows.isEmpty == (storedCounter > copyCounter))
        }
    }

    @Test func withoutItsStoreAStartSendsWhatTheCopyKnowsAndBindsNothing() throws {
        var state = StoredState()
        state.snapshot = Stamped(node: "a", counter: 1, row: Self.site())
        state.elinsCopy = StoredELINs(
            rows: [
                ELINRow(
                    elin: Self.first,
                    binding: ELINBinding(
                        place: PlaceKey("hq-3"), pool: "downtown", boundAt: WallTime(milliseconds: 1)),
                    published: ELINRecord(place: PlaceKey("hq-3"), digest: 1))
            ], counter: 4)
        var harness = NodeHarness(restored: false)
        harness.command(.restore(state, storeAvailable: false))
        harness.advance(by: .seconds(1))
        #expect(!harness.node.elins.isOpen)
        harness.receive(NodeHarness.invite("911", from: "2001", callID: "1", branch: "1", contact: "10.1.3.7:5060"))
        #expect(harness.journaled.last?.elin == Self.first)
        #expect(stored(harness).rows.isEmpty)
        // The store comes: the part with the site says nothing of ELINs, the other part does.
        var site = StoredState()
        site.site = Self.site()
        harness.command(.restore(site, storeAvailable: true))
        #expect(!harness.node.elins.isOpen)
        var calls = StoredState()
        calls.elins = StoredELINs(rows: state.elinsCopy?.rows ?? [], counter: 4)
        harness.command(.restore(calls, storeAvailable: true))
        #expect(harness.node.elins.isOpen)
        #expect(harness.node.elins.row(of: Self.first)?.binding?.place == PlaceKey("hq-3"))
        #expect(harness.node.elins.violations() == [])
    }

    @Test func rowsAreReadAsTheyWereWritten() {
        let record = ELINRecord(place: PlaceKey("hq-3"), digest: .max)
        let rows = [
            ELINRow(elin: Self.first, published: record),
            ELINRow(
                elin: Self.first,
                binding: ELINBinding(
                    place: PlaceKey("hq-3"), pool: "", boundAt: WallTime(milliseconds: -5),
                    idleSince: WallTime(milliseconds: 0), isLeaving: true),
                offer: ELINOffer(number: 0, function: .delete, record: ELINRecord(place: PlaceKey(""), digest: 0))),
        ]
        for row in rows {
            let octets = row.encoded()
            #expect(ELINRow(encoded: octets.span) == row)
            for count in 0..<octets.count {
                // Damage never traps; a torn row is none, or a shorter one.
                _ = ELINRow(encoded: Array(octets.prefix(count)).span)
            }
        }
        let all = StoredELINs(rows: rows, counter: 77)
        #expect(StoredELINs(encoded: all.encoded().span) == all)
        #expect(StoredELINs(encoded: [1, 1, 9].span) == nil)
    }
}
