#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    /// How many calls a second each database commits: `E911_STORE_RATE=100000 swift test --filter StoreRate`, in a release build.
    struct StoreRateTests {
        private static let calls = ProcessInfo.processInfo.environment["E911_STORE_RATE"].flatMap { UInt64($0) }

        @Test(.enabled(if: calls != nil, "for E911_STORE_RATE"), arguments: StoreKind.here)
        func callsASecond(_ kind: StoreKind) throws {
            let calls = try #require(Self.calls)
            let place = try StorePlace(kind, isFlushed: true)
            let reports = Reports<StoreEvent>()
            let store = try place.open(StoreSettings()) { reports($0) }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            var batches = Batches()
            // As a node does it: a call, its lease and its alert, a thousand calls a batch at most.
            var waiting: [StoreBatch] = []
            for first in stride(from: 1, through: calls, by: 1000) {
                let numbers = first...min(first + 999, calls)
                waiting.append(
                    batches.batch(
                        calls: numbers.map { Sample.call($0) },
                        leases: numbers.map { Sample.lease($0, elin: "+1312555\(1000 + $0 % 500)") },
                        outbox: numbers.map { Sample.outbox($0) }))
            }
            let took = try ContinuousClock().measure {
                for (index, batch) in waiting.enumerated() {
                    store.persist(batch, token: PersistToken(rawValue: UInt64(index)))
                    // One batch on its way, as a node has it.
                    _ = try reports.wait { $0.persisted.contains(PersistToken(rawValue: UInt64(index))) }
                }
            }
            let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
            print("\(kind): \(Int(Double(calls) / seconds)) calls a second, with lease and alert each")
            store.close()
        }
    }
#endif
