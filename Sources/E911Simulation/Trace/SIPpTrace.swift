public import E911Values
import SIPCore

/// The message traces that SIPp writes (`-trace_msg`), as entries.
///
/// A message there is a line of hyphens with the local date and time, `UDP message sent (415 bytes):` or
/// `UDP message received [415] bytes :`, an empty line and the octets. The addresses are not in it, and every stream is
/// taken for one connection. Lines of other kinds (SIPp's own complaints) are skipped.
public enum SIPpTrace {
    /// Whether octets look like such a trace. Complaints may stand before the first message.
    public static func isTrace(_ octets: [UInt8]) -> Bool {
        octets.prefix(65_536).split(separator: 10).contains { line in
            let rest = line.drop { $0 == UInt8(ascii: "-") }
            guard line.count - rest.count > 20, rest.first == 32 else { return false }
            return TraceTime(String(decoding: rest.dropFirst(), as: UTF8.self)) != nil
        }
    }

    /// - Throws: ``TraceError`` when a message is shorter than its length.
    public static func entries(
        _ octets: [UInt8], local: Endpoint, remote: Endpoint
    ) throws(TraceError) -> [TraceEntry] {
        let (entries, damage) = read(octets, local: local, remote: remote)
        if let damage { throw damage }
        return entries
    }

    /// The entries, and the damage behind them if there is any: a message that is shorter than its length. SIPp that is
    /// stopped leaves such a one at the end.
    public static func read(
        _ octets: [UInt8], local: Endpoint, remote: Endpoint
    ) -> (entries: [TraceEntry], damage: TraceError?) {
        var entries: [TraceEntry] = []
        var at = 0
        var line = 1
        var time: TraceTime?
        while at < octets.count {
            let end = octets[at...].firstIndex(of: 10) ?? octets.count
            let (text, start) = (octets[at..<end], at)
            at = end + 1
            line += 1
            if text.starts(with: "-----".utf8) {
                let word = text.drop { $0 == UInt8(ascii: "-") }.drop { $0 == UInt8(ascii: " ") }
                time = TraceTime(String(decoding: word, as: UTF8.self))
                continue
            }
            guard let heading = Heading(text), let moment = time else { continue }
            time = nil
            // Behind the heading comes an empty line.
            guard at < octets.count, octets[at] == 10,
                let (message, end) = message(in: octets, at: at + 1, heading.count)
            else {
                return (
                    entries,
                    TraceError(reason: "the message is shorter than its length", line: line - 1, offset: start)
                )
            }
            line += octets[at..<end].count { $0 == 10 }
            at = end
            entries.append(
                TraceEntry(
                    time: moment, transport: heading.transport, local: local, remote: remote,
                    connection: heading.transport == .udp ? nil : ConnectionID(rawValue: 2),
                    what: heading.isSent ? .sent(message) : .received(message)))
        }
        return (entries, nil)
    }

    /// The message that begins at an octet and has so many, and where it ends in the file. Where an editor has taken the
    /// carriage returns away, they are put back.
    private static func message(in octets: [UInt8], at start: Int, _ count: Int) -> (message: [UInt8], end: Int)? {
        let raw = count <= octets.count - start ? (Array(octets[start..<(start + count)]), start + count) : nil
        guard let firstEnd = octets[start...].firstIndex(of: 10), firstEnd > start, octets[firstEnd - 1] != 13 else {
            return raw
        }
        var head: [UInt8] = []
        var at = start
        while let end = octets[at...].firstIndex(of: 10) {
            head += octets[at..<end]
            head += [13, 10]
            defer { at = end + 1 }
            if end == at { break }
        }
        // The body had some as well, or only what a scenario writes behind it.
        let end = Self.end(from: at, of: octets)
        let lost = count - head.count - (end - at)
        var body = Array(octets[at..<end])
        let lines = body.indices.filter { body[$0] == 10 }
        guard lost >= 0, lost <= lines.count else { return raw }
        for index in lines.suffix(lost).reversed() { body.insert(13, at: index) }
        return (head + body, end)
    }

    /// Where a message ends: SIPp writes a line end and the next line of hyphens.
    private static func end(from start: Int, of octets: [UInt8]) -> Int {
        var at = start
        while let next = octets[at...].firstIndex(of: 10) {
            if octets[(next + 1)...].starts(with: "--------------------".utf8) { return next }
            at = next + 1
        }
        return octets.count > start && octets.last == 10 ? octets.count - 1 : octets.count
    }

    private struct Heading {
        let transport: SIPTransportKind
        let isSent: Bool
        let count: Int

        init?(_ text: ArraySlice<UInt8>) {
            var scanner = TraceScanner(text)
            guard let transport = SIPTransportKind.allCases.first(where: { text.starts(with: $0.viaToken.utf8) })
            else { return nil }
            self.transport = transport
            scanner.rest = scanner.rest.dropFirst(transport.viaToken.utf8.count)
            if scanner.take(" message sent (") {
                isSent = true
            } else if scanner.take(" message received [") {
                isSent = false
            } else {
                return nil
            }
            guard let count = scanner.number(1...9) else { return nil }
            self.count = count
        }
    }
}
