internal import E911Values

/// A subscription in its slot.
struct SubscriptionRecord: Sendable {
    var configuration: SubscriptionConfiguration
    let rules: ClientSubscription.Rules
    var machine = ClientSubscription.idle
    /// The dialog that is wanted or stands; `nil` while waiting.
    var attempt: Attempt?
    /// How many dialogs were begun.
    var dialogs: UInt64 = 0
    var timer: MonotonicTime?
    /// What is known of the server's challenges, over all dialogs; `nil` without an account.
    var digest: DigestClient?

    /// One dialog, from its first SUBSCRIBE on.
    struct Attempt: Sendable {
        let callID: String
        let localTag: String
        /// The value of From, with the tag.
        let from: String
        /// The CSeq number of the last SUBSCRIBE that was sent while there was no dialog.
        var cseq: UInt32 = 0
        var dialog: Dialog?
        var order = NotifyOrder()
        var isNotified = false
        /// The SUBSCRIBE that is under way.
        var request: ClientTransactionID?
        /// Its Expires.
        var asked: UInt32 = 0
    }
}
