import E911Values
import SIPCore

/// The calls of the last half minute, as far as a repeated INVITE must find them.
///
/// One call is: the same Call-ID and From tag within 64*T1 (contract section 3). A call that comes back to us is
/// recognised here too, since its INVITE can be a new dialog when the SIP Server is a B2BUA.
///
/// In a storm of calls it holds hundreds of thousands. So it keeps sums of what is only compared, and the rest of a call as
/// octets, those of a thousand calls in one array. The sums are SipHash with the key of the process: nobody can make two that are alike.
struct CallBook: Equatable, Sendable {
    /// What was answered to a call, and what became of it.
    struct Entry: Equatable, Sendable {
        var key: RecordKey
        var dialog: DialogSum
        /// Emergency, test or callback.
        var kind: CallRecord.Kind
        var origins: Origins
        /// The user part of the Contact that was sent, as it came back if the call loops.
        var contactUser: String
        /// The user part of the Request-URI that it came with.
        var dialled: String
        var answer: CallAnswer
        var acknowledgedAt: MonotonicTime?
        var wasCancelled = false
        /// How often the call came back.
        var loopPasses = 0
        var expires: MonotonicTime

        /// - Parameter origins: of every number that the caller may be known by when the call comes back: the DN as
        ///   identified, the From user, and the ELIN that was sent, which a SIP Server that is a B2BUA may assert on its own
        ///   leg.
        init(
            key: RecordKey, dialog: DialogSum, kind: CallRecord.Kind, origins: Origins, contactUser: String,
            dialled: String, answer: CallAnswer, expires: MonotonicTime
        ) {
            self.key = key
            self.dialog = dialog
            self.kind = kind
            self.origins = origins
            self.contactUser = contactUser
            self.dialled = dialled
            self.answer = answer
            self.expires = expires
        }

        /// - Parameter octets: of the chunk that it lies in.
        fileprivate init(_ kept: Kept, _ octets: [UInt8]) {
            key = kept.key
            dialog = kept.dialog
            kind = kept.kind
            origins = kept.origins
            (contactUser, dialled) = ("", "")
            answer = CallAnswer(status: 0, headers: [])
            acknowledgedAt = kept.acknowledgedAt
            wasCancelled = kept.wasCancelled
            loopPasses = Int(kept.loopPasses)
            expires = kept.expires
            let rest = octets.span.extracting(Int(kept.start)..<Int(kept.end))
            for field in FieldReader.fields(rest) ?? [] {
                switch field.tag {
                case 1: contactUser = field.text
                case 2: dialled = field.text
                case 3: answer.status = Int(clamping: field.number ?? 0)
                case 4: answer.headers.append(CallAnswer.Header(name: HeaderName(field.text), value: ""))
                default:
                    if !answer.headers.isEmpty { answer.headers[answer.headers.count - 1].value = field.text }
                }
            }
        }

        /// What is wanted only when the call comes again.
        fileprivate func writeRest(_ out: inout FieldWriter) {
            out.text(1, contactUser)
            out.text(2, dialled)
            out.number(3, UInt64(clamping: answer.status))
            for header in answer.headers {
                out.element(4, header.name.description)
                out.element(5, header.value)
            }
        }
    }

    /// 64*T1: how long one Call-ID and From tag mean one call.
    static let sameCallWindow: Duration = .seconds(32)
    /// A call that comes back does so sooner than this after its ACK.
    static let loopWindow: Duration = .seconds(2)

    /// Of Call-ID and From tag.
    struct DialogSum: Hashable, Sendable {
        fileprivate let index: Int
        /// Beside the index.
        fileprivate let check: Int

        init(callID: String, fromTag: String) {
            var hasher = Hasher()
            hasher.combine(callID)
            hasher.combine(fromTag)
            var other = hasher
            index = hasher.finalize()
            other.combine(0)
            check = other.finalize()
        }
    }

    /// Sums of a caller's number and his `o=` line, for the first three numbers that differ.
    struct Origins: Equatable, Sendable {
        /// Of the `o=` line; 0 if there is none, and then there are no others.
        private let line: Int
        /// 0 is none.
        fileprivate private(set) var first = 0
        fileprivate private(set) var second = 0
        fileprivate private(set) var third = 0

        /// - Parameter line: the `o=` line of a session description; empty if it has none.
        init(line: SIPText) {
            self.line = line.isEmpty ? 0 : Self.marked(line.hashValue)
        }

        mutating func add(_ caller: String) {
            guard line != 0, !caller.isEmpty else { return }
            var hasher = Hasher()
            hasher.combine(number: caller)
            add(hasher)
        }

        mutating func add(_ elin: TelephoneNumber) {
            guard line != 0 else { return }
            var hasher = Hasher()
            hasher.combine(elin.lastTen)
            add(hasher)
        }

