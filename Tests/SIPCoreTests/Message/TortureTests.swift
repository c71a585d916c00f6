import Foundation
import SIPCore
import Testing

/// RFC 4475: every message of the corpus has one of three outcomes, and the outcome that its manifest asks for.
@Suite(.enabled(if: Corpus.isWanted, Corpus.absence)) struct TortureTests {
    enum Outcome: Equatable {
        case accepted
        /// Its structure was read, and a named policy refuses it: a rule, or a deviation that is not tolerated.
        /// Without a status it is a response, which is dropped.
        case refused(Int?, by: String)
        /// It cannot be read, for a reason with a name.
        case unreadable(Int?, String)
    }

    /// A server that takes calls and registrations and knows SDP.
    static let policy: RequestPolicy = {
        var policy = RequestPolicy(methods: [.invite, .ack, .bye, .cancel, .options, .register, .message])
        policy.schemes = [.sip, .sips, .tel]
        policy.bodyTypes = ["application/sdp", "multipart/mixed"]
        policy.producedTypes = ["application/sdp"]
        return policy
    }()

    static let outcomes: [String: Outcome] = [
        "wsinv": .accepted, "esc01": .accepted, "escnull": .accepted, "lwsdisp": .accepted, "longreq": .accepted,
        "dblreq": .accepted, "semiuri": .accepted, "transports": .accepted, "mpart01": .accepted,
        "unreason": .accepted, "noreason": .accepted, "trws": .accepted, "baddate": .accepted,
        "badbranch": .accepted, "unksm2": .accepted, "regaut01": .accepted, "zeromf": .accepted,
        "cparam01": .accepted, "cparam02": .accepted, "regescrt": .accepted, "inv2543": .accepted,

        "intmeth": .refused(501, by: "method-unknown"), "esc02": .refused(501, by: "method-unknown"),
        "clerr": .refused(400, by: "content-length-beyond-datagram"),
        "ncl": .refused(400, by: "content-length-invalid"),
        "mcl01": .refused(400, by: "content-length-contradictory"),
        "ltgtruri": .refused(400, by: "request-uri-in-brackets"),
        "lwsstart": .refused(400, by: "start-line-blanks"),
        "escruri": .refused(400, by: "request-uri-headers"),
        "regbadct": .refused(400, by: "question-mark-in-bare-uri"),
        "badaspec": .refused(400, by: "blanks-in-brackets"),
        "baddn": .refused(400, by: "headers-unterminated, unquoted-display-name"),
        "baddn_terminated": .refused(400, by: "unquoted-display-name"),
        "badvers": .refused(505, by: "version"),
        "mismatch01": .refused(400, by: "cseq-method"), "mismatch02": .refused(400, by: "cseq-method"),
        "unkscm": .refused(416, by: "scheme"), "novelsc": .refused(416, by: "scheme"),
        "bext01": .refused(420, by: "extension-required"), "invut": .refused(415, by: "body-type"),
        "sdp01": .refused(406, by: "accept"), "bcast": .refused(nil, by: "response-vias"),

        "badinv01": .unreadable(400, "via"), "scalar02": .unreadable(400, "cseq"),
        "scalarlg": .unreadable(nil, "cseq"), "quotbal": .unreadable(400, "quote-unbalanced"),
        "lwsruri": .unreadable(400, "request-uri"), "bigcode": .unreadable(nil, "status-code"),
        "insuf": .unreadable(400, "header-missing"), "multi01": .unreadable(400, "header-repeated"),
        "test": .unreadable(nil, "not-sip"),
    ]

    /// Where the outcome is not the first one that `syntax`, `layer` and `expected` of the manifest name.
    static let deviations: [String: String] = [
        "trws": "blanks behind the first line mislead nobody, and the RFC lets an element ignore them",
        "baddate": "Date is not read at all, which the RFC allows: the request is served as if it were absent",
        "unksm2": "only a registrar has to refuse an address of record that is no sip URI; none is here",
    ]

    static func outcome(_ octets: [UInt8]) -> Outcome {
        let message: SIPMessage
        do {
            message = try SIPMessage(parsing: octets)
        } catch {
            // Nothing can be answered without a first line.
            return .unreadable(nil, error.code.description)
        }
        func named(_ cause: RefusalCause, _ status: Int?) -> Outcome {
            switch cause {
            case .unreadable(let error): .unreadable(status, error.code.description)
            case .deviation(let deviations): .refused(status, by: deviations.names.joined(separator: ", "))
            case .rule(let rule): .refused(status, by: rule.rawValue)
            }
        }
        if message.isRequest {
            return policy.refusal(of: message).map { named($0.cause, $0.status) } ?? .accepted
        }
        return policy.refusal(ofResponse: message).map { named($0, nil) } ?? .accepted
    }

    @Test func everyMessageHasItsOutcome() throws {
        let rows = try Corpus.rows("rfc4475/manifest.tsv")
        #expect(rows.count == 51)
        #expect(Set(rows.map { $0[0] }) == Set(Self.outcomes.keys))
        for row in rows {
            let outcome = Self.outcome(try Corpus.bytes("rfc4475/\(row[0]).dat"))
            #expect(outcome == Self.outcomes[row[0]], "\(row[0])")
        }
    }

    /// Valid messages are read, and what refuses one is a rule that needs its meaning; invalid ones are refused. The
    /// status is one that the manifest names.
    @Test func outcomesFollowTheManifest() throws {
        for row in try Corpus.rows("rfc4475/manifest.tsv") {
            let (name, syntax, layer, expected) = (row[0], row[2], row[3], row[8])
            let outcome = try #require(Self.outcomes[name])
            var follows: Bool
            switch (syntax, outcome) {
            case ("valid", .accepted):
                let asksForRefusal = ["UAS answers 4", "registrar answers 4", "; answer 4"]
                follows = layer != "application" || !asksForRefusal.contains { expected.contains($0) }
            case ("valid", .refused(_, let rule)): follows = RefusalRule(rawValue: rule) != nil
            case ("valid", .unreadable): follows = false
            case (_, .accepted): follows = false
            case (_, .refused), (_, .unreadable): follows = true
            }
            switch outcome {
            case .refused(let status?, _), .unreadable(let status?, _):
                follows = follows && expected.contains("\(status)")
            case .refused(nil, _), .unreadable(nil, _):
                follows = follows && ["iscard", "drops it", "No verdict"].contains { expected.contains($0) }
            case .accepted: break
            }
            #expect(follows != (Self.deviations[name] != nil), "\(name): \(outcome) against \(expected)")
        }
        #expect(Set(Self.deviations.keys).isSubset(of: Self.outcomes.keys))
    }

    /// Contract: a request whose six essentials are readable can be answered, whatever a policy says of it.
    @Test func whatIsReadableCanBeAnswered() throws {
        var answered: [String] = []
        for row in try Corpus.rows("rfc4475/manifest.tsv") {
            guard let request = try? SIPMessage(parsing: try Corpus.bytes("rfc4475/\(row[0]).dat")), request.isRequest
            else { continue }
            guard request.essentialsProblem() == nil else { continue }
            answered.append(row[0])
            var builder = ResponseBuilder(to: request, status: 302, toTag: "t-1")
            builder.add(.contact, "<sip:911@192.0.2.1>")
            let response = try SIPMessage(parsing: builder.build(), framing: .stream)
            #expect(response.essentialsProblem() == nil, "\(row[0])")
            #expect(try response.cseq() == request.cseq())
            #expect(try response.callID() == request.callID())
            #expect(try response.from().tag == request.from().tag)
            #expect(try response.to().tag == request.to().tag ?? "t-1")
            #expect(response.all(.via) == request.all(.via))
        }
        let unanswered = ["scalar02", "quotbal", "lwsruri", "insuf", "multi01"]
        let requests = Self.outcomes.keys.filter {
            !["unreason", "noreason", "scalarlg", "bigcode", "bcast", "test"].contains($0) && !unanswered.contains($0)
        }
        #expect(Set(answered) == Set(requests))
    }

    @Test func refusalsCarryWhatTheyMust() throws {
        func refusal(_ name: String) throws -> SIPMessage {
            let request = try SIPMessage(parsing: try Corpus.bytes("rfc4475/\(name).dat"))
            let refusal = try #require(Self.policy.refusal(of: request))
            return try SIPMessage(parsing: refusal.response(to: request, toTag: "t").build())
        }
        #expect(try refusal("bext01").elements(.unsupported) == ["nothingSupportsThis", "nothingSupportsThisEither"])
        #expect(try refusal("invut").elements(.accept) == ["application/sdp", "multipart/mixed"])
        #expect(try refusal("multi01").status == 400)
    }

    /// What the RFC says that these messages mean.
    @Test func valuesAreThoseOfTheRFC() throws {
        func read(_ name: String) throws -> SIPMessage {
            try SIPMessage(parsing: try Corpus.bytes("rfc4475/\(name).dat"))
        }
        let wsinv = try read("wsinv")
        #expect(try wsinv.cseq() == CSeq(number: 9, method: .invite))
        #expect(try wsinv.maxForwards() == 68)
        #expect(try wsinv.vias().map(\.host) == ["192.0.2.2", "spindle.example.com", "192.168.255.111"])
        #expect(try wsinv.vias().map(\.branch) == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
        #expect(try wsinv.topVia().hasUniqueBranch == false)
        #expect(try wsinv.to().tag == "1918181833n")
        #expect(try wsinv.from().displayName == "J Rosenberg \\\"")
        #expect(try wsinv.from().tag == "98asjd8")
        #expect(wsinv.first(.subject) == "")
        #expect(wsinv.first("NewFangledHeader") == "newfangled value continued newfangled value")
        #expect(wsinv.first("unknownheaderwithunusualvalue") == ";;,,;;,;")
        #expect(try wsinv.contacts().first?.qValue == 330)
        #expect(wsinv.body.count == 150)

        let esc01 = try read("esc01")
        #expect(try esc01.requestURI().decodedUser == "sips:user@example.com")
        #expect(try esc01.requestURI().host == "example.net")
        #expect(try esc01.to().uri.isEquivalent(to: SIPURI("sip:user@example.com")))
        let parameters = try #require(try esc01.contacts().first).uri.parameters
        #expect(parameters.map(\.name.percentDecoded) == ["lr", "name"])
        #expect(parameters.map { $0.value?.percentDecoded } == [nil, "value%41"])

        let escnull = try read("escnull").contacts()
        #expect(escnull.map { $0.uri.decodedUser?.count } == [1, 2])
        #expect(!escnull[0].uri.isEquivalent(to: escnull[1].uri))

        #expect(try read("esc02").contacts().count == 2)
        #expect(try read("esc02").method.name == "RE%47IST%45R")
        #expect(try read("lwsdisp").from().displayName == "caller")
        #expect(try read("longreq").vias().count == 34)
        #expect(try read("dblreq").body.isEmpty)
        #expect(try read("dblreq").bytes.suffix(4) == [13, 10, 13, 10])
        #expect(try read("semiuri").requestURI().decodedUser == "user;par=u@example.net")
        #expect(try Array(read("semiuri").requestURI().parameters).isEmpty)
        #expect(try read("transports").vias().map(\.transport) == ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"])
        #expect(try read("mpart01").body.count == 553)
        #expect(try read("unreason").reason?.hasPrefix("= 2**3 * 5**2") == true)
        #expect(try read("noreason").reason == "")
        #expect(try read("intmeth").to().displayName?.contains(0) == true)
        #expect(try read("intmeth").from().parameter("fromParam''~+*_!.-%").flatMap { $0 } == "работающий")
        #expect(try read("cparam01").contacts().first?.parameter("unknownparam") == .some(nil))
        #expect(try read("cparam02").contacts().first?.uri.parameter("unknownparam") == .some(nil))
        #expect(try read("cparam02").contacts().first?.parameter("unknownparam") == nil)
        #expect(try read("regescrt").contacts().first?.uri.headers.map(\.name) == ["Route"])
        #expect(try read("inv2543").body.count == 105)
        #expect(try read("badbranch").topVia().hasUniqueBranch == false)
        #expect(try read("zeromf").maxForwards() == 0)
    }
}
