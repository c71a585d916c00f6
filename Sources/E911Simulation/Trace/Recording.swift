public import E911Values
import SIPCore

/// Why a file is no recording that can be read.
public struct RecordingProblem: Error, Equatable, Sendable {
    public var reason: String

    public init(reason: String) { self.reason = reason }
}

/// A recorded conversation, in any form that is read: a trace of e911d, a capture, a message trace of SIPp.
public struct Recording: Equatable, Sendable {
    public var entries: [TraceEntry]
    public var comments: [String] = []
    /// What was left out and why.
    public var notes: [String] = []
    /// Where the file is damaged. What stands before is read.
    public var damage: String?

    /// - Parameters:
    ///   - local: whose side it is; a trace of e911d says so itself.
    ///   - remote: the other side of a message trace of SIPp, which does not say it.
    /// - Throws: ``RecordingProblem`` when the file is none of them, or one side must be named.
    public init(_ octets: [UInt8], local: Endpoint?, remote: Endpoint? = nil) throws(RecordingProblem) {
        if CaptureReader.isCapture(octets) {
            let reader = CaptureReader(octets)
            guard let local else { throw RecordingProblem(reason: Self.sides(of: reader)) }
            let trace = reader.trace(of: local)
            if trace.entries.isEmpty, trace.damage == nil {
                // A replay of nothing would be as expected for ever.
                let notes = trace.notes.map { "; \($0)" }.joined()
                throw RecordingProblem(
                    reason: "nothing in the capture is read of \(local): \(Self.sides(of: reader))\(notes)")
            }
            (entries, notes, damage) = (trace.entries, trace.notes, trace.damage?.description)
            return
        }
        if octets.starts(with: TraceFormat.header.utf8) {
            let read = TraceReader.read(octets)
            (entries, comments, damage) = (read.entries, read.comments, read.damage?.description)
            return
        }
        guard SIPpTrace.isTrace(octets) else {
            throw RecordingProblem(
                reason: "it is no trace of e911d ('\(TraceFormat.header)'), no capture (pcap, pcapng), and none of SIPp"
            )
        }
        guard let local, let remote else {
            throw RecordingProblem(reason: "SIPp does not write who spoke: name both sides with --local and --remote")
        }
        let read = SIPpTrace.read(octets, local: local, remote: remote)
        (entries, damage) = (Self.withConnections(read.entries), read.damage?.description)
    }

    /// The site that a comment names.
    public var site: String? { value(of: "site") }

    /// What a comment says the identifiers of the node came from: then they are expected too.
    public var seed: UInt64? { value(of: "seed").flatMap { UInt64($0) } }

    private func value(of name: String) -> String? {
        comments.lazy.filter { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.utf8.count + 2)) }.first
    }

    /// The same conversation as the other side saw it, which heard what was sent.
    public func turned() -> Recording {
        var recording = self
        recording.entries = entries.flatMap { entry in
            var turned = entry
            (turned.local, turned.remote) = (entry.remote, entry.local)
            let whats: [TraceEntry.What] =
                switch entry.what {
                case .received(let octets): [.sent(octets)]
                case .sent(let octets): [.received(octets)]
                case .accepted: [.open, .opened]
                case .opened: [.accepted]
                case .close: [.closed(reason: "closed")]
                case .closed: [.close]
                case .open, .openFailed: []
                }
            return whats.map { what in
                turned.what = what
                return turned
            }
        }
        return recording
    }

    /// Where the recorded side listened: as a comment says, else as far as the entries tell.
    public var local: Endpoint? {
        if let local = value(of: "local") { return Endpoint(local) }
        let datagram = entries.first { $0.connection == nil }
        return (datagram ?? entries.first { $0.what == .accepted } ?? entries.first)?.local
    }

    private static func sides(of reader: CaptureReader) -> String {
        let sides = reader.endpoints.prefix(8).map { "\($0.endpoint) (\($0.packets) packets)" }
        return sides.isEmpty
            ? "there is no SIP in the capture"
            : "say whose side it is with --local; there are \(sides.joined(separator: ", "))"
    }

    /// SIPp does not write how a connection came to be: who speaks first on it has opened it.
    private static func withConnections(_ entries: [TraceEntry]) -> [TraceEntry] {
        guard var first = entries.first(where: { $0.connection != nil }) else { return entries }
        var opening: [TraceEntry] = []
        let isOurs = first.what == .sent(first.payload)
        for what in isOurs ? [TraceEntry.What.open, .opened] : [.accepted] {
            first.what = what
            opening.append(first)
        }
        return opening + entries
    }
}
