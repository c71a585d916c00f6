/// Writes comma-separated values (RFC 4180), which ``CSVReader`` reads back as they were.
public struct CSVWriter: Sendable {
    private var octets: [UInt8] = []
    private var isEmpty = true

    public init() {}

    /// Adds a row. A row has at least one field.
    public mutating func append(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { octets.append(UInt8(ascii: ",")) }
            append(field, isAlone: fields.count == 1)
        }
        octets += [13, 10]
        isEmpty = false
    }

    /// What was written since the last time.
    public mutating func take() -> [UInt8] {
        defer { octets.removeAll(keepingCapacity: true) }
        return octets
    }

    private mutating func append(_ field: String, isAlone: Bool) {
        // A row of one empty field would be a blank one, and the mark of UTF-8 in front would be taken for one.
        let needsQuotes =
            field.isEmpty && isAlone || isEmpty && field.utf8.first == 0xef
            || field.utf8.contains(where: Self.isSpecial) || field.utf8.first == 0x20 || field.utf8.last == 0x20
        guard needsQuotes else {
            octets += field.utf8
            return
        }
        octets.append(Self.quote)
        for octet in field.utf8 {
            if octet == Self.quote { octets.append(Self.quote) }
            octets.append(octet)
        }
        octets.append(Self.quote)
    }

    private static let quote = UInt8(ascii: "\"")

    private static func isSpecial(_ octet: UInt8) -> Bool {
        switch octet {
        case quote, UInt8(ascii: ","), UInt8(ascii: ";"), 0, 9, 10, 13: true
        default: false
        }
    }
}
