#if Daemon
    public import E911Service
    public import E911Values
    import Dispatch
    import Synchronization

    /// The folder in which a node keeps what must survive: journal, store and site snapshot, owned by one process.
    ///
    /// ```
    /// lock               the owner's process id
    /// journal/           segments of the journal
    /// calls.db, site.db  the store
    /// site.snapshot      the site, for a start without the store
    /// elins.snapshot     what ELINs are bound to, for a start without the store
    /// counter            what the node's counters stay below, for a start without the store and with a clock that was set back
    /// members.json       where DNS said that call servers are, for a start without DNS
    /// ```
    ///
    /// Nothing here blocks but ``open(_:settings:makeStore:report:)``, ``changes(in:since:limit:)`` and ``close()``; what becomes
    /// of the rest is reported on threads of the folder's own.
    public final class StateFolder: Sendable {
        public struct Settings: Sendable {
            /// How long a start waits for the store.
            public var openingTime = Duration.seconds(2)
            /// How long a start waits for another process to leave the folder: a command that looks into it leaves soon.
            public var patience = Duration.zero
            public var journal = Journal.Limits()
            public var store = StoreSettings()

            public init() {}
        }

        /// What a start found.
        public struct Opened: Sendable {
            /// What store, snapshot and journal held.
            public var state: StoredState
            /// Whether all of the store was read in time. If not, a ``StoreEvent/loaded(_:_:)`` follows for each feed that
            /// is missing.
            public var storeAvailable: Bool
            /// What could not be read, for the log.
            public var problems: [String]
        }

        public enum Event: Equatable, Sendable {
            /// Written (`failure` is nil), or not.
            case journaled([JournalToken], failure: String?)
            /// The snapshot was written (`nil`), or not.
            case snapshot(failure: String?)
            /// The known members were written (`nil`), or not.
            case members(failure: String?)
            /// The copy of the ELINs was written (`nil`), or not.
            case elins(failure: String?)
            /// What the counters stay below was written (`nil`), or not.
            case counter(failure: String?)
            /// Who may use the console was written (`nil`), or not.
            case accounts(failure: String?)
            case store(StoreEvent)
        }

        private let lock: Mutex<StateLock?>
        private let journalFile: Journal
        /// Behind the tokens of earlier starts, so that a node counts anew each time.
        private let journalBase: UInt64
        private let snapshots: LatestWriter<Stamped<SiteConfiguration>>
        private let members: LatestWriter<[KnownMember]>
        private let elins: LatestWriter<StoredELINs>
        private let counter: LatestWriter<UInt64>
        private let accounts: LatestWriter<[UInt8]>
        private let store: any NodeStore
        private let reader: StoreReader

        private init(
            lock: StateLock, journal: Journal, journalBase: UInt64,
            snapshots: LatestWriter<Stamped<SiteConfiguration>>, members: LatestWriter<[KnownMember]>,
            elins: LatestWriter<StoredELINs>, counter: LatestWriter<UInt64>,
            accounts: LatestWriter<[UInt8]>, store: any NodeStore
        ) {
            self.lock = Mutex(lock)
            journalFile = journal
            self.journalBase = journalBase
            self.snapshots = snapshots
            self.members = members
            self.elins = elins
            self.counter = counter
            self.accounts = accounts
            self.store = store
            reader = StoreReader(store)
        }

        /// Takes the folder, makes it if there is none, and reads what is in it. Blocks, at most
        /// ``Settings/openingTime`` for the store.
        ///
        /// - Parameters:
        ///   - makeStore: the store to use; `nil` is ``SQLiteStore`` in this folder.
        ///   - report: called on threads of the folder.
        /// - Throws: ``StoreError/Code/owned`` if another process has the folder, ``StoreError/Code/system`` if it cannot be
        ///   made, read or written.
        public static func open(
            _ path: String, settings: Settings = Settings(),
            makeStore: ((_ report: @escaping @Sendable (StoreEvent) -> Void) -> any NodeStore)? = nil,
            report: @escaping @Sendable (Event) -> Void
        ) throws(StoreError) -> (folder: StateFolder, found: Opened) {
            try makeFolder(path)
            let lock = try StateLock(folder: path, patience: settings.patience)
            let contents = try JournalContents(folder: path + "/journal")
            let base = contents.highestToken.rawValue &+ 1
            let journal = try Journal(folder: path + "/journal", after: contents, limits: settings.journal) {
                let tokens = $0.map { JournalToken(rawValue: $0.rawValue &- base) }
                report(.journaled(tokens, failure: $1))
            }
            let opening = StoreOpening { report(.store($0)) }
            let store =
                makeStore?(opening.take)
                ?? SQLiteStore(folder: path, settings: settings.store, report: { opening.take($0) })
            let folder = StateFolder(
                lock: lock, journal: journal, journalBase: base,
                snapshots: LatestWriter(
                    name: "snapshot",
                    write: { (site) throws(StoreError) in try SiteSnapshot.write(site, folder: path) },
                    report: { report(.snapshot(failure: $0)) }),
                members: LatestWriter(
                    name: "members",
                    write: { (members) throws(StoreError) in try KnownMembersFile.write(members, folder: path) },
                    report: { report(.members(failure: $0)) }),
                elins: LatestWriter(
                    name: "elins",
                    write: { (elins) throws(StoreError) in try ELINsFile.write(elins, folder: path) },
                    report: { report(.elins(failure: $0)) }),
                counter: LatestWriter(
                    name: "counter",
                    write: { (mark) throws(StoreError) in try CounterFile.write(mark, folder: path) },
                    report: { report(.counter(failure: $0)) }),
                accounts: LatestWriter(
                    name: "accounts",
                    write: { (octets) throws(StoreError) in try AccountsFile.write(octets, folder: path) },
                    report: { report(.accounts(failure: $0)) }),
                store: store)
            let loaded = opening.wait(settings.openingTime)
            return (folder, folder.compose(path, contents, loaded))
        }

        private func compose(
            _ path: String, _ contents: JournalContents, _ loaded: [StoreFeed: StoredState]
        ) -> Opened {
            var problems = contents.skipped.map {
                "journal segment \($0.segment): \($0.octets) octets at \($0.offset): \($0.reason)"
            }
            var state = StoredState()
            for feed in StoreFeed.allCases { state.add(loaded[feed] ?? StoredState()) }
            do throws(StoreError) {
                let snapshot = try SiteSnapshot.read(folder: path)
                state.snapshot = snapshot.site
                if let problem = snapshot.problem { problems.append(problem) }
            } catch {
                problems.append(error.reason)
            }
            do throws(StoreError) {
                state.members = try KnownMembersFile.read(folder: path)
            } catch {
                problems.append(error.reason)
            }
            do throws(StoreError) {
                state.elinsCopy = try ELINsFile.read(folder: path)
            } catch {
                problems.append(error.reason)
            }
            do throws(StoreError) {
                state.counterMark = try CounterFile.read(folder: path)
            } catch {
                problems.append(error.reason)
            }
            let isComplete = loaded.count == StoreFeed.allCases.count
            // Between the commit of a call and the note of it in the journal a process may end.
            let keys = contents.records.map(\.call.key)
            let known = loaded[.calls] == nil ? [] : Set((try? store.known(keys)) ?? [])
            state.journal = contents.records.map(\.call).filter { !known.contains($0.key) }
            return Opened(state: state, storeAvailable: isComplete, problems: problems)
        }

        /// Appends a call to the journal; ``Event/journaled(_:failure:)`` follows. Tokens rise; after each
        /// opening they may begin anew.
        public func journal(_ call: CallRecord, _ token: JournalToken) {
            journalFile.append(call, token: shifted(token))
        }

        /// The store has confirmed all calls up to this one, and all calls of earlier starts.
        public func forget(through token: JournalToken) {
            journalFile.forget(through: shifted(token))
        }

        /// Gives rows to the store; ``StoreEvent/persisted(_:)`` or ``StoreEvent/rejected(_:reason:)`` follows.
        public func persist(_ batch: StoreBatch, _ token: PersistToken) {
            store.persist(batch, token: token)
        }

        /// Writes the snapshot of the site; ``Event/snapshot(failure:)`` follows, once for several that come together.
        public func writeSnapshot(_ site: Stamped<SiteConfiguration>) {
            snapshots.write(site)
        }

        /// Writes where members are; ``Event/members(failure:)`` follows, once for several that come together.
        public func writeMembers(_ known: [KnownMember]) {
            members.write(known)
        }

        /// Writes what ELINs are bound to; ``Event/elins(failure:)`` follows, once for several that come together.
        public func writeELINs(_ elins: StoredELINs) {
            self.elins.write(elins)
        }

        /// Writes what the counters stay below; ``Event/counter(failure:)`` follows.
        public func writeCounter(_ mark: UInt64) {
            counter.write(mark)
        }

        /// Writes who may use the console; ``Event/accounts(failure:)`` follows, once for several that come together.
        public func writeAccounts(_ octets: [UInt8]) {
            accounts.write(octets)
        }

        /// As ``NodeStore/changes(in:since:limit:)``.
        public func changes(
            in feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int
        ) throws -> [Stamped<StoredRow>] {
            try store.changes(in: feed, since: since, limit: limit)
        }

        /// The same beside the caller's thread.
        ///
        /// - Parameter answered: called once, on a thread of the folder's.
        public func fetch(
            _ feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int,
            answered: @escaping @Sendable (FetchAnswer) -> Void
        ) {
            reader.fetch(feed, since: since, limit: limit, answered: answered)
        }

        /// What the store remembers, for people who look things up.
        public var archive: any CallArchive { store.archive }

        /// As ``NodeStore/time()``.
        public func time() throws -> WallTime? { try store.time() }

        /// What nodes share beside rows; `nil` where the store is this folder's own.
        public var documents: (any DocumentStore)? { store.documents }

        /// Writes what waits and gives the folder back. Blocks for some seconds at most when the store is locked: what is
        /// not committed then is read from the journal by the next start.
        public func close() {
            reader.close()
            store.close()
            snapshots.close()
            members.close()
            elins.close()
            counter.close()
            accounts.close()
            journalFile.close()
            lock.withLock { $0 = nil }
        }

        private func shifted(_ token: JournalToken) -> JournalToken {
            JournalToken(rawValue: journalBase &+ token.rawValue)
        }
    }

    /// Keeps what the store loads until a start has waited for it; later it is an event like others.
    private final class StoreOpening: Sendable {
        private struct State: Sendable {
            var loaded: [StoreFeed: StoredState] = [:]
            var isOver = false

            var isComplete: Bool { loaded.count == StoreFeed.allCases.count }
        }

        private let state = Monitor(State())
        private let forward: @Sendable (StoreEvent) -> Void

        init(forward: @escaping @Sendable (StoreEvent) -> Void) { self.forward = forward }

        func take(_ event: StoreEvent) {
            guard case .loaded(let feed, let found) = event else { return forward(event) }
            let isKept = state.withLock { state in
                guard !state.isOver else { return false }
                state.loaded[feed] = found
                return true
            }
            if isKept { state.signal() } else { forward(event) }
        }

        /// What was loaded when everything is, or the time is over.
        func wait(_ time: Duration) -> [StoreFeed: StoredState] {
            _ = state.wait(until: .now() + time.dispatch) { $0.isComplete ? true : nil }
            return state.withLock { state in
                state.isOver = true
                return state.loaded
            }
        }
    }
#endif
