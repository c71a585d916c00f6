import Alerting
import E911Service
import E911Values
import ELINEngine
import Testing

@testable import E911Simulation

/// The rules of the store that two nodes share.
@Suite struct SharedStoreTests {
    private let store = SharedStore(site: SiteConfiguration(name: "test"))

    private func key(_ counter: UInt64, _ node: String = "a", at time: Int64 = 0) -> RecordKey {
        RecordKey(time: WallTime(milliseconds: time), node: node, counter: counter)
    }

    private func call(_ counter: UInt64, _ outcome: CallRecord.Outcome = .answered) -> StoredRow {
        var record = CallRecord(key: key(counter), kind: .emergency)
        record.outcome = outcome
        return .call(record)
    }

    private func elin(_ number: UInt64 = 13_125_550_100) -> TelephoneNumber {
        guard let elin = TelephoneNumber(digits: number) else { preconditionFailure("no number") }
        return elin
    }

    private func lease(_ call: RecordKey) -> StoredRow {
        let time = WallTime(milliseconds: 0)
        return .lease(
            LeaseRecord(
                elin: elin(), call: call, callServer: "main", device: "", callerDN: "\(call.counter)", place: "",
                takenAt: time, expiresAt: time))
    }

    private func stamped(_ node: String, _ counter: UInt64, _ row: StoredRow, changedAt: UInt64? = nil) -> Stamped<
        StoredRow
    > {
        Stamped(node: node, counter: counter, changedAt: changedAt, row: row)
    }

    @discardableResult
    private func commit(_ rows: [Stamped<StoredRow>], _ feed: StoreFeed = .calls, writer: UInt64? = nil)
        -> SharedStore.Outcome
    {
        let node = rows[0].node
        let writer = writer ?? store.open(feed, node: node)
        return store.commit(rows, to: feed, node: node, writer: writer, at: .zero)
    }

    private func since(_ counters: (String, UInt64)...) -> [StoredState.NodeCounter] {
        counters.map { StoredState.NodeCounter(node: $0.0, counter: $0.1) }
    }

    @Test func aReaderGetsEachRowOnceInTheOrderOfItsNode() {
        for counter in 1...7 as ClosedRange<UInt64> { commit([stamped("a", counter * 10, call(counter))]) }
        commit([stamped("b", 5, call(100))])
        var position: UInt64 = 0
        var read: [UInt64] = []
        while true {
            let rows = store.changes(in: .calls, since: since(("a", position), ("b", UInt64(Int64.max))), limit: 3)
            read += rows.map(\.counter)
            position = rows.last?.counter ?? position
            if rows.count < 3 { break }
        }
        #expect(read == [10, 20, 30, 40, 50, 60, 70])
        #expect(store.changes(in: .calls, since: since(("a", 70)), limit: 10).map(\.node) == ["b"])
        #expect(store.changes(in: .site, since: [], limit: 10).isEmpty, "the site that was there is known to all")
    }

    @Test func aRowThatIsWrittenOverComesByItsLaterCounterOnly() {
        commit([stamped("a", 1, call(1)), stamped("a", 2, call(2))])
        commit([stamped("a", 3, call(1, .acknowledged))])
        let rows = store.changes(in: .calls, since: [], limit: 10)
        #expect(rows.map(\.counter) == [2, 3])
        // From the journal again, as it was before its ACK.
        commit([stamped("a", 4, call(1))])
        #expect(store.calls.map(\.outcome) == [.acknowledged, .answered])
    }

    @Test func thousandsOfChangesOfTheSameRowsAreForgotten() {
        let writer = store.open(.calls, node: "a")
        for counter in 1...5000 as ClosedRange<UInt64> {
            commit([stamped("a", counter, .node(NodeRow(name: "a")))], writer: writer)
        }
        #expect(store.changes(in: .calls, since: [], limit: 10).map(\.counter) == [5000])
        var table = ChangeTable(limit: 100)
        for counter in 1...1000 as ClosedRange<UInt64> { table.put(stamped("a", counter, call(counter))) }
        #expect(table.all.count <= 100 && table.all.last?.counter == 1000)
    }

