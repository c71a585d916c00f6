public import Alerting

/// What happened just now, for people who look on: told as it happens, whatever the store does.
public enum LiveEvent: Equatable, Sendable {
    /// A call came, or something about it changed.
    indirect case call(CallRecord)
    /// An alert was raised, or something about it changed: a message went out, somebody acknowledged.
    indirect case alert(OutboxRecord)
    case audit(AuditRecord)
    /// Another site answers; the counter is that of its row.
    case site(counter: UInt64)
}
