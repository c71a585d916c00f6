/// What the user of a subscription learns of it. The engine does what is to be done by itself, retries included.
public enum SubscriptionEvent: Equatable, Sendable {
    /// A SUBSCRIBE was sent that brings full state: the first one of a dialog, or a refresh.
    case requested(isRefresh: Bool)
    /// A 2xx came, to the first SUBSCRIBE or to a refresh.
    case accepted(granted: Duration)
    /// A NOTIFY, already answered 200.
    case notify(SubscriptionNotify)
    /// A SUBSCRIBE was refused or got no answer (`status` is `nil` then). After `retryIn` it is tried again. A
    /// subscription that stood goes on until its time is over or `terminated` says so.
    case failed(status: Int?, reason: String, retryIn: Duration?)
    /// The notifier ended the subscription (the NOTIFY that said so was told before), or its time ran out while no
    /// refresh succeeded (`reason` is `nil` then). After `retryIn` it is made anew, with another dialog.
    case terminated(reason: SIPText?, retryIn: Duration?)
    /// Accepted, but no NOTIFY came within 64*T1; in server scope, none with a body.
    case silent
    /// A NOTIFY came too late to be used (its CSeq is below one that was used) and was answered 500. A refresh would
    /// bring what it said.
    case outOfOrder(cseq: UInt32)
    /// It was ended at the user's wish: nothing more will come.
    case ended
}

/// A NOTIFY of a subscription.
public struct SubscriptionNotify: Equatable, Sendable {
    public enum State: Hashable, Sendable {
        case active, pending, terminated
    }

    public let message: SIPMessage
    public let cseq: UInt32
    public let state: State
    /// Which dialog of the subscription it came in: 1 for the first, rising. Another dialog is another stream of
    /// documents.
    public let dialog: UInt64
    /// Whether it is the first one of its dialog.
    public let isFirst: Bool
    /// Whether NOTIFYs before it, by CSeq, have not come (yet).
    public let gapBefore: Bool
    /// Whether it is one that was missed, and came late.
    public let fillsGap: Bool

    public var body: SIPText { message.body }
    /// `nil` without a Content-Type, or with one that cannot be read.
    public var contentType: MediaType? { (try? message.contentType()) ?? nil }
}
