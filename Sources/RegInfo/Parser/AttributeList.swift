/// The attributes of one start tag as libxml2's SAX2 hands them out: five pointers each (name, prefix, namespace,
/// first octet of the value, octet behind it). Valid during the callback only.
struct AttributeList: Sequence, IteratorProtocol {
    struct Attribute {
        let name: UnsafePointer<UInt8>?
        let namespace: UnsafePointer<UInt8>?
        let value: UnsafeBufferPointer<UInt8>

        var nameOctets: UnsafeBufferPointer<UInt8> {
            guard let name else { return UnsafeBufferPointer(start: nil, count: 0) }
            var count = 0
            while name[count] != 0 { count += 1 }
            return UnsafeBufferPointer(start: name, count: count)
        }
    }

    private var cursor: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    private var remaining: Int

    init(base: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int) {
        cursor = base
        remaining = base == nil ? 0 : count
    }

    mutating func next() -> Attribute? {
        guard remaining > 0, let fields = cursor else { return nil }
        remaining -= 1
        cursor = fields + 5
        let start = fields[3]
        let count = start.flatMap { start in fields[4].map { $0 - start } } ?? 0
        return Attribute(
            name: fields[0], namespace: fields[2], value: UnsafeBufferPointer(start: start, count: Swift.max(count, 0)))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without XML white space at both ends.
    var trimmed: UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start].isXMLSpace { start += 1 }
        while end > start, self[end - 1].isXMLSpace { end -= 1 }
        return UnsafeBufferPointer(rebasing: self[start..<end])
    }
}

extension UInt64 {
    /// An xs:nonNegativeInteger: white space around it and a `+` before it are allowed, and what does not fit is the
    /// greatest value.
    init?(xmlInteger octets: UnsafeBufferPointer<UInt8>) {
        var digits = octets.trimmed[...]
        if digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        var isTooGreat = false
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(UInt64(digit - 48))
            isTooGreat = isTooGreat || overflow || overflow2
            value = sum
        }
        self = isTooGreat ? .max : value
    }
}

/// Whether the octets can be an absolute URI (RFC 3986): a scheme, a colon, and something without blanks and control
/// characters. Not more is asked, since real URIs of this format break the generic grammar (brackets outside an
/// authority, angle brackets in parameters).
func isPlausibleURI(_ octets: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = octets.first, first.asciiLowercased >= 97, first.asciiLowercased <= 122 else { return false }
    var index = 1
    while index < octets.count, octets[index] != UInt8(ascii: ":") {
        let octet = octets[index].asciiLowercased
        guard octet >= 97 && octet <= 122 || octet >= 48 && octet <= 57 || octet == 43 || octet == 45 || octet == 46
        else { return false }
        index += 1
    }
    guard index + 1 < octets.count else { return false }
    return !UnsafeBufferPointer(rebasing: octets[(index + 1)...]).hasBlankOrControl
}

// Eight octets at a time: these look at each octet of each URI and value.
extension UnsafeBufferPointer<UInt8> {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// The top bit of each octet that is zero; of others too, but only if there is a zero.
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

    var hasAmpersand: Bool {
        contains {
            $0 == UInt8(ascii: "&")
        } words: {
            Self.zeros($0 ^ (Self.ones &* UInt64(UInt8(ascii: "&")))) != 0
        }
    }

    /// Any octet of 32 or less, or 127.
    var hasBlankOrControl: Bool {
        contains {
            $0 <= 32 || $0 == 127
        } words: { word in
            let isSmall = (word &- Self.ones &* 33) & ~word & Self.tops
            return isSmall | Self.zeros(word ^ (Self.ones &* 127)) != 0
        }
    }

    @inline(__always)
    private func contains(octets isMeant: (UInt8) -> Bool, words hasMeant: (UInt64) -> Bool) -> Bool {
        let raw = UnsafeRawBufferPointer(self)
        guard count >= 8 else { return contains(where: isMeant) }
        var index = 0
        while index + 8 < count {
            if hasMeant(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) { return true }
            index += 8
        }
        // The last eight; some of them again.
        return hasMeant(raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
    }
}
