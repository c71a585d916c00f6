import SIPCore
import Testing

/// Every file of the traces: its first line is the one that the manifest gives, and where the length of its body is not
/// what it declares, a table names what happens.
@Suite(.enabled(if: Corpus.isWanted, Corpus.absence)) struct TraceOutcomeTests {
    enum Outcome: Equatable {
        /// No length by datagram: the body is the rest of the datagram.
        case restOfDatagram
        /// No length on a stream: 0, and counted as a deviation.
        case takenAsZero
        /// The body ends at the length; the octets behind it are left out.
        case cutAtLength
        /// The length is no number: read by datagram with this deviation, which loses a stream.
        case deviation(Deviations)
        /// No message, and no error to be answered.
        case ignored(SIPParseError.Code)
        /// A stream of that many messages, of which the second number has no length.
        case messages(Int, withoutLength: Int)
    }

    /// By file, else by folder, for every row whose `content_length_check` is not `ok`.
    static let outcomes: [String: Outcome] = [
        "zeek-invalid-content-length": .deviation(.contentLengthInvalid),
        "zeek-junk/001-udp-other.sip": .ignored(.keepAlive),
        "zeek-junk/002-udp-REGISTER.sip": .restOfDatagram,
        "suricata-compact/001-udp-INVITE.sip": .cutAtLength,
        "suricata-multi-value/001-udp-INVITE.sip": .cutAtLength,
        "suricata-sdp": .cutAtLength,
        "ndpi-hello-keepalive": .ignored(.notSIP),
        "ndpi-fax-t38": .restOfDatagram, "rfc3327-5.5.1": .restOfDatagram, "rfc3327-5.5.2": .restOfDatagram,
        "rfc3665-3.08/19-487-INVITE.sip": .restOfDatagram, "rfc3665-3.11": .restOfDatagram,
        "rfc3680-s6": .restOfDatagram,
        "rfc5626-9.3": .takenAsZero, "rfc5626-9.4": .takenAsZero, "rfc5626-9.5": .takenAsZero,
        "streams/rfc-flows.stream": .messages(227, withoutLength: 24),
        "streams/volte.stream": .messages(26, withoutLength: 0),
    ]

    static func outcome(_ row: [String], _ octets: [UInt8]) -> Outcome? {
        guard row[1] == "udp" else {
            let found = frames([octets[...]]).compactMap(\.message)
            let withoutLength = found.count { $0.deviations.contains(.contentLengthMissing) }
            if found.count == 1 { return withoutLength == 1 && found[0].body.isEmpty ? .takenAsZero : nil }
            return .messages(found.count, withoutLength: withoutLength)
        }
        do throws(SIPParseError) {
            let message = try SIPMessage(parsing: octets)
            if !message.deviations.isEmpty { return .deviation(message.deviations) }
            if message.count(.contentLength) == 0 { return message.bytes == octets ? .restOfDatagram : nil }
            return message.bytes.count < octets.count ? .cutAtLength : nil
        } catch {
            return .ignored(error.code)
        }
    }

    @Test func everyFileHasTheFirstLineOfTheManifest() throws {
        var count = 0
        for row in try Corpus.rows("traces/manifest.tsv") {
            let octets = try Corpus.bytes("traces/\(row[0])")
            let message = row[1] == "udp" ? try? SIPMessage(parsing: octets) : frames([octets[...]]).first?.message
            guard let message else {
                #expect(row[6] == "no-blank-line", "\(row[0])")
                continue
            }
            count += 1
            let line: String
            switch message.startLine {
            case .request(let method, let uri): line = "\(method) \(uri) \(message.version)"
            case .response(let status, let reason): line = "\(message.version) \(status) \(reason)"
            }
            // The manifest cuts a line at 90 characters.
            #expect(row[4].count == 90 ? line.hasPrefix(row[4]) : line == row[4], "\(row[0])")
        }
        #expect(count == 554)
    }

    @Test func aLengthThatIsNotTheBodysHasANamedOutcome() throws {
        var used: Set<String> = []
        for row in try Corpus.rows("traces/manifest.tsv") where row[6] != "ok" {
            let folder = String(row[0].prefix { $0 != "/" })
            let key = Self.outcomes[row[0]] == nil ? folder : row[0]
            let expected = try #require(Self.outcomes[key], "no outcome is named for \(row[0]): \(row[6])")
            used.insert(key)
            #expect(Self.outcome(row, try Corpus.bytes("traces/\(row[0])")) == expected, "\(row[0]): \(row[6])")
        }
        #expect(used == Set(Self.outcomes.keys))
    }
}
