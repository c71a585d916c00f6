/// A call that came in, as the called one sees it.
public struct IncomingCall: Equatable, Sendable {
    public var callID: String
    /// As written.
    public var requestURI: String
    /// The user part of the Request-URI.
    public var dialled: String
    /// The user part of From.
    public var from: String
    public var displayName: String
    /// The user part of the first P-Asserted-Identity.
    public var assertedIdentity: String?
    public var priority: String?
}

/// What happens to the calls of a phone or gateway.
public enum CallEvent: Equatable, Sendable {
    /// A provisional response to a call of ours, 100 excepted.
    case progress(number: String, status: Int)
    /// A call of ours was answered with 2xx, and acknowledged.
    case answered(number: String, callID: String)
    /// A call of ours got a final response from 300 on, or none (`status` is `nil` then).
    case failed(number: String, status: Int?)
    /// Somebody calls; it rings.
    case incoming(IncomingCall)
    /// We answered and the caller acknowledged.
    case accepted(IncomingCall)
    /// The caller gave up before we answered.
    case abandoned(IncomingCall)
    /// We answered and no acknowledgement came.
    case unacknowledged(IncomingCall)
    case ended(callID: String, byPeer: Bool)
}