        private mutating func add(_ caller: Hasher) {
            var hasher = caller
            hasher.combine(line)
            let sum = Self.marked(hasher.finalize())
            if first == 0 {
                first = sum
            } else if sum == first || sum == second {
                return
            } else if second == 0 {
                second = sum
            } else if third == 0 {
                third = sum
            }
        }

        private static func marked(_ sum: Int) -> Int { sum == 0 ? 1 : sum }

        fileprivate func forEach(_ body: (Int) -> Void) {
            if first != 0 { body(first) }
            if second != 0 { body(second) }
            if third != 0 { body(third) }
        }
    }

    /// An entry as it is kept.
    fileprivate struct Kept: Equatable, Sendable {
        var key: RecordKey
        var dialog: DialogSum
        var origins: Origins
        /// Where in the octets of the chunk the rest lies.
        var start: UInt32
        var end: UInt32
        var kind: CallRecord.Kind
        var wasCancelled: Bool
        var loopPasses: UInt8
        var acknowledgedAt: MonotonicTime?
        var expires: MonotonicTime

        init(_ entry: Entry, _ rest: Range<Int>) {
            start = UInt32(rest.lowerBound)
            end = UInt32(rest.upperBound)
            key = entry.key
            dialog = entry.dialog
            origins = entry.origins
            kind = entry.kind
            wasCancelled = entry.wasCancelled
            loopPasses = UInt8(clamping: entry.loopPasses)
            acknowledgedAt = entry.acknowledgedAt
            expires = entry.expires
        }
    }

    /// Entries that come and go together.
    private struct Chunk: Equatable, Sendable {
        var entries: [Kept] = []
        var rests = FieldWriter(capacity: 0)

        /// - Parameter isFull: room for all of them is made at once.
        init(isFull: Bool) {
            guard isFull else { return }
            entries.reserveCapacity(Int(CallBook.chunk))
            rests = FieldWriter(capacity: 128 * Int(CallBook.chunk))
        }

        mutating func append(_ entry: Entry) {
            let kept = keep(entry)
            entries.append(kept)
        }

        /// An entry whose rest lies here from now on.
        mutating func keep(_ entry: Entry) -> Kept {
            let start = rests.octets.count
            entry.writeRest(&rests)
            return Kept(entry, start..<rests.octets.count)
        }
    }

    /// In the order of their coming, which is that of their end; in chunks, so that old ones go without the others being moved.
    private var chunks: [Chunk] = []
    private static let chunk: UInt64 = 1024
    /// The sequence number of the first one of the first chunk, of the oldest whose window is not over, and of the next one.
    private var base: UInt64 = 0
    private var oldest: UInt64 = 0
    private var next: UInt64 = 0
    /// The sequence number of the oldest whose origins may be forgotten before it is. At the oldest call or behind it.
    private var looping: UInt64 = 0
    // The last 32 bits of the sequence number tell the entries of half a minute apart.
    private var byDialog: [Int: UInt32] = [:]
    private var byOrigin: [Int: UInt32] = [:]
    /// By the counter of the key.
    private var byCounter: [UInt64: UInt32] = [:]

    init() {}

    var count: Int { Int(next - oldest) }

    /// How many sums of callers can be found.
    var originCount: Int { byOrigin.count }

    private func place(_ sequence: UInt64) -> (chunk: Int, index: Int) {
        (Int((sequence - base) / Self.chunk), Int((sequence - base) % Self.chunk))
    }

    private subscript(sequence: UInt64) -> Kept {
        get {
            let place = place(sequence)
            return chunks[place.chunk].entries[place.index]
        }
        _modify {
            let place = place(sequence)
            yield &chunks[place.chunk].entries[place.index]
        }
    }

    private func entry(_ sequence: UInt64) -> Entry {
        Entry(self[sequence], chunks[place(sequence).chunk].rests.octets)
    }

    /// Keeps a call that was just given its answer. A call that came back is added again: its last pass counts.
    mutating func add(_ entry: Entry) {
        if (next - base) / Self.chunk == UInt64(chunks.count) {
            chunks.append(Chunk(isFull: !chunks.isEmpty))
        }
        chunks[chunks.count - 1].append(entry)
        let short = UInt32(truncatingIfNeeded: next)
        byDialog[entry.dialog.index] = short
        byCounter[entry.key.counter] = short
        entry.origins.forEach { byOrigin[$0] = short }
        next += 1
    }

    /// The sequence number that ends with these bits, if its entry is here.
    private func sequence(_ short: UInt32?) -> UInt64? {
        guard let short else { return nil }
        let sequence = oldest + UInt64(short &- UInt32(truncatingIfNeeded: oldest))
        return sequence < next ? sequence : nil
    }

    private func sequence(of dialog: DialogSum) -> UInt64? {
        guard let sequence = sequence(byDialog[dialog.index]), self[sequence].dialog == dialog else { return nil }
        return sequence
    }

