/// Octets of a DNS message (RFC 1035 section 4), read from the front. Each step past the end is `nil`.
struct DNSCursor {
    private let octets: [UInt8]
    private let end: Int
    private var position = 0

    init(_ octets: [UInt8]) {
        self.octets = octets
        end = octets.count
    }

    private init(_ octets: [UInt8], _ range: Range<Int>) {
        self.octets = octets
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }

    mutating func octet() -> UInt8? {
        guard position < end else { return nil }
        defer { position += 1 }
        return octets[position]
    }

    mutating func short() -> UInt16? {
        guard let high = octet(), let low = octet() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    mutating func long() -> UInt32? {
        guard let high = short(), let low = short() else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    /// A character string (RFC 1035 section 3.3). Octets that are no UTF-8 become replacement characters.
    mutating func text() -> String? {
        guard let count = octet(), let part = part(Int(count)) else { return nil }
        return String(decoding: octets[part.position..<part.end], as: UTF8.self)
    }

    /// The next so many octets, to be read by themselves; names in them may still lead to what stands before.
    mutating func part(_ count: Int) -> DNSCursor? {
        guard count >= 0, count <= end - position else { return nil }
        defer { position += count }
        return DNSCursor(octets, position..<position + count)
    }

    /// A name, compressed or not (RFC 1035 section 4.1.4). A pointer must lead further to the front than the part of the
    /// name that it ends, so that none leads round in a circle.
    mutating func name() -> DNSName? {
        var labels: [UInt8] = []
        var at = position
        // Where the part that is being read begins, and where it must end.
        var (front, limit) = (position, end)
        var hasJumped = false
        while at < limit {
            let length = octets[at]
            at += 1
            switch length {
            case 0:
                if !hasJumped { position = at }
                return DNSName(labels: labels)
            case 1...63:
                let next = at + Int(length)
                guard next <= limit, labels.count + 1 + Int(length) <= DNSName.mostOctets else { return nil }
                labels.append(length)
                labels += octets[at..<next].lazy.map { (65...90).contains($0) ? $0 + 32 : $0 }
                at = next
            case 192...:
                guard at < limit else { return nil }
                let target = Int(length & 63) << 8 | Int(octets[at])
                guard target < front else { return nil }
                if !hasJumped { position = at + 1 }
                hasJumped = true
                (at, front, limit) = (target, target, octets.count)
            default:
                return nil
            }
        }
        return nil
    }
}

/// A name of a DNS message: its labels, each behind its length, in lower case, without the root's.
struct DNSName: Hashable {
    /// RFC 1035 section 2.3.4, without the root's octet.
    static let mostOctets = 254

    let labels: [UInt8]

    init(labels: [UInt8]) {
        self.labels = labels
    }

    init(_ question: DNSQuestion) {
        labels = question.name.split(separator: ".").flatMap { [UInt8(clamping: $0.utf8.count)] + $0.utf8 }
    }

    /// As it stands in a ``DNSQuestion``, and `.` for the root; `nil` for a name that cannot stand there.
    var text: String? {
        guard !labels.isEmpty else { return "." }
        var text: [UInt8] = []
        var rest = labels[...]
        while let length = rest.popFirst() {
            let label = rest.prefix(Int(length))
            guard !label.contains(UInt8(ascii: ".")) else { return nil }
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            text += label
            rest = rest.dropFirst(Int(length))
        }
        return DNSQuestion.canonicalName(String(decoding: text, as: UTF8.self))
    }
}
