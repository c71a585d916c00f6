#if Daemon
    public import E911Service
    import Synchronization

    /// Keeps accounts, tokens and floor plans of nodes that share a store the same.
    public final class DocumentExchange: Sendable {
        /// Between two questions to the store.
        public static let interval = Duration.seconds(2)

        private let accounts: Accounts
        private let floorPlans: FloorPlans
        private let store: any DocumentStore
        private let note: @Sendable (Note) -> Void
        private let told = Mutex(Told())

        /// What need not be asked for, or told, again.
        private struct Told {
            var unreadable: [String: Int64] = [:]
            var failed: [String: String] = [:]
            /// The store did not answer the last time.
            var isAway = false
        }

        /// - Parameter floorPlans: their folder.
        public init(
            accounts: Accounts, floorPlans: String, store: any DocumentStore, note: @escaping @Sendable (Note) -> Void
        ) {
            self.accounts = accounts
            self.floorPlans = FloorPlans(folder: floorPlans)
            self.store = store
            self.note = note
        }

        /// Asks the store now.
        ///
        /// - Returns: whether it answered.
        public func agree() async -> Bool {
            do {
                if !accounts.isClosed { try await agree(SharedAccounts(accounts: accounts)) }
                try await agree(SharedFloorPlans(plans: floorPlans))
                if wasAway(nowAway: false) {
                    note(Note(.notice, "documents.recovered", "Accounts and floor plans are those of all nodes again"))
                }
                return true
            } catch {
                if !wasAway(nowAway: true) {
                    note(
                        Note(
                            .alarm, "documents.failing",
                            "The shared store cannot be asked for accounts and floor plans; those of this node are in force",
                            [.init("reason", "\(error)")]))
                }
                return false
            }
        }

        private func wasAway(nowAway: Bool) -> Bool {
            told.withLock { told in
                defer { told.isAway = nowAway }
                return told.isAway
            }
        }

        private func agree(_ local: some LocalDocuments) async throws {
            let unreadable = told.withLock { $0.unreadable }
            let outcome = try await BlockingWork.run { [store] in
                try DocumentMirror(local: local, store: store).agree(unreadable: unreadable)
            }
            let failed = told.withLock { told in
                told.unreadable.merge(outcome.unreadableVersions) { _, new in new }
                let news = outcome.failed.filter { told.failed[$0.key] != $0.value }
                told.failed = told.failed.filter { !$0.key.hasPrefix(local.prefix) }
                    .merging(outcome.failed) { _, new in new }
                return news
            }
            for (keys, level, code, text) in [
                (outcome.taken, Note.Level.notice, "documents.taken", "Taken over as another node has changed it"),
                (outcome.stored, .info, "documents.stored", "Given to the other nodes"),
                (
                    outcome.lost, .alarm, "documents.lost",
                    "Changed here and, meanwhile, by another node: what was changed here is lost"
                ),
                (
                    outcome.unreadable, .alarm, "documents.unreadable",
                    "What another node has written cannot be read here; nobody may what it says, or said before"
                ),
                (
                    outcome.kept, .alarm, "documents.kept",
                    "The store had lost what is here, or would have left no administrator: it was given what is here"
                ),
            ] where !keys.isEmpty {
                note(
                    Note(
                        level, code, text,
                        [.init("what", local.title), .init("keys", keys.prefix(20).joined(separator: " "))]))
            }
            for (key, reason) in failed.sorted(by: { $0.key < $1.key }).prefix(20) {
                note(
                    Note(
                        .alarm, "documents.failed", "What another node has changed cannot be kept here, or given to it",
                        [.init("key", key), .init("reason", reason)]))
            }
        }
    }
#endif
