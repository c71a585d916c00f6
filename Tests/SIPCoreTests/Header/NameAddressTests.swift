import SIPCore
import Testing

@Suite struct NameAddressTests {
    struct Parts: Equatable {
        var display: String?
        var uri: String
        var tag: String?
        var deviations: Deviations = []
    }

    @Test(arguments: [
        ("<sip:a@b>", Parts(uri: "sip:a@b")),
        ("sip:a@b;tag=1", Parts(uri: "sip:a@b", tag: "1")),
        ("sip:a@b ; TAG = 1", Parts(uri: "sip:a@b", tag: "1")),
        ("caller<sip:a@b>;x;tag=1", Parts(display: "caller", uri: "sip:a@b", tag: "1")),
        ("\"A, \\\"B\\\" <x>\" <sip:a@b;p=1>;tag=t", Parts(display: "A, \"B\" <x>", uri: "sip:a@b;p=1", tag: "t")),
        ("\"\" <sip:a@b>", Parts(display: "", uri: "sip:a@b")),
        ("Jörg Müller <sip:a@b>", Parts(display: "Jörg Müller", uri: "sip:a@b")),
        ("<sip:a@b>;+sip.instance=\"<urn:uuid:0;,>\";tag=9", Parts(uri: "sip:a@b", tag: "9")),
        ("sip:a@b;x=<sip:c;d>;tag=9", Parts(uri: "sip:a@b", tag: "9")),
        ("<sip:a@b>;tag=", Parts(uri: "sip:a@b")),
        ("<tel:+13125550101>", Parts(uri: "tel:+13125550101")),
        ("<urn:service:sos>", Parts(uri: "urn:service:sos")),
        // Forgiven.
        ("Bell, A. <sip:a@b>", Parts(display: "Bell, A.", uri: "sip:a@b", deviations: .unquotedDisplayName)),
        (
            "\"A \"B\" C\" <sip:a@b>;tag=1",
            Parts(display: "A \"B\" C", uri: "sip:a@b", tag: "1", deviations: .unquotedDisplayName)
        ),
        ("\"A\" sip:a@b;tag=1", Parts(display: "A", uri: "sip:a@b", tag: "1", deviations: .addressWithoutBrackets)),
        ("< sip:a@b >", Parts(uri: "sip:a@b", deviations: .blanksInBrackets)),
        ("sip:a@b?x=1", Parts(uri: "sip:a@b?x=1", deviations: .questionMarkInBareURI)),
        ("<sip:a@b>;;tag=1;", Parts(uri: "sip:a@b", tag: "1", deviations: .emptyParameter)),
        ("<sip:a@b> (note)", Parts(uri: "sip:a@b", deviations: .trailingText)),
        ("<sip:a@b>;tag=1, <sip:c@d>", Parts(uri: "sip:a@b", tag: "1", deviations: .trailingText)),
        // A `<` that never closes takes the rest.
        ("sip:a@b;x=<sip:c;tag=9", Parts(uri: "sip:a@b")),
        ("<sip:@b>;tag=1", Parts(uri: "sip:@b", tag: "1", deviations: .emptyUser)),
    ])
    func readsItsParts(text: String, expected: Parts) throws {
        let address = try NameAddress(text)
        let parts = Parts(
            display: address.displayName.map { String($0) }, uri: String(address.uri.text),
            tag: address.tag.map { String($0) }, deviations: address.deviations)
        #expect(parts == expected)
    }

    @Test(arguments: [
        "", "<", "<>", "\"A <sip:a@b>", "\"A\\\" <sip:a@b>", "A", "<sip:a@b", "<sip:a@b>;x=\"open", "\"A\"", "*",
        ";tag=1",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(throws: SIPParseError.self) { try NameAddress(text) }
    }

    @Test func parametersKeepWhatIsQuoted() throws {
        let contact = try NameAddress(
            "<sip:a@b>;+sip.instance=\"<urn:uuid:0>\";lang=\"en,fr\";e=\"a\\\"b\";flag;expires=60")
        #expect(contact.parameter("+SIP.instance") == .some("<urn:uuid:0>"))
        #expect(contact.parameter("lang") == .some("en,fr"))
        #expect(contact.parameter("e") == .some("a\"b"))
        #expect(contact.parameter("flag") == .some(nil))
        #expect(contact.parameter("none") == nil)
        #expect(contact.parameters.map(\.name) == ["+sip.instance", "lang", "e", "flag", "expires"])
    }

    @Test(arguments: [
        ("1", 1000), ("0", 0), (".5", 500), ("0.5", 500), ("0.5000", 500), ("0.25", 250), ("1.001", 1000), ("0.001", 1),
        ("", 1000), ("x", 1000), ("0.", 0), ("2", 1000),
    ])
    func qValues(text: String, expected: Int) throws {
        #expect(try NameAddress("<sip:a@b>;q=\(text)").qValue == expected)
        #expect(try NameAddress("<sip:a@b>").qValue == 1000)
    }

    /// Commas in quotes and in <> split nothing.
    @Test func listsAreSplitOutsideOfQuotes() throws {
        let lines = [
            "Contact: \"A, B\" <sip:a@b;x=1,2>;p=\"c,<d\", <sip:e@f>;q=0.1,,sip:g@h;i=j , ",
            "m: Plain <sip:k@l>",
        ]
        let contacts = try invite(replacing: "Contact", with: lines.joined(separator: "\r\n")).contacts()
        #expect(contacts.map(\.uri.text) == ["sip:a@b;x=1,2", "sip:e@f", "sip:g@h", "sip:k@l"])
        #expect(contacts[0].parameter("p") == .some("c,<d"))
        #expect(contacts[2].parameter("i") == .some("j"))
    }

    @Test func starIsNoAddress() throws {
        let star = try invite(replacing: "Contact", with: "Contact: *")
        #expect(star.isStarContact)
        #expect(try star.contacts().isEmpty)
        #expect(try star.firstContact() == nil)
        #expect(try invite().firstContact()?.uri.user == "1007")
        #expect(try !invite().isStarContact)
    }
}
