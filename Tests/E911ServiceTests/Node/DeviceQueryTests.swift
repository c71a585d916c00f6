import E911Values
import Locations
import Testing

@testable import E911Service

/// Questions about many devices, and what becomes of their rows.
@Suite struct DeviceQueryTests {
    private func preview(_ harness: inout NodeHarness, _ choices: FilterChoices) -> [String] {
        var (found, after): ([String], String?) = ([], nil)
        repeat {
            guard
                case .devices(let page, let next) = harness.ask(
                    .filterPreview(callServer: "main", choices, after: after, limit: 1))
            else { return ["no answer"] }
            found += page.map(\.dn)
            after = next
        } while after != nil
        return found.sorted()
    }

    @Test func aPreviewSaysWhomFiltersHitAndChangesNothing() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7"), ("2002", "10.1.3.8"), ("9001", "10.1.3.9")])
        var choices = FilterChoices()
        choices.rows = [FilterChoices.Row(ip: "^10\\.1\\.3\\.", username: "^9"), FilterChoices.Row(username: "1$")]
        #expect(preview(&harness, choices) == ["2001", "9001"])
        choices.mode = .include
        #expect(preview(&harness, choices) == ["2002"])
        #expect(harness.node.registry.counts().filtered == 0)

        choices.rows = [FilterChoices.Row(ip: "(")]
        guard
            case .refused(let reasons) = harness.ask(.filterPreview(callServer: "main", choices, after: nil, limit: 9))
        else { throw Missing("a refusal") }
        #expect(reasons.count == 1 && reasons[0].hasPrefix("filters.rows[0].ip: '(' is no regular expression"))
        #expect(
            harness.ask(.filterPreview(callServer: "x", choices, after: nil, limit: 9))
                == .refused(["there is no call server 'x'"]))
    }

    private struct Missing: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    @Test func listedPhonesThatNeverRegisteredAreNamed() throws {
        var site = NodeHarness.site()
        site.callServers[0].subscription.aors = [
            "sip:2001@example.com", "sip:2002@example.com", "sip:2003@EXAMPLE.com", "sip:2004@example.com",
        ]
        var harness = NodeHarness(site: site)
        try harness.register([("2001", "10.1.2.7"), ("2003", "10.1.2.8")])
        #expect(
            harness.ask(.neverSeen(callServer: "main", after: 0, limit: 2))
                == .addressesOfRecord(["sip:2002@example.com"], next: 2))
        #expect(
            harness.ask(.neverSeen(callServer: "main", after: 2, limit: 1000))
                == .addressesOfRecord(["sip:2004@example.com"], next: nil))
        // One that has gone has been there.
        try harness.tell([("2001", nil, "10.1.2.7")], cseq: 2)
        #expect(
            harness.ask(.neverSeen(callServer: "main", after: 0, limit: 1)) == .addressesOfRecord([], next: 1))
        #expect(
            harness.ask(.neverSeen(callServer: "x", after: -1, limit: 0)) == .refused(["there is no call server 'x'"]))
    }

    private func record(_ user: Int, callServer: String = "main", retired seconds: Int? = nil) -> DeviceRecord {
        var record = DeviceRecord(
            callServer: callServer, aor: "sip:\(user)@example.com", contactURI: "sip:\(user)@10.1.2.7",
            registeredAt: WallTime(milliseconds: 1_795_500_000_000))
        record.ip = IPAddress("10.1.2.7")
        if let seconds {
            record.state = .retired
            record.retiredAt = WallTime(milliseconds: 1_795_524_214_000 - Int64(seconds) * 1000)
        }
        return record
    }

    private func deleted(_ harness: NodeHarness) -> [String] {
        harness.effects.flatMap { effect -> [String] in
            if case .persist(let batch, _) = effect { batch.deletedDevices.map(\.row) } else { [] }
        }.sorted()
    }

    @Test func rowsThatNobodyAsksAboutGo() {
        var state = StoredState()
        let (kept, over, foreign) = (record(1, retired: 3600), record(2, retired: 90_000), record(3, callServer: "old"))
        state.devices = [record(0), kept, over, foreign].map(\.row)
        state.devices.append(DeviceRow(payload: [1, 200]))
        var harness = NodeHarness(restoring: state)
        harness.advance(by: .milliseconds(10))
        #expect(deleted(harness) == [over.key, foreign.key].sorted())
        #expect(harness.node.registry.counts().total == 2)
        #expect(harness.notes.contains("store.unreadable"))
    }

    /// Without a site nobody knows whose they are.
    @Test func noRowGoesWhileThereIsNoSite() {
        var harness = NodeHarness(restored: false)
        var state = StoredState()
        state.devices = [record(0), record(2, retired: 90_000)].map(\.row)
        harness.command(.restore(state, storeAvailable: true))
        harness.advance(by: .milliseconds(10))
        #expect(deleted(harness) == [])
    }

    @Test func aStoreThatIsOpenedLateGivesItsDevicesASliceATime() throws {
        var harness = NodeHarness()
        try harness.register([("5", "10.1.3.5")])
        var state = StoredState()
        state.devices = (0..<1000).map { record($0).row }
        harness.command(.restore(state, storeAvailable: true))
        #expect(harness.node.registry.counts().total == 1)
        #expect(harness.node.nextDeadline.map { $0 <= harness.now.monotonic } == true)
        harness.advance(by: .zero)
        #expect(harness.node.registry.counts().total == 1001)
        let tree = try #require(harness.node.site?.tree)
        let place = try #require(tree.erls.firstIndex { $0.id.rawValue == "hq-2" })
        #expect(harness.node.devicePlaces.count(at: place) == 1000)
    }
}
