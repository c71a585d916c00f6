import Testing

@testable import SIPCore

/// Masks and words are written out as numbers; here they are compared with what they stand for.
@Suite struct ConstantsTests {
    static let alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    static let sets: [(ByteSet, String, Bool)] = [
        (.token, alphanumeric + "-.!%*_+`'~", false), (.host, alphanumeric + "-._", false),
        (.ipv6, alphanumeric + ":.%-_~", false), (.scheme, alphanumeric + "+-.", false),
        (.displayName, alphanumeric + "-.!%*_+`'~ \t\r\n", true), (.user, alphanumeric + "-_.!~*'()&=+$,;?/", false),
        (.uriHeader, alphanumeric + "-_.!~*'()[]/?:+$", false), (.visualSeparator, "-.()", false),
        (.nameEnd, "=; \t\r\n", false), (.nameEndOrComma, "=;, \t\r\n", false), (.valueEnd, "; \t\r\n", false),
        (.valueEndOrComma, ";, \t\r\n", false),
        (.notInURI, "<>\u{7f}" + String(decoding: (0...32).map { UInt8($0) }, as: UTF8.self), false),
    ]

    @Test(arguments: sets.indices)
    func masksHaveTheirMembers(index: Int) {
        let (set, members, beyondASCII) = Self.sets[index]
        for octet in UInt8.min...UInt8.max {
            let expected = octet < 128 ? members.utf8.contains(octet) : beyondASCII
            #expect(set.contains(octet) == expected, "octet \(octet)")
        }
    }

    static let words: [(UInt64, String)] = [
        (ShortWord.sip, "sip:"), (ShortWord.sips, "sips:"), (ShortWord.tel, "tel:"), (ShortWord.urn, "urn:"),
        (ShortWord.branch, "branch"), (ShortWord.received, "received"), (ShortWord.rport, "rport"),
        (ShortWord.tag, "tag"), (ShortWord.viaProtocol, "SIP/2.0/"), (ShortWord.invite, "INVITE"),
        (ShortWord.ack, "ACK"), (ShortWord.cancel, "CANCEL"), (ShortWord.bye, "BYE"), (ShortWord.options, "OPTIONS"),
        (ShortWord.register, "REGISTER"), (ShortWord.notify, "NOTIFY"), (ShortWord.publish, "PUBLISH"),
        (ShortWord.message, "MESSAGE"), (ShortWord.info, "INFO"), (ShortWord.update, "UPDATE"),
        (ShortWord.prack, "PRACK"), (ShortWord.refer, "REFER"), (ShortWord.subscrib, "SUBSCRIB"),
    ]

    @Test(arguments: words.indices)
    func wordsAreTheirNames(index: Int) {
        let (word, name) = Self.words[index]
        // Once at the end of the octets, once with some behind it: the two ways of loading.
        for octets in [Array(name.utf8), Array((name + "behind it").utf8)] {
            let loaded = ShortWord.load(octets.span, 0, name.utf8.count)
            #expect(loaded == word)
        }
    }

    @Test func onlyLettersAreFolded() {
        for octet in UInt8.min...UInt8.max {
            let word = UInt64(octet) * 0x0101_0101_0101_0101
            #expect(ShortWord.lowercase(word) == UInt64(lowercased(octet)) * 0x0101_0101_0101_0101)
        }
    }

    /// Wherever it stands among eight: the word never misses what ends a value, and does not stop at what tags are made of.
    @Test func valuesEndAtTheirOctets() {
        for octet in UInt8.min...UInt8.max {
            for place in 0..<8 {
                var octets = [UInt8](repeating: UInt8(ascii: "x"), count: 8)
                octets[place] = octet
                let canEnd = ShortWord.canEndValue(ShortWord.load(octets.span, 0, 8))
                if ByteSet.valueEndOrComma.contains(octet) { #expect(canEnd, "\(octet) at \(place)") }
                if ByteSet.token.contains(octet) { #expect(!canEnd, "\(octet) at \(place)") }
            }
        }
    }

    @Test func everyMethodOfTheRFCsIsFound() {
        for method in SIPCore.Method.registered {
            let octets = Array(method.name.utf8)
            let found = SIPCore.Method(octets.span, ByteRange(0, octets.count))
            #expect(found == method)
        }
        for name in ["invite", "INVITES", "SUBSCRIBES", "SUBSCRIBX", "X"] {
            let octets = Array(name.utf8)
            let method = SIPCore.Method(octets.span, ByteRange(0, octets.count))
            #expect(method?.name == name && method.map(SIPCore.Method.registered.contains) == false)
        }
        let octets = Array("IN VITE".utf8)
        let none = SIPCore.Method(octets.span, ByteRange(0, octets.count))
        #expect(none == nil)
    }

    /// Each name and each compact form, in any capitals, is its number; nothing near it is.
    @Test func everyHeaderNameIsFound() {
        for (index, known) in HeaderName.known.enumerated() {
            for name in [known.name, known.name.uppercased(), known.name.lowercased()]
                + [known.compact].compactMap(\.self)
            {
                #expect(HeaderName(name).id == UInt8(index + 1), "\(name)")
            }
            #expect(HeaderName(known.name + "x").id == 0)
            // CR and "-" differ in one bit, the one that folds letters.
            let octets = known.name.utf8.map { $0 == UInt8(ascii: "-") ? 13 : $0 }
            let id = HeaderNameTable.shared.id(octets.span, ByteRange(0, octets.count))
            #expect(id == (known.name.contains("-") ? 0 : UInt8(index + 1)))
        }
        #expect(Set(HeaderName.known.map(\.name)).count == HeaderName.known.count)
        #expect(HeaderName("X-Own") == HeaderName("x-OWN") && HeaderName("X-Own").description == "X-Own")
    }
}
