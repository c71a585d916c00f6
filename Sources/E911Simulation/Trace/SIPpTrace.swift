public import E911Values
import SIPCore

/// The message traces that SIPp writes (`-trace_msg`), as entries.
///
/// A message there is a line of hyphens with the local date and time, `UDP message sent (415 bytes):` or
/// `UDP message received [415] bytes :`, an empty line and the octets. The addresses are not in it, and every stream is
/// taken for one connection. Lines of other kinds (SIPp's own complaints) are skipped.
public enum SIPpTrace {
    /// - Throws: ``TraceError`` when a message is shorter than its length, or is none.
    public static func entries(
        _ octets: [UInt8], local: Endpoint, remote: Endpoint
    ) throws(TraceError) -> [TraceEntry] {
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
            guard at < octets.count, octets[at] == 10, heading.count <= octets.count - at - 1 else {
                throw TraceError(reason: "the message is shorter than its length", line: line - 1, offset: start)
            }
            let message = Array(octets[(at + 1)..<(at + 1 + heading.count)])
            line += 1 + message.count { $0 == 10 }
            at += 1 + message.count
            entries.append(
                TraceEntry(
                    time: moment, transport: heading.transport, local: local, remote: remote,
                    connection: heading.transport == .udp ? nil : ConnectionID(rawValue: 2),
                    what: heading.isSent ? .sent(message) : .received(message)))
        }
        return entries
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
