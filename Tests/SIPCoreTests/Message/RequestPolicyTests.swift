import SIPCore
import Testing

@Suite struct RequestPolicyTests {
    static let policy: RequestPolicy = {
        var policy = RequestPolicy(methods: [.invite, .ack, .options])
        policy.optionTags = ["timer"]
        policy.bodyTypes = ["application/sdp"]
        policy.producedTypes = ["application/sdp"]
        policy.bodyOctets = 20
        return policy
    }()

    static func refusal(_ prefix: String, _ line: String, body: String = "") throws -> RequestRefusal? {
        policy.refusal(of: try invite(replacing: prefix, with: line, body: body))
    }

    @Test func aSoundRequestIsAccepted() throws {
        #expect(Self.policy.refusal(of: try invite()) == nil)
        let extra = "Require: timer\r\nContent-Type: application/sdp\r\nAccept: text/plain, application/*"
        #expect(try Self.refusal("Max-Forwards", extra, body: "v=0") == nil)
        #expect(try Self.refusal("Max-Forwards", "Content-Encoding: identity", body: "v=0") == nil)
    }

    @Test(arguments: [
        ("INVITE", "INVITE sip:911@h SIP/3.0", 505, RefusalRule.version),
        ("INVITE", "INVITE sip:911@h SIP/02.0", 505, .version),
        ("CSeq", "CSeq: 1 OPTIONS", 400, .cseqMethod),
        ("Max-Forwards", "Max-Forwards: 256", 400, .maxForwardsRange),
        ("INVITE", "INVITE sip:911@h?Subject=x SIP/2.0", 400, .requestURIHeaders),
        ("INVITE", "INVITE http://h SIP/2.0", 416, .scheme),
        ("Max-Forwards", "Require: timer, 100rel", 420, .extensionRequired),
        ("Max-Forwards", "Accept: text/plain", 406, .accept),
    ])
    func rulesHaveTheirStatus(prefix: String, line: String, status: Int, rule: RefusalRule) throws {
        let refusal = try #require(try Self.refusal(prefix, line))
        #expect(refusal.status == status && refusal.cause == .rule(rule))
    }

