/// Writes JSON (RFC 8259), members in the order in which they are added.
struct JSONText {
    private(set) var octets: [UInt8] = []
    /// Whether something stands before what comes next in its object or list.
    private var needsComma = false

    init() {}

    mutating func object(_ members: (inout JSONText) -> Void) { nest(UInt8(ascii: "{"), UInt8(ascii: "}"), members) }

    mutating func list<T>(_ elements: [T], _ write: (inout JSONText, T) -> Void) {
        nest(UInt8(ascii: "["), UInt8(ascii: "]")) { json in
            for element in elements { write(&json, element) }
        }
    }

    /// The name of a member, before its value.
    mutating func name(_ name: String) {
        text(name)
        octets.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func text(_ text: String) {
        separate()
        octets.append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): octets += [UInt8(ascii: "\\"), octet]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                octets += Array("\\u00".utf8) + [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            default: octets.append(octet)
            }
        }
        octets.append(UInt8(ascii: "\""))
    }

    mutating func null() {
        separate()
        octets += Array("null".utf8)
    }

    mutating func member(_ name: String, _ text: String) {
        self.name(name)
        self.text(text)
    }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ content: (inout JSONText) -> Void) {
        separate()
        octets.append(open)
        needsComma = false
        content(&self)
        octets.append(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { octets.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}
