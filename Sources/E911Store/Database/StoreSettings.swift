#if Daemon
    /// How a store waits and how much may wait.
    public struct StoreSettings: Sendable {
        /// Commits of calls are at least so far apart; one that comes alone goes at once. The journal has what waits meanwhile.
        public var callsInterval = Duration.milliseconds(25)
        /// The same behind a commit of ``busyRows`` or more: what changes a page of the file is then written once for many calls.
        public var busyCallsInterval = Duration.milliseconds(250)
        public var busyRows = 500
        /// The same for the site and its devices, of which one batch is under way at a time.
        public var siteInterval = Duration.milliseconds(4)
        /// How long SQLite waits for the lock of another process before a commit counts as failed.
        public var lockTimeout = Duration.milliseconds(250)
        /// Between a failed commit and the next attempt.
        public var retryInterval = Duration.milliseconds(100)
        /// Between a failed opening and the next attempt.
        public var openInterval = Duration.seconds(1)
        /// How long closing goes on trying to commit what waits.
        public var closingTime = Duration.seconds(5)
        /// So many rows of a feed waiting are told, again at each doubling.
        public var alarmRows = 10_000
        /// More rows of a feed than this do not wait; their batch is rejected.
        public var waitingRows = 250_000
        /// How many of the newest calls a start reads.
        public var loadedCalls = 10_000

        /// SHA-256, for the chain of the audit log; without it entries have no link.
        public var sha256: (@Sendable ([UInt8]) -> [UInt8])?

        public init() {}
    }
#endif
