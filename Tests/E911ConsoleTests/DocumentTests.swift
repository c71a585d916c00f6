#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Synchronization
    import Testing

    @testable import E911Console

    /// Accounts, tokens and floor plans of nodes that share a store.
    @Suite struct DocumentTests {
        /// A store in memory that can be away, and that can lose its answers.
        private final class Store: DocumentStore {
            struct Away: Error {}
            struct State {
                var documents: [String: StoredDocument] = [:]
                var version: Int64 = 0
                var isAway = false
                var losesAnswers = false
            }
            let state = Mutex(State())

            private func ask<Value: Sendable>(_ body: (inout State) -> Value) throws -> Value {
                try state.withLock { state in
                    guard !state.isAway else { throw Away() }
                    return body(&state)
                }
            }

            func versions(of prefix: String) throws -> [DocumentVersion] {
                try ask { state in
                    state.documents.filter { $0.key.hasPrefix(prefix) }.map {
                        DocumentVersion(key: $0.key, version: $0.value.version, isDeleted: $0.value.payload == nil)
                    }
                }
            }

            func document(_ key: String) throws -> StoredDocument? { try ask { $0.documents[key] } }

            func write(_ key: String, _ payload: [UInt8]?, replacing version: Int64?) throws -> Int64? {
                let written = try ask { state -> Int64? in
                    guard state.documents[key]?.version == version else { return nil }
                    state.version += 1
                    state.documents[key] = StoredDocument(version: state.version, payload: payload)
                    return state.version
                }
                if state.withLock({ $0.losesAnswers }) { throw Away() }
                return written
            }
        }

        private static func accounts(_ state: AccountsState = AccountsState()) -> Accounts {
            Accounts(state, clock: { 1000 }, save: { _ in })
        }

        /// An account without the work of a password.
        private static func person(_ name: String, _ role: Role, password: String = "scrypt") -> Account {
            Account(name: name, role: role, password: password, screenPops: [], changedAt: 1)
        }

        private static func put(_ account: Account, _ accounts: Accounts) {
            accounts.share { state in
                state.accounts.removeAll { $0.name == account.name }
                state.accounts.append(account)
            }
        }

        private static func agree(_ accounts: Accounts, _ store: Store) throws -> DocumentMirror.Outcome {
            try DocumentMirror(local: SharedAccounts(accounts: accounts), store: store).agree()
        }

        @Test func anAccountOfOneNodeIsGoodAtTheOther() async throws {
            let (store, a, b) = (Store(), Self.accounts(), Self.accounts())
            #expect(b.firstRun != nil)
            try await a.put(name: "ann", role: .administrator, password: "correct horse", screenPops: ["security"])
            let (_, token) = try a.makeToken(name: "pager", role: .readOnly, by: "ann", expiresAt: nil)
            #expect(try Self.agree(a, store).stored == ["access/account/ann", "access/token/\(token.id)"])
            #expect(try Self.agree(b, store).taken == ["access/account/ann", "access/token/\(token.id)"])
            #expect(b.firstRun == nil, "nobody else becomes the first administrator")
            #expect(b.accounts == a.accounts && b.tokens == a.tokens)
            let (cookie, _) = try await b.logIn(name: "ann", password: "correct horse", source: "x")
            #expect(b.identity(cookie: cookie)?.role == .administrator)
            // Nothing moves any more.
            for node in [a, b, a] { #expect(try Self.agree(node, store) == DocumentMirror.Outcome()) }

            // Another password at the one ends the sessions at the other.
            try await a.put(name: "ann", role: .administrator, password: "other horse", screenPops: [])
            _ = try Self.agree(a, store)
            _ = try Self.agree(b, store)
            #expect(b.identity(cookie: cookie) == nil)
            _ = try await b.logIn(name: "ann", password: "other horse", source: "x")
        }

        @Test func whatIsRemovedIsGoneOnBothAndWhatIsLostComesBack() throws {
            let store = Store()
            let (a, b) = (Self.accounts(), Self.accounts())
            for name in ["ann", "bob"] { Self.put(Self.person(name, .administrator), a) }
            _ = try Self.agree(a, store)
            _ = try Self.agree(b, store)
            try b.remove(name: "bob")
            #expect(try Self.agree(b, store).stored == ["access/account/bob"])
            _ = try Self.agree(a, store)
            #expect(a.accounts.map(\.name) == ["ann"])
            // accounts.json was moved away: that is no removal.
            let new = Self.accounts()
            _ = try Self.agree(new, store)
            _ = try Self.agree(a, store)
            #expect(new.accounts.map(\.name) == ["ann"] && a.accounts.map(\.name) == ["ann"])
            // One was lost alone.
            b.share { $0.accounts = [] }
            _ = try Self.agree(b, store)
            #expect(b.accounts.map(\.name) == ["ann"])
            // A name that was removed can be given again.
            Self.put(Self.person("bob", .readOnly), a)
            _ = try Self.agree(a, store)
            _ = try Self.agree(b, store)
            #expect(b.accounts.first { $0.name == "bob" }?.role == .readOnly)
        }

        /// Who changes first in the store is right, and the other one is told.
        @Test func ofTwoChangesTheOneThatReachesTheStoreIsTrue() throws {
            let (store, a, b) = (Store(), Self.accounts(), Self.accounts())
            Self.put(Self.person("ann", .administrator), a)
            _ = try Self.agree(a, store)
            _ = try Self.agree(b, store)
            store.state.withLock { $0.isAway = true }
            Self.put(Self.person("ann", .administrator, password: "of a"), a)
            Self.put(Self.person("ann", .administrator, password: "of b"), b)
            #expect(throws: (any Error).self) { try Self.agree(a, store) }
            store.state.withLock { $0.isAway = false }
            #expect(try Self.agree(b, store).stored == ["access/account/ann"])
            #expect(try Self.agree(a, store).lost == ["access/account/ann"])
            #expect(a.accounts == b.accounts && a.accounts.first?.password == "of b")
            #expect(try Self.agree(b, store) == DocumentMirror.Outcome())
        }

        /// The store has it, and its answer was lost: it is not taken for somebody else's.
        @Test func aLostAnswerOfTheStoreLosesNothing() throws {
            let (store, a) = (Store(), Self.accounts())
            Self.put(Self.person("ann", .administrator), a)
            store.state.withLock { $0.losesAnswers = true }
            #expect(throws: (any Error).self) { try Self.agree(a, store) }
            store.state.withLock { $0.losesAnswers = false }
            #expect(try Self.agree(a, store) == DocumentMirror.Outcome())
            Self.put(Self.person("ann", .administrator, password: "new"), a)
            #expect(try Self.agree(a, store).stored == ["access/account/ann"])
        }

        /// The store was made anew.
        @Test func aNewStoreGetsWhatANodeHas() throws {
            let a = Self.accounts()
            Self.put(Self.person("ann", .administrator), a)
            for store in [Store(), Store()] {
                #expect(try Self.agree(a, store).stored == ["access/account/ann"])
                #expect(try Self.agree(a, store) == DocumentMirror.Outcome())
            }
        }

        /// A role that this version does not know is nobody's, and nothing else suffers from it.
        @Test func whatCannotBeReadIsLeftAsItIs() throws {
            let (store, a) = (Store(), Self.accounts())
            Self.put(Self.person("ann", .administrator), a)
            _ = try store.write("access/account/bob", Array(#"{"name":"bob","role":"emperor"}"#.utf8), replacing: nil)
            let outcome = try Self.agree(a, store)
            #expect(outcome.stored == ["access/account/ann"] && outcome.unreadable == ["access/account/bob"])
            #expect(a.accounts.map(\.name) == ["ann"])
            // It is not asked for again.
            let next = try DocumentMirror(local: SharedAccounts(accounts: a), store: store).agree(
                unreadable: outcome.unreadableVersions)
            #expect(next.isEmpty)
            // What somebody was allowed before he is not any more, when nobody knows what he may now.
            Self.put(Self.person("eve", .securityDesk), a)
            _ = try Self.agree(a, store)
            let version = try #require(try store.document("access/account/eve")?.version)
            _ = try store.write(
                "access/account/eve", Array(#"{"name":"eve","role":"guest"}"#.utf8), replacing: version)
            #expect(try Self.agree(a, store).unreadable.contains("access/account/eve"))
            #expect(a.accounts.map(\.name) == ["ann"])
        }

        /// A token under another one's key, as often as it comes, is no token.
        @Test func aTokenUnderAnotherKeyIsLeftAsItIs() throws {
            let (store, a) = (Store(), Self.accounts())
            Self.put(Self.person("ann", .administrator), a)
            let (_, token) = try a.makeToken(name: "pager", role: .readOnly, by: "ann", expiresAt: nil)
            _ = try Self.agree(a, store)
            let payload = try #require(try store.document("access/token/\(token.id)")?.payload)
            _ = try store.write("access/token/other", payload, replacing: nil)
            for _ in 1...3 { #expect(try Self.agree(a, store).unreadable == ["access/token/other"]) }
            #expect(a.tokens.count == 1)
        }

        /// The database was brought back from an older copy: what was removed since stays removed.
        @Test func anOlderStoreBringsNothingBack() throws {
            let (store, a, b) = (Store(), Self.accounts(), Self.accounts())
            for name in ["ann", "bob"] { Self.put(Self.person(name, .administrator), a) }
            for node in [a, b] { _ = try Self.agree(node, store) }
            let copy = store.state.withLock { $0.documents }
            try a.remove(name: "bob")
            Self.put(Self.person("ann", .administrator, password: "new"), a)
            for node in [a, b] { _ = try Self.agree(node, store) }
            store.state.withLock { $0.documents = copy }
            #expect(try Self.agree(b, store).kept == ["access/account/ann", "access/account/bob"])
            for node in [a, b, a] { _ = try Self.agree(node, store) }
            #expect(a.accounts == b.accounts && a.accounts.map(\.name) == ["ann"])
            #expect(a.accounts.first?.password == "new")
        }

        @Test func twoNodesDoNotRemoveEachOthersLastAdministrator() throws {
            let (store, a, b) = (Store(), Self.accounts(), Self.accounts())
            for name in ["ann", "bob"] { Self.put(Self.person(name, .administrator), a) }
            for node in [a, b] { _ = try Self.agree(node, store) }
            try a.remove(name: "bob")
            try b.remove(name: "ann")
            for node in [a, b, a, b] { _ = try Self.agree(node, store) }
            #expect(a.accounts == b.accounts && !a.accounts.isEmpty)
            for node in [a, b] { #expect(try Self.agree(node, store).isEmpty) }
        }

        /// Two nodes that are changed and asked in any order come to the same.
        @Test func anyOrderComesToTheSame() throws {
            for seed in 1...50 as ClosedRange<UInt64> {
                var random = SeededGenerator(seed: seed)
                let (store, nodes) = (Store(), [Self.accounts(), Self.accounts()])
                Self.put(Self.person("root", .administrator), nodes[0])
                for step in 0..<60 {
                    let node = nodes[Int.random(in: 0..<2, using: &random)]
                    let name = ["ann", "bob"][Int.random(in: 0..<2, using: &random)]
                    store.state.withLock { $0.losesAnswers = step % 7 == 3 }
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: Self.put(Self.person(name, .readOnly, password: "\(step)"), node)
                    case 1: try? node.remove(name: name)
                    default: _ = try? Self.agree(node, store)
                    }
                }
                store.state.withLock { $0.losesAnswers = false }
                for node in nodes + nodes { _ = try Self.agree(node, store) }
                #expect(
                    nodes[0].accounts == nodes[1].accounts && nodes[0].accounts.contains { $0.name == "root" },
                    "\(seed)")
                for node in nodes { #expect(try Self.agree(node, store) == DocumentMirror.Outcome(), "\(seed)") }
            }
        }

        // MARK: Floor plans

        private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

        @Test func aFloorPlanOfOneNodeIsShownByTheOther() async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("e911d-plans-\(UUID())")
            defer { try? FileManager.default.removeItem(at: folder) }
            let store = Store()
            let nodes = ["a", "b"].map { FloorPlans(folder: folder.appendingPathComponent($0).path) }
            func agree(_ index: Int) throws -> DocumentMirror.Outcome {
                try DocumentMirror(local: SharedFloorPlans(plans: nodes[index]), store: store).agree()
            }
            try await nodes[0].write(Self.png + [1], for: "hq/2")
            #expect(try agree(0).stored == ["floor-plan/hq/2"])
            #expect(try agree(1).taken == ["floor-plan/hq/2"])
            #expect(try await nodes[1].read("hq/2")?.octets == Self.png + [1])
            for index in [0, 1] { #expect(try agree(index) == DocumentMirror.Outcome()) }

            try await nodes[1].write(Self.png + [2, 3], for: "hq/2")
            _ = try agree(1)
            _ = try agree(0)
            #expect(try await nodes[0].read("hq/2")?.octets == Self.png + [2, 3])

            #expect(try await nodes[0].remove("hq/2"))
            #expect(try await nodes[0].list().isEmpty)
            _ = try agree(0)
            _ = try agree(1)
            #expect(try await nodes[1].list().isEmpty)
            for index in [0, 1] { #expect(try agree(index) == DocumentMirror.Outcome()) }

            // A file that was lost comes back, and nothing that can hold a script is taken.
            try await nodes[0].write(Self.png, for: "hq")
            _ = try agree(0)
            try FileManager.default.removeItem(atPath: nodes[0].path("hq"))
            #expect(try agree(0).taken == ["floor-plan/hq"])
            _ = try store.write("floor-plan/page", Array("<script>".utf8), replacing: nil)
            #expect(try agree(0).unreadable == ["floor-plan/page"])
            #expect(try await nodes[0].list() == ["hq"])
        }
    }
#endif
