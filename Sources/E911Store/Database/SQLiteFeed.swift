#if Daemon
    import E911Service
    import GRDB

    /// A feed that is kept in a file of SQLite's.
    struct SQLiteFeed<File: StoreFile>: FeedSource {
        let folder: String
        let settings: StoreSettings

        var feed: StoreFeed { File.feed }
        var name: String { File.name }

        func open() throws(CommitError) -> OpenDatabase<File> {
            do {
                return try OpenDatabase<File>(folder: folder, settings: settings)
            } catch {
                throw CommitError(CommitFailure(error))
            }
        }
    }

    extension OpenDatabase: FeedDatabase {
        func load(_ choice: LoadChoice, _ unreadable: inout Int) throws(CommitError) -> StoredState {
            do {
                return try read { db in
                    var state = try File.load(db, choice, &unreadable)
                    state.counters = try File.counters(db)
                    state.read = [.init(File.feed, state.counters)]
                    return state
                }
            } catch {
                throw CommitError(CommitFailure(error))
            }
        }

        func commit(_ group: [ArraySlice<Stamped<StoredRow>>], tidy: Bool) throws(CommitError) {
            var refused: Int?
            do {
                try commit { db in
                    var counters = CounterProgress()
                    var insertion = RowInsertion<File>(db)
                    for (index, rows) in group.enumerated() {
                        refused = index
                        for row in rows {
                            try insertion.write(row)
                            counters.note(row.node, row.counter)
                        }
                    }
                    refused = nil
                    try File.progress(counters.highest, db)
                    if tidy { try File.tidy(db) }
                }
            } catch {
                throw CommitError(CommitFailure(error), refused: refused)
            }
        }
    }

    extension FeedWriter {
        func read<File, Value>(
            _ body: (GRDB.Database) throws -> Value
        ) throws -> Value where Source == SQLiteFeed<File> {
            try opened().read(body)
        }

        /// One transaction beside those of the thread: for what people ask for, seldom.
        func write<File>(_ body: (GRDB.Database) throws -> Void) throws where Source == SQLiteFeed<File> {
            try opened().commit(body)
        }

        /// Writes a copy of the file to a path.
        func copy<File>(to path: String) throws where Source == SQLiteFeed<File> {
            try opened().copy(to: path)
        }

        func changes<File>(
            since: [StoredState.NodeCounter], limit: Int
        ) throws -> [Stamped<StoredRow>] where Source == SQLiteFeed<File> {
            try read { try File.changes($0, since: since, limit: limit) }
        }
    }
#endif
