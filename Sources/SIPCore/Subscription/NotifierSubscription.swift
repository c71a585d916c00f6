public import E911Values

/// The notifier's side of one subscription (RFC 6665 section 4.2): its dialog, how long it stands, and the order of its
/// NOTIFYs, of which one at a time is under way.
///
/// Its owner answers the SUBSCRIBEs (``NotifierPolicy`` judges them), gives it what there is to tell, and sends what
/// ``nextNotify(contact:contentType:now:)`` makes.
public struct NotifierSubscription: Equatable, Sendable {
    /// What became of the NOTIFY that was under way.
    public enum Outcome: Equatable, Sendable {
        /// A provisional response: it goes on.
        case waiting
        /// The subscriber has taken a body of so many octets.
        case delivered(octets: Int)
        /// The subscription is over: the subscriber does not know it any more, or does not answer (RFC 6665 section
        /// 4.2.2). The status, or `nil` when there was no answer.
        case ended(status: Int?)
    }

    public private(set) var dialog: Dialog
    /// Where NOTIFYs go, if no address is to be looked up for it.
    public let hop: NextHop
    /// The value of Event in its NOTIFYs, with the `id` of the SUBSCRIBE.
    public let event: String
    /// When it is over, unless it is refreshed.
    public private(set) var until: MonotonicTime
    /// Why it ends behind what waits; `nil` while it stands.
    public private(set) var ending: String?
    /// Bodies that wait; an empty one is a NOTIFY without a body.
    private var waiting: [[UInt8]] = []
    /// Octets of the body that is under way.
    private var underWay: Int?

    /// The subscription that a SUBSCRIBE without a To tag begins.
    ///
    /// - Parameters:
    ///   - localTag: the To tag of its answer.
    ///   - kind: what it came by.
    /// - Returns: `nil` if something that a dialog needs cannot be read: it deserves a 400.
    public init?(subscribe: SIPMessage, localTag: String, kind: SIPTransportKind, now: MonotonicTime) {
        guard let dialog = Dialog(server: subscribe, localTag: localTag), let next = dialog.nextHopURI,
            let hop = NextHop(next, fallback: kind), let event = (try? subscribe.event()) ?? nil
        else { return nil }
        self.dialog = dialog
        self.hop = hop
        let id = event.id.map { ";id=\($0)" } ?? ""
        self.event = "\(event.package)\(id)"
        until = now
    }

    /// Whether a SUBSCRIBE with a To tag is of this subscription.
    public func contains(_ subscribe: SIPMessage) -> Bool { dialog.contains(subscribe) }

    /// Takes in a SUBSCRIBE of its dialog: the CSeq and the Contact.
    ///
    /// - Returns: false if it is older than one before: it deserves a 500 (RFC 3261 section 12.2.2).
    public mutating func takes(_ subscribe: SIPMessage) -> Bool {
        guard dialog.takes(subscribe) else { return false }
        dialog.refreshTarget(from: subscribe)
        return true
    }

    /// Lets it stand for so long from now on; 0 ends it behind what is told next (RFC 6665 section 4.2.1.4).
    public mutating func extend(seconds: UInt32, now: MonotonicTime) {
        until = now + .seconds(Int64(seconds))
        if seconds == 0 { end(reason: "timeout", keepingWaiting: true) }
    }

    /// What waits, in the place of what waited: a state that is out of date is not sent.
    public mutating func replaceWaiting(with bodies: [[UInt8]]) {
        waiting = bodies
        if ending != nil, waiting.isEmpty { waiting = [[]] }
    }

    /// Tells these too, in this order, behind what waits.
    public mutating func tell(_ bodies: [[UInt8]]) { waiting += bodies }

    /// Ends it with one more NOTIFY, which says why (RFC 6665 section 4.1.3: `timeout`, `noresource`, `deactivated`…).
    public mutating func end(reason: String, keepingWaiting: Bool = false) {
        ending = reason
        if !keepingWaiting || waiting.isEmpty { waiting = [[]] }
    }

    /// The next NOTIFY, if one is to be sent now: with Event, Contact, Subscription-State and the body.
    ///
    /// - Parameters:
    ///   - contact: the value of its Contact.
    ///   - contentType: of bodies.
    public mutating func nextNotify(contact: String?, contentType: String, now: MonotonicTime) -> RequestBuilder? {
        guard underWay == nil, !waiting.isEmpty else { return nil }
        let body = waiting.removeFirst()
        var request = dialog.request(.notify)
        request.add(.event, event)
        if let contact { request.add(.contact, contact) }
        if let ending, waiting.isEmpty {
            request.add(.subscriptionState, "terminated;reason=\(ending)")
        } else {
            request.add(.subscriptionState, "active;expires=\(max(0, (until - now).components.seconds))")
        }
        if !body.isEmpty { request.setBody(SIPText(bytes: body), contentType: contentType) }
        underWay = body.count
        return request
    }

    /// Takes the response to the NOTIFY that is under way; `nil` when none came.
    public mutating func answered(status: Int?) -> Outcome {
        if let status, status < 200 { return .waiting }
        let octets = underWay ?? 0
        underWay = nil
        guard let status, status < 300 else { return .ended(status: status) }
        return .delivered(octets: octets)
    }

    /// Whether its last NOTIFY has been answered: it is to be forgotten.
    public var isOver: Bool { ending != nil && waiting.isEmpty && underWay == nil }
}
