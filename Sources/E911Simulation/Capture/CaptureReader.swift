public import E911Values
import SIPCore

/// What a capture of packets holds of one side's conversations.
public struct CapturedTrace: Equatable, Sendable {
    /// In the order of their times. Streams have the pieces that came, in their order.
    public var entries: [TraceEntry] = []
    /// What was left out and why, for people.
    public var notes: [String] = []
    /// Where the file is damaged; what stands before is read.
    public var damage: CaptureError?

    public init() {}
}

/// Reads what tcpdump, Wireshark, tshark and sngrep record (pcap and pcapng), and what e911d's `trace write` does.
///
/// Fragments and streams are put together. What is encrypted cannot be read, and is told in the notes.
public struct CaptureReader {
    private var segments: [CapturedSegment] = []
    private var damage: CaptureError?
    private var leftOut: [(what: String, count: Int)] = []

    public static func isCapture(_ octets: some Collection<UInt8>) -> Bool { CaptureFile.isCapture(octets) }

    public init(_ octets: [UInt8]) {
        var dissector = PacketDissector()
        do throws(CaptureError) {
            var file = try CaptureFile(octets)
            while let packet = try file.next() {
                do throws(PacketProblem) {
                    let segment = try dissector.segment(of: packet)
                    if segment.isCut { leaveOut("packets that the capture has cut off") }
                    // Of a connection the rest may come again, and a gap is told; half a message harms those behind it.
                    if !segment.isCut || segment.isTCP { segments.append(segment) }
                } catch {
                    switch error {
                    case .malformed where packet.isCut: leaveOut("packets that the capture has cut off")
                    case .linkType(let type): leaveOut("packets of link type \(type), which is not read")
                    case .malformed: leaveOut("malformed packets")
                    case .other, .fragment: break
                    }
                }
            }
        } catch {
            damage = error
        }
        if dissector.incomplete > 0 { leaveOut("datagrams of which a fragment is missing", dissector.incomplete) }
    }

    private mutating func leaveOut(_ what: String, _ count: Int = 1) {
        if let index = leftOut.firstIndex(where: { $0.what == what }) {
            leftOut[index].count += count
        } else {
            leftOut.append((what, count))
        }
    }

    /// Who speaks SIP there, most first: the addresses to or from which most messages went.
    public var endpoints: [(endpoint: Endpoint, packets: Int)] {
        var counts: [Endpoint: Int] = [:]
        for segment in segments where segment.looksLikeSIP {
            counts[segment.source, default: 0] += 1
            counts[segment.destination, default: 0] += 1
        }
        return counts.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }
            .map { ($0.key, $0.value) }
    }

    /// The conversations of the side that listens there.
    ///
    /// - Parameter local: where it takes datagrams and connections. A connection that it opens itself, from any port, is its
    ///   own when its address stands on that end alone, or when the Via of what it says first names it.
    public func trace(of local: Endpoint) -> CapturedTrace {
        var trace = CapturedTrace()
        trace.damage = damage
        trace.notes = leftOut.map { "\($0.count) \($0.what)" }
        for segment in segments where segment.kind == .datagram {
            let isReceived = segment.destination == local
            guard isReceived || segment.source == local else { continue }
            let octets = Array(segment.payload)
            trace.entries.append(
                TraceEntry(
                    time: segment.time, transport: .udp, local: local,
                    remote: isReceived ? segment.source : segment.destination,
                    what: isReceived ? .received(octets) : .sent(octets)))
        }
        var number: UInt64 = 0
        for connection in connections() {
            guard let ours = connection.end(of: local) else { continue }
            number += 1
            if connection.isEncrypted {
                trace.notes.append("\(ours) and \(connection.otherEnd(of: ours)): encrypted, and not read")
                continue
            }
            trace.add(connection, ours: ours, local: local, ConnectionID(rawValue: number))
        }
        // Sorting keeps the order of what has the same time, by the number.
        trace.entries = trace.entries.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        return trace
    }

    private func connections() -> [CapturedConnection] {
        var connections: [CapturedConnection] = []
        var latest: [Set<Endpoint>: Int] = [:]
        for segment in segments where segment.kind != .datagram {
            let key: Set<Endpoint> = [segment.source, segment.destination]
            if let index = latest[key], !connections[index].isSucceeded(by: segment) {
                connections[index].add(segment)
                continue
            }
            var connection = CapturedConnection(segment)
            connection.add(segment)
            latest[key] = connections.count
            connections.append(connection)
        }
        guard let end = segments.last?.time else { return [] }
        for index in connections.indices { connections[index].finish(end) }
        return connections
    }
}

