import E911Values
import Testing

@testable import SIPCore

/// The side that asks, with our own client on the other one.
@Suite struct DigestServerTests {
    private var server = DigestServer(.init(realm: "r", lifetime: .seconds(60), nonces: 3), hash: .toy)
    private var client = DigestClient(account: DigestAccount(username: "u", password: DigestPassword("p")), hash: .toy)
    private var identifiers = SeededGenerator(seed: 1)
    private var seconds = 0

    private var now: Now {
        Now(monotonic: at(seconds * 1000), wall: WallTime(milliseconds: 0))
    }

    private mutating func ask(isStale: Bool = false) throws -> DigestClient.Verdict {
        let challenges = server.challenges(isStale: isStale, now: now, identifiers: &identifiers)
        let response = try challenge(
            server.party.status, challenges.map { "\(server.party.challengeHeader): \($0.value)" })
        return client.challenged(by: response, identifiers: &identifiers)
    }

    private mutating func request(
        body: SIPText = .empty, change: (inout RequestBuilder) -> Void = { _ in }
    ) throws -> SIPMessage {
        var request = RequestBuilder(.subscribe, "sip:192.0.2.10:5060")
        request.add(.via, "SIP/2.0/UDP 192.0.2.20;branch=z9hG4bK1")
        request.add(.from, "<sip:a@b>;tag=1")
        request.add(.to, "<sip:b@b>")
        request.add(.callID, "1")
        request.add(.cseq, "1 SUBSCRIBE")
        request.body = body
        client.authorize(&request)
        change(&request)
        return try SIPMessage(parsing: request.build())
    }

    private mutating func judge(_ request: SIPMessage) -> DigestServer.Verdict {
        server.judge(request, now: now) { $0 == "u" ? DigestPassword("p") : nil }
    }

    @Test mutating func theRightPasswordIsAcceptedAgainAndAgain() throws {
        #expect(judge(try request()) == .refused)
        #expect(try ask() == .retry)
        for _ in 1...3 { #expect(judge(try request()) == .accepted(username: "u")) }
    }

    @Test(arguments: DigestAlgorithm.allCases, [[], [DigestProtection.auth], [.authInt], [.auth, .authInt]])
    mutating func everyAlgorithmAndQop(_ algorithm: DigestAlgorithm, _ protections: [DigestProtection]) throws {
        for party in DigestParty.allCases {
            server = DigestServer(
                .init(realm: "r", algorithms: [algorithm], protections: protections), party: party, hash: .toy)
            client = DigestClient(account: client.account, hash: .toy)
            #expect(try ask() == .retry)
            #expect(judge(try request(body: "body")) == .accepted(username: "u"))
        }
    }

    @Test mutating func aRequestThatIsPlayedAgainIsStale() throws {
        #expect(try ask() == .retry)
        let first = try request()
        let second = try request()
        #expect(judge(second) == .accepted(username: "u"))
        #expect(judge(second) == .stale && judge(first) == .stale)
    }

    @Test mutating func noncesGrowOldAndAreForgotten() throws {
        #expect(try ask() == .retry)
        seconds = 60
        #expect(judge(try request()) == .accepted(username: "u"))
        seconds = 61
        #expect(judge(try request()) == .stale)
        #expect(try ask(isStale: true) == .retry)
        #expect(judge(try request()) == .accepted(username: "u"))
        for _ in 1...3 { _ = server.challenges(now: now, identifiers: &identifiers) }
        #expect(judge(try request()) == .stale)
    }

    @Test mutating func whatIsRefused() throws {
        for account in [
            DigestAccount(username: "u", password: DigestPassword("P")),
            DigestAccount(username: "nobody", password: DigestPassword("p")),
        ] {
            client = DigestClient(account: account, hash: .toy)
            #expect(try ask() == .retry)
            #expect(judge(try request()) == .refused)
            #expect(try ask() == .refused(.wrongPassword))
        }
        client = DigestClient(account: DigestAccount(username: "u", password: DigestPassword("p")), hash: .toy)
        #expect(try ask() == .retry)
        // For another request.
        #expect(judge(try request { $0.method = .notify }) == .refused)
        #expect(judge(try request { $0.requestURI = "sip:192.0.2.11:5060" }) == .refused)
        // Written anew on the way, and the same.
        #expect(judge(try request { $0.requestURI = "SIP:192.0.2.10:5060" }) == .accepted(username: "u"))
        #expect(judge(try request { $0.set(.authorization, "Digest username=\"u\"") }) == .unreadable)
        #expect(judge(try request { $0.set(.authorization, "Basic dTpw") }) == .refused)
    }

    @Test mutating func whoLeavesTheQopOutIsRefused() throws {
        let challenge = server.challenges(now: now, identifiers: &identifiers)[0]
        var credentials = DigestCredentials(
            to: challenge, username: "u", uri: "sip:192.0.2.10:5060", cnonce: nil, count: nil)
        credentials.response = try #require(
            credentials.response(password: DigestPassword("p"), method: .subscribe, body: .empty, hash: .toy))
        let value = "\(credentials.value)"
        #expect(judge(try request { $0.set(.authorization, value) }) == .refused)
    }
}
