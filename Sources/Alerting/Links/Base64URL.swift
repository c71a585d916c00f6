/// Base 64 with the alphabet for URLs and without padding (RFC 4648 section 5).
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        var start = 0
        while start < octets.count {
            let part = octets[start..<min(start + 3, octets.count)]
            let group = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - part.count))
            for digit in 0...part.count { text.append(alphabet[Int(group >> (18 - 6 * UInt32(digit)) & 63)]) }
            start += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for what ``encode(_:)`` never writes.
    static func decode(_ text: String) -> [UInt8]? {
        var octets: [UInt8] = []
        var (group, bits) = (UInt32(0), 0)
        for octet in text.utf8 {
            guard let digit = value(of: octet) else { return nil }
            group = group << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                octets.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
                group &= (1 << UInt32(bits)) - 1
            }
        }
        // One way to write each: what is left over is none, and less than a digit.
        return bits < 6 && group == 0 ? octets : nil
    }

    private static func value(of octet: UInt8) -> UInt32? {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(octet) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(octet) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(octet) + 4
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
