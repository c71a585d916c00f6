import E911Values
import SIPCore
import Testing

/// Every typed header: what it reads, what it would send, and that reading that again changes nothing.
@Suite struct HeaderValueTests {
    static let readable: [(HeaderName, String, String)] = [
        (.accept, "application/sdp;level=1; q=0.5", "application/sdp;level=1; q=0.5"), (.accept, "*/*", "*/*"),
        (.acceptEncoding, "gzip ; q=0", "gzip; q=0"), (.acceptLanguage, "en-gb;q=0.8", "en-gb;q=0.8"),
        (.acceptResourcePriority, "esnet.0", "esnet.0"),
        (.alertInfo, "<http://a.example/s.wav>", "<http://a.example/s.wav>"),
        (.allow, "INVITE", "INVITE"), (.allowEvents, "presence.winfo", "presence.winfo"),
        (.callInfo, " <cid:a@b> ; purpose=EmergencyCallData.Comment", "<cid:a@b>; purpose=EmergencyCallData.Comment"),
        (.contentDisposition, "session ;handling=optional", "session;handling=optional"),
        (.contentEncoding, "gzip", "gzip"), (.contentLanguage, "fr", "fr"),
        (.contentType, "multipart/mixed ; boundary=\"a b\"", "multipart/mixed ; boundary=\"a b\""),
        (.cseq, "007  INVITE", "7 INVITE"),
        (.date, "sat, 13 NOV 2010 23:29:00 gmt", "Sat, 13 Nov 2010 23:29:00 GMT"),
        (.date, "Mon, 1 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (.date, "Thu, 29 Feb 2024 00:00:60 GMT", "Thu, 29 Feb 2024 00:01:00 GMT"),
        (.date, "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"),
        (.diversion, "<sip:a@b>;reason=\"user-busy\";counter=2", "<sip:a@b>;reason=\"user-busy\";counter=2"),
        (.errorInfo, "<sip:a@b>", "<sip:a@b>"), (.event, "reg", "reg"),
        (.expires, "99999999999", "4294967295"), (.flowTimer, "0120", "120"),
        (.from, "<sip:a@b>;tag=1", "<sip:a@b>;tag=1"),
        (.geolocation, "<cid:x@y>;inserted-by=\"a\"", "<cid:x@y>;inserted-by=\"a\""),
        (.geolocationError, "100 ; code=\"Cannot Process Location\"", "100; code=\"Cannot Process Location\""),
        (.geolocationRouting, "yes", "yes"), (.historyInfo, "<sip:a@b>;index=1.1;rc=1", "<sip:a@b>;index=1.1;rc=1"),
        (.mimeVersion, "01.0", "1.0"), (.minExpires, "60", "60"),
        (
            .pAccessNetworkInfo, "IEEE-802.11;i-wlan-node-id=00aabbccddee;np",
            "IEEE-802.11;i-wlan-node-id=00aabbccddee;np"
        ),
        (.pAssertedIdentity, "\"A\" <tel:+15550100>", "\"A\" <tel:+15550100>"),
        (.pPreferredIdentity, "<sip:a@b>", "<sip:a@b>"), (.path, "<sip:p;lr>", "<sip:p;lr>"),
        (.priority, "psap-callback", "psap-callback"), (.privacy, "id ; critical", "id;critical"),
        (.privacy, "user, id", "user;id"), (.proxyRequire, "sec-agree", "sec-agree"),
        (.reason, "Q.850 ;cause=16 ;text=\"Terminated, all\"", "Q.850;cause=16 ;text=\"Terminated, all\""),
        (.recordRoute, "<sip:p;lr>", "<sip:p;lr>"), (.referTo, "<sip:a@b?Replaces=x>", "<sip:a@b?Replaces=x>"),
        (.replaces, "a@b ;to-tag=1;from-tag=2;early-only", "a@b;to-tag=1;from-tag=2;early-only"),
        (.replyTo, "<sip:a@b>", "<sip:a@b>"), (.require, "outbound", "outbound"),
        (.resourcePriority, "esnet.3", "esnet.3"),
        (.retryAfter, "18000 (in a (long) meeting);duration=3600", "18000 (in a (long) meeting);duration=3600"),
        (.retryAfter, "5;duration=1", "5;duration=1"), (.route, "<sip:p;lr>", "<sip:p;lr>"),
        (.server, " x/1.0 (y (z)) w ", "x/1.0 (y (z)) w"), (.serviceRoute, "<sip:p;lr>", "<sip:p;lr>"),
        (.subscriptionState, "active;expires=60", "active;expires=60"), (.supported, "gruu", "gruu"),
        (.timestamp, "54.30 \t0.10", "54.30 0.10"), (.timestamp, ".5", ".5"), (.to, "sip:a@b;tag=x", "sip:a@b;tag=x"),
        (.unsupported, "100rel", "100rel"), (.userAgent, "Phone (x) v1@\u{e9}", "Phone (x) v1@\u{e9}"),
        (.via, "SIP / 2.0 / UDP a ;branch=b", "SIP / 2.0 / UDP a ;branch=b"),
        (.warning, "307 isi.edu:5060  \"not \\\"understood\\\"\"", "307 isi.edu:5060 \"not \\\"understood\\\"\""),
    ]

    static let unreadable: [(HeaderName, [String])] = [
        (.accept, ["", "a", "a/b c"]), (.acceptEncoding, ["", ";q=1", "a b"]),
        (.allow, ["", "IN VITE", "a/b"]), (.allowEvents, ["", "a b", "a;b"]),
        (.supported, ["", "a b", "a;b", "\"a\""]),
        (.contentDisposition, ["", ";handling=optional", "a b", "a;x=\"open"]),
        (
            .date,
            [
                "", "Sat, 13 Nov 2010 23:29:00 EST", "Sat, 29 Feb 2023 00:00:00 GMT", "Sat, 0 Nov 2010 23:29:00 GMT",
                "Sat, 13 Nov 2010 24:00:00 GMT", "Sat, 13 Nov 2010 23:60:00 GMT", "Sat, 13 Nov 1969 23:29:00 GMT",
                "Sat 13 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 99999999999999999999 23:29:00 GMT",
                "Sat, 13 Nov 2010 23:29 GMT", "Sat, 13 Nov 2010 23:29:00 GMT x", "2010-11-13T23:29:00Z",
            ]
        ),
        (.expires, ["", "-1", "1 2", "1.5", "+1"]), (.flowTimer, ["x"]), (.minExpires, ["1h"]),
        (.geolocation, ["", "sip:a@b", "<sip:a@b", "<>", "<sip:a@b> x"]), (.geolocationError, ["", "1000", "x", "-1"]),
        (.geolocationRouting, ["", "yes no"]), (.callInfo, ["", "http://a", "<http://a", "<x>"]),
        (.historyInfo, ["", "x"]), (.diversion, ["<"]), (.mimeVersion, ["", "1", "1.", ".1", "1.0.0", "a.b"]),
        (.pAccessNetworkInfo, ["", ";a", "a b"]), (.priority, ["", "a b", "a;b"]), (.privacy, ["", ";", "id;", "a b"]),
        (.reason, ["", ";cause=1", "SIP cause=1", "SIP;text=\"open"]),
        (.replaces, ["", "a", "a;to-tag=1", "a;from-tag=1", "a;to-tag=1;from-tag=2;to-tag=3", ";to-tag=1;from-tag=2"]),
        (.resourcePriority, ["", "a", ".a", "a.", "a.b.c", "a.b c"]),
        (.retryAfter, ["", "x", "-1", "5 (open", "5 x", "(a) 5"]), (.server, ["", "  ", "x (open"]),
        (.timestamp, ["", ".", "x", "1 x", "1 2 3", "1."].filter { $0 != "1." }),
        (.warning, ["", "307", "307 a", "99 a \"x\"", "1000 a \"x\"", "307 \"x\"", "307 a \"open", "307 a \"x\" y"]),
    ]

    @Test func everyTypedHeaderHasASampleAndIsStable() throws {
        var sampled: Set<HeaderName> = []
        for (name, written, sent) in Self.readable {
            let reader = try #require(HeaderReader.all.first { $0.name == name }, "\(name)")
            sampled.insert(name)
            let once = try reader.canonical(SIPText(written))
            #expect(once.description == sent, "\(name)")
            #expect(try reader.canonical(once) == once, "\(name): \(once)")
        }
        #expect(sampled == Set(HeaderReader.all.map(\.name)))
        let names = HeaderReader.all.map { $0.name.description.lowercased() }
        #expect(names == names.sorted())
    }

    @Test func whatDoesNotFollowTheGrammarIsAnErrorOfItsHeader() throws {
        for (name, texts) in Self.unreadable {
            let reader = try #require(HeaderReader.all.first { $0.name == name }, "\(name)")
            for text in texts {
                let error = #expect(throws: SIPParseError.self, "\(name): \(text)") {
                    try reader.canonical(SIPText(text))
                }
                #expect(error?.header == name, "\(name): \(text)")
            }
        }
    }