    private func sequence(of key: RecordKey) -> UInt64? {
        guard let sequence = sequence(byCounter[key.counter]), self[sequence].key == key else { return nil }
        return sequence
    }

    /// The call of this dialog, if its window is open.
    func call(_ dialog: DialogSum, now: MonotonicTime) -> Entry? {
        guard let sequence = sequence(of: dialog), now < self[sequence].expires else { return nil }
        return entry(sequence)
    }

    /// The call that this INVITE is a loop pass of, if it is one.
    ///
    /// A loop pass comes less than 2 s after our 302 was acknowledged, with no CANCEL between, its Request-URI user is
    /// the Contact user that we sent, and it has the same Call-ID and From tag, or the same caller and `o=` line.
    func looped(_ dialog: DialogSum, _ origins: Origins, user: String, now: MonotonicTime) -> Entry? {
        func passes(_ sequence: UInt64?) -> Entry? {
            guard let sequence, !self[sequence].wasCancelled, let acknowledgedAt = self[sequence].acknowledgedAt,
                now - acknowledgedAt < Self.loopWindow
            else { return nil }
            let entry = self.entry(sequence)
            return entry.contactUser == user ? entry : nil
        }
        if let entry = passes(sequence(of: dialog)) { return entry }
        for origin in [origins.first, origins.second, origins.third] where origin != 0 {
            if let entry = passes(sequence(byOrigin[origin])) { return entry }
        }
        return nil
    }

    /// The 302 of the call was acknowledged.
    mutating func acknowledge(_ key: RecordKey, at time: MonotonicTime) {
        guard let sequence = sequence(of: key) else { return }
        self[sequence].acknowledgedAt = time
        guard sequence < looping else { return }
        // Acknowledged on another path, long after the first one.
        let short = UInt32(truncatingIfNeeded: sequence)
        self[sequence].origins.forEach { if byOrigin[$0] == nil { byOrigin[$0] = short } }
    }

    /// The call was cancelled, and was given this answer.
    mutating func cancel(_ key: RecordKey, _ answer: CallAnswer) {
        guard let sequence = sequence(of: key) else { return }
        var entry = self.entry(sequence)
        entry.wasCancelled = true
        entry.answer = answer
        self[sequence] = chunks[place(sequence).chunk].keep(entry)
    }

    /// When the oldest call can be forgotten, or in a storm of calls the origins of one.
    var nextDeadline: MonotonicTime? {
        guard oldest < next else { return nil }
        guard let end = nextLoopEnd else { return self[oldest].expires }
        return min(end, self[oldest].expires)
    }

    /// When nothing is a loop pass of the oldest one any more, if so many wait for that. One that is not acknowledged by then
    /// keeps its origins until its end.
    private var nextLoopEnd: MonotonicTime? {
        guard next - looping > Self.loopingCalls else { return nil }
        let call = self[looping]
        return (call.acknowledgedAt ?? call.expires - Self.sameCallWindow) + Self.loopWindow
    }

    private static let loopingCalls: UInt64 = 4096

    private mutating func forgetOrigins(of sequence: UInt64) {
        let short = UInt32(truncatingIfNeeded: sequence)
        // A younger call may have taken the place in the index.
        self[sequence].origins.forEach { if byOrigin[$0] == short { byOrigin[$0] = nil } }
    }

    /// Forgets at most `limit` calls whose window is over.
    mutating func advance(to now: MonotonicTime, limit: Int = 256) {
        var left = limit
        while left > 0, let end = nextLoopEnd, end <= now {
            if self[looping].acknowledgedAt != nil { forgetOrigins(of: looping) }
            looping += 1
            left -= 1
        }
        left = limit
        while left > 0, oldest < next, self[oldest].expires <= now {
            let short = UInt32(truncatingIfNeeded: oldest)
            let (dialog, counter) = (self[oldest].dialog, self[oldest].key.counter)
            // A younger call may have taken the place in an index.
            if byDialog[dialog.index] == short { byDialog[dialog.index] = nil }
            if byCounter[counter] == short { byCounter[counter] = nil }
            forgetOrigins(of: oldest)
            oldest += 1
            looping = max(looping, oldest)
            left -= 1
            guard oldest - base == Self.chunk else { continue }
            chunks.removeFirst()
            base += Self.chunk
        }
    }
}

/// The final answer to an INVITE, in parts that do not depend on the transaction it goes to.
struct CallAnswer: Equatable, Sendable {
    typealias Header = ResponseHeader

    var status: Int
    var headers: [Header]
}

extension Hasher {
    /// Numbers of ten digits and more are compared by the last ten.
    mutating func combine(number: String) {
        if let digits = DialledNumber.lastTenDigits(number) { combine(digits) } else { combine(number) }
    }
}
