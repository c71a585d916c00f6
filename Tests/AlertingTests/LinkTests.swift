import E911Values
import Testing

@testable import Alerting

@Suite struct LinkTests {
    private static let secret = Array(0..<32 as Range<UInt8>)

    private func links(_ secret: [UInt8] = LinkTests.secret) throws -> AcknowledgementLinks {
        try #require(AcknowledgementLinks(console: "https://e911.example.com/", secret: secret, sha256: sha256))
    }

    private func hex(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// RFC 4231 sections 4.2, 4.3, 4.4 and 4.7: short keys, and one longer than a block.
    @Test(arguments: [
        (
            Array(repeating: UInt8(0x0b), count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            Array(repeating: 0xaa, count: 20), Array(repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func theCodeIsThatOfTheRFC(_ key: [UInt8], _ message: [UInt8], _ expected: String) {
        #expect(hex(MessageAuthentication(key: key, hash: sha256).code(of: message)) == expected)
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar", "\u{ff}\u{fe}>?"])
    func base64ReadsBackWhatItWrote(_ text: String) {
        let octets = Array(text.utf8)
        let encoded = Base64URL.encode(octets)
        #expect(Base64URL.decode(encoded) == octets)
        #expect(
            encoded.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
    }

    @Test func base64IsThatOfTheRFC() {
        #expect(
            Base64URL.encode(Array("foobar".utf8)) == "Zm9vYmFy" && Base64URL.encode(Array("fooba".utf8)) == "Zm9vYmE")
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
        // Another way to write the same octets is none.
        for text in ["Z", "Zm9vYmF", "Zm9v=", "Zm 9", "Zm9+"] { #expect(Base64URL.decode(text) == nil, "\(text)") }
    }

    @Test(arguments: [("a", "security"), ("node-2", "Zoë Żółć"), ("a", ""), (String(repeating: "n", count: 32), "x")])
    func aTokenStandsForItsAlertAndRecipient(_ node: String, _ recipient: String) throws {
        let links = try links()
        let key = RecordKey(time: WallTime(milliseconds: 1_795_524_214_000), node: node, counter: .max)
        let token = links.token(for: key, recipient)
        #expect(links.meaning(of: token) == .init(alert: key, recipient: recipient))
        #expect(links.link(to: key, for: recipient) == "https://e911.example.com/acknowledge/\(token)")
        #expect(token.utf8.count < 200)
    }

    @Test func noOctetOfATokenCanBeAnother() throws {
        let links = try links()
        let token = links.token(for: key(1), "security")
        let octets = try #require(Base64URL.decode(token))
        for position in octets.indices {
            for bit in [1, 0x80] as [UInt8] {
                var other = octets
                other[position] ^= bit
                #expect(links.meaning(of: Base64URL.encode(other)) == nil, "octet \(position)")
            }
        }
        for length in 0..<octets.count { #expect(links.meaning(of: Base64URL.encode(Array(octets[..<length]))) == nil) }
        #expect(links.meaning(of: token + "A") == nil && links.meaning(of: "") == nil)
        #expect(links.meaning(of: String(repeating: "A", count: 100_000)) == nil)
    }

    @Test func anotherKeyMakesOtherTokens() throws {
        let token = try links().token(for: key(1), "security")
        var other = Self.secret
        other[31] ^= 1
        #expect(try links(other).meaning(of: token) == nil)
        #expect(try links().token(for: key(1), "guard") != token && links().token(for: key(2), "security") != token)
    }

    @Test func aShortKeyOrHashMakesNoLinks() {
        #expect(
            AcknowledgementLinks(console: "https://a", secret: Array(repeating: 1, count: 15), sha256: sha256) == nil)
        #expect(AcknowledgementLinks(console: "https://a", secret: Self.secret) { _ in [1, 2, 3] } == nil)
    }

    @Test func everyMessageForPeopleHasTheLinkOfItsReader() throws {
        let links = try links()
        var desk = AlertDesk(
            configuration: site {
                $0.recipients[0].syslog = "udp://192.0.2.9:514"
                $0.subscriptions = [AlertSubscription(to: ["security", "guard"])]
            }, links: links)
        let deliveries = desk.submit(alert(1), now: at(0)).deliveries
        #expect(Set(deliveries.map(\.channel)) == [.screenPop, .email, .sms, .syslog])
        for delivery in deliveries {
            let link = delivery.message.fields.first { $0.name == "link" }?.value
            let expected = delivery.channel == .syslog ? "" : links.link(to: key(1), for: delivery.recipient)
            #expect(link == expected, "\(delivery.channel)")
            guard delivery.channel == .email else { continue }
            #expect(delivery.message.text.contains("Acknowledge: \(expected)\n"))
            #expect(delivery.message.html?.contains("<a href=\"\(expected)\">Acknowledge</a>") == true)
        }
    }
}