    @Test func methodsAreServedOrRefused() throws {
        func refusal(_ method: String) throws -> RequestRefusal? {
            let lines = inviteLines.map { $0.replacing("INVITE", with: method) }
            return Self.policy.refusal(
                of: try SIPMessage(parsing: Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)))
        }
        #expect(try refusal("OPTIONS") == nil)
        #expect(try refusal("REGISTER")?.status == 405)
        #expect(try refusal("REGISTER")?.headers.first(.allow) == "INVITE, ACK, OPTIONS")
        #expect(try refusal("invite")?.cause == .rule(.methodUnknown))
    }

    @Test func bodiesAreJudgedWhenThereIsOne() throws {
        #expect(try Self.refusal("Max-Forwards", "Content-Type: text/plain") == nil)
        let type = try #require(try Self.refusal("Max-Forwards", "Content-Type: text/plain", body: "x"))
        #expect(type.status == 415 && type.headers.first(.accept) == "application/sdp")
        let coded = try #require(try Self.refusal("Max-Forwards", "e: gzip", body: "x"))
        #expect(coded.status == 415 && coded.headers.first(.acceptEncoding) == "identity")
        let large = try #require(try Self.refusal("-", "-", body: String(repeating: "x", count: 21)))
        #expect(large.status == 413 && large.cause == .rule(.bodySize))
    }

    /// ACK cannot be answered, CANCEL must work: neither is refused for an extension (RFC 3261 section 8.2.2.3).
    @Test func requireDoesNotStopAnACK() throws {
        let lines = inviteLines.map {
            $0.replacing("INVITE", with: "ACK").replacing("Max-Forwards: 70", with: "Require: x")
        }
        let ack = try SIPMessage(parsing: Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        #expect(Self.policy.refusal(of: ack) == nil)
    }

    @Test(arguments: [
        ("From", "From: <sip:@h>;tag=1", Deviations.emptyUser), ("From", "From: <sip:a@h:0>;tag=1", .portUnusable),
        ("Call-ID", "Call-ID: a b", .blanksInCallID), ("Via", "Via: SIP/2.0/UDP h;;branch=z9hG4bK1", .emptyParameter),
        ("Via", "Via: SIP/2.0/UDP h;branch=z9hG4bK1,", .emptyListElement),
        ("Via", "Via: SIP/2.0/UDP h;rport=x", .rportUnusable), ("Max", "no colon", .malformedHeaderLine),
        ("Max", "na me: x", .malformedHeaderLine), ("Contact", "Contact: < sip:a@b>", .blanksInBrackets),
        ("To", "To: sip:a@b?x", .questionMarkInBareURI), ("INVITE", "INVITE  sip:h SIP/2.0", .startLineBlanks),
        ("INVITE", "INVITE sip:h\tSIP/2.0", .startLineBlanks),
        ("INVITE", "INVITE <sip:h> SIP/2.0", .requestURIInBrackets),
        ("Max", "Content-Length: 5", .contentLengthBeyondDatagram),
        ("Max", "l: 0\r\nl: 1", .contentLengthContradictory),
        ("Max", "P-Asserted-Identity: A, B <sip:a@b>", .unquotedDisplayName),
        ("Contact", "Contact: \"A\" sip:a@b", .addressWithoutBrackets), ("To", "To: <sip:a@b> x", .trailingText),
    ])
    func deviationsCostOtherRequestsTheirAnswerAndNoEmergencyCall(
        prefix: String, line: String, deviation: Deviations
    ) throws {
        let request = try invite(replacing: prefix, with: line)
        #expect(request.essentialsProblem() == nil)
        let refusal = try #require(Self.policy.refusal(of: request))
        guard line != "P-Asserted-Identity: A, B <sip:a@b>" else {
            // A list: the comma ends an element, and "A" is none.
            #expect(
                refusal.cause
                    == .unreadable(
                        try #require(
                            SIPParseErrorSample.of { () throws(SIPParseError) in try request.assertedIdentities() })))
            return
        }
        #expect(refusal.status == 400 && refusal.cause == .deviation(deviation))
        #expect(refusal.reason.contains(deviation.names.joined()))
    }

    @Test(arguments: [
        ("INVITE", "INVITE sip:911@h SIP/2.0   ", Deviations.startLineTrailingBlanks),
        ("CSeq", "CSeq: 4294967295 INVITE", Deviations()),
        ("Via", "Via: SIP/2.0/UDP 2001:db8::1;branch=z9hG4bK1", Deviations()),
    ])
    func someDeviationsAreTolerated(prefix: String, line: String, deviations: Deviations) throws {
        let request = try invite(replacing: prefix, with: line)
        #expect(Self.policy.refusal(of: request) == nil)
        #expect(request.deviations == deviations)
    }

    @Test func lineFeedsAloneAreTolerated() throws {
        let request = try SIPMessage(parsing: Array((inviteLines.joined(separator: "\n") + "\n\nbody").utf8))
        #expect(request.deviations == .bareLineFeed && request.body == "body")
        #expect(Self.policy.refusal(of: request) == nil)
    }

    @Test func responsesAreDropped() throws {
        let request = try invite(replacing: "Via", with: "Via: SIP/2.0/UDP a;branch=z9hG4bK1")
        func cause(_ edit: (inout ResponseBuilder) -> Void) throws -> RefusalCause? {
            var response = ResponseBuilder(to: request, status: 200, toTag: "t")
            edit(&response)
            return Self.policy.refusal(ofResponse: try SIPMessage(parsing: response.build(), framing: .stream))
        }
        #expect(try cause { _ in } == nil)
        #expect(try cause { $0.prepend(.via, "SIP/2.0/UDP b") } == .rule(.responseVias))
        guard case .unreadable(let error)? = try cause({ $0.set(.cseq, "x") }) else {
            Issue.record("a CSeq of x was accepted")
            return
        }
        #expect(error.code == .cseq && error.isResponse)
    }

    @Test func namesOfRulesAndDeviationsAreUnique() {
        #expect(Set(RefusalRule.allCases.map(\.rawValue)).count == RefusalRule.allCases.count)
        let all = Deviations(rawValue: .max)
        #expect(Set(all.names).count == all.names.count)
        #expect(
            Deviations.blanksInCallID.names == ["blanks-in-call-id"] && Deviations.emptyUser.names == ["empty-user"])
    }
}

enum SIPParseErrorSample {
    /// The error that `body` throws.
    static func of<Value>(_ body: () throws(SIPParseError) -> Value) -> SIPParseError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }
}
