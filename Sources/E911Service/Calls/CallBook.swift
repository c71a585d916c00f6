import E911Values

/// The calls of the last minutes, as far as a repeated INVITE must find them.
///
/// One call is: the same Call-ID and From tag within 64*T1 (contract section 3). A call that comes back to us is
/// recognised here too, since its INVITE can be a new dialog when the SIP Server is a B2BUA.
struct CallBook: Equatable, Sendable {
    /// What was answered to a call, and what became of it.
    struct Entry: Equatable, Sendable {
        var key: RecordKey
        var callID: String
        var fromTag: String
        /// Emergency, test or callback.
        var kind: CallRecord.Kind
        /// Every number that the caller may be known by when the call comes back: the DN as identified, the From user,
        /// and the ELIN that was sent, which a SIP Server that is a B2BUA may assert on its own leg.
        var callers: [String]
        /// The `o=` line of its session description; empty if it had none.
        var origin: String
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
    }

    /// 64*T1: how long one Call-ID and From tag mean one call.
    static let sameCallWindow: Duration = .seconds(32)
    /// A call that comes back does so sooner than this after its ACK.
    static let loopWindow: Duration = .seconds(2)

    private struct Dialog: Hashable, Sendable {
        var callID: String
        var fromTag: String
    }

    private struct Origin: Hashable, Sendable {
        var caller: String
        var line: String

        /// - Parameter caller: numbers of ten digits and more are compared by the last ten.
        init(_ caller: String, _ line: String) {
            self.caller = DialledNumber.lastTenDigits(caller).map { "\($0)" } ?? caller
            self.line = line
        }
    }

    private struct Expiry: Equatable, Sendable {
        var time: MonotonicTime
        var sequence: UInt64
    }

    private var entries: [UInt64: Entry] = [:]
    private var byDialog: [Dialog: UInt64] = [:]
    private var byOrigin: [Origin: UInt64] = [:]
    private var byKey: [RecordKey: UInt64] = [:]
    private var expiries: [Expiry] = []
    private var firstExpiry = 0
    private var nextSequence: UInt64 = 0

    init() {}

    var count: Int { entries.count }

    /// Keeps a call that was just given its answer. A call that came back is added again: its last pass counts.
    mutating func add(_ entry: Entry) {
        let sequence = nextSequence
        nextSequence += 1
        entries[sequence] = entry
        byDialog[Dialog(callID: entry.callID, fromTag: entry.fromTag)] = sequence
        byKey[entry.key] = sequence
        for origin in origins(of: entry) { byOrigin[origin] = sequence }
        expiries.append(Expiry(time: entry.expires, sequence: sequence))
    }

    private func origins(of entry: Entry) -> [Origin] {
        entry.origin.isEmpty ? [] : entry.callers.filter { !$0.isEmpty }.map { Origin($0, entry.origin) }
    }

    /// The call of this dialog, if its window is open.
    func call(callID: String, fromTag: String, now: MonotonicTime) -> Entry? {
        guard let sequence = byDialog[Dialog(callID: callID, fromTag: fromTag)], let entry = entries[sequence],
            now < entry.expires
        else { return nil }
        return entry
    }

    /// The call that this INVITE is a loop pass of, if it is one.
    ///
    /// A loop pass comes less than 2 s after our 302 was acknowledged, with no CANCEL between, its Request-URI user is
    /// the Contact user that we sent, and it has the same Call-ID and From tag, or the same caller and `o=` line.
    func looped(
        callID: String, fromTag: String, callers: [String], origin: String, user: String, now: MonotonicTime
    ) -> Entry? {
        func passes(_ sequence: UInt64?) -> Entry? {
            guard let sequence, let entry = entries[sequence], !entry.wasCancelled, entry.contactUser == user,
                let acknowledgedAt = entry.acknowledgedAt, now - acknowledgedAt < Self.loopWindow
            else { return nil }
            return entry
        }
        if let entry = passes(byDialog[Dialog(callID: callID, fromTag: fromTag)]) { return entry }
        guard !origin.isEmpty else { return nil }
        for caller in callers where !caller.isEmpty {
            if let entry = passes(byOrigin[Origin(caller, origin)]) { return entry }
        }
        return nil
    }

    /// Changes the call of this key, if it is still here.
    mutating func update(_ key: RecordKey, _ change: (inout Entry) -> Void) {
        guard let sequence = byKey[key], var entry = entries[sequence] else { return }
        change(&entry)
        entries[sequence] = entry
    }

    /// When the oldest call can be forgotten.
    var nextDeadline: MonotonicTime? {
        firstExpiry < expiries.count ? expiries[firstExpiry].time : nil
    }

    /// Forgets at most `limit` calls whose window is over.
    mutating func advance(to now: MonotonicTime, limit: Int = 256) {
        var left = limit
        while left > 0, firstExpiry < expiries.count, expiries[firstExpiry].time <= now {
            let sequence = expiries[firstExpiry].sequence
            firstExpiry += 1
            left -= 1
            guard let entry = entries.removeValue(forKey: sequence) else { continue }
            Self.forget(&byDialog, Dialog(callID: entry.callID, fromTag: entry.fromTag), sequence)
            Self.forget(&byKey, entry.key, sequence)
            for origin in origins(of: entry) { Self.forget(&byOrigin, origin, sequence) }
        }
        if firstExpiry > 1024, firstExpiry * 2 > expiries.count {
            expiries.removeFirst(firstExpiry)
            firstExpiry = 0
        }
    }

    /// A younger call may have taken the place in an index.
    ///
    /// Static: a method of this call book would be given a copy of it, and each change would copy an index.
    private static func forget<Key: Hashable>(_ index: inout [Key: UInt64], _ key: Key, _ sequence: UInt64) {
        if index[key] == sequence { index[key] = nil }
    }
}

/// The final answer to an INVITE, in parts that do not depend on the transaction it goes to.
struct CallAnswer: Equatable, Sendable {
    struct Header: Equatable, Sendable {
        var name: String
        var value: String
    }

    var status: Int
    var headers: [Header]
}
