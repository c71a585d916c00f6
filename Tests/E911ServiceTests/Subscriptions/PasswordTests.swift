import E911Values
import SIPCore
import Testing

@testable import E911Service

/// A SIP Server that asks for a password: the file is read from outside, and read again when it was of no use.
@Suite struct PasswordTests {
    private static let path = "/etc/e911d/sip.secret"
    /// Whatever it is given: the engine's answers to challenges are tested where they are.
    private static let hash = DigestHash([.md5]) { _, octets in [UInt8(truncatingIfNeeded: octets.count), 1] }

    private var house: NodeHarness

    init() {
        var site = NodeHarness.site()
        site.callServers[0].members.removeLast()
        site.callServers[0].subscription.username = "e911d"
        site.callServers[0].subscription.passwordFile = Self.path
        house = NodeHarness(site: site, digest: Self.hash)
    }

    private var subscribes: [SIPMessage] { house.sent.filter { $0.method == .subscribe && $0.isRequest } }
    private var reads: Int {
        house.effects.count { if case .readPasswords([Self.path]) = $0 { true } else { false } }
    }

    private mutating func read(_ text: String?) {
        house.command(.passwords([PasswordFile(path: Self.path, octets: text.map { Array($0.utf8) })]))
    }

    private mutating func answer(_ status: Int, nonce: String = "n") throws {
        let subscribe = try #require(subscribes.last)
        let extra = status == 401 ? "WWW-Authenticate: Digest realm=\"r\", nonce=\"\(nonce)\"" : "Expires: 3600"
        house.receive(NodeHarness.response(to: subscribe, status, extra: extra))
    }

    private mutating func failure() -> String? {
        guard case .status(let status) = house.ask(.status) else { return nil }
        return status.callServers[0].subscriptionFailure
    }

    @Test mutating func theSubscriptionBeginsWhenThePasswordWasRead() throws {
        #expect(reads == 1 && subscribes.isEmpty)
        read("geheim\n")
        #expect(subscribes.count == 1)
        try answer(401)
        #expect(subscribes.last?.first(.authorization) != nil)
        try answer(200)
        #expect(house.notes.contains("subscription.accepted") && failure() == nil)
    }

    @Test mutating func anotherSiteKeepsWhatIsKnown() throws {
        read("geheim")
        try answer(200)
        let site = try #require(house.node.site?.configuration)
        #expect(house.ask(.apply(site, by: "a")) == .done)
        #expect(reads == 2)
        read("geheim")
        #expect(subscribes.count == 1)
        var other = site
        other.callServers[0].subscription.username = nil
        other.callServers[0].subscription.passwordFile = nil
        #expect(house.ask(.apply(other, by: "a")) == .done)
        // It is forgotten, and what is read late is of no interest.
        #expect(house.node.passwords.isEmpty)
        read("geheim")
        #expect(house.node.passwords.isEmpty && subscribes.count == 1)
    }

    @Test mutating func aFileThatCannotBeUsedIsTold() throws {
        read(nil)
        #expect(house.notes.contains("subscription.password") && subscribes.count == 1)
        try answer(401)
        #expect(failure() == "401 X; it asks for a password, and none is configured; \(Self.path) cannot be read")
        #expect(reads == 2)
        // Still not; then it is mended, and tried at once.
        read(nil)
        #expect(subscribes.count == 1)
        read("geheim")
        #expect(subscribes.count == 2)
    }

    @Test mutating func aRefusedPasswordIsReadAgain() throws {
        read("wrong")
        try answer(401, nonce: "a")
        try answer(401, nonce: "b")
        #expect(failure() == "401 X; user or password is wrong; check username and password-file")
        #expect(reads == 2 && subscribes.count == 2)
        read("wrong")
        #expect(subscribes.count == 2)
        house.advance(by: .seconds(59))
        #expect(subscribes.count == 2)
        house.advance(by: .seconds(2))
        #expect(subscribes.count >= 3)
        try answer(401, nonce: "c")
        try answer(401, nonce: "d")
        let count = subscribes.count
        read("right")
        #expect(subscribes.count == count + 1)
        try answer(401, nonce: "e")
        try answer(200)
        #expect(failure() == nil)
    }

    @Test(arguments: [
        ("geheim", "geheim"), ("geheim\n", "geheim"), ("geheim\r\n", "geheim"), (" a b ", " a b "), ("", "is empty"),
        ("\n", "is empty"), ("a\nb", "has more than one line"), ("a\n\n", "has more than one line"),
        (String(repeating: "a", count: 1025), "holds more than a password"),
    ])
    func whatAPasswordFileHolds(_ text: String, _ expected: String) {
        switch PasswordFile(path: "p", octets: Array(text.utf8)).content {
        case .password(let password): #expect(password == DigestPassword(expected))
        case .unusable(let reason): #expect(reason == expected)
        }
    }

    @Test func octetsThatAreNoText() {
        #expect(PasswordFile(path: "p", octets: [0xff, 0xfe]).content == .unusable("is not UTF-8"))
        #expect(PasswordFile(path: "p", octets: nil).content == .unusable("cannot be read"))
    }
}
