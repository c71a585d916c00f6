import E911Values
import SIPCore

/// The connections of a model whose engine may be replaced: each engine counts from 1, the host must see each number
/// once. What comes for a connection of an earlier engine is dropped.
struct ModelConnections {
    /// Those that stand or are being opened, by the host's numbers.
    private(set) var all: [ConnectionID] = []
    /// Added to the engine's numbers of the connections that it asks for.
    private var offset: UInt64 = 0

    mutating func restart() {
        all = []
        offset += 1 << 32
    }

    /// The host's number of a connection of the engine.
    func outer(_ id: ConnectionID) -> ConnectionID {
        id.rawValue % 2 == 0 ? id : ConnectionID(rawValue: id.rawValue + offset)
    }

    /// The engine's number of a connection of the host; `nil` for one of an earlier engine.
    func inner(_ id: ConnectionID) -> ConnectionID? {
        guard all.contains(id) else { return nil }
        return id.rawValue % 2 == 0 ? id : ConnectionID(rawValue: id.rawValue - offset)
    }

    mutating func open(_ id: ConnectionID) -> ConnectionID {
        let number = outer(id)
        all.append(number)
        return number
    }

    /// The event as the engine is to be told it; `nil` if it is none of its own.
    mutating func take(_ event: FlowEvent) -> FlowEvent? {
        switch event {
        case .accepted(let id, _, _, _):
            all.append(id)
            return event
        case .identified: return event
        case .opened(let id, let local): return inner(id).map { .opened($0, local: local) }
        case .openFailed(let id, let reason):
            defer { all.removeAll { $0 == id } }
            return inner(id).map { .openFailed($0, reason: reason) }
        case .closed(let id, let reason):
            defer { all.removeAll { $0 == id } }
            return inner(id).map { .closed($0, reason: reason) }
        }
    }
}
