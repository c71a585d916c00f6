#if Daemon
    import E911Service
    import Glibc

    /// What the thread of a ``Journal`` does.
    struct JournalWriter: ~Copyable {
        enum Order: Sendable {
            case append(CallRecord, token: JournalToken)
            case forget(through: JournalToken)
        }

        /// Of many calls at once, those of so long are written together: each write costs two changes of the thread.
        private static let gathering: Duration = .milliseconds(1)
        /// Most octets that are gathered for one write.
        private static let groupOctets = 1 << 20

        private let folder: String
        private let segmentOctets: Int
        private let disk: JournalDisk
        private let report: Journal.Report
        /// Segments that are not written any more.
        private var closed: [JournalContents.Segment]
        private var current: OpenSegment?
        private var group = JournalGroup()
        private var forgotten: JournalToken

        init(
            folder: String, after contents: JournalContents, segmentOctets: Int, disk: JournalDisk,
            report: @escaping Journal.Report
        ) {
            self.folder = folder
            self.segmentOctets = segmentOctets
            self.disk = disk
            self.report = report
            closed = contents.segments
            forgotten = contents.forgottenToken
        }

        /// Works until the mailbox is closed and empty.
        mutating func run(_ mailbox: Mailbox<Order>) {
            removeSegments()
            var marked = forgotten
            var gathering = Gathering(for: Self.gathering)
            while let orders = mailbox.take() {
                for order in orders {
                    switch order {
                    case .append(let call, let token):
                        group.add(.call, token: token, payload: call.encoded())
                        if group.octets.count >= Self.groupOctets { flush() }
                    case .forget(let token):
                        forgotten = max(forgotten, token)
                    }
                }
                if forgotten > marked {
                    marked = forgotten
                    removeSegments()
                    group.add(.forgotten, token: forgotten, payload: [])
                }
                flush()
                gathering.wait()
            }
            retire()
            removeSegments()
        }

        private mutating func removeSegments() {
            for segment in closed where segment.lastToken <= forgotten { unlink(segment.path) }
            closed.removeAll { $0.lastToken <= forgotten }
        }

        /// Writes the group, what fails once more in a new segment, and reports how it went.
        private mutating func flush() {
            guard !group.isEmpty else { return }
            var failure = attempt()
            if failure != nil, !group.isEmpty { failure = attempt() }
            if let failure, !group.isEmpty {
                let lost = group.tokens
                if !lost.isEmpty { report(lost, failure.reason) }
            }
            group.removeAll()
        }

        /// Writes as much of the group as the segment takes.
        private mutating func attempt() -> StoreError? {
            if let size = current?.octets, size >= segmentOctets { retire() }
            var failure: StoreError?
            do {
                if current == nil {
                    current = try OpenSegment(
                        in: folder, name: JournalSegmentName(token: group.firstToken, attempt: 0), disk)
                }
                failure = current?.append(&group, disk, report)
            } catch {
                failure = error
            }
            if failure != nil { retire() }
            return failure
        }

        private mutating func retire() {
            if let path = current?.path, let last = current?.lastToken {
                closed.append(JournalContents.Segment(path: path, lastToken: last))
            }
            current = nil
        }
    }
#endif
