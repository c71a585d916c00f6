import E911Values
import SIPCore

/// Messages that nobody should send, made from ones that somebody could have.
struct MalformedMessage {
    private var generator: SeededGenerator
    private let number: Int
    private let domain: String

    /// - Parameter number: makes its branch, tag and Call-ID its own, so that it is never a part of another's call.
    init(number: Int, domain: String, seed: UInt64) {
        generator = SeededGenerator(seed: (seed, 0x6d61_6c66, UInt64(number), 0))
        self.number = number
        self.domain = domain
    }

    /// A call or a notification to `hop` that says it came from `source`, damaged in one or two places; or no message at
    /// all.
    mutating func octets(from source: IPAddress, to hop: NextHop, contact: Endpoint) -> [UInt8] {
        switch generator.index(below: 10) {
        case 0: return (0..<generator.index(below: 600)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        case 1: return damaged(notify(from: source, to: hop))
        default:
            var octets = damaged(invite(from: source, to: hop, contact: contact))
            if generator.chance(0.3) { octets = damaged(octets) }
            return octets
        }
    }

    private func head(_ method: String, _ source: IPAddress, _ hop: NextHop) -> String {
        "\(method) sip:911@\(hop.endpoint) SIP/2.0\r\n"
            + "Via: SIP/2.0/\(hop.kind.viaToken) \(source):5060;branch=z9hG4bKmalformed\(number)\r\n"
            + "From: \"Nobody\" <sip:\(6000 + number % 10)@\(domain)>;tag=malformed\(number)\r\n"
            + "To: <sip:911@\(hop.endpoint)>\r\nCall-ID: malformed-\(number)@\(source)\r\n"
            + "CSeq: 1 \(method)\r\nMax-Forwards: 70\r\n"
    }

    private func invite(from source: IPAddress, to hop: NextHop, contact: Endpoint) -> [UInt8] {
        Array(
            (head("INVITE", source, hop) + "Contact: <sip:\(6000 + number % 10)@\(contact)>\r\n"
                + "P-Asserted-Identity: <sip:\(6000 + number % 10)@\(domain)>\r\nContent-Length: 0\r\n\r\n").utf8)
    }

    private func notify(from source: IPAddress, to hop: NextHop) -> [UInt8] {
        let body = "<?xml version=\"1.0\"?><reginfo version=\"0\" state=\"full\"><registration aor=\"sip:x\""
        return Array(
            (head("NOTIFY", source, hop) + "Event: reg\r\nSubscription-State: active;expires=100\r\n"
                + "Content-Type: application/reginfo+xml\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }

    private mutating func damaged(_ octets: [UInt8]) -> [UInt8] {
        guard octets.count > 8 else { return octets }
        var octets = octets
        let place = 1 + generator.index(below: octets.count - 2)
        switch generator.index(below: 9) {
        case 0: octets.removeLast(octets.count - place)
        case 1: octets[place] = UInt8(truncatingIfNeeded: generator.next())
        case 2: octets.removeSubrange(line(at: place, octets))
        case 3: octets.insert(contentsOf: octets[line(at: place, octets)], at: line(at: place, octets).lowerBound)
        case 4:
            let long = "X-Long: " + String(repeating: "x", count: 1 + generator.index(below: 20_000)) + "\r\n"
            octets.insert(contentsOf: Array(long.utf8), at: line(at: place, octets).lowerBound)
        case 5: octets.insert(contentsOf: [0, 0, 0, 0], at: place)
        case 6: octets.removeAll { $0 == UInt8(ascii: "\r") }
        case 7:
            replace(
                "Content-Length: ", with: "Content-Length: \(generator.index(below: 2) == 0 ? "-1" : "99999")", &octets)
        default: replace("z9hG4bK", with: "\u{e4}", &octets)
        }
        return octets
    }

    /// The line that an octet is in, with its end.
    private func line(at place: Int, _ octets: [UInt8]) -> Range<Int> {
        let newline = UInt8(ascii: "\n")
        let start = octets[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = octets[place...].firstIndex(of: newline).map { $0 + 1 } ?? octets.count
        return start..<max(start, end)
    }

    private func replace(_ text: String, with other: String, _ octets: inout [UInt8]) {
        let wanted = Array(text.utf8)
        guard octets.count >= wanted.count else { return }
        for start in 0...(octets.count - wanted.count)
        where octets[start..<(start + wanted.count)].elementsEqual(wanted) {
            octets.replaceSubrange(start..<(start + wanted.count), with: Array(other.utf8))
            return
        }
    }
}
