/// One server transaction of a ``SIPEngine``: a request that came, until nothing more is owed to it.
///
/// It stays harmless when the transaction is gone: nothing is found by it then.
public struct ServerTransactionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let slot: SlotID

    public static func < (a: ServerTransactionID, b: ServerTransactionID) -> Bool { a.slot < b.slot }

    public var description: String { "server transaction \(slot)" }
}

/// One client transaction of a ``SIPEngine``: a request that was sent, until no response to it matters any more.
public struct ClientTransactionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let slot: SlotID

    public static func < (a: ClientTransactionID, b: ClientTransactionID) -> Bool { a.slot < b.slot }

    public var description: String { "client transaction \(slot)" }
}

/// One subscription of a ``SIPEngine``, over all the dialogs that it has one after the other.
public struct SubscriptionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let slot: SlotID

    public static func < (a: SubscriptionID, b: SubscriptionID) -> Bool { a.slot < b.slot }

    public var description: String { "subscription \(slot)" }
}
