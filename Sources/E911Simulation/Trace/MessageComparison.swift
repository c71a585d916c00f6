public import SIPCore

/// What a replay may answer otherwise than what was recorded.
public struct ReplayRules: Sendable {
    /// Headers that are not compared. Content-Length follows from the body.
    public var ignoredHeaders: [HeaderName] = [.contentLength, .userAgent, .server, .date]
    public var comparesBodies = true
    /// How much later or earlier than recorded a message may leave.
    public var tolerance: Duration = .seconds(1)
    /// Whether pieces of streams are fed as they were cut. Else whole messages are, at the time of their last octet,
    /// which lets identifiers in them be replaced.
    public var keepsSegments = false
    /// How long the machine runs on behind the last entry.
    public var tail: Duration = .zero
    /// Whether identifiers, and all octets, must be those that were recorded.
    public var isExact = false

    public init() {}

    /// For a trace that a replay wrote itself, with the same identifiers.
    public static var exact: ReplayRules {
        var rules = ReplayRules()
        rules.ignoredHeaders = []
        rules.tolerance = .milliseconds(1)
        rules.isExact = true
        return rules
    }
}

/// Compares one message with the recorded one in whose place it was sent.
struct MessageComparison {
    private let rules: ReplayRules
    private(set) var differences: [String] = []

    init(_ recorded: SIPMessage, _ actual: SIPMessage, _ map: inout IdentifierMap, _ rules: ReplayRules) {
        self.rules = rules
        join(recorded, actual, &map)
        compareFirstLines(recorded, actual, map)
        compareHeaders(recorded, actual, map)
        if rules.comparesBodies, map.applied(to: recorded.body) != actual.body {
            differences.append("body: recorded \(recorded.body.count) octets, now \(actual.body.count), not the same")
        }
        if rules.isExact, differences.isEmpty { compareOctets(recorded.bytes, actual.bytes) }
    }

    private mutating func join(_ recorded: SIPMessage, _ actual: SIPMessage, _ map: inout IdentifierMap) {
        let now = IdentifierMap.identifiers(of: actual)
        for (name, value) in IdentifierMap.identifiers(of: recorded) {
            guard let other = now.first(where: { $0.name == name })?.value else { continue }
            if rules.isExact {
                expect(name, "\(value)", "\(other)")
            } else if !map.join(value, other) {
                differences.append("\(name): \(other) does not stand for \(value) alone")
            }
        }
    }

    private mutating func compareFirstLines(_ recorded: SIPMessage, _ actual: SIPMessage, _ map: IdentifierMap) {
        switch (recorded.startLine, actual.startLine) {
        case (.request(let method, let uri), .request(let otherMethod, let otherURI)):
            expect("method", "\(method)", "\(otherMethod)")
            expect("Request-URI", "\(map.applied(to: uri))", "\(otherURI)")
        case (.response(let status, let reason), .response(let otherStatus, let otherReason)):
            expect("status", "\(status) \(reason)", "\(otherStatus) \(otherReason)")
        case (.request, .response), (.response, .request):
            differences.append("a request and a response")
        }
    }

    private mutating func compareHeaders(_ recorded: SIPMessage, _ actual: SIPMessage, _ map: IdentifierMap) {
        func kept(_ message: SIPMessage) -> [(name: HeaderName, value: SIPText)] {
            message.headers.filter { !rules.ignoredHeaders.contains($0.name) }
        }
        let old = kept(recorded)
        let new = kept(actual)
        var names: [HeaderName] = []
        for header in old + new where !names.contains(header.name) { names.append(header.name) }
        for name in names {
            let before = old.filter { $0.name == name }.map { map.applied(to: $0.value).description }
            let after = new.filter { $0.name == name }.map(\.value.description)
            expect("\(name)", before.joined(separator: ", "), after.joined(separator: ", "))
        }
    }

    /// What the headers do not show: blanks, line ends, how a name is written.
    private mutating func compareOctets(_ recorded: [UInt8], _ actual: [UInt8]) {
        guard recorded != actual else { return }
        let same = zip(recorded, actual).prefix { $0 == $1 }.count
        func line(_ octets: [UInt8]) -> String {
            let start = octets[..<min(same, octets.count)].lastIndex(of: 10).map { $0 + 1 } ?? 0
            return String(decoding: octets[start...].prefix { $0 != 10 }, as: UTF8.self).debugDescription
        }
        differences.append("octet \(same): recorded \(line(recorded)), now \(line(actual))")
    }

    private mutating func expect(_ what: String, _ recorded: String, _ actual: String) {
        if recorded != actual { differences.append("\(what): recorded '\(recorded)', now '\(actual)'") }
    }
}
