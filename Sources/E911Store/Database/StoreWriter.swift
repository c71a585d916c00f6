#if Daemon
    import E911Service
    import E911Values
    import GRDB
    import Synchronization

    /// One file of the store and the thread that writes it.
    final class StoreWriter<File: StoreFile>: Sendable {
        private let mailbox = Mailbox<WaitingRows.Batch>()
        private let database = Mutex<OpenDatabase<File>?>(nil)
        private let rows = Atomic<Int>(0)
        private let waitingRows: Int
        private let thread = Mutex<DedicatedThread?>(nil)

        init(
            folder: String, settings: StoreSettings, now: @escaping @Sendable () -> WallTime,
            report: @escaping @Sendable (StoreEvent) -> Void
        ) {
            waitingRows = settings.waitingRows
            let mailbox = mailbox
            let started = DedicatedThread(name: File.name) { [self] in
                var loop = CommitLoop<File>(
                    folder: folder, settings: settings, mailbox: mailbox, now: now, report: report,
                    publish: { opened in self.database.withLock { $0 = opened } },
                    release: { count in self.rows.subtract(count, ordering: .relaxed) })
                loop.run()
            }
            thread.withLock { $0 = started }
        }

        /// Takes the file's rows of a batch, of which there are so many; `nil` if they are taken, else why they are not.
        func persist(_ batch: StoreBatch, rows: Int, token: PersistToken) -> String? {
            let waiting = self.rows.add(rows, ordering: .relaxed).newValue
            if waiting > waitingRows {
                self.rows.subtract(rows, ordering: .relaxed)
                return "\(waiting - rows) rows wait for \(File.name)"
            }
            if mailbox.post(WaitingRows.Batch(token: token, batch: batch)) { return nil }
            return "the store was closed"
        }

        func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
            try opened().read(body)
        }

        /// One transaction beside those of the thread: for what people ask for, seldom.
        func write(_ body: (Database) throws -> Void) throws {
            try opened().commit(body)
        }

        /// Writes a copy of the file to a path.
        func copy(to path: String) throws {
            try opened().copy(to: path)
        }

        private func opened() throws -> OpenDatabase<File> {
            guard let database = database.withLock({ $0 }) else {
                throw StoreError(.unavailable, "\(File.name) is not open")
            }
            return database
        }

        func changes(since: [StoredState.NodeCounter], limit: Int) throws -> [Stamped<StoredRow>] {
            try read { try File.changes($0, since: since, limit: limit) }
        }

        /// No more rows are taken; those that wait are committed.
        func beginClosing() {
            mailbox.close()
        }

        /// Waits for the end of the thread.
        func join() {
            thread.withLock { $0 }?.join()
        }
    }
#endif
