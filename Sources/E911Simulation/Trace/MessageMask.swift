import SIPCore

/// Takes personal data out of SIP messages, so that a trace can be shown to others.
///
/// The user part of each `sip:`, `sips:` and `tel:` URI becomes `user1`, `user2`… in headers and in reginfo bodies; the same
/// user gets the same name in all messages of one mask, so that a call can still be followed. Display names and credentials
/// go, and so do the values of headers that are not known to be harmless, and bodies other than reginfo: call them
/// `masked`. What is left: methods, statuses, tags, branches, Call-IDs, addresses and ports of machines, instance
/// identifiers, and users of three digits at most, such as 911.
public struct MessageMask: Sendable {
    private var users: [[UInt8]: Int] = [:]

    public init() {}

    /// The entry with its message masked. Whole messages only: see ``MessageCutter``. Octets that are no message are taken
    /// out altogether, but for the line ends of a keep-alive.
    public mutating func masked(_ entry: TraceEntry) -> TraceEntry {
        let octets = entry.payload
        guard !octets.allSatisfy({ $0 == 13 || $0 == 10 }) else { return entry }
        guard (try? SIPMessage(parsing: octets, limits: .recorded)) != nil else {
            return entry.carrying(Array("masked: \(octets.count) octets that are no SIP message".utf8))
        }
        return entry.carrying(masked(octets))
    }

    private mutating func masked(_ octets: [UInt8]) -> [UInt8] {
        let (lines, bodyStart) = Self.lines(of: octets)
        var type: [UInt8] = []
        for line in lines.dropFirst() where Self.isNamed(line, ["content-type", "c"]) { type = Array(line) }
        // In the order of the message, so that names are counted as they are read.
        var masked = lines.enumerated().map { index, line in index == 0 ? maskedURIs(line) : header(line) }
        let body = body(octets[bodyStart...], type)
        for (index, line) in lines.enumerated().dropFirst() where Self.isNamed(line, ["content-length", "l"]) {
            masked[index] = Array("Content-Length: \(body.count)".utf8)
        }
        return masked.reduce(into: []) { $0 += $1 + [13, 10] } + [13, 10] + body
    }

    /// The lines of the head, continuations joined to what they continue, and where the body begins.
    private static func lines(of octets: [UInt8]) -> (lines: [[UInt8]], bodyStart: Int) {
        var lines: [[UInt8]] = []
        var at = 0
        while at < octets.count {
            let feed = octets[at...].firstIndex(of: 10) ?? octets.count
            var line = octets[at..<feed]
            if line.last == 13 { line.removeLast() }
            at = min(feed + 1, octets.count)
            if line.isEmpty {
                if lines.isEmpty { continue }
                return (lines, at)
            }
            if let first = line.first, first == 32 || first == 9, !lines.isEmpty {
                lines[lines.count - 1] += [32] + line.drop { $0 == 32 || $0 == 9 }
            } else {
                lines.append(Array(line))
            }
        }
        return (lines, octets.count)
    }

    // MARK: Headers

    /// Their values tell nothing of persons.
    private static let harmless: Set<String> = [
        "via", "v", "call-id", "i", "cseq", "max-forwards", "content-type", "c", "content-encoding", "e", "event", "o",
        "subscription-state", "expires", "min-expires", "retry-after", "allow", "allow-events", "u", "supported", "k",
        "require", "proxy-require", "unsupported", "accept", "accept-encoding", "accept-language", "user-agent",
        "server",
        "date", "timestamp", "mime-version", "priority", "session-expires", "x", "min-se", "rack", "rseq", "replaces",
        "geolocation-routing", "geolocation-error", "privacy",
    ]
    /// Lists of addresses, with display names.
    private static let addresses: Set<String> = [
        "from", "f", "to", "t", "contact", "m", "route", "record-route", "path", "service-route", "p-asserted-identity",
        "p-preferred-identity", "remote-party-id", "diversion", "history-info", "refer-to", "r", "referred-by", "b",
        "reply-to", "p-called-party-id", "p-associated-uri",
    ]

    private static func isNamed(_ line: [UInt8], _ names: Set<String>) -> Bool { names.contains(name(of: line)) }

    private static func name(of line: [UInt8]) -> String {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        return String(decoding: name, as: UTF8.self).lowercased().filter { $0 != " " && $0 != "\t" }
    }

