import E911Values
import SIPCore

/// INVITE transactions that have their 302 and wait for the ACK or Timer H, with their calls.
struct OpenTransactions: Equatable, Sendable {
    private var calls: [ServerTransactionID: RecordKey] = [:]

    var count: Int { calls.count }

    mutating func add(_ transaction: ServerTransactionID, _ call: RecordKey) {
        calls[transaction] = call
    }

    /// The call of a transaction that has ended.
    mutating func remove(_ transaction: ServerTransactionID) -> RecordKey? {
        calls.removeValue(forKey: transaction)
    }

    subscript(transaction: ServerTransactionID) -> RecordKey? { calls[transaction] }
}
