#if Daemon
    import Dispatch
    import E911Service
    import E911Values

    /// What the thread of a ``FeedWriter`` does: open, read what a start needs, then commit what comes, and never give up
    /// while the store is open.
    struct CommitLoop<Source: FeedSource> {
        /// So many rows are written between two rounds of tidying.
        private static var tidyRows: Int { 10_000 }

        let source: Source
        let settings: StoreSettings
        let mailbox: Mailbox<WaitingRows.Batch>
        let now: @Sendable () -> WallTime
        let report: @Sendable (StoreEvent) -> Void
        /// Where others find the open database.
        let publish: @Sendable (Source.Database?) -> Void
        /// So many rows do not wait any more.
        let release: @Sendable (Int) -> Void

        private var waiting = WaitingRows()
        private var database: Source.Database?
        private var isLoaded = false
        private var failing: String?
        private var nextAttempt = DispatchTime.now()
        private var giveUp: DispatchTime?
        private var untidyRows = Self.tidyRows
        private var alarmedRows = 0

        init(
            _ source: Source, settings: StoreSettings, mailbox: Mailbox<WaitingRows.Batch>,
            now: @escaping @Sendable () -> WallTime, report: @escaping @Sendable (StoreEvent) -> Void,
            publish: @escaping @Sendable (Source.Database?) -> Void, release: @escaping @Sendable (Int) -> Void
        ) {
            self.source = source
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
                waiting.add(batches.map { .init(token: $0.token, rows: $0.batch.rows(of: source.feed)[...]) })
                tellWaiting()
                if DispatchTime.now() >= nextAttempt { return true }
            }
            guard let giveUp, !waiting.isEmpty, nextAttempt < giveUp else { return false }
            // The mailbox is closed: nothing can wake this thread but the time.
            _ = Monitor(false).wait(until: nextAttempt) { $0 ? true : nil }
            return true
        }

        private mutating func open() {
            do throws(CommitError) {
                let opened = try source.open()
                // Whoever hears that the feed is loaded may read it at once.
                publish(opened)
                report(.opened(file: source.name, synchronous: opened.synchronous))
                do throws(CommitError) {
                    if !isLoaded { try load(from: opened) }
                } catch {
                    opened.close()
                    throw error
                }
                database = opened
                succeed()
            } catch {
                publish(nil)
                fail(error.failure.reason, retry: settings.openInterval)
            }
        }

        private mutating func load(from database: Source.Database) throws(CommitError) {
            var unreadable = 0
            let state = try database.load(LoadChoice(now: now(), calls: settings.loadedCalls), &unreadable)
            isLoaded = true
            report(.loaded(source.feed, state))
            if unreadable > 0 { report(.unreadable(source.feed, rows: unreadable)) }
        }

        private mutating func commit() {
            let group = waiting.next(limit: source.feed.rowsPerCommit, splitting: source.feed.splitsBatches)
            guard let database, !group.isEmpty else { return }
            let started = DispatchTime.now()
            let tidy = untidyRows >= Self.tidyRows
            do throws(CommitError) {
                try database.commit(group, tidy: tidy)
                let count = group.reduce(0) { $0 + $1.count }
                nextAttempt = started + settings.interval(of: source.feed, after: count).dispatch
                untidyRows = (tidy ? 0 : untidyRows) + count
                let done = waiting.removeCommitted(group)
                release(count)
                succeed()
                if !done.isEmpty { report(.persisted(done)) }
            } catch {
                switch error.failure {
                case .rejected(let reason):
                    guard let refused = error.refused else { return fail(reason, retry: settings.retryInterval) }
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
            if failing == nil { report(.failing(source.feed, reason: reason)) }
            failing = reason
        }

        private mutating func succeed() {
            if failing != nil { report(.recovered(source.feed)) }
            failing = nil
        }

        private mutating func tellWaiting() {
            if waiting.rows >= max(settings.alarmRows, 2 * alarmedRows) {
                alarmedRows = waiting.rows
                report(.waiting(source.feed, rows: waiting.rows))
            } else if waiting.rows < settings.alarmRows / 2 {
                alarmedRows = 0
            }
        }
    }
#endif
