import E911Service
import Testing

@Suite struct NearestNameTests {
    static let keys = ["username", "own-prefix", "test-username", "members", "name", "port"]

    @Test(arguments: [
        ("usrename", "username"), ("user_name", "username"), ("Own-Prefix", "own-prefix"), ("ownprefix", "own-prefix"),
        ("member", "members"), ("nmae", "name"), ("prot", "port"), ("test-user-name", "test-username"),
    ])
    func theNearestNameIsNamed(typed: String, meant: String) {
        #expect(NearestName.of(typed, among: Self.keys) == meant)
    }

    @Test func nothingIsNearAStrangeName() {
        #expect(NearestName.of("zzz", among: Self.keys) == nil)
        #expect(NearestName.of("", among: Self.keys) == nil)
        #expect(NearestName.advice("zzz", among: ["a", "b"]) == "known: a, b")
        #expect(NearestName.advice("zzz", among: []) == "none is known here")
    }
}
