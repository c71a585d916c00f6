#if Daemon
    package import E911Service
    package import E911Values

    /// Where one feed of a store is kept: what the thread of a ``FeedWriter`` opens again and again.
    package protocol FeedSource: Sendable {
        associatedtype Database: FeedDatabase

        var feed: StoreFeed { get }
        /// What it is called in reports: `calls.db`.
        var name: String { get }
        /// Opens it, and brings its schema up to date. Blocks.
        func open() throws(CommitError) -> Database
    }

    extension StoreFeed {
        /// Most rows of a commit. Whole batches are committed together unless ``splitsBatches``.
        package var rowsPerCommit: Int {
            switch self {
            case .calls: 20_000
            case .site: 500
            }
        }

        package var splitsBatches: Bool { self == .site }
    }

    extension StoreSettings {
        /// So long after the beginning of a commit of so many rows of a feed the next one may begin.
        func interval(of feed: StoreFeed, after rows: Int) -> Duration {
            switch feed {
            case .calls: rows < busyRows ? callsInterval : busyCallsInterval
            case .site: siteInterval
            }
        }
    }

    /// An open database, as the thread of a ``FeedWriter`` uses it. All of it blocks.
    package protocol FeedDatabase: Sendable {
        /// How commits are flushed, as it was read back from the connection that writes.
        var synchronous: String { get }

        /// What a start needs. Rows that cannot be read are counted.
        func load(_ choice: LoadChoice, _ unreadable: inout Int) throws(CommitError) -> StoredState

        /// Writes rows in one transaction, by batch and in order; the same rows again change nothing.
        ///
        /// - Parameter tidy: whether what nobody needs any more goes, too.
        func commit(_ group: [ArraySlice<Stamped<StoredRow>>], tidy: Bool) throws(CommitError)

        func close()
    }

    /// What a start wants to know.
    package struct LoadChoice: Sendable {
        /// Leases that end later are live.
        package var now: WallTime
        /// How many of the newest calls.
        package var calls: Int
    }

    /// What a failed commit, or opening, means.
    package enum CommitFailure: Equatable, Sendable {
        /// Another process has the lock, or the disk is full: the same again later.
        case transient(String)
        /// The same again, with the database opened anew.
        case broken(String)
        /// These rows will never be taken.
        case rejected(String)

        package var reason: String {
            switch self {
            case .transient(let reason), .broken(let reason), .rejected(let reason): reason
            }
        }
    }

    package struct CommitError: Error, Sendable {
        package var failure: CommitFailure
        /// Which batch of the group is refused, if one is.
        package var refused: Int?

        package init(_ failure: CommitFailure, refused: Int? = nil) {
            self.failure = failure
            self.refused = refused
        }
    }

    /// The highest counter of each node in a commit.
    package struct CounterProgress: Sendable {
        package private(set) var highest: [StoredState.NodeCounter] = []

        package init() {}

        package mutating func note(_ node: String, _ counter: UInt64) {
            if let index = highest.firstIndex(where: { $0.node == node }) {
                highest[index].counter = max(highest[index].counter, counter)
            } else {
                highest.append(StoredState.NodeCounter(node: node, counter: counter))
            }
        }
    }
#endif
