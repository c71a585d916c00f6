#if Transport
    import SIPCore
    import SIPTransport
    import Testing

    /// The digest with real hash functions.
    @Suite struct DigestHashTests {
        private static let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
        private static let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

        private func hex(_ octets: [UInt8]) -> String {
            octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }

        /// RFC 1321 section A.5, FIPS 180-4 (examples of SHA-256 and SHA-512/256). The value for no octets is that of
        /// Python's `hashlib.new("sha512_256", b"").hexdigest()`.
        @Test(arguments: [
            (DigestAlgorithm.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
            (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (.sha512t256, "abc", "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
            (.sha512t256, "", "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"),
        ])
        func knownHashes(_ algorithm: DigestAlgorithm, _ text: String, _ expected: String) {
            #expect(DigestHash.openSSL.algorithms == DigestAlgorithm.allCases)
            #expect(hex(DigestHash.openSSL.octets(algorithm, of: Array(text.utf8))) == expected)
        }

        /// The user, password, realm, nonces and URI of RFC 7616 section 3.9.1, whose values for MD5 and SHA-256 with
        /// `auth` stand there. All others were made so, with H = `lambda s: hashlib.new(NAME, s.encode()).hexdigest()`
        /// of Python and NAME `md5`, `sha256` or `sha512_256`:
        ///
        ///     a1 = H("Mufasa:http-auth@example.org:Circle of Life"); a2 = H("GET:/dir/index.html")
        ///     auth     H(f"{a1}:{nonce}:00000001:{cnonce}:auth:{a2}")
        ///     auth-int H(f"{a1}:{nonce}:00000001:{cnonce}:auth-int:" + H("GET:/dir/index.html:" + H("<body/>")))
        ///     session  H(H(f"{a1}:{nonce}:{cnonce}") + f":{nonce}:00000001:{cnonce}:auth:{a2}")
        ///     2069     H(f"{a1}:{nonce}:{a2}")
        @Test(arguments: [
            ("MD5", "auth", "8ca523f5e9506fed4657c9700eebdbec"),
            ("MD5", "auth-int", "9d11d70a28b672e8352009f6d31067cc"),
            ("MD5-sess", "auth", "e783283f46242139c486a698fec7211d"),
            ("MD5", nil, "7b2cc3b30e75b4777ea31027084363fd"),
            ("SHA-256", "auth", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            ("SHA-256", "auth-int", "3784698d4c11d2af328d3cfdae0df82fd09393f7420c01e664bab485a0b68ad0"),
            ("SHA-256-sess", "auth", "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7"),
            ("SHA-256", nil, "a1306b0595a6c7fe96c448631fb5cfbd5107bd1fe1da729d978dd7446b812363"),
            ("SHA-512-256", "auth", "430d05014cecc49cab6fbe03176d41a1da86cbfe24a16580e22aaad928d960d0"),
            ("SHA-512-256", "auth-int", "5657b374d6191d13c70bc6ec7e849feaa919c4b1cb6caf0a23848f49672df1ed"),
            ("SHA-512-256-sess", "auth", "3f2a34f923c38b0fb26dce2fdfc2ce326c23cecf86fbb1444f3e51fbbc2cb92e"),
            ("SHA-512-256", nil, "93e9122020ea0624d2ca801426d5bfbeb93d10ff4cc24cb410af3920fa4730e7"),
        ])
        func knownResponses(_ algorithm: String, _ quality: String?, _ expected: String) throws {
            var row = "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
            row += "algorithm=\(algorithm), nonce=\"\(Self.nonce)\", cnonce=\"\(Self.cnonce)\", "
            row += "response=\"\(expected)\""
            if let quality { row += ", nc=00000001, qop=\(quality)" }
            let credentials = try DigestCredentials(parsing: SIPText(row))
            let response = credentials.response(
                password: DigestPassword("Circle of Life"), method: Method("GET"), body: "<body/>", hash: .openSSL)
            #expect(response == credentials.response)
        }
    }
#endif
