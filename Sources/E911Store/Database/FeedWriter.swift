#if Daemon
    package import E911Service
    package import E911Values
    import Synchronization

    /// One feed of a store and the thread that writes it.
    package final class FeedWriter<Source: FeedSource>: Sendable {
        private let name: String
        private let mailbox = Mailbox<WaitingRows.Batch>()
        private let database = Mutex<Source.Database?>(nil)
        private let rows = Atomic<Int>(0)
        private let waitingRows: Int
        private let thread = Mutex<DedicatedThread?>(nil)

        package init(
            _ source: Source, settings: StoreSettings, now: @escaping @Sendable () -> WallTime,
            report: @escaping @Sendable (StoreEvent) -> Void
        ) {
            name = source.name
            waitingRows = settings.waitingRows
            let mailbox = mailbox
            let started = DedicatedThread(name: name) { [self] in
                var loop = CommitLoop(
                    source, settings: settings, mailbox: mailbox, now: now, report: report,
                    publish: { opened in self.database.withLock { $0 = opened } },
                    release: { count in self.rows.subtract(count, ordering: .relaxed) })
                loop.run()
            }
            thread.withLock { $0 = started }
        }

        /// Takes the feed's rows of a batch, of which there are so many; `nil` if they are taken, else why they are not.
        package func persist(_ batch: StoreBatch, rows: Int, token: PersistToken) -> String? {
            let waiting = self.rows.add(rows, ordering: .relaxed).newValue
            if waiting > waitingRows {
                self.rows.subtract(rows, ordering: .relaxed)
                return "\(waiting - rows) rows wait for \(name)"
            }
            if mailbox.post(WaitingRows.Batch(token: token, batch: batch)) { return nil }
            return "the store was closed"
        }

        /// The open database.
        ///
        /// - Throws: ``StoreError/Code/unavailable`` while there is none.
        package func opened() throws(StoreError) -> Source.Database {
            guard let database = database.withLock({ $0 }) else {
                throw StoreError(.unavailable, "\(name) is not open")
            }
            return database
        }

        /// No more rows are taken; those that wait are committed.
        package func beginClosing() {
            mailbox.close()
        }

        /// Waits for the end of the thread.
        package func join() {
            thread.withLock { $0 }?.join()
        }
    }

    /// The two feeds of a store, each with its thread, and what they tell of one batch.
    package struct FeedWriters<Calls: FeedSource, Site: FeedSource>: Sendable {
        package let calls: FeedWriter<Calls>
        package let site: FeedWriter<Site>
        private let ledger: BatchLedger

        package init(
            calls: Calls, site: Site, settings: StoreSettings, now: @escaping @Sendable () -> WallTime,
            report: @escaping @Sendable (StoreEvent) -> Void
        ) {
            let ledger = BatchLedger(report: report)
            self.ledger = ledger
            self.calls = FeedWriter(calls, settings: settings, now: now) { ledger.report($0) }
            self.site = FeedWriter(site, settings: settings, now: now) { ledger.report($0) }
        }

        package func persist(_ batch: StoreBatch, token: PersistToken) {
            let (callRows, siteRows) = (batch.count(of: .calls), batch.count(of: .site))
            ledger.open(token, feeds: (callRows == 0 ? 0 : 1) + (siteRows == 0 ? 0 : 1))
            if callRows > 0, let reason = calls.persist(batch, rows: callRows, token: token) {
                ledger.report(.rejected(token, reason: reason))
            }
            if siteRows > 0, let reason = site.persist(batch, rows: siteRows, token: token) {
                ledger.report(.rejected(token, reason: reason))
            }
        }

        /// Commits what waits, as far as that succeeds in time, and ends both threads. Blocks.
        package func close() {
            calls.beginClosing()
            site.beginClosing()
            calls.join()
            site.join()
        }
    }

    /// Joins what the two feeds tell of one batch.
    private final class BatchLedger: Sendable {
        private struct Open {
            var feeds: Int
            var reason: String?
        }

        private let open = Mutex<[PersistToken: Open]>([:])
        private let forward: @Sendable (StoreEvent) -> Void

        init(report: @escaping @Sendable (StoreEvent) -> Void) { forward = report }

        /// A batch begins that so many feeds have rows of.
        func open(_ token: PersistToken, feeds: Int) {
            if feeds == 0 {
                forward(.persisted([token]))
            } else {
                open.withLock { $0[token] = Open(feeds: feeds) }
            }
        }

        func report(_ event: StoreEvent) {
            switch event {
            case .persisted(let tokens):
                settle(tokens, reason: nil)
            case .rejected(let token, let reason):
                settle([token], reason: reason)
            case .opened, .loaded, .failing, .recovered, .waiting, .unreadable, .changed:
                forward(event)
            }
        }

        private func settle(_ tokens: [PersistToken], reason: String?) {
            let settled = open.withLock { open in
                tokens.compactMap { token -> (PersistToken, String?)? in
                    guard var entry = open[token] else { return nil }
                    entry.feeds -= 1
                    entry.reason = entry.reason ?? reason
                    open[token] = entry.feeds == 0 ? nil : entry
                    return entry.feeds == 0 ? (token, entry.reason) : nil
                }
            }
            let persisted = settled.filter { $0.1 == nil }.map(\.0)
            if !persisted.isEmpty { forward(.persisted(persisted)) }
            for case (let token, let reason?) in settled { forward(.rejected(token, reason: reason)) }
        }
    }
#endif
