import E911Values
import SIPCore

/// Reads the messages that some hosts send and receive, from datagrams and from streams however they were cut.
struct MessageTap {
    private struct Lane: Hashable {
        let host: HostID
        let incarnation: Int
        let connection: ConnectionID
        let isSent: Bool
    }

    private let hosts: [HostID]
    private var framers: [Lane: StreamFramer] = [:]

    init(_ hosts: [Host]) {
        self.hosts = hosts.map(\.id)
    }

    func covers(_ host: Host) -> Bool { hosts.contains(host.id) }

    /// The messages that this entry completes, and whether the host sent them.
    mutating func messages(in entry: LogEntry) -> (isSent: Bool, messages: [SIPMessage])? {
        guard covers(entry.host) else { return nil }
        switch entry.what {
        case .sent(let octets, _, _, _, let connection): return (true, read(octets, connection, true, entry.host))
        case .received(let octets, _, _, _, let connection):
            return (false, read(octets, connection, false, entry.host))
        case .happened(.closed(let connection, _)):
            for isSent in [false, true] {
                framers[
                    Lane(
                        host: entry.host.id, incarnation: entry.host.incarnation, connection: connection,
                        isSent: isSent)] = nil
            }
            return nil
        case .happened, .opening, .closing, .told, .commanded: return nil
        }
    }

    private mutating func read(
        _ octets: [UInt8], _ connection: ConnectionID?, _ isSent: Bool, _ host: Host
    ) -> [SIPMessage] {
        guard let connection else { return (try? SIPMessage(parsing: octets)).map { [$0] } ?? [] }
        let lane = Lane(host: host.id, incarnation: host.incarnation, connection: connection, isSent: isSent)
        var framer = framers[lane] ?? StreamFramer()
        framers[lane] = nil
        framer.append(octets.span)
        var messages: [SIPMessage] = []
        while let frame = framer.next() {
            if case .message(let message) = frame { messages.append(message) }
        }
        framers[lane] = framer
        return messages
    }
}
