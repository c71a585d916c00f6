import SIPCore

/// What is in a trace, in figures.
public struct TraceSummary: Equatable, Sendable, CustomStringConvertible {
    /// `in INVITE`, `out 302 INVITE`, and how many, in the order of first appearance.
    public private(set) var counts: [(kind: String, count: Int)] = []
    public let entries: Int
    public let from: TraceTime?
    public let to: TraceTime?

    public init(_ trace: [TraceEntry]) {
        entries = trace.count
        from = trace.first?.time
        to = trace.last?.time
        var framers: [String: StreamFramer] = [:]
        for entry in trace {
            var octets: [UInt8] = []
            switch entry.what {
            case .received(let received): octets = received
            case .sent(let sent): octets = sent
            case .accepted, .opened, .openFailed, .closed, .open, .close:
                count(entry.verb)
                continue
            }
            guard let connection = entry.connection else {
                count(entry.verb, try? SIPMessage(parsing: octets))
                continue
            }
            let lane = "\(entry.verb) \(connection.rawValue)"
            var framer = framers[lane] ?? StreamFramer()
            framer.append(octets.span)
            while let frame = framer.next() {
                if case .message(let message) = frame { count(entry.verb, message) }
            }
            framers[lane] = framer
        }
    }

    private mutating func count(_ verb: String, _ message: SIPMessage?) {
        guard let message else { return count("\(verb) (no message)") }
        count("\(verb) \(message.status.map { "\($0) " } ?? "")\(message.method)")
    }

    private mutating func count(_ kind: String) {
        if let index = counts.firstIndex(where: { $0.kind == kind }) {
            counts[index].count += 1
        } else {
            counts.append((kind, 1))
        }
    }

    public static func == (a: TraceSummary, b: TraceSummary) -> Bool { a.description == b.description }

    public var description: String {
        let span = from.map { "from \($0) to \(to ?? $0)" } ?? ""
        return (["\(entries) entries \(span)"] + counts.map { "  \($0.count) \($0.kind)" }).joined(separator: "\n")
    }
}
