import Glibc
import RegInfo

/// One document read into events: time, and the memory that the reading takes. The document comes from the file in
/// pieces of 16 KiB, and the time of that counts not.
enum ParseFigures {
    /// Counts, and looks at what a registry needs of each contact.
    private struct Sink: RegInfoSink {
        var contacts = 0
        var octets = 0

        mutating func document(version: UInt64, state: DocumentState) {}
        mutating func registration(_ registration: RegistrationElement) { octets += registration.aor.count }
        mutating func contact(_ contact: ContactElement, of registration: RegistrationElement) {
            contacts += 1
            octets += contact.uri?.count ?? 0
            octets += contact.received?.count ?? 0
            octets += contact.unknownParameter("+sip.instance")?.count ?? 0
        }
        mutating func registrationEnd(_ registration: RegistrationElement) {}
        mutating func documentEnd(_ summary: DocumentSummary) {}
    }

    static func print(_ path: String) {
        guard let file = fopen(path, "rb") else { die("\(path) cannot be read") }
        var sink = Sink()
        let parser = RegInfoParser()
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        let start = residentOctets()
        var seconds = 0.0
        do {
            while true {
                let count = fread(&piece, 1, piece.count, file)
                let before = cpuSeconds()
                try parser.parse(piece.span.extracting(first: count), isLast: count == 0, into: &sink)
                seconds += cpuSeconds() - before
                if count == 0 { break }
            }
        } catch {
            die("\(path): \(error)")
        }
        let growth = residentOctets("VmHWM") - start
        Swift.print(
            "{\"seconds\": \(seconds), \"contacts\": \(sink.contacts), \"octets\": \(sink.octets), \"growth\": \(growth)}"
        )
    }
}