    /// Octets changed at random: no reader traps, and what is read is stable.
    @Test(arguments: 1...4) func anyOctetsAreReadStablyOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let odd = Array("\"<>();,=@\\ \t%:.0A\u{0}\r\n\u{ff}".utf8)
        for (name, written, _) in Self.readable {
            guard let reader = HeaderReader.all.first(where: { $0.name == name }) else { continue }
            for _ in 0..<20 {
                var octets = Array(written.utf8)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let at = Int.random(in: 0..<octets.count, using: &random)
                    octets[at] = odd[Int.random(in: 0..<odd.count, using: &random)]
                }
                guard let once = try? reader.canonical(SIPText(bytes: octets)) else { continue }
                #expect((try? reader.canonical(once)) == once, "seed \(seed): \(name): \(octets)")
            }
        }
    }

    @Test func aListIsReadOverAllRowsAndASingleHeaderOnce() throws {
        let message = try invite(
            replacing: "Max",
            with: "k: timer, replaces\r\nSupported: 100rel\r\nReason: SIP;cause=200;text=\"a, b\", Q.850;cause=16\r\n"
                + "Retry-After: 7\r\nRetry-After: 7\r\nPrivacy: id\r\nPrivacy: none")
        #expect(try message.values(of: .supported).map(\.description) == ["timer", "replaces", "100rel"])
        #expect(try message.values(of: .reason).map(\.cause) == [200, 16])
        #expect(try message.values(of: .reason).first?.explanation == "a, b")
        #expect(try message.value(of: .retryAfter)?.seconds == 7)
        #expect(try message.value(of: .mimeVersion) == nil)
        #expect(try message.values(of: .warning).isEmpty)
        let error = #expect(throws: SIPParseError.self) { try message.value(of: .privacy) }
        #expect(error?.code == .headerRepeated && error?.header == .privacy)
    }

    @Test func whatIsReadCanBeSent() throws {
        var request = RequestBuilder(.options, "sip:a@b")
        request.add(try ["a", "b"].map { (text) throws in try OptionTag(parsing: SIPText(text)) }, of: .supported)
        request.set(SIPDate(WallTime(milliseconds: 1_289_690_940_999)), of: .date)
        request.set(DeltaSeconds(60), of: .expires)
        let message = try SIPMessage(parsing: request.build())
        #expect(message.first(.supported) == "a, b")
        #expect(message.first(.date) == "Sat, 13 Nov 2010 23:29:00 GMT")
        #expect(try message.value(of: .date)?.time == WallTime(milliseconds: 1_289_690_940_000))
        #expect(try message.value(of: .expires)?.seconds == 60)
    }

    @Test func partsOfValues() throws {
        let geolocation = try Geolocation(parsing: "<cid:target%40x@y>")
        #expect(geolocation.uri.contentID == "target@x@y")
        #expect(try Geolocation(parsing: "<https://h/1>").uri.contentID == nil)
        #expect(try InformationURI(parsing: "<cid:a>;purpose=emergencycalldata.ServiceInfo").isEmergencyCallData)
        #expect(try !InformationURI(parsing: "<cid:a>;purpose=icon").isEmergencyCallData)
        #expect(try GeolocationRouting(parsing: "YES").isAllowed && !GeolocationRouting(parsing: "maybe").isAllowed)
        #expect(try GeolocationError(parsing: "201;code=\"x\"").explanation == "x")
        #expect(try Priority(parsing: "PSAP-Callback").isPSAPCallback && Priority(parsing: "emergency").isEmergency)
        let entry = try HistoryInfo(parsing: "<sip:a@b?Reason=SIP%3Bcause%3D302>;index=1.2;mp=1")
        #expect(entry.index == [1, 2] && entry.source == [1] && entry.reasons.map(\.cause) == [302])
        #expect(try HistoryInfo(parsing: "<sip:a@b>;index=1..2").index == nil)
        let deep = "1" + String(repeating: ".1", count: 40)
        #expect(try HistoryInfo(parsing: SIPText("<sip:a@b>;index=\(deep)")).index == nil)
        #expect(try Diversion(parsing: "<sip:a@b>;reason=no-answer").counter == 1)
        #expect(
            try Products(parsing: "A/1 (b) c").parts == [
                .product(name: "A", version: "1"), .comment("(b)"), .product(name: "c", version: nil),
            ])
        #expect(try Privacy(parsing: "ID;x").contains("id"))
        #expect(try AcceptedType(parsing: "a/*;q=0").accepts("a/b") == false)
        #expect(try AccessNetworkInfo(parsing: "x;np").isFromNetwork)
        #expect(try ContentDisposition(parsing: "x").isRequired)
        #expect(try Replaces(parsing: "c;from-tag=1;to-tag=2").toTag == "2")
        #expect(try RetryAfter(parsing: "1;duration=9").duration == 9)
        let contact = try NameAddress(
            "<sip:a@b;ob>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000a95a0e128>\";reg-id=2;pub-gruu=\"sip:x\""
        )
        #expect(contact.instanceID == "urn:uuid:00000000-0000-1000-8000-000a95a0e128")
        #expect(contact.registrationID == 2 && contact.wantsSameFlow && contact.publicGRUU == "sip:x")
        #expect(contact.temporaryGRUU == nil)
        for wrong in ["0", "-1", "2147483648", "x"] {
            #expect(try NameAddress("<sip:a@b>;reg-id=\(wrong)").registrationID == nil)
        }
        #expect(try NameAddress("<sip:a@b>;+sip.instance=\"<>\"").instanceID == nil)
    }
}
