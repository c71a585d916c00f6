import E911Values
import ELINEngine
import SIPCore

/// Calls that are decided and wait for the journal, in the order of their tokens.
struct PendingAnswers {
    struct Pending {
        var token: JournalToken
        var record: CallRecord
        var answer: CallAnswer
        /// The INVITE, and further ones of the same call that came by another path meanwhile.
        var waiting: [IncomingRequest]
        var deadline: MonotonicTime
        /// The ELIN that was taken for it, to be given back if the caller cancels.
        var assignment: ELINAssignment?
    }

    /// Sorted by token; deadlines rise with it, since every answer waits equally long. Those before ``first`` are gone, and so
    /// are others that did not wait for their turn.
    private var queue: [Pending?] = []
    private var first = 0
    private(set) var count = 0

    var nextDeadline: MonotonicTime? { first < queue.count ? queue.span[first]?.deadline : nil }

    /// The lowest token that is still waited for.
    var lowestToken: JournalToken? { first < queue.count ? queue.span[first]?.token : nil }

    /// The lowest counter of a call's key.
    var lowestKeyCounter: UInt64? { first < queue.count ? queue.span[first]?.record.key.counter : nil }

    mutating func append(_ pending: Pending) {
        queue.append(pending)
        count += 1
    }

    /// Another INVITE of a call that still waits. `false` if none does.
    mutating func join(_ key: RecordKey, _ request: IncomingRequest) -> Bool {
        guard let index = queue[first...].firstIndex(where: { $0?.record.key == key }) else { return false }
        queue[index]?.waiting.append(request)
        return true
    }

    /// Changes the record of a call that still waits. `false` if it does not.
    mutating func update(_ key: RecordKey, _ change: (inout CallRecord) -> Void) -> Bool {
        // Keys rise with the tokens, and most calls that change have left.
        guard let lowest = lowestKeyCounter, lowest <= key.counter,
            let index = queue[first...].firstIndex(where: { $0?.record.key == key }), var found = queue[index]
        else { return false }
        change(&found.record)
        queue[index] = found
        return true
    }

    mutating func remove(_ token: JournalToken) -> Pending? {
        // The journal answers in the order in which it was asked.
        if lowestToken == token { return remove(at: first) }
        guard let index = queue[first...].firstIndex(where: { $0?.token == token }) else { return nil }
        return remove(at: index)
    }

    /// Takes a cancelled INVITE away; the call is returned when it was the last one that waited.
    mutating func cancel(_ transaction: ServerTransactionID) -> (request: IncomingRequest, call: Pending?)? {
        for index in queue.indices[first...] {
            guard let position = queue[index]?.waiting.firstIndex(where: { $0.transaction == transaction }),
                let request = queue[index]?.waiting.remove(at: position)
            else { continue }
            return (request, queue[index]?.waiting.isEmpty == true ? remove(at: index) : nil)
        }
        return nil
    }

    /// The oldest call if its deadline has come.
    mutating func overdue(_ now: MonotonicTime) -> Pending? {
        guard let deadline = nextDeadline, deadline <= now else { return nil }
        return remove(at: first)
    }

    private mutating func remove(at index: Int) -> Pending? {
        guard let pending = queue[index].take() else { return nil }
        count -= 1
        while first < queue.count, queue.span[first]?.token == nil { first += 1 }
        if count == 0 || first > 256 && first * 2 > queue.count {
            queue.removeFirst(first)
            first = 0
        }
        return pending
    }
}
