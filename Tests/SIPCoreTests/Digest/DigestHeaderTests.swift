import Testing

@testable import SIPCore

@Suite struct DigestHeaderTests {
    private struct Expected {
        var realm = "r"
        var nonce = "n"
        var opaque: String?
        var algorithm: DigestAlgorithm? = .md5
        var isSession = false
        var protections: [DigestProtection]?
        var isStale = false
    }

    private static let rows: [(String, Expected)] = [
        (#"Digest realm="r", nonce="n""#, Expected()),
        (#"dIGEST NONCE="n",REALM="r""#, Expected()),
        (#"Digest realm="r" , nonce = "n" ,"#, Expected()),
        (#"Digest realm="a, \"b\"", nonce="=,=""#, Expected(realm: #"a, "b""#, nonce: "=,=")),
        (#"Digest realm="r", nonce="n", qop="auth,auth-int""#, Expected(protections: [.auth, .authInt])),
        (#"Digest realm="r", nonce="n", qop=auth"#, Expected(protections: [.auth])),
        (#"Digest realm="r", nonce="n", qop="auth-conf, AUTH""#, Expected(protections: [.auth])),
        (#"Digest realm="r", nonce="n", qop="auth-conf""#, Expected(protections: [])),
        (#"Digest realm="r", nonce="n", stale=TRUE, opaque="""#, Expected(opaque: "", isStale: true)),
        (#"Digest realm="r", nonce="n", stale="true""#, Expected(isStale: true)),
        (#"Digest realm="r", nonce="n", stale=false"#, Expected()),
        (#"Digest realm="r", nonce="n", algorithm=md5-SESS"#, Expected(isSession: true)),
        (#"Digest realm="r", nonce="n", algorithm="SHA-256""#, Expected(algorithm: .sha256)),
        (
            #"Digest realm="r", nonce="n", algorithm=SHA-512-256-sess"#,
            Expected(algorithm: .sha512t256, isSession: true)
        ),
        (#"Digest realm="r", nonce="n", algorithm=SHA-512"#, Expected(algorithm: nil)),
        (#"Digest realm="r", nonce="n", algorithm=AKAv1-MD5"#, Expected(algorithm: nil)),
        (
            #"Digest domain="sip:a sip:b", realm="r", charset=UTF-8, x=y, userhash=false, nonce="n", flag"#,
            Expected()
        ),
        (#"Digest realm=r, nonce=n"#, Expected()),
    ]

    @Test(arguments: rows.indices) func challenges(_ index: Int) throws {
        let (row, expected) = Self.rows[index]
        let challenge = try DigestChallenge(parsing: SIPText(row))
        #expect(challenge.realm.equals(expected.realm) && challenge.nonce.equals(expected.nonce), "\(row)")
        #expect(challenge.opaque.map { String($0) } == expected.opaque, "\(row)")
        #expect(challenge.algorithm == expected.algorithm && challenge.isSession == expected.isSession, "\(row)")
        #expect(challenge.protections == expected.protections && challenge.isStale == expected.isStale, "\(row)")
        guard challenge.algorithm != nil else { return }
        #expect(try DigestChallenge(parsing: challenge.value) == challenge, "\(challenge.value)")
    }

    @Test(arguments: [
        "", "Digest", #"Digest realm="r""#, #"Digest nonce="n""#, #"Basic realm="r", nonce="n""#,
        #"Digest realm="r", nonce="n"#, #"Digest realm="r", nonce="n", nonce="m""#, #"Digest realm="r" nonce="n""#,
        #"Digest realm="r"; nonce="n""#, #"Digest,realm="r",nonce="n""#, #"Digest realm="r", nonce="n", ="x""#,
        #"DigestX realm="r", nonce="n""#,
        #"Digest realm="r", nonce="n", "# + (1...70).map { "x\($0)=y" }.joined(separator: ","),
    ])
    func whatIsNoChallenge(_ row: String) {
        #expect(throws: SIPParseError.self) { try DigestChallenge(parsing: SIPText(row)) }
    }

    /// Hard cases 20 and 26: live carriers fold this header, and its rows are no comma list.
    @Test func foldedRowsAndSeveral() throws {
        let response = try challenge(
            401,
            [
                "WWW-Authenticate: Digest\r\n\trealm=\"one\",\r\n nonce=\"a\",\r\n  algorithm=SHA-256,\r\n\tqop=\"auth\"",
                "Proxy-Authenticate: Digest realm=\"p\", nonce=\"c\"",
                "www-authenticate: Digest realm=\"two\", nonce=\"b\"",
                "WWW-Authenticate: Negotiate abc==",
                "WWW-Authenticate: Digest realm=\"broken",
            ])
        let found = DigestChallenge.all(in: response)
        #expect(found.map { "\($0.party) \($0.challenge.realm)" } == ["server one", "server two", "proxy p"])
        #expect(found[0].challenge.algorithm == .sha256 && found[0].challenge.protections == [.auth])
        // Two on one row: its commas separate parameters, so the second realm is one too many.
        #expect(throws: SIPParseError.self) {
            try DigestChallenge(parsing: #"Digest realm="a", nonce="n", Digest realm="b", nonce="m""#)
        }
    }

    @Test(arguments: [
        #"Digest username="a", realm="r", nonce="n", uri="sip:b", response="00", algorithm=MD5, cnonce="c", "#
            + #"opaque="o", qop=auth, nc=0000001f"#,
        #"Digest username="a \"x\\\"", realm="r", nonce="n", uri="sip:b;x=\"y\"", response="00""#,
        #"Digest username="", realm="", nonce="", uri="", response="", algorithm=SHA-256-sess, cnonce="c""#,
        #"Digest username="a", realm="r", nonce="n", uri="sip:b", response="0", cnonce="c", qop=auth-int, nc=ffffffff"#,
    ])
    func credentialsAreWrittenAsTheyWereRead(_ row: String) throws {
        #expect(try DigestCredentials(parsing: SIPText(row)).value == SIPText(row))
    }

    @Test(arguments: [
        "", ", qop=auth", #", qop=auth, nc=00000001"#, #", qop=auth, cnonce="c""#,
        #", qop=auth, nc=1, cnonce="c""#, #", qop=auth, nc=+0000001, cnonce="c""#,
        #", qop=auth, nc=-0000001, cnonce="c""#, #", qop=auth, nc=0000000g, cnonce="c""#,
        #", qop=other, nc=00000001, cnonce="c""#,
    ])
    func credentialsThatDoNotFit(_ rest: String) {
        let row = #"Digest username="a", realm="r", nonce="n", uri="sip:b""# + (rest.isEmpty ? "" : #", response="0""#)
        #expect(throws: SIPParseError.self) { try DigestCredentials(parsing: SIPText(row + rest)) }
    }

    @Test func aPasswordIsNeverShown() {
        let account = DigestAccount(username: "e911d", password: DigestPassword("geheim"))
        var dumped = ""
        dump(account, to: &dumped)
        for text in ["\(account)", String(reflecting: account), String(describing: account.password), dumped] {
            #expect(!text.contains("geheim"), "\(text)")
        }
    }
}
