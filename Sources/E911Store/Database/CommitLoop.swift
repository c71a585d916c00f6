#if Daemon
    import Dispatch
    import E911Service
    import E911Values

    /// What the thread of a ``StoreWriter`` does: open, read what a start needs, then commit what comes, and never give up
    /// while the store is open.
    struct CommitLoop<File: StoreFile> {
        /// So many rows are written between two rounds of tidying.
        private static var tidyRows: Int { 10_000 }

        let folder: String
        let settings: StoreSettings
        let mailbox: Mailbox<WaitingRows.Batch>
        let now: @Sendable () -> WallTime
        let report: @Sendable (StoreEvent) -> Void
        /// Where others find the open file.
        let publish: @Sendable (OpenDatabase<File>?) -> Void
        /// So many rows do not wait any more.
        let release: @Sendable (Int) -> Void

        private var waiting = WaitingRows()
        private var database: OpenDatabase<File>?
        private var isLoaded = false
        private var failing: String?
        private var nextAttempt = DispatchTime.now()
        private var giveUp: DispatchTime?
        private var untidyRows = Self.tidyRows
        private var alarmedRows = 0

        init(
            folder: String, settings: StoreSettings, mailbox: Mailbox<WaitingRows.Batch>,
            now: @escaping @Sendable () -> WallTime, report: @escaping @Sendable (StoreEvent) -> Void,
            publish: @escaping @Sendable (OpenDatabase<File>?) -> Void, release: @escaping @Sendable (Int) -> Void
        ) {
            self.folder = folder
            self.settings = settings
            self.mailbox = mailbox
            self.now = now
            self.report = report
            self.publish = publish
            self.release = release
        }

        mutating func run() {
            open()
            while collect() {
                if database == nil {
                    open()
                } else {
                    commit()
                }
            }
            let left = waiting.rows
            while !waiting.isEmpty {
                let token = waiting.remove(at: 0)
                report(.rejected(token, reason: failing ?? "the store was closed"))
            }
            release(left)
            publish(nil)
            database?.close()
        }

        /// Waits until something is to be done; `false` when nothing more is, or can be.
        private mutating func collect() -> Bool {
            while giveUp == nil {
                let isIdle = database != nil && waiting.isEmpty
                guard let batches = mailbox.take(until: isIdle ? nil : nextAttempt) else {
                    giveUp = .now() + settings.closingTime.dispatch
                    break
                }
                waiting.add(batches.map { .init(token: $0.token, rows: $0.batch.rows(of: File.feed)[...]) })
                tellWaiting()
                if DispatchTime.now() >= nextAttempt { return true }
            }
            guard let giveUp, !waiting.isEmpty, nextAttempt < giveUp else { return false }
            // The mailbox is closed: nothing can wake this thread but the time.
            _ = Monitor(false).wait(until: nextAttempt) { $0 ? true : nil }
            return true
        }

        private mutating func open() {
            do {
                let opened = try OpenDatabase<File>(folder: folder, settings: settings)
                // Whoever hears that the file is loaded may read it at once.
                publish(opened)
                report(.opened(file: File.name, synchronous: opened.synchronous))
                if !isLoaded { try load(from: opened) }
                database = opened
                succeed()
            } catch {
                publish(nil)
                fail(CommitFailure(error).reason, retry: settings.openInterval)
            }
        }

        private mutating func load(from database: OpenDatabase<File>) throws {
            var unreadable = 0
            let choice = LoadChoice(now: now(), calls: settings.loadedCalls)
            let state = try database.read { db in
                var state = try File.load(db, choice, &unreadable)
                state.counters = try File.counters(db)
                state.read = [.init(File.feed, state.counters)]
                return state
            }
            isLoaded = true
            report(.loaded(File.feed, state))
            if unreadable > 0 { report(.unreadable(File.feed, rows: unreadable)) }
        }

        private mutating func commit() {
            let group = waiting.next(limit: File.rowsPerCommit, splitting: File.splitsBatches)
            guard let database, !group.isEmpty else { return }
            let started = DispatchTime.now()
            let tidy = untidyRows >= Self.tidyRows
            var refused: Int?
            do {
                try database.commit { db in
                    var counters = CounterProgress()
                    for (index, rows) in group.enumerated() {
                        refused = index
                        for row in rows {
                            try File.write(row, db)
                            counters.note(row.node, row.counter)
                        }
                    }
                    refused = nil
                    try File.progress(counters.highest, db)
                    if tidy { try File.tidy(db) }
                }
                let count = group.reduce(0) { $0 + $1.count }
                nextAttempt = started + File.interval(settings, after: count).dispatch
                untidyRows = (tidy ? 0 : untidyRows) + count
                let done = waiting.removeCommitted(group)
                release(count)
                succeed()
                if !done.isEmpty { report(.persisted(done)) }
            } catch {
                switch CommitFailure(error) {
                case .rejected(let reason):
                    guard let refused else { return fail(reason, retry: settings.retryInterval) }
                    let before = waiting.rows
                    report(.rejected(waiting.remove(at: refused), reason: reason))
                    release(before - waiting.rows)
                case .transient(let reason):
                    fail(reason, retry: settings.retryInterval)
                case .broken(let reason):
                    publish(nil)
                    database.close()
                    self.database = nil
                    fail(reason, retry: settings.openInterval)
                }
            }
        }

        private mutating func fail(_ reason: String, retry: Duration) {
            nextAttempt = .now() + retry.dispatch
            if failing == nil { report(.failing(File.feed, reason: reason)) }
            failing = reason
        }

        private mutating func succeed() {
            if failing != nil { report(.recovered(File.feed)) }
            failing = nil
        }

        private mutating func tellWaiting() {
            if waiting.rows >= max(settings.alarmRows, 2 * alarmedRows) {
                alarmedRows = waiting.rows
                report(.waiting(File.feed, rows: waiting.rows))
            } else if waiting.rows < settings.alarmRows / 2 {
                alarmedRows = 0
            }
        }
    }

    /// The highest counter of each node in a commit.
    private struct CounterProgress {
        private(set) var highest: [StoredState.NodeCounter] = []

        mutating func note(_ node: String, _ counter: UInt64) {
            if let index = highest.firstIndex(where: { $0.node == node }) {
                highest[index].counter = max(highest[index].counter, counter)
            } else {
                highest.append(StoredState.NodeCounter(node: node, counter: counter))
            }
        }
    }
#endif
