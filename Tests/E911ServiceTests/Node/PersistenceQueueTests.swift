import E911Values
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
