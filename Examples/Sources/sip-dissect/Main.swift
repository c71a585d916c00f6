import Glibc
import SIPCore

/// Says what SIP messages mean, and what is wrong with them.
///
/// Each file is one datagram; with `--stream` it is a byte stream of messages. Without a file, standard input is read.
@main
struct Main {
    static func main() {
        var files = Array(CommandLine.arguments.dropFirst())
        let isStream = files.first == "--stream"
        if isStream { files.removeFirst() }
        if files.contains(where: { $0.hasPrefix("-") }) {
            print("usage: sip-dissect [--stream] [FILE...]")
            exit(2)
        }
        if files.isEmpty { files = ["/dev/stdin"] }
        for file in files {
            guard let octets = read(file) else {
                print("\(file): cannot be read")
                exit(1)
            }
            if files.count > 1 { print("== \(file)") }
            isStream ? dissectStream(octets) : dissectDatagram(octets)
        }
    }

    static func dissectDatagram(_ octets: [UInt8]) {
        do throws(SIPParseError) {
            print(Dissection(try SIPMessage(parsing: octets)).text)
        } catch {
            print("no SIP message: \(error)")
        }
    }

    static func dissectStream(_ octets: [UInt8]) {
        var framer = StreamFramer()
        framer.append(octets.span)
        while let frame = framer.next() {
            switch frame {
            case .message(let message): print(Dissection(message).text)
            case .keepAlive: print("keep-alive\n")
            case .unusable(let error): print("a useless response: \(error)\n")
            case .malformed(let error, let message):
                print("malformed: \(error)")
                if let message { print(Dissection(message).text) }
            case .lost(let error): print("framing is lost: \(error)")
            }
        }
        if framer.pending > 0 { print("\(framer.pending) octets of an unfinished message") }
    }

    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { return octets }
            octets += piece[..<count]
        }
    }
}
