public import E911Values
public import SIPCore

/// Something that happened in a ``World``.
public struct LogEntry {
    public enum What {
        // Effects, which the log's hash covers.
        case sent([UInt8], SIPTransportKind, from: Endpoint, to: Endpoint, ConnectionID?)
        case opening(ConnectionID, SIPTransportKind, to: Endpoint)
        case closing(ConnectionID)
        /// A machine's `Other`.
        case told(Any)
        // Inputs, which follow from the effects and the seed.
        case received([UInt8], SIPTransportKind, from: Endpoint, to: Endpoint, ConnectionID?)
        case happened(FlowEvent)
        /// A machine's `Command`.
        case commanded(Any)
    }

    public let time: Now
    public let host: Host
    public let what: What
}

/// Everything that machines did, as a running hash, and for those who look as it happens.
public final class WorldLog {
    /// Of every effect of every machine: time, host, kind and octets.
    public private(set) var hash = EffectHash()
    /// How many effects there were.
    public private(set) var effects = 0
    /// Called with each entry, in the order of adding, before the effect is performed.
    private var observers: [(LogEntry) -> Void] = []
    /// The entries, when ``keepsEntries`` is set.
    public private(set) var entries: [LogEntry] = []
    public var keepsEntries = false
    /// What a machine did that no host could perform, or a wire could not carry: our bugs.
    public private(set) var faults: [String] = []

    public func observe(_ observer: @escaping (LogEntry) -> Void) {
        observers.append(observer)
    }

    func add(_ what: LogEntry.What, digest: UInt64 = 0, of host: Host, at time: Now) {
        effects += 1
        hash.combine(time.monotonic.nanoseconds)
        hash.combine(UInt64(host.id.index))
        switch what {
        case .sent(let octets, let kind, let from, let to, let connection):
            hash.combine(UInt64(kind.rawValue))
            hash.combine(from.digest)
            hash.combine(to.digest)
            hash.combine(connection?.rawValue ?? 0)
            hash.combine(octets)
        case .opening(let connection, let kind, let to):
            hash.combine(16 + UInt64(kind.rawValue))
            hash.combine(connection.rawValue)
            hash.combine(to.digest)
        case .closing(let connection):
            hash.combine(UInt64(32))
            hash.combine(connection.rawValue)
        case .told:
            hash.combine(UInt64(33))
            hash.combine(digest)
        case .received, .happened, .commanded:
            break
        }
        note(what, of: host, at: time)
    }

    func note(_ what: LogEntry.What, of host: Host, at time: Now) {
        guard keepsEntries || !observers.isEmpty else { return }
        let entry = LogEntry(time: time, host: host, what: what)
        if keepsEntries { entries.append(entry) }
        for observer in observers { observer(entry) }
    }

    func fault(_ text: String, of host: Host, at time: Now) {
        guard faults.count < 1000 else { return }
        faults.append("\(time.monotonic.nanoseconds) ns, \(host.name): \(text)")
    }
}

extension Endpoint {
    fileprivate var digest: UInt64 {
        UInt64(truncatingIfNeeded: address.bits) ^ UInt64(truncatingIfNeeded: address.bits >> 64) &* 31
            ^ UInt64(port) << 48
    }
}
