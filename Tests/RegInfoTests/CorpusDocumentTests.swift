import Foundation
import RegInfo
import Testing

@Suite(.enabled(if: Corpus.isWanted, Corpus.absence)) struct CorpusDocumentTests {
    /// What this library chose where the manifest leaves a choice: refused, or taken with these contacts. A contact is
    /// written `AOR STATE URI`.
    enum Choice {
        case refused(RegInfoError.Code)
        case taken([String], RegInfoIrregularity.Kind?)
    }

    static let first = "sip:1001@pbx.example.com active sip:1001@192.0.2.10"
    /// The second element of documents whose first one is bad.
    static let nextContact = "sip:1001@pbx.example.com active sip:1001@192.0.2.11:5060"
    static let nextRegistration = "sip:1002@pbx.example.com active sip:1002@192.0.2.10:5060"
    static let good = "sip:1001@pbx.example.com active sip:1001@192.0.2.10:5060"

    @Test func everyDocumentHasTheOutcomeOfItsManifest() throws {
        let rows = try Corpus.rows("manifest.tsv")
        let expected = try #require(
            JSONSerialization.jsonObject(with: Data(try Corpus.bytes("expected.json"))) as? [String: Any])
        var counts = ["accept": 0, "reject": 0, "either": 0]
        for row in rows {
            let file = try #require(row.first)
            let outcome = row[1]
            counts[outcome, default: 0] += 1
            let bytes = try Corpus.bytes(file)
            for feeding in Feeding.allCases {
                let place: Comment = "\(file), \(feeding)"
                let result = Result { try feeding.parse(bytes) }
                #expect(refusal(result) == refusal(Result { try Feeding.whole.parse(bytes) }), place)
                switch outcome {
                case "accept":
                    let document = try #require(try? result.get(), place)
                    #expect(document.irregularities.isEmpty, place)
                    if let values = expected[file] as? [String: Any] {
                        #expect(json(document) == values as NSDictionary, place)
                    } else {
                        #expect(file == "ok-many-registrations.xml")
                        #expect(document.registrations.count == 400)
                        #expect(document.registrations.allSatisfy { $0.contacts.count == 1 })
                    }
                    #expect(try RegInfoDocument(parsing: document.serialised()) == document, place)
                case "reject":
                    #expect(throws: RegInfoError.self, place) { try result.get() }
                default:
                    let choice = try #require(Self.choices[file], "no choice for \(file)")
                    try check(result, choice, place)
                }
            }
        }
        #expect(counts == ["accept": 48, "reject": 42, "either": 36])
        #expect(rows.count == 126)
    }

    private func refusal(_ result: Result<RegInfoDocument, any Error>) -> RegInfoError.Code? {
        if case .failure(let error) = result { (error as? RegInfoError)?.code } else { nil }
    }

    private func check(_ result: Result<RegInfoDocument, any Error>, _ choice: Choice, _ place: Comment) throws {
        switch choice {
        case .refused(let code):
            let error = #expect(throws: RegInfoError.self, place) { try result.get() }
            #expect(error?.code == code, place)
        case .taken(let contacts, let irregularity):
            let document = try #require(try? result.get(), place)
            let found = document.registrations.flatMap { registration in
                registration.contacts.map { "\(registration.aor) \($0.state) \($0.uri ?? "-")" }
            }
            #expect(found == contacts, place)
            #expect(document.irregularities.first?.kind == irregularity, place)
        }
    }

    static let choices: [String: Choice] = [
        "nonconforming-uri-attribute-shape.xml": .taken([], .contactSkipped),
        "ok-unknown-attr-no-ns.xml": .taken([good], nil),
        "ok-unknown-element-same-ns.xml": .taken([first], nil),
        "ok-child-order.xml": .taken([first], nil),
        "ok-state-event-contradiction.xml": .taken(
            [first, "sip:1001@pbx.example.com terminated sip:1001@192.0.2.11"], nil),
        // The states contradict each other: both stand here, and a reader takes the address of record as gone.
        "ok-registration-terminated-contact-active.xml": .taken([first], nil),
        "ok-big-numbers.xml": .taken([first], nil),
        "ok-version-leading-zeros-plus.xml": .taken([good], nil),
        "ok-version-whitespace.xml": .taken([good], nil),
        "ok-same-aor-twice.xml": .taken([good, nextContact], nil),
        // Both stand in the document; that the last one wins is the reader's part.
        "ok-duplicate-contact-id.xml": .taken(
            [good, nextContact], nil),
        "bad-encoding-mismatch-utf16-decl.xml": .refused(.notWellFormed),
        "bad-unbound-prefix.xml": .refused(.namespace),
        "bad-no-namespace.xml": .refused(.notReginfo),
        "bad-prefixed-attributes.xml": .taken([], .registrationSkipped),
        "bad-registration-no-aor.xml": .taken([nextRegistration], .registrationSkipped),
        "bad-registration-no-id.xml": .taken([nextRegistration], .registrationSkipped),
        "bad-registration-no-state.xml": .taken([nextRegistration], .registrationSkipped),
        "bad-registration-state-unknown.xml": .taken([], .registrationSkipped),
        "bad-contact-no-id.xml": .taken([nextContact], .contactSkipped),
        "bad-contact-no-state.xml": .taken([nextContact], .contactSkipped),
        "bad-contact-no-event.xml": .taken([nextContact], .contactSkipped),
        "bad-contact-no-uri.xml": .taken([], .contactSkipped),
        "bad-contact-terminated-no-uri.xml": .taken(["sip:1001@pbx.example.com terminated -"], nil),
        "bad-contact-empty-uri.xml": .taken([], .contactSkipped),
        "bad-contact-two-uris.xml": .taken([], .contactSkipped),
        "bad-contact-event-unknown.xml": .taken([first], .eventUnrecognised),
        "bad-contact-state-init.xml": .taken([], .contactSkipped),
        "bad-contact-expires-negative.xml": .taken([good], .numberIgnored),
        "bad-contact-expires-text.xml": .taken([good], .numberIgnored),
        "bad-contact-outside-registration.xml": .taken([], nil),
        "bad-unknown-param-no-name.xml": .taken([first], .parameterSkipped),
        "bad-uri-garbage.xml": .taken([], .contactSkipped),
        "bad-aor-not-a-uri.xml": .taken([], .registrationSkipped),
        "sec-huge-attribute.xml": .refused(.limit),
        "sec-many-attributes.xml": .refused(.limit),
    ]

    /// The document in the form of the corpus's table of values: numbers as text, what is absent left out.
    private func json(_ document: RegInfoDocument) -> NSDictionary {
        func contact(_ contact: RegInfoDocument.Contact) -> [String: Any] {
            var values: [String: Any] = ["id": contact.id, "state": "\(contact.state)", "event": "\(contact.event)"]
            values["uri"] = contact.uri
            values["display-name"] = contact.displayName
            values["expires"] = contact.expires.map { "\($0)" }
            values["duration-registered"] = contact.durationRegistered.map { "\($0)" }
            values["retry-after"] = contact.retryAfter.map { "\($0)" }
            values["q"] = contact.q
            values["callid"] = contact.callID
            values["cseq"] = contact.cseq
            if !contact.unknownParameters.isEmpty {
                values["unknown-params"] = contact.unknownParameters.map { [$0.name, $0.value] }
            }
            return values
        }
        return [
            "version": "\(document.version)", "state": "\(document.state)",
            "registrations": document.registrations.map { registration -> [String: Any] in
                [
                    "aor": registration.aor, "id": registration.id, "state": "\(registration.state)",
                    "contacts": registration.contacts.map(contact),
                ]
            },
        ]
    }
}