    private mutating func header(_ line: [UInt8]) -> [UInt8] {
        let name = Self.name(of: line)
        if Self.harmless.contains(name) { return maskedURIs(line) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        let start = Array(line[..<colon])
        guard Self.addresses.contains(name) else { return start + ": masked".utf8 }
        let value = Self.withoutDisplayNames(line[colon...].dropFirst())
        // An address of a scheme that is not known is not known to be harmless.
        let isKnown =
            value.indices.contains { Self.scheme(in: value, at: $0) != nil }
            || value.allSatisfy { $0 == 32 || $0 == UInt8(ascii: "*") }
        return start + [UInt8(ascii: ":")] + (isKnown ? maskedURIs(value) : Array(" masked".utf8))
    }

    /// Quoted strings, and what else stands before a `<` in its element of the list, are masked.
    private static func withoutDisplayNames(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        /// Where in `result` the element began.
        var element = 0
        var isInBrackets = false
        var at = value.startIndex
        while at < value.endIndex {
            let octet = value[at]
            at += 1
            switch octet {
            case UInt8(ascii: "\""):
                while at < value.endIndex, value[at] != UInt8(ascii: "\"") {
                    at += value[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                at = min(at + 1, value.endIndex)
                result += "\"masked\"".utf8
                continue
            case UInt8(ascii: "<") where !isInBrackets:
                isInBrackets = true
                if scheme(in: Array(value[at...].prefix(5)), at: 0) == nil {
                    // `mailto:`, `https:` and others.
                    at = value[at...].firstIndex(of: UInt8(ascii: ">")) ?? value.endIndex
                    result.removeSubrange(element...)
                    result += " <masked".utf8
                    continue
                }
                let name = result[element...]
                if name.contains(where: { $0 != 32 && $0 != 9 }) {
                    result.removeSubrange(element...)
                    result += " \"masked\" ".utf8
                }
            case UInt8(ascii: ">"): isInBrackets = false
            case UInt8(ascii: ",") where !isInBrackets: element = result.count + 1
            default: break
            }
            result.append(octet)
        }
        return result
    }

    // MARK: URIs

    private static let schemes = ["sip:", "sips:", "tel:"].map { Array($0.utf8) }

    /// The text with the users of its URIs, and the headers behind their `?`, masked.
    private mutating func maskedURIs(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var at = 0
        while at < text.count {
            guard let scheme = Self.scheme(in: text, at: at) else {
                result.append(text[at])
                at += 1
                continue
            }
            result += text[at..<(at + scheme.count)]
            at += scheme.count
            let uri = text[at...].prefix { !Self.endsURI.contains($0) }
            result += masked(uri, isTelephone: scheme.count == 4 && (scheme[0] | 32) == UInt8(ascii: "t"))
            at = uri.endIndex
        }
        return result
    }

    private static let endsURI: Set<UInt8> = Set(" \t\r\n<>\"".utf8)

    private static func scheme(in text: [UInt8], at start: Int) -> [UInt8]? {
        if start > 0 {
            let before = text[start - 1]
            let isLetter = (before | 32) >= UInt8(ascii: "a") && (before | 32) <= UInt8(ascii: "z")
            guard !isLetter else { return nil }
        }
        return schemes.first { scheme in
            text[start...].count >= scheme.count
                && zip(text[start...], scheme).allSatisfy { $0 == $1 || ($1 != UInt8(ascii: ":") && $0 | 32 == $1) }
        }
    }

    /// A URI behind its scheme.
    private mutating func masked(_ uri: ArraySlice<UInt8>, isTelephone: Bool) -> [UInt8] {
        let query = uri.firstIndex(of: UInt8(ascii: "?")) ?? uri.endIndex
        // An `@` behind the `?` belongs to the headers, but for users that hold a `?` themselves.
        let user: ArraySlice<UInt8>
        if isTelephone {
            user = uri[..<query].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
        } else if let at = uri.firstIndex(of: UInt8(ascii: "@")) {
            user = uri[..<at]
        } else {
            user = uri.prefix(0)
        }
        var result = user.isEmpty ? [] : pseudonym(Array(user))
        let end = max(query, user.endIndex)
        // The rest may hold another URI, in a parameter.
        result += maskedURIs(Array(uri[user.endIndex..<end]))
        if end < uri.endIndex { result += "?masked".utf8 }
        return result
    }

    private mutating func pseudonym(_ user: [UInt8]) -> [UInt8] {
        if user.count <= 3, user.allSatisfy({ $0 >= 48 && $0 <= 57 }) { return user }
        let number = users[user] ?? users.count + 1
        users[user] = number
        return Array("user\(number)".utf8)
    }

    // MARK: Bodies

    private mutating func body(_ body: ArraySlice<UInt8>, _ type: [UInt8]) -> [UInt8] {
        guard !body.isEmpty else { return [] }
        let value = type.drop { $0 != UInt8(ascii: ":") }.dropFirst().prefix { $0 != UInt8(ascii: ";") }
        let name = String(decoding: value, as: UTF8.self).lowercased().filter { $0 != " " && $0 != "\t" }
        // What is packed, or in octets of another kind, does not begin so.
        guard name == "application/reginfo+xml", body.first == UInt8(ascii: "<") else {
            return Array("masked: \(body.count) octets".utf8)
        }
        return maskedURIs(Self.withoutTexts(Array(body)))
    }

    /// An XML text without its comments, its CDATA sections, and what stands between its tags, but for the `sip:`, `sips:`
    /// and `tel:` URIs of `uri` elements.
    private static func withoutTexts(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInURI = false
        var at = 0
        while at < text.count {
            if text[at] != UInt8(ascii: "<") {
                let content = text[at...].prefix { $0 != UInt8(ascii: "<") }
                let start = content.drop { isSpace($0) }
                if start.isEmpty || isInURI && scheme(in: Array(start.prefix(5)), at: 0) != nil {
                    result += content
                } else {
                    result += "masked".utf8
                }
                at = content.endIndex
                continue
            }
            let rest = text[at...]
            if rest.starts(with: "<!".utf8) {
                let isData = rest.starts(with: "<![CDATA[".utf8)
                let isComment = rest.starts(with: "<!--".utf8)
                let end = Array((isData ? "]]>" : isComment ? "-->" : ">").utf8)
                at = rest.indices.first { rest[$0...].starts(with: end) }.map { $0 + end.count } ?? text.count
                if isData { result += "masked".utf8 }
                continue
            }
            let end = rest.firstIndex(of: UInt8(ascii: ">")) ?? text.count - 1
            let name = rest[(at + 1)...].prefix { !isSpace($0) && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
            let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
            isInURI = local.elementsEqual("uri".utf8)
            result += text[at...end]
            at = end + 1
        }
        return result
    }

    private static func isSpace(_ octet: UInt8) -> Bool { octet == 32 || octet == 9 || octet == 10 || octet == 13 }
}
