import RegInfo
import Testing

/// A document with this inside of its root.
private func document(_ inside: String, root: String = "version=\"1\" state=\"full\"") -> [UInt8] {
    Array("<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" \(root)>\(inside)</reginfo>".utf8)
}

private func contact(_ attributes: String = "", _ children: String = "<uri>sip:a@192.0.2.1</uri>") -> String {
    "<registration aor=\"sip:a@b\" id=\"r\" state=\"active\"><contact id=\"c\" state=\"active\" event=\"created\" "
        + "\(attributes)>\(children)</contact></registration>"
}

@Suite struct ParserTests {
    /// A parser is used again and again, and no document leaves anything behind for the next one.
    @Test func oneParserReadsDocumentsAsManyDo() {
        let prefixed = Array(
            """
            <?xml version="1.0" encoding="UTF-8"?><r:reginfo xmlns:r="urn:ietf:params:xml:ns:reginfo" version="2" \
            state="partial"><r:registration aor="sip:c@d" id="r" state="active"/></r:reginfo>
            """.utf8)
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?>".utf8) + document(contact("user_agent='\u{e4}'"))
        let documents = [
            document(contact()), document(contact("", "<uri>sip:a@192.0.2.1</ur>")), prefixed,
            document("<registration aor='sip:a@b'>"), document(contact("expires='x'")), latin,
            Array("<a xmlns='b'/>".utf8), Array("<!DOCTYPE a><a/>".utf8), document("<p:x/>"), Array("".utf8), prefixed,
            document(contact("a" + String(repeating: " y='1'", count: 2))), document(contact()),
        ]
        for feeding in Feeding.allCases {
            let parser = RegInfoParser()
            for round in 0..<2 {
                for (number, bytes) in documents.enumerated() {
                    let again = Result { try feeding.parse(bytes, with: parser) }
                    let alone = Result { try feeding.parse(bytes) }
                    #expect("\(again)" == "\(alone)", "document \(number), round \(round), \(feeding)")
                    #expect(!parser.isInDocument)
                }
            }
        }
    }

    /// Names that nobody knows do not gather in a parser that lives for years.
    @Test func manyNamesMakeAParserBeginAnew() throws {
        let parser = RegInfoParser()
        for round in 0..<5 {
            let names = (0..<400).map { "<x\(round)-\($0)/>" }.joined()
            let read = try Feeding.whole.parse(document(names + contact()), with: parser)
            #expect(read.registrations.count == 1)
        }
    }

    @Test(arguments: Feeding.allCases)
    func keepsWhatNotifiersAdd(feeding: Feeding) throws {
        let bytes = document(
            contact(
                "received='sip:198.51.100.7:44214' path='&lt;sip:lb@192.0.2.9;lr&gt;' user_agent='phone &quot;x&quot;' "
                    + "x='a&amp;&lt;&amp;#38;&#38;' expires=' +60 '",
                """
                <uri> <![CDATA[sip:a&b@192.0.2.1]]><!-- split -->:5060 </uri><display-name xml:lang="de">J&#xF6;rg</display-name>
                <unknown-param name="+sip.instance"> "&lt;urn:uuid:1&gt;" </unknown-param><unknown-param name="flag"/>
                <pub-gruu xmlns="urn:ietf:params:xml:ns:gruuinfo" uri="sip:a@b;gr=1"/>
                <g:temp-gruu xmlns:g="urn:ietf:params:xml:ns:gruuinfo" uri="sip:t@b;gr" first-cseq="3"/>
                """))
        let read = try feeding.parse(bytes)
        let contact = try #require(read.registrations.first?.contacts.first)
        #expect(contact.uri == "sip:a&b@192.0.2.1:5060")
        #expect(contact.received == "sip:198.51.100.7:44214")
        #expect(contact.path == "<sip:lb@192.0.2.9;lr>")
        #expect(contact.userAgent == "phone \"x\"")
        #expect(contact.unknownAttributes == [.init("x", "a&<&#38;&")])
        #expect(contact.expires == 60)
        #expect(contact.displayName == "Jörg")
        #expect(contact.displayNameLanguage == "de")
        #expect(contact.unknownParameters == [.init("+sip.instance", "\"<urn:uuid:1>\""), .init("flag", "")])
        #expect(contact.publicGRUU == "sip:a@b;gr=1")
        #expect(contact.temporaryGRUU == "sip:t@b;gr")
        #expect(read.irregularities.isEmpty)
        #expect(try RegInfoDocument(parsing: read.serialised()) == read)
    }

    @Test func namesTheLineAndColumnOfAnError() throws {
        let bytes = document("\n<registration aor=\"sip:a@b\" id=\"r\" state=\"active\">\n  </registratio>")
        let error = #expect(throws: RegInfoError.self) { try RegInfoDocument(parsing: bytes) }
        #expect(error?.code == .notWellFormed)
        #expect(error?.line == 3)
        #expect(error?.column == 17)
        #expect(error?.reason.contains("registration") == true)
    }

    @Test(arguments: [
        ("state=\"full\"", RegInfoError.Code.version), ("version=\"1\"", .state),
        ("version='x' state='full'", .version),
        ("version='1' state='Full'", .state), ("version='' state='full'", .version),
    ])
    func refusesAnUnusableRoot(root: String, code: RegInfoError.Code) {
        let error = #expect(throws: RegInfoError.self) { try RegInfoDocument(parsing: document("", root: root)) }
        #expect(error?.code == code)
    }

    @Test(arguments: [
        "<!DOCTYPE reginfo>", "<!DOCTYPE reginfo SYSTEM \"file:///etc/hostname\">",
        "<!DOCTYPE reginfo [<!ENTITY x \"y\">]>", "<!DOCTYPE reginfo [<!ENTITY % x SYSTEM \"http://192.0.2.1/\"> %x;]>",
    ])
    func refusesEveryDoctype(declaration: String) {
        for feeding in Feeding.allCases {
            let bytes = Array(declaration.utf8) + document(contact())
            let error = #expect(throws: RegInfoError.self) { try feeding.parse(bytes) }
            #expect(error?.code == .doctype)
        }
    }

    @Test func refusesAnEntityThatIsNotPredefined() {
        let error = #expect(throws: RegInfoError.self) {
            try RegInfoDocument(parsing: document(contact("", "<uri>sip:&x;@b</uri>")))
        }
        #expect(error?.code == .notWellFormed)
    }

    @Test func countsDepthItself() throws {
        func nested(_ depth: Int) -> [UInt8] {
            document(
                String(repeating: "<x xmlns='urn:x'>", count: depth) + String(repeating: "</x>", count: depth))
        }
        _ = try RegInfoDocument(parsing: nested(255))
        let error = #expect(throws: RegInfoError.self) { try RegInfoDocument(parsing: nested(256)) }
        #expect(error?.code == .limit)
    }

    @Test func everyLimitRefusesWithItsName() throws {
        func refusal(_ bytes: [UInt8], _ change: (inout RegInfoLimits) -> Void) throws {
            var limits = RegInfoLimits()
            _ = try RegInfoDocument(parsing: bytes, limits: limits)
            change(&limits)
            let error = #expect(throws: RegInfoError.self) { try RegInfoDocument(parsing: bytes, limits: limits) }
            #expect(error?.code == .limit)
        }
        let bytes = document(contact("a='1' b='2'") + contact())
        try refusal(bytes) { $0.documentOctets = 100 }
        try refusal(bytes) { $0.attributesPerElement = 4 }
        try refusal(bytes) { $0.valueOctets = 5 }
        try refusal(bytes) { $0.contactOctets = 10 }
        try refusal(bytes) { $0.parametersPerContact = 1 }
        try refusal(bytes) { $0.registrations = 1 }
        try refusal(bytes) { $0.contacts = 1 }
        try refusal(bytes) { $0.contactsPerRegistration = 0 }
    }

    @Test func holdsNoTagWithoutEnd() {
        let parser = RegInfoParser()
        var collector = RegInfoDocument.Collector()
        let error = #expect(throws: RegInfoError.self) {
            try parser.parse(Array("<reginfo version='".utf8).span, isLast: false, into: &collector)
            let more = [UInt8](repeating: UInt8(ascii: "1"), count: 4096)
            for _ in 0..<1000 { try parser.parse(more.span, isLast: false, into: &collector) }
        }
        #expect(error?.code == .limit)
    }

    @Test func aParserReadsTheNextDocumentAfterOneThatItRefused() throws {
        let parser = RegInfoParser()
        for feeding in Feeding.allCases {
            #expect(throws: RegInfoError.self) { try feeding.parse(Array("<reginfo>".utf8), with: parser) }
            #expect(!parser.isInDocument)
            #expect(try feeding.parse(document(contact()), with: parser).registrations.count == 1)
        }
    }

    @Test func aBadElementIsSkippedAndItsNeighboursKept() throws {
        let bytes = document(
            """
            <registration aor="sip:a@b" id="r" state="active">
            <contact id="1" state="active" event="created"><uri>sip:1@192.0.2.1</uri></contact>
            <contact id="2" state="active"><uri>sip:2@192.0.2.1</uri></contact>
            <contact id="3" state="active" event="created"><uri>no uri</uri><unknown-param name="p">v</unknown-param></contact>
            <contact id="4" state="active" event="created"><uri>sip:4@192.0.2.1</uri><unknown-param name="q">w</unknown-param></contact>
            </registration>
            <registration id="none" state="active"><contact id="5" state="active" event="created"><uri>sip:5@b</uri></contact>
            </registration>
            <registration aor="sip:c@b" id="r2" state="init"/>
            """)
        for feeding in Feeding.allCases {
            let read = try feeding.parse(bytes)
            #expect(read.registrations.map(\.aor) == ["sip:a@b", "sip:c@b"])
            #expect(read.registrations.first?.contacts.map(\.id) == ["1", "4"])
            #expect(read.registrations.first?.contacts.last?.unknownParameters == [.init("q", "w")])
            #expect(read.irregularities.map(\.kind) == [.contactSkipped, .contactSkipped, .registrationSkipped])
            #expect(read.irregularities.map(\.line) == [3, 4, 7])
        }
    }

    @Test func aSkippedContactIsCountedInItsRegistration() throws {
        struct Counter: RegInfoSink {
            var skipped: [Int] = []
            var summary = DocumentSummary()
            mutating func document(version: UInt64, state: DocumentState) {}
            mutating func registration(_ registration: RegistrationElement) {}
            mutating func contact(_ contact: ContactElement, of registration: RegistrationElement) {}
            mutating func registrationEnd(_ registration: RegistrationElement) {
                skipped.append(registration.skippedContacts)
            }
            mutating func documentEnd(_ summary: DocumentSummary) { self.summary = summary }
        }
        var counter = Counter()
        let bytes = document(contact() + contact("", "<uri/>") + contact())
        try RegInfoParser().parse(bytes.span, isLast: true, into: &counter)
        #expect(counter.skipped == [0, 1, 0])
        #expect(counter.summary.registrations == 3)
        #expect(counter.summary.contacts == 2)
        #expect(counter.summary.skippedContacts == 1)
    }

    @Test func leniencyIsAPermissionEach() throws {
        let cases: [(String, RegInfoLeniency)] = [
            (contact("expires='-1'"), .unusableNumbers),
            (contact().replacing("created", with: "timeout"), .unknownEvents),
            (
                contact("", "").replacing("state=\"active\" event", with: "state=\"terminated\" event"),
                .terminatedWithoutURI
            ),
        ]
        for (text, permission) in cases {
            let with = try RegInfoDocument(parsing: document(text), leniency: permission)
            let without = try RegInfoDocument(parsing: document(text), leniency: [])
            #expect(with.registrations.first?.contacts.count == 1)
            #expect(without.registrations.first?.contacts.count == 0)
        }
    }

    @Test(arguments: [
        ("0", 0), (" 7\n", 7), ("+007", 7), ("18446744073709551615", UInt64.max), ("18446744073709551616", .max),
        ("99999999999999999999999999", .max),
    ])
    func clampsNumbers(text: String, value: UInt64) throws {
        #expect(try RegInfoDocument(parsing: document("", root: "version='\(text)' state='full'")).version == value)
    }

    @Test func writesWhatAReaderReadsBack() throws {
        var contact = RegInfoDocument.Contact(id: "<\"&'>\t", state: .active, event: .probation, uri: "sip:a&b@c")
        contact.displayName = "line\r\nbreak \u{1F4DE} ]]>"
        contact.retryAfter = 5
        contact.durationRegistered = .max
        contact.unknownParameters = [.init("n\"", "<v>")]
        let written = RegInfoDocument(
            version: .max, state: .partial,
            registrations: [
                .init(aor: "tel:+1", id: "1", state: .terminated),
                .init(aor: "sip:a", id: "", state: .active, contacts: [contact]),
            ])
        let read = try RegInfoDocument(parsing: written.serialised())
        #expect(read == written)
    }
}
