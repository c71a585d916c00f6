import E911Values
import Testing

@testable import SIPCore

/// RFC 8760, RFC 7616 and RFC 3261 section 22, from the side that is asked.
@Suite struct DigestClientTests {
    private var client = DigestClient(account: DigestAccount(username: "u", password: DigestPassword("p")), hash: .toy)
    private var identifiers = SeededGenerator(seed: 1)

    private mutating func challenged(_ rows: [String], status: Int = 401) throws -> DigestClient.Verdict {
        client.challenged(by: try challenge(status, rows), identifiers: &identifiers)
    }

    private mutating func challenged(_ parameters: String) throws -> DigestClient.Verdict {
        try challenged(["WWW-Authenticate: Digest realm=\"r\", " + parameters])
    }

    private mutating func request(body: SIPText = .empty) -> RequestBuilder {
        var request = RequestBuilder(.subscribe, "sip:192.0.2.10:5060")
        request.body = body
        client.authorize(&request)
        return request
    }

    @Test mutating func nothingIsSentBeforeAChallenge() throws {
        #expect(request().headers.first(.authorization) == nil)
    }

    @Test mutating func aChallengeIsAnsweredAndTheNonceCountRises() throws {
        let verdict = try challenged(#"nonce="n", opaque="o", qop="auth,auth-int", algorithm=SHA-256"#)
        #expect(verdict == .retry)
        let first = try #require(try request().credentials().first)
        #expect(first.username == "u" && first.realm == "r" && first.nonce == "n" && first.opaque == "o")
        #expect(first.uri == "sip:192.0.2.10:5060" && first.algorithm == .sha256 && first.namesAlgorithm)
        #expect(first.count == .init(protection: .auth, nonceCount: 1) && first.cnonce?.count == 26)
        let wanted = first.response(
            password: DigestPassword("p"), method: .subscribe, body: .empty, hash: .toy)
        #expect(first.response == wanted && wanted?.count == 16)
        client.ended()
        let second = try #require(try request().credentials().first)
        #expect(second.count?.nonceCount == 2 && second.cnonce == first.cnonce && second.response != first.response)
    }

    @Test mutating func withoutQopItIsTheFormOfRFC2069() throws {
        #expect(try challenged(#"nonce="n""#) == .retry)
        let text = try #require(request().headers.first(.authorization)).description
        for name in ["algorithm", "cnonce", "qop", "nc=", "opaque"] { #expect(!text.contains(name), "\(text)") }
    }

    @Test mutating func authIntCoversTheBody() throws {
        #expect(try challenged(#"nonce="n", qop="auth-int""#) == .retry)
        let credentials = try #require(try request(body: "body").credentials().first)
        #expect(credentials.count?.protection == .authInt)
        for (body, isRight) in [("body", true), ("other", false)] {
            let response = credentials.response(
                password: DigestPassword("p"), method: .subscribe, body: SIPText(body), hash: .toy)
            #expect((response == credentials.response) == isRight)
        }
    }

    @Test mutating func theTopmostThatIsKnownIsTaken() throws {
        client = DigestClient(account: client.account, hash: .toy([.md5, .sha256]))
        let verdict = try challenged([
            #"WWW-Authenticate: Digest realm="r", nonce="a", algorithm=SHA-512-256, qop="auth""#,
            #"WWW-Authenticate: Negotiate abc=="#,
            #"WWW-Authenticate: Digest realm="r", nonce="x", algorithm=SHA-256, qop="auth-conf""#,
            #"WWW-Authenticate: Digest realm="r", nonce="b", algorithm=SHA-256, qop="auth""#,
            #"WWW-Authenticate: Digest realm="r", nonce="c", algorithm=MD5, qop="auth""#,
        ])
        #expect(verdict == .retry)
        let sent = try request().credentials()
        #expect(sent.map(\.nonce) == ["b"] && sent.map(\.algorithm) == [.sha256])
    }

    @Test mutating func whatCannotBeAnswered() throws {
        #expect(try challenged([]) == .refused(.noChallenge))
        #expect(try challenged(["WWW-Authenticate: Basic realm=\"r\""]) == .refused(.noChallenge))
        #expect(try challenged(#"nonce="n", algorithm=AKAv1-MD5"#) == .refused(.unsupported))
        #expect(try challenged(#"nonce="n", qop="auth-conf""#) == .refused(.unsupported))
        client = DigestClient(
            account: DigestAccount(username: "u", password: DigestPassword("p"), realm: "mine"), hash: .toy)
        #expect(try challenged(#"nonce="n""#) == .refused(.otherRealm))
        #expect(request().headers.first(.authorization) == nil)
    }

    @Test mutating func aChallengeThatComesAgainIsAWrongPassword() throws {
        #expect(try challenged(#"nonce="a", qop="auth""#) == .retry)
        _ = request()
        #expect(try challenged(#"nonce="b", qop="auth""#) == .refused(.wrongPassword))
        // The next try begins without credentials, and may succeed.
        #expect(request().headers.first(.authorization) == nil)
        #expect(try challenged(#"nonce="c", qop="auth""#) == .retry)
    }

    @Test mutating func aStaleNonceIsNoWrongPassword() throws {
        #expect(try challenged(#"nonce="a", qop="auth""#) == .retry)
        _ = request()
        #expect(try challenged(#"nonce="b", qop="auth", stale=true"#) == .retry)
        let sent = try #require(try request().credentials().first)
        #expect(sent.nonce == "b" && sent.count?.nonceCount == 1)
        #expect(try challenged(#"nonce="c", qop="auth""#) == .refused(.wrongPassword))
    }

    @Test mutating func aServerThatAsksForEverIsLeft() throws {
        for round in 1...DigestClient.mostRounds {
            #expect(try challenged("nonce=\"\(round)\", stale=true") == .retry)
            _ = request()
        }
        #expect(try challenged(#"nonce="z", stale=true"#) == .refused(.tooManyChallenges))
    }

    @Test mutating func whatAServerMayMakeUsSendIsBounded() throws {
        let limit = DigestClient.mostOctets - 1
        #expect(try challenged("nonce=\"\(String(repeating: "n", count: limit))\"") == .retry)
        #expect(try challenged("nonce=\"\(String(repeating: "n", count: limit + 1))\"") == .refused(.unsupported))
        let rows = (0...DigestClient.mostRealms).map { "WWW-Authenticate: Digest realm=\"\($0)\", nonce=\"n\"" }
        #expect(try challenged(Array(rows.dropLast())) == .retry)
        client.ended()
        // One more, in another exchange.
        #expect(try challenged([try #require(rows.last)]) == .refused(.tooManyChallenges))
        #expect(request().headers.first(.authorization) == nil)
    }

    /// Credentials that were sent unasked may be too old, and not every server says `stale`.
    @Test mutating func anOldNonceIsReplacedOnce() throws {
        #expect(try challenged(#"nonce="a", qop="auth""#) == .retry)
        _ = request()
        client.ended()
        _ = request()
        #expect(try challenged(#"nonce="b", qop="auth""#) == .retry)
        _ = request()
        #expect(try challenged(#"nonce="c", qop="auth""#) == .refused(.wrongPassword))
        #expect(try challenged(#"nonce="d", qop="auth""#) == .retry)
        _ = request()
        client.ended()
        _ = request()
        // The same nonce is not too old: the password was changed.
        #expect(try challenged(#"nonce="d", qop="auth""#) == .refused(.wrongPassword))
    }

    @Test mutating func proxiesAndTheServerAskOneAfterAnother() throws {
        #expect(try challenged([#"Proxy-Authenticate: Digest realm="p", nonce="1""#], status: 407) == .retry)
        var sent = request()
        #expect(try sent.credentials(.proxy).count == 1 && sent.credentials(.server).isEmpty)
        #expect(try challenged(#"nonce="2""#) == .retry)
        sent = request()
        #expect(try sent.credentials(.proxy).map(\.realm) == ["p"] && sent.credentials(.server).map(\.realm) == ["r"])
        #expect(try challenged([#"Proxy-Authenticate: Digest realm="q", nonce="3""#], status: 407) == .retry)
        #expect(try request().credentials(.proxy).map(\.realm) == ["p", "q"])
        #expect(
            try challenged([#"Proxy-Authenticate: Digest realm="p", nonce="4""#], status: 407)
                == .refused(.wrongPassword))
    }

    @Test mutating func aSessionKeepsItsSecret() throws {
        #expect(try challenged(#"nonce="n", algorithm=MD5-sess, qop="auth""#) == .retry)
        let first = try #require(try request().credentials().first)
        let second = try #require(try request().credentials().first)
        #expect(first.isSession && first.cnonce == second.cnonce)
        #expect(try #require(request().headers.first(.authorization)).description.contains("algorithm=MD5-sess"))
    }
}
