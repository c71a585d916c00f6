import E911Values

/// Emergency and test calls of one node of a pair in the last minute, as far as the same call at the other node must find them.
///
/// A call is the same by Call-ID and From tag, or, where a SIP Server that is a B2BUA tries again with a dialog of its own, by
/// caller and dialled number while nobody has acknowledged the first answer.
struct RecentCalls: Sendable {
    /// Twice 64*T1: the other node may learn of a call when its window is nearly over.
    static let window: Duration = .seconds(64)

    private struct Place: Sendable {
        var key: RecordKey
        var dialog: CallBook.DialogSum
        var caller: Int
        var expires: MonotonicTime
    }

    private var order: [Place] = []
    private var first = 0
    // Looked up only.
    private var byDialog: [CallBook.DialogSum: RecordKey] = [:]
    private var byCaller: [Int: RecordKey] = [:]
    /// Of those who called more than once the calls before the last one.
    private var earlier: [Int: [RecordKey]] = [:]
    private var known: Set<RecordKey> = []

    /// - Parameter age: how long ago the call was.
    mutating func add(_ record: CallRecord, age: Duration, now: MonotonicTime) {
        guard record.kind != .callback, age < Self.window, known.insert(record.key).inserted else { return }
        let place = Place(
            key: record.key, dialog: CallBook.DialogSum(callID: record.callID, fromTag: record.fromTag),
            caller: Self.caller(record.callServer, record.callerDN, record.dialled), expires: now + (Self.window - age))
        byDialog[place.dialog] = record.key
        if !record.callerDN.isEmpty, let before = byCaller.updateValue(record.key, forKey: place.caller) {
            earlier[place.caller, default: []].append(before)
        }
        order.append(place)
    }

    /// The call of this dialog.
    func call(callID: String, fromTag: String) -> RecordKey? {
        byDialog[CallBook.DialogSum(callID: callID, fromTag: fromTag)]
    }

    /// The calls of this caller to this number, the last one first; none for a caller without a number.
    func calls(callServer: String, callerDN: String, dialled: String) -> [RecordKey] {
        guard !callerDN.isEmpty else { return [] }
        let caller = Self.caller(callServer, callerDN, dialled)
        guard let last = byCaller[caller] else { return [] }
        return [last] + (earlier[caller] ?? []).reversed()
    }

    private mutating func forget(_ key: RecordKey, of caller: Int) {
        if byCaller[caller] == key {
            byCaller[caller] = earlier[caller]?.popLast()
        } else {
            earlier[caller]?.removeAll { $0 == key }
        }
        if earlier[caller]?.isEmpty == true { earlier[caller] = nil }
    }

    var nextDeadline: MonotonicTime? { first < order.count ? order[first].expires : nil }

    /// Forgets at most `limit` calls whose time is over.
    mutating func advance(to now: MonotonicTime, limit: Int = 256) {
        var left = limit
        while left > 0, first < order.count, order[first].expires <= now {
            let place = order[first]
            known.remove(place.key)
            // A later call may have taken the place in an index.
            if byDialog[place.dialog] == place.key { byDialog[place.dialog] = nil }
            forget(place.key, of: place.caller)
            first += 1
            left -= 1
        }
        // Each one is moved once at most, on the average.
        guard first * 2 >= order.count else { return }
        order.removeFirst(first)
        first = 0
    }

    private static func caller(_ callServer: String, _ dn: String, _ dialled: String) -> Int {
        var hasher = Hasher()
        hasher.combine(callServer)
        hasher.combine(number: dn)
        hasher.combine(dialled)
        return hasher.finalize()
    }
}