extension CapturedSegment {
    fileprivate var isTCP: Bool {
        if case .tcp = kind { true } else { false }
    }

    fileprivate var looksLikeSIP: Bool {
        guard let end = payload.firstIndex(of: 13) else { return false }
        let line = payload[..<end]
        return line.starts(with: "SIP/2.0 ".utf8) || line.suffix(8).elementsEqual(" SIP/2.0".utf8)
    }
}

extension CapturedConnection {
    fileprivate var isEncrypted: Bool {
        // A TLS record of a handshake (RFC 8446 section 5.1).
        ends.contains { pieces(from: $0).joined().starts(with: [0x16, 3]) }
    }

    /// The end of the side that listens at `local`; `nil` if it has none.
    fileprivate func end(of local: Endpoint) -> Endpoint? {
        if let end = ends.first(where: { $0 == local }) { return end }
        let near = ends.filter { $0.address == local.address }
        if near.count == 1 { return near.first }
        return near.first { end in
            var framer = StreamFramer(limits: .recorded)
            let first = pieces(from: end).lazy.compactMap { piece in
                framer.append(piece.span)
                return framer.next()
            }.first
            guard case .message(let message) = first, message.isRequest, let via = try? message.topVia() else {
                return false
            }
            return via.hostAddress == local.address && via.effectivePort == local.port
        }
    }
}

extension CapturedTrace {
    fileprivate mutating func add(
        _ connection: CapturedConnection, ours: Endpoint, local: Endpoint, _ number: ConnectionID
    ) {
        let remote = connection.otherEnd(of: ours)
        var latest = connection.began
        func append(_ time: TraceTime, _ what: TraceEntry.What) {
            // A clock that was set back must not put what was said before the connection.
            latest = max(latest, time)
            entries.append(
                TraceEntry(time: latest, transport: .tcp, local: ours, remote: remote, connection: number, what: what))
        }
        // Without a SYN, a connection to the port where the side listens is one that it accepted.
        let isOpener = connection.opener.map { $0 == ours } ?? (ours != local)
        let isRefused = connection.opener != nil && connection.opened == nil
        if isOpener {
            append(connection.began, .open)
            if isRefused {
                if let end = connection.events.first(where: { $0.source == remote && $0.what == .reset }) {
                    append(end.time, .openFailed(reason: "refused"))
                }
                return
            }
            append(connection.opened ?? connection.began, .opened)
        } else {
            if isRefused { return }
            append(connection.began, .accepted)
        }
        let lastSaid = connection.events.lastIndex { event in
            if case .octets = event.what { event.source == ours } else { false }
        }
        var peerHasEnded = false
        for (index, event) in connection.events.enumerated() {
            let isOurs = event.source == ours
            switch event.what {
            case .octets(let octets):
                append(event.time, isOurs ? .sent(octets) : .received(octets))
                if peerHasEnded, index == lastSaid {
                    append(event.time, .closed(reason: "closed"))
                    return
                }
            case .missing(let count):
                notes.append("\(event.time) \(count) octets from \(event.source) to its peer are not in the capture")
            case .end where !isOurs && index < lastSaid ?? 0:
                // The peer says no more, and is answered still (RFC 9293 section 3.6): nobody had closed the connection yet.
                peerHasEnded = true
            case .end, .reset:
                append(event.time, isOurs ? .close : .closed(reason: event.what == .reset ? "reset" : "closed"))
                return
            }
        }
    }
}
