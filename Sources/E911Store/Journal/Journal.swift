#if Daemon
    public import E911Service
    import Glibc

    /// What was just answered, on disk before its 302 leaves.
    ///
    /// A thread of its own writes all records that wait with one write(2) into an append-only segment, without fsync: that
    /// survives the end of the process at any moment, not a power failure. A segment is bounded; it goes when the store has
    /// confirmed everything in it. After a failed or short write the rest goes into a new segment, so that a torn record
    /// never hides a later one; what fails there too is reported as failed.
    public final class Journal: Sendable {
        public struct Limits: Sendable {
            /// A segment that has reached this size is followed by a new one.
            public var segmentOctets = 4 << 20
            /// More records than this do not wait; they fail at once.
            public var waitingRecords = 100_000

            public init() {}
        }

        /// How records went: their tokens in order, and why they could not be written, or `nil`. Called on the journal's
        /// thread; for a record that is refused at once, on that of ``Journal/append(_:token:)``.
        public typealias Report = @Sendable (_ tokens: [JournalToken], _ failure: String?) -> Void

        private let mailbox = Mailbox<JournalWriter.Order>()
        private let thread: DedicatedThread
        private let limits: Limits
        private let report: Report

        /// Goes on where `contents` ends; makes the folder if there is none.
        public convenience init(
            folder: String, after contents: JournalContents, limits: Limits = Limits(), report: @escaping Report
        ) throws(StoreError) {
            try self.init(folder: folder, after: contents, limits: limits, disk: .real, report: report)
        }

        init(
            folder: String, after contents: JournalContents, limits: Limits = Limits(), disk: JournalDisk,
            report: @escaping Report
        ) throws(StoreError) {
            try makeFolder(folder)
            self.limits = limits
            self.report = report
            thread = DedicatedThread(name: "journal") { [mailbox] in
                var writer = JournalWriter(
                    folder: folder, after: contents, segmentOctets: limits.segmentOctets, disk: disk, report: report)
                writer.run(mailbox)
            }
        }

        /// Appends a record. Tokens rise.
        public func append(_ call: CallRecord, token: JournalToken) {
            guard !mailbox.post(.append(call, token: token), limit: limits.waitingRecords) else { return }
            report([token], mailbox.isClosed ? "the journal is closed" : "\(limits.waitingRecords) records wait")
        }

        /// The store has confirmed all records up to this one: they are not read again, and segments without a later one
        /// are removed.
        public func forget(through token: JournalToken) {
            mailbox.post(.forget(through: token))
        }

        /// Writes what waits and ends. If everything is confirmed, nothing is left behind.
        public func close() {
            mailbox.close()
            thread.join()
        }
    }

    /// The system calls that can fail for want of room; tests make them fail.
    struct JournalDisk: Sendable {
        /// As write(2): how many octets were taken, or -1 and `errno`.
        var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int

        static let real = JournalDisk(write: { Glibc.write($0, $1.baseAddress, $1.count) })
    }
#endif
