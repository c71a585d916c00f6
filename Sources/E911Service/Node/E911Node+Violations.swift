import Alerting
public import E911Values
import ELINEngine
import SIPCore

// What tests and simulations look at.
extension E911Node {
    /// What is wrong with the state of the node and of its parts, in words; empty unless there is an error of ours. It looks
    /// at everything, so it takes a while.
    public func violations() -> [String] {
        var found = elins.violations().map { "ELINs: \($0)" }
        found += desk.violations().map { "alerts: \($0)" }
        found += registry.violations().map { "registry: \($0)" }
        if engine.counters.misuses > 0 { found.append("the SIP engine was misused \(engine.counters.misuses) times") }
        return found
    }

    /// The live leases, by number.
    public func leases(at now: Now) -> [LeaseRecord] { elins.leases(at: now).map { LeaseRecord($0) } }

    /// How much of each kind is under way. Long after the last call, with everything in order, each is 0.
    public var underWay: [NodeStatus.Counter] {
        [
            ("server-transactions", engine.counters.serverTransactions),
            ("client-transactions", engine.counters.clientTransactions), ("answers", pending.count),
            ("unacknowledged-answers", open.count), ("early-events", early.count), ("calls-to-match", book.count),
            ("bodies", bodies.isEmpty ? 0 : 1), ("registry-work", registry.hasWork ? 1 : 0),
            ("rows-for-the-store", persistence.waiting), ("untold-calls", untold.count), ("leases", elins.leaseCount),
        ].map { NodeStatus.Counter(name: $0.0, value: UInt64($0.1)) }
    }
}
