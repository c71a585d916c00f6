import SIPCore

/// Makes whole messages of the pieces of streams in a trace, for readers that want messages. Datagrams and what happens to
/// connections stay as they are.
///
/// A trace can begin in the middle of a message: what cannot be framed is given as it came, and the next piece is tried
/// anew. No octet is lost but the line ends between messages.
public struct MessageCutter {
    private struct Stream {
        var framer = StreamFramer(limits: .recorded)
        /// What the framer has and did not give yet.
        var octets: [UInt8] = []
        /// The piece that came last.
        var last: TraceEntry
    }

    private struct Key: Hashable {
        let connection: ConnectionID
        let isReceived: Bool
    }

    private var streams: [Key: Stream] = [:]
    /// In the order in which they began, so that the rest comes in the same order each time.
    private var keys: [Key] = []

    public init() {}

    /// A whole trace.
    public static func messages(of trace: [TraceEntry]) -> [TraceEntry] {
        var cutter = MessageCutter()
        return trace.flatMap { cutter.add($0) } + cutter.rest()
    }

    /// The entries that are whole with this one.
    public mutating func add(_ entry: TraceEntry) -> [TraceEntry] {
        guard let connection = entry.connection else { return [entry] }
        switch entry.what {
        case .received(let octets): return cut(octets, entry, Key(connection: connection, isReceived: true))
        case .sent(let octets): return cut(octets, entry, Key(connection: connection, isReceived: false))
        case .closed, .openFailed: return end(connection) + [entry]
        case .accepted, .opened, .open, .close: return [entry]
        }
    }

    /// What is not whole at the end of a trace.
    public mutating func rest() -> [TraceEntry] {
        keys.flatMap { key in streams.removeValue(forKey: key).map { Self.rest(of: $0) } ?? [] }
    }

    private mutating func cut(_ octets: [UInt8], _ entry: TraceEntry, _ key: Key) -> [TraceEntry] {
        if streams[key] == nil { keys.append(key) }
        var stream = streams.removeValue(forKey: key) ?? Stream(last: entry)
        stream.last = entry
        stream.octets += octets
        stream.framer.append(octets.span)
        var found: [TraceEntry] = []
        var before = stream.octets.count
        while let frame = stream.framer.next() {
            switch frame {
            case .message, .unusable, .keepAlive:
                let count = before - stream.framer.pending
                found.append(
                    entry.carrying(frame == .keepAlive ? Self.ping : Self.message(stream.octets.prefix(count))))
                stream.octets.removeFirst(count)
                before = stream.framer.pending
            case .malformed, .lost:
                found.append(entry.carrying(stream.octets))
                stream = Stream(last: entry)
            }
            if stream.octets.isEmpty { break }
        }
        // Filler that the framer stepped over without a frame.
        stream.octets.removeFirst(stream.octets.count - stream.framer.pending)
        streams[key] = stream
        return found
    }

    private static let ping: [UInt8] = [13, 10, 13, 10]

    /// Without the line ends that stood before it.
    private static func message(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        Array(octets.drop { $0 == 13 || $0 == 10 || $0 == 0 })
    }

    private mutating func end(_ connection: ConnectionID) -> [TraceEntry] {
        [true, false].flatMap { isReceived in
            let key = Key(connection: connection, isReceived: isReceived)
            keys.removeAll { $0 == key }
            return streams.removeValue(forKey: key).map { Self.rest(of: $0) } ?? []
        }
    }

    private static func rest(of stream: Stream) -> [TraceEntry] {
        stream.octets.isEmpty ? [] : [stream.last.carrying(stream.octets)]
    }
}

extension TraceEntry {
    /// The same with other octets, if it carries octets.
    func carrying(_ octets: [UInt8]) -> TraceEntry {
        var entry = self
        switch what {
        case .received: entry.what = .received(octets)
        case .sent: entry.what = .sent(octets)
        case .accepted, .opened, .openFailed, .closed, .open, .close: break
        }
        return entry
    }
}

extension MessageLimits {
    /// What was recorded was let through already: nothing is refused for its size.
    static var recorded: MessageLimits {
        MessageLimits(messageOctets: 1 << 30, headerOctets: 1 << 30, bodyOctets: 1 << 30, headers: 1 << 16)
    }
}
