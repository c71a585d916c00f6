import E911Values
import Synchronization
import Testing

@testable import E911Service

/// Of two nodes one is given a site at a time.
@Suite struct EditTurnsTests {
    private final class Store: DocumentStore {
        struct Away: Error {}
        /// Milliseconds.
        let now = Mutex<Int64>(1_000_000)
        private let documents = Mutex<[String: StoredDocument]>([:])
        /// Runs in between what one node reads and what it writes.
        let between = Mutex<(@Sendable () -> Void)?>(nil)
        let isAway = Mutex(false)

        func clock() -> WallTime { WallTime(milliseconds: now.withLock { $0 }) }
        func versions(of prefix: String) -> [DocumentVersion] { [] }
        func document(_ key: String) throws -> StoredDocument? {
            if isAway.withLock({ $0 }) { throw Away() }
            defer { between.withLock { $0.take() }?() }
            return documents.withLock { $0[key] }
        }
        func write(_ key: String, _ payload: [UInt8]?, replacing version: Int64?) -> Int64? {
            let now = now.withLock {
                $0 += 1; return $0 * 1000
            }
            return documents.withLock { documents in
                guard documents[key]?.version == version else { return nil }
                documents[key] = StoredDocument(version: now, payload: payload)
                return now
            }
        }
    }

    private let store = Store()

    private func turns(_ node: String) -> EditTurns {
        EditTurns(node: node, documents: store, clock: { [store] in store.clock() })
    }

    @Test func anEditFromTheSameSiteIsRefusedUntilTheOthersHasCome() throws {
        let (a, b) = (turns("a"), turns("b"))
        #expect(try a.take(base: 5) == nil)
        #expect(try b.take(base: 5) == "a")
        // Its own next edit, of a site that was refused perhaps.
        #expect(try a.take(base: 5) == nil)
        // What the other one was given has come over.
        #expect(try b.take(base: 6) == nil)
        #expect(try a.take(base: 6) == "b")
        #expect(try a.take(base: 5) == "b")
    }

    /// The other node took its turn, and its site was no site: nobody waits for it for long.
    @Test func anEditThatNeverCameIsForgotten() throws {
        let (a, b) = (turns("a"), turns("b"))
        #expect(try a.take(base: 5) == nil)
        store.now.withLock { $0 += 9_000 }
        #expect(try b.take(base: 5) == "a")
        store.now.withLock { $0 += 2_000 }
        #expect(try b.take(base: 5) == nil)
    }

    /// The node refused what it was given.
    @Test func anEditThatIsWithdrawnIsNotWaitedFor() throws {
        let (a, b) = (turns("a"), turns("b"))
        #expect(try a.take(base: 5) == nil)
        try b.withdraw()
        #expect(try b.take(base: 5) == "a")
        try a.withdraw()
        #expect(try b.take(base: 5) == nil)
    }

    @Test func aClockThatIsSetBackKeepsNobodyWaiting() throws {
        #expect(try turns("a").take(base: 5) == nil)
        store.now.withLock { $0 -= 100_000 }
        #expect(try turns("b").take(base: 5) == nil)
    }

    @Test func ofTwoAtOnceOneIsRefused() throws {
        let (a, b) = (turns("a"), turns("b"))
        store.between.withLock { $0 = { _ = try? b.take(base: 5) } }
        #expect(try a.take(base: 5) == "b")
    }

    @Test func withoutTheStoreNobodyKnows() {
        store.isAway.withLock { $0 = true }
        #expect(throws: (any Error).self) { try turns("a").take(base: 5) }
    }
}
