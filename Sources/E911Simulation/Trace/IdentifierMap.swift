import SIPCore

/// The identifiers that a replay made in the place of the recorded ones: branches, tags, Call-IDs. Each recorded one
/// stands for one other, by first use, and no two for the same.
struct IdentifierMap {
    private(set) var pairs: [(recorded: SIPText, actual: SIPText)] = []
    private var actualOf: [SIPText: SIPText] = [:]
    private var recordedOf: [SIPText: SIPText] = [:]

    /// Notes that `actual` stands where `recorded` stood. `false` if one of them stands for another one already.
    mutating func join(_ recorded: SIPText, _ actual: SIPText) -> Bool {
        if let known = actualOf[recorded] { return known == actual }
        guard recordedOf[actual] == nil else { return false }
        actualOf[recorded] = actual
        recordedOf[actual] = recorded
        if recorded != actual { pairs.append((recorded, actual)) }
        return true
    }

    func actual(of recorded: SIPText) -> SIPText? { actualOf[recorded] }

    /// The identifiers of a message that its sender may have made: branch, both tags, Call-ID.
    static func identifiers(of message: SIPMessage) -> [(name: String, value: SIPText)] {
        var found: [(String, SIPText)] = []
        if message.isRequest, let branch = try? message.topVia().branch { found.append(("branch", branch)) }
        if let tag = try? message.from().tag { found.append(("From tag", tag)) }
        if let tag = try? message.to().tag { found.append(("To tag", tag)) }
        if let callID = try? message.callID() { found.append(("Call-ID", callID)) }
        return found
    }

    /// The text with the replay's identifiers in the place of the recorded ones. An identifier is replaced where it
    /// stands whole: between characters that can belong to none.
    func applied(to text: SIPText) -> SIPText {
        guard !pairs.isEmpty else { return text }
        var octets = Array(text)
        for pair in pairs { octets = Self.replace(Array(pair.recorded), with: Array(pair.actual), in: octets) }
        return SIPText(bytes: octets)
    }

    private static func replace(_ old: [UInt8], with new: [UInt8], in octets: [UInt8]) -> [UInt8] {
        guard let first = old.first, octets.count >= old.count else { return octets }
        var result: [UInt8] = []
        var at = 0
        while at < octets.count {
            let end = at + old.count
            if octets[at] == first, end <= octets.count, octets[at..<end].elementsEqual(old),
                at == 0 || !isIdentifier(octets[at - 1]), end == octets.count || !isIdentifier(octets[end])
            {
                result += new
                at = end
            } else {
                result.append(octets[at])
                at += 1
            }
        }
        return result
    }

    /// Letters, digits and the marks of a token (RFC 3261 section 25.1).
    private static func isIdentifier(_ octet: UInt8) -> Bool {
        switch octet {
        case 48...57, 65...90, 97...122: true
        default: "-.!%*_+`'~".utf8.contains(octet)
        }
    }
}
