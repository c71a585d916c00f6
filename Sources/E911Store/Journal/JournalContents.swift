#if Daemon
    public import E911Service

    /// What a journal held when it was read.
    ///
    /// Each segment is read up to its first record that is not whole, and the next segment is read all the same: a writer
    /// that failed in the middle of a record goes on in a new segment.
    public struct JournalContents: Equatable, Sendable {
        /// Records that the store had not confirmed, in the order of their tokens.
        public var records: [Entry] = []
        /// The highest token in the journal: the next one has to lie behind it.
        public var highestToken = JournalToken.none
        /// The store has confirmed everything up to this token.
        public var forgottenToken = JournalToken.none
        /// What could not be read.
        public var skipped: [Skipped] = []
        /// The segments, oldest first.
        var segments: [Segment] = []

        public struct Entry: Equatable, Sendable {
            public var token: JournalToken
            public var call: CallRecord
        }

        /// The rest of a segment, or one record of it.
        public struct Skipped: Equatable, Sendable {
            public var segment: String
            public var offset: Int
            public var octets: Int
            public var reason: String
        }

        /// A segment that nobody writes any more.
        struct Segment: Equatable, Sendable {
            var path: String
            /// The highest token in it.
            var lastToken: JournalToken
        }

        /// No segment has so many records: tokens behind these are free, though nobody knows which ones it has.
        private static let unreadableTokens: UInt64 = 1 << 20

        /// An empty journal.
        public init() {}

        /// Reads the journal in `folder`; an absent folder is an empty journal. A segment that cannot be read stays where it
        /// is, and is told of.
        public init(folder: String) throws(StoreError) {
            for name in try names(in: folder).compactMap(JournalSegmentName.init).sorted() {
                let path = folder + "/" + name.text
                var last = JournalToken.none
                do {
                    read(try FileDescriptor.contents(of: path), of: name.text, last: &last)
                    segments.append(Segment(path: path, lastToken: last))
                } catch {
                    skipped.append(Skipped(segment: name.text, offset: 0, octets: 0, reason: error.reason))
                    last = JournalToken(rawValue: name.token.rawValue &+ Self.unreadableTokens)
                }
                highestToken = max(highestToken, last)
            }
            records.removeAll { $0.token <= forgottenToken }
            records.sort { $0.token < $1.token }
            highestToken = max(highestToken, forgottenToken)
        }

        private mutating func read(_ octets: [UInt8], of segment: String, last: inout JournalToken) {
            func skip(from offset: Int, to end: Int, _ reason: String) -> Skipped {
                Skipped(segment: segment, offset: offset, octets: end - offset, reason: reason)
            }
            guard octets.starts(with: JournalFrame.opening) else {
                if !octets.isEmpty { skipped.append(skip(from: 0, to: octets.count, "no segment of a journal")) }
                return
            }
            var position = JournalFrame.opening.count
            while position < octets.count {
                guard let record = JournalFrame.read(octets, at: position) else {
                    skipped.append(skip(from: position, to: octets.count, "torn record"))
                    return
                }
                switch JournalFrame.Kind(rawValue: record.kind) {
                case .call:
                    let payload = Array(octets[record.payload])
                    if let call = CallRecord(encoded: payload.span) {
                        records.append(Entry(token: record.token, call: call))
                    } else {
                        skipped.append(skip(from: position, to: record.payload.upperBound, "unreadable call"))
                    }
                    last = max(last, record.token)
                case .forgotten:
                    forgottenToken = max(forgottenToken, record.token)
                case nil:
                    skipped.append(skip(from: position, to: record.payload.upperBound, "record of an unknown kind"))
                    last = max(last, record.token)
                }
                position = record.payload.upperBound
            }
        }
    }

    extension JournalToken {
        /// Before the first one.
        static let none = JournalToken(rawValue: 0)
    }

    /// `TOKEN-N.journal`: the token that the segment was begun with, twenty digits, and a number that makes the name new
    /// when an earlier attempt left a segment of that token behind.
    struct JournalSegmentName: Comparable, Sendable {
        var token: JournalToken
        var attempt: Int

        init(token: JournalToken, attempt: Int) {
            self.token = token
            self.attempt = attempt
        }

        init?(_ text: String) {
            let stem = text.split(separator: ".", omittingEmptySubsequences: false)
            guard stem.count == 2, stem[1] == "journal" else { return nil }
            let parts = stem[0].split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let token = UInt64(parts[0]), let attempt = Int(parts[1]) else { return nil }
            self.init(token: JournalToken(rawValue: token), attempt: attempt)
        }

        var text: String {
            let digits = String(token.rawValue)
            return "\(String(repeating: "0", count: max(0, 20 - digits.count)))\(digits)-\(attempt).journal"
        }

        static func < (a: JournalSegmentName, b: JournalSegmentName) -> Bool {
            (a.token, a.attempt) < (b.token, b.attempt)
        }
    }
#endif
