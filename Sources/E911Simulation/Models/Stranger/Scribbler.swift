public import E911Values
public import SIPCore

/// Sends whatever octets it is told to, and hears nothing: what a broken peer or a scanner does.
public struct Scribbler: SIPMachine {
    public enum Command: Equatable, Sendable {
        /// Octets from an address of its own: one datagram, or what a connection of its own carries.
        case write([UInt8], from: IPAddress, to: NextHop)
    }

    public typealias Other = Never

    private struct Writing: Equatable, Sendable {
        let connection: ConnectionID
        let octets: [UInt8]
        let closeAt: MonotonicTime
    }

    /// What it has begun to write, the oldest first.
    private var writings: [Writing] = []
    private var connections: UInt64 = 0
    /// How long it keeps a connection.
    private static let patience: Duration = .seconds(5)

    public init() {}

    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Never>] { [] }

    public mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Never>] {
        switch input {
        case .command(.write(let octets, let address, let hop)):
            guard hop.kind.isReliable else {
                return [.transmit(octets, on: .datagram(local: Endpoint(address, 5060), remote: hop.endpoint))]
            }
            connections += 1
            let connection = ConnectionID(rawValue: 2 * connections - 1)
            writings.append(
                Writing(connection: connection, octets: octets, closeAt: now.monotonic + Self.patience))
            return [.open(connection, to: hop, from: Endpoint(address, 0))]
        case .flow(.opened(let connection, _)):
            guard let writing = writings.first(where: { $0.connection == connection }) else { return [] }
            return [.transmit(writing.octets, on: .stream(connection))]
        case .flow(.openFailed(let connection, _)), .flow(.closed(let connection, _)):
            writings.removeAll { $0.connection == connection }
            return []
        case .flow(.accepted), .flow(.identified): return []
        }
    }

    public var nextDeadline: MonotonicTime? { writings.first?.closeAt }

    public mutating func advance(to now: Now) -> [SIPEffect<Never>] {
        let due = writings.prefix { $0.closeAt <= now.monotonic }
        writings.removeFirst(due.count)
        return due.map { .close($0.connection) }
    }
}
