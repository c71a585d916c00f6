import E911Values

@testable import SIPCore

/// A DNS message to be written octet by octet, as a server would.
struct DNSMessage {
    var octets: [UInt8]

    /// A reply to `question` that says to hold so many records.
    init(
        to question: DNSQuestion, flags: UInt16 = 0x8180, questions: UInt16 = 1, answers: UInt16 = 0,
        authorities: UInt16 = 0
    ) {
        octets = []
        for field in [0x1234, flags, questions, answers, authorities, 0] { short(field) }
        name(question.name)
        short(question.type.rawValue)
        short(1)
    }

    /// Where the question's name stands.
    static let question = 12

    var reply: [UInt8] { octets }

    mutating func short(_ value: UInt16) { octets += [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }

    mutating func long(_ value: UInt32) {
        short(UInt16(value >> 16))
        short(UInt16(truncatingIfNeeded: value))
    }

    mutating func name(_ text: String) {
        for label in text.split(separator: ".") { octets += [UInt8(label.utf8.count)] + label.utf8 }
        octets.append(0)
    }

    mutating func pointer(_ target: Int) { short(0xc000 | UInt16(target)) }

    mutating func text(_ text: String) { octets += [UInt8(text.utf8.count)] + text.utf8 }

    /// A record of the question's name; `write` writes its data.
    mutating func record(
        _ type: UInt16, timeToLive: UInt32 = 300, name owner: String? = nil, class kind: UInt16 = 1,
        _ write: (inout DNSMessage) -> Void
    ) {
        if let owner { name(owner) } else { pointer(Self.question) }
        short(type)
        short(kind)
        long(timeToLive)
        let place = octets.count
        short(0)
        write(&self)
        let count = UInt16(octets.count - place - 2)
        octets[place] = UInt8(count >> 8)
        octets[place + 1] = UInt8(truncatingIfNeeded: count)
    }

    /// Octets written in hexadecimal.
    static func recorded(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = text.utf8[...]
        while let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) {
            octets.append(high << 4 | low)
        }
        return octets
    }
}
