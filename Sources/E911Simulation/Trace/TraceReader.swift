import E911Values
import SIPCore

/// Damage of a trace.
public struct TraceError: Error, Equatable, Sendable, CustomStringConvertible {
    public var reason: String
    /// From 1; lines inside of messages count.
    public var line: Int
    /// Octets before it.
    public var offset: Int

    public init(reason: String, line: Int, offset: Int) {
        self.reason = reason
        self.line = line
        self.offset = offset
    }

    public var description: String { "line \(line) (octet \(offset)): \(reason)" }
}

/// Reads a trace entry by entry. What is before the damage is given; nothing that a file holds can trap it.
public struct TraceReader {
    /// The lines behind `;` that were read so far.
    public private(set) var comments: [String] = []
    private let octets: [UInt8]
    private var at = 0
    private var line = 1

    /// - Throws: ``TraceError`` when the first line is not that of a trace.
    public init(_ octets: [UInt8]) throws(TraceError) {
        self.octets = octets
        guard takeLine() == Array(TraceFormat.header.utf8) else {
            throw TraceError(reason: "the first line is not '\(TraceFormat.header)'", line: 1, offset: 0)
        }
    }

    /// The entries, the comments, and the damage behind them if there is any.
    public static func read(_ octets: [UInt8]) -> (entries: [TraceEntry], comments: [String], damage: TraceError?) {
        var entries: [TraceEntry] = []
        var reader: TraceReader
        do throws(TraceError) {
            reader = try TraceReader(octets)
        } catch {
            return ([], [], error)
        }
        do throws(TraceError) {
            while let entry = try reader.next() { entries.append(entry) }
            return (entries, reader.comments, nil)
        } catch {
            return (entries, reader.comments, error)
        }
    }

    /// The next entry, `nil` at the end.
    public mutating func next() throws(TraceError) -> TraceEntry? {
        while at < octets.count {
            let (start, startLine) = (at, line)
            guard let text = takeLine() else {
                throw TraceError(reason: "the last line has no end", line: startLine, offset: start)
            }
            if text.isEmpty { continue }
            if text.first == UInt8(ascii: ";") {
                comments.append(String(decoding: text.dropFirst().drop { $0 == 32 }, as: UTF8.self))
                continue
            }
            return try entry(text, TraceError(reason: "", line: startLine, offset: start))
        }
        return nil
    }

    private mutating func entry(_ text: [UInt8], _ place: TraceError) throws(TraceError) -> TraceEntry {
        func damage(_ reason: String) -> TraceError {
            TraceError(reason: reason, line: place.line, offset: place.offset)
        }
        var scanner = TraceScanner(text[...])
        guard let time = TraceTime(scanner.word()) else { throw damage("no time") }
        let verb = scanner.word()
        let transportName = scanner.word()
        guard let transport = SIPTransportKind.allCases.first(where: { $0.viaToken.lowercased() == transportName })
        else { throw damage("'\(transportName)' is no transport") }
        guard let from = Endpoint(scanner.word()), scanner.take("> "), let to = Endpoint(scanner.word()) else {
            throw damage("no addresses")
        }
        guard let count = scanner.number(1...9), count <= octets.count - at else {
            throw damage("the length is no number, or more than the file holds")
        }
        var connection: ConnectionID?
        if scanner.take(" #") {
            guard let number = UInt64(scanner.word()) else { throw damage("no connection number") }
            connection = ConnectionID(rawValue: number)
        }
        guard scanner.rest.isEmpty else { throw damage("more than an entry on the line") }
        guard (connection == nil) == (transport == .udp) else {
            throw damage("a stream has a connection number, a datagram has none")
        }
        let payload = Array(octets[at..<(at + count)])
        guard at + count < octets.count, octets[at + count] == 10 else {
            throw damage("no line end behind the \(count) octets")
        }
        guard let what = TraceEntry.what(verb, payload) else { throw damage("'\(verb)' is nothing that happens") }
        line += payload.count { $0 == 10 } + 1
        at += count + 1
        var entry = TraceEntry(
            time: time, transport: transport, local: from, remote: to, connection: connection, what: what)
        if entry.isInward { swap(&entry.local, &entry.remote) }
        return entry
    }

    /// The next line without its end; `nil` when there is no line end.
    private mutating func takeLine() -> [UInt8]? {
        guard let end = octets[at...].firstIndex(of: 10) else { return nil }
        defer {
            at = end + 1
            line += 1
        }
        return Array(octets[at..<end])
    }
}