    /// A million devices do not make calls old.
    @Test func onlyRowsThatMayGoAreCounted() {
        var table = ChangeTable(limit: 100)
        for counter in 1...50 as ClosedRange<UInt64> { table.put(stamped("a", counter, call(counter))) }
        for counter in 51...400 as ClosedRange<UInt64> {
            table.put(stamped("a", counter, .node(NodeRow(name: "node \(counter)"))))
        }
        #expect(table.count == 400 && table.all.first?.counter == 1)
    }

    @Test func whatIsGivenAgainIsKnownAndAnOldSessionIsRefused() {
        let first = store.open(.calls, node: "a")
        #expect(commit([stamped("a", 1, call(1))], writer: first) == .committed)
        let second = store.open(.calls, node: "a")
        #expect(commit([stamped("a", 1, call(1))], writer: second) == .known)
        #expect(commit([stamped("a", 2, call(2))], writer: first) == .refused)
        #expect(commit([stamped("a", 2, call(2))], writer: second) == .committed)
        // Feeds and nodes have sessions of their own.
        _ = store.open(.site, node: "a")
        _ = store.open(.calls, node: "b")
        #expect(commit([stamped("a", 3, call(3))], writer: second) == .committed)
        #expect(store.calls.count == 3 && store.repetitions == 1 && store.refused == 1 && store.faults == [])
    }

    @Test func rowsThatAReaderWouldMissAreFound() {
        let writer = store.open(.calls, node: "a")
        commit([stamped("a", 5, call(1))], writer: writer)
        commit([stamped("a", 4, call(2)), stamped("a", 6, call(3))], writer: writer)
        #expect(store.faults.count == 1)
        commit([stamped("a", 8, call(2)), stamped("a", 7, call(3))], writer: writer)
        #expect(store.faults.count == 2)
    }

    @Test func theLaterCallHasTheELINWhoeverWritesLast() {
        commit([stamped("a", 10, lease(key(20, "a")))])
        commit([stamped("b", 11, lease(key(19, "b")))])
        #expect(store.load(for: "a").leases.map(\.callerDN) == ["20"])
        commit([stamped("b", 12, lease(key(20, "b")))])
        #expect(store.load(for: "a").leases.map(\.call.node) == ["b"])
    }

    @Test func theLaterChangeOfAnELINHolds() {
        let row = ELINRow(elin: elin())
        commit([stamped("a", 10, .elin(row), changedAt: 9)])
        commit([stamped("b", 20, .deletedELIN(elin()), changedAt: 8)])
        #expect(store.load(for: "a").elins?.rows.count == 1)
        commit([stamped("b", 21, .deletedELIN(elin()), changedAt: 10)])
        let elins = store.load(for: "a").elins
        #expect(elins?.rows.isEmpty == true && elins?.counter == 10)
    }

    @Test func allRowsOfAnOpenAlertAreLoaded() {
        func row(_ counter: UInt64, settled: Bool) -> StoredRow {
            .outbox(OutboxRow(key: key(counter), isSettled: settled, payload: []))
        }
        commit([stamped("a", 1, row(1, settled: false)), stamped("a", 2, row(2, settled: true))])
        commit([stamped("b", 1, row(1, settled: true)), stamped("b", 2, row(2, settled: true))])
        let state = store.load(for: "a")
        #expect((state.outbox + state.peerOutbox).map(\.isSettled) == [false, true])
    }

    @Test func aStartReadsItsCallsAndHowFarEachFeedHasCome() {
        commit([stamped("a", 3, call(3)), stamped("a", 4, call(1))])
        commit([stamped("b", 9, .node(NodeRow(name: "b")))])
        commit([stamped("b", 7, .deletedDevice("x"))], .site)
        let state = store.load(for: "a")
        #expect(state.calls.map(\.key.counter) == [1, 3])
        #expect(state.site?.name == "test")
        #expect(state.counters == since(("a", 4), ("b", 9)))
        #expect(
            state.read == [.init(.calls, since(("a", 4), ("b", 9))), .init(.site, since(("b", 7)))])
        #expect(store.has(key(3)) && !store.has(key(9)))
    }
}
