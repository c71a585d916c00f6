import E911Values
import ELINEngine
import Locations
import Testing

@testable import E911Service

/// How rows wait for the store.
@Suite struct PersistenceQueueTests {
    private func key(_ number: Int) -> RecordKey {
        RecordKey(time: WallTime(milliseconds: 1), node: "a", counter: UInt64(number))
    }

    /// A call with its lease and its alert.
    private func put(_ number: Int, _ queue: inout PersistenceQueue) throws {
        var call = CallRecord(key: key(number), kind: .emergency)
        call.elin = TelephoneNumber(digits: 13_120_000_000 + UInt64(number))
        call.leaseSeconds = 1200
        queue.put(call, journal: JournalToken(rawValue: UInt64(number)))
        queue.put(try #require(call.lease))
        queue.put(OutboxRow(key: key(number), isSettled: false, payload: []))
    }

    @Test func aBacklogLeavesInBatchesThatHaveWholeCalls() throws {
        let most = PersistenceQueue.batchCalls
        var queue = PersistenceQueue(node: "a")
        for number in 1...(2 * most + 10) { try put(number, &queue) }
        // An early call changes while it waits.
        queue.put(CallRecord(key: key(1), kind: .test))
        var sizes: [Int] = []
        var forgotten: [JournalToken] = []
        var counters: [UInt64] = []
        while let (batch, token) = queue.batches().first {
            let more = queue.batches()
            #expect(more.isEmpty, "one is on its way")
            sizes.append(batch.calls.count)
            #expect(batch.leases.map(\.row.call) == batch.calls.map(\.row.key))
            let late = sizes.count == 3 ? [key(1)] : []
            #expect(batch.outbox.map(\.row.key) == batch.calls.map(\.row.key) + late)
            counters += batch.outbox.map(\.counter)
            if sizes.count == 1 {
                #expect(batch.calls.first?.row.kind == .test)
                queue.put(OutboxRow(key: key(1), isSettled: true, payload: []))
            }
            if let through = queue.committed(token) { forgotten.append(through) }
        }
        #expect(sizes == [most, most, 10])
        #expect(forgotten == [JournalToken(rawValue: UInt64(2 * most + 10))], "with the last of them")
        #expect(counters == counters.sorted())
    }

    /// A start takes a call from the journal, with its lease and its alert, only if the store does not have it.
    @Test func aRefusedCallIsNotCommittedLaterWithoutItsLease() throws {
        var queue = PersistenceQueue(node: "a")
        try put(1, &queue)
        let (refused, token) = try #require(queue.batches().first)
        #expect(refused.leases.count == 1)
        // Its outcome comes while it is on its way, and once more behind the refusal.
        queue.put(CallRecord(key: key(1), kind: .emergency))
        queue.rejected(token)
        queue.put(CallRecord(key: key(1), kind: .emergency))
        try put(2, &queue)
        let (next, last) = try #require(queue.batches().first)
        #expect(next.calls.map(\.row.key) == [key(2)] && next.leases.map(\.row.call) == [key(2)])
        let through = queue.committed(last)
        #expect(through == nil, "the journal is kept")
        #expect(queue.waiting == 0)
    }

    /// The store has the call already: what comes later makes it good.
    @Test func aRefusedChangeOfACallDoesNotLoseIt() throws {
        var queue = PersistenceQueue(node: "a")
        try put(1, &queue)
        _ = queue.committed(try #require(queue.batches().first).1)
        queue.put(CallRecord(key: key(1), kind: .emergency))
        queue.rejected(try #require(queue.batches().first).1)
        queue.put(CallRecord(key: key(1), kind: .test))
        #expect(try #require(queue.batches().first).0.calls.map(\.row.kind) == [.test])
    }

    @Test func norIsOneThatFoundNoRoom() throws {
        var queue = PersistenceQueue(node: "a", waitingCalls: 2)
        for number in 1...3 { try put(number, &queue) }
        let (first, token) = try #require(queue.batches().first)
        #expect(first.calls.count == 2)
        _ = queue.committed(token)
        queue.put(CallRecord(key: key(3), kind: .emergency))
        let rest = queue.batches()
        #expect(rest.allSatisfy { $0.0.calls.isEmpty })
    }

    @Test func whatDoesNotFitStaysInTheJournal() throws {
        var queue = PersistenceQueue(node: "a", waitingCalls: 20)
        for number in 1...25 { try put(number, &queue) }
        var calls = 0
        while let (batch, token) = queue.batches().first {
            calls += batch.calls.count
            let through = queue.committed(token)
            #expect(through == nil)
        }
        #expect(calls == 20)
    }

    @Test func aBacklogIsToldAtEachDoublingAndAgainAfterItIsGone() throws {
        var queue = PersistenceQueue(node: "a")
        var told: [Int] = []
        for _ in 1...2 {
            var number = 0
            while queue.waiting < 5 * PersistenceQueue.alarmAt {
                number += 1
                try put(number, &queue)
                if let rows = queue.newAlarm() { told.append(rows / 1000) }
            }
            while let (_, token) = queue.batches().first { _ = queue.committed(token) }
            let alarm = queue.newAlarm()
            #expect(alarm == nil)
        }
        #expect(told == [10, 20, 40, 10, 20, 40])
    }

    /// Rows change while they wait and while others are on their way; a reader asks now and then for what is behind the last
    /// counter that it has read.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func whoReadsByCountersMissesNothing(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var queue = PersistenceQueue(node: "a", batchCalls: 3)
        // What the store has, by key, and what the reader has of it.
        var stored: [String: Stamped<String>] = [:]
        var read: [String: String] = [:]
        var seen: UInt64 = 0
        func look() {
            for (key, row) in stored.filter({ $0.value.counter > seen }) { read[key] = row.row }
            seen = stored.values.map(\.counter).max() ?? 0
        }
        var onItsWay: [(StoreBatch, PersistToken)] = []
        for step in 1...400 {
            let number = Int.random(in: 1...12, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                var call = CallRecord(key: key(number), kind: .emergency)
                call.callID = "\(step)"
                queue.put(call)
            case 2: queue.put(OutboxRow(key: key(number), isSettled: false, payload: Array("\(step)".utf8)))
            case 3:
                let elin = try #require(TelephoneNumber(digits: 13_125_550_100 + UInt64(number)))
                if Bool.random(using: &random) { queue.put(ELINRow(elin: elin)) } else { queue.deleteELIN(elin) }
            case 4:
                let port = SwitchPort(switch: "s", port: "\(step)")
                queue.put(
                    EvidenceRow(
                        EvidenceSighting(
                            device: .mac(MACAddress(bits: UInt64(number))), attachment: .port(port),
                            at: WallTime(milliseconds: 1), source: "test")))
            case 5: onItsWay += queue.batches()
            case 6:
                guard !onItsWay.isEmpty else { continue }
                let (batch, token) = onItsWay.remove(at: Int.random(in: 0..<onItsWay.count, using: &random))
                for feed in StoreFeed.allCases {
                    let rows = batch.rows(of: feed)
                    #expect(rows.allSatisfy { $0.changedAt <= $0.counter })
                    // One feed is enough: each is read for itself.
                    guard feed == .calls else { continue }
                    for row in rows {
                        let key = Self.key(of: row.row)
                        #expect(row.counter > stored[key]?.counter ?? 0)
                        stored[key] = Stamped(node: "a", counter: row.counter, row: "\(row.row)")
                    }
                }
                _ = queue.committed(token)
            default: look()
            }
        }
        look()
        #expect(read == stored.mapValues(\.row))
        #expect(!read.isEmpty)
    }

    private static func key(of row: StoredRow) -> String {
        switch row {
        case .call(let call): "call \(call.key)"
        case .outbox(let row): "outbox \(row.key)"
        case .elin(let row): "\(row.elin)"
        case .deletedELIN(let number): "\(number)"
        default: ""
        }
    }

    @Test func anotherClockOnlyPutsTheCounterForward() {
        var queue = PersistenceQueue(node: "a")
        queue.begin(after: 10, now: WallTime(milliseconds: 0))
        queue.follow(100)
        queue.follow(50)
        #expect(queue.nextKey(WallTime(milliseconds: 0)).counter == 101)
    }

    @Test func rowsAreTakenInTheOrderOfTheirFirstChange() {
        var rows = WaitingRows<Int, String>()
        func row(_ counter: UInt64) -> Stamped<String> { Stamped(node: "a", counter: counter, row: "\(counter)") }
        #expect(rows.first == nil)
        rows.put(1, row(1))
        rows.put(2, row(2))
        rows.put(1, row(3))
        let isThird = rows.put(3, row(4), limit: 2)
        let isSecond = rows.put(2, row(5), limit: 2)
        #expect((isThird, isSecond) == (false, true))
        var taken = [rows.take(before: 1), rows.take(before: 2)]
        #expect(rows.first == 2)
        rows.put(1, row(6))
        taken += [rows.take(5), rows.take()]
        #expect(taken == [[], [row(3)], [row(5), row(6)], []])
        #expect(rows.isEmpty)
    }
}
