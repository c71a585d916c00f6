import E911Values
import Testing

@testable import SIPCore

/// What is read from the replies of DNS servers, good ones and others.
@Suite struct DNSReplyTests {
    private func question(_ name: String, _ type: DNSRecordType) throws -> DNSQuestion {
        try #require(DNSQuestion(name, type))
    }

    private func address(_ text: String, _ timeToLive: UInt32) throws -> DNSRecord {
        DNSRecord(.address(try #require(IPAddress(text))), timeToLive: timeToLive)
    }

    private func service(_ port: UInt16, _ target: String) -> DNSRecord.Data {
        .service(ServiceRecord(priority: 1, weight: 2, port: port, target: target))
    }

    // MARK: As dnsmasq 2.90 sent them

    @Test func serviceRecordsAreRead() throws {
        let reply = DNSMessage.recorded(
            "123485800001000200000002045f736970045f756470076578616d706c6503636f6d0000210001c00c002100010000001e0015"
                + "0002000013ce0162076578616d706c6503636f6d00c00c002100010000001e00150001000213c40161076578616d706c65"
                + "03636f6d00c05a000100010000001e0004c0000201c05a001c00010000001e001020010db8000000000000000000000001")
        let answer = DNSAnswer(reply: reply, to: try question("_sip._udp.example.com", .srv))
        let records = [
            ServiceRecord(priority: 2, weight: 0, port: 5070, target: "b.example.com"),
            ServiceRecord(priority: 1, weight: 2, port: 5060, target: "a.example.com"),
        ]
        #expect(answer == .records(records.map { DNSRecord(.service($0), timeToLive: 30) }))
    }

    @Test func pointersAreRead() throws {
        let reply = DNSMessage.recorded(
            "123485800001000100000000076578616d706c6503636f6d0000230001c00c002300010000001e0026000a00140173075349502b"
                + "44325500045f736970045f756470076578616d706c6503636f6d00")
        let pointer = NamingPointer(
            order: 10, preference: 20, service: "SIP+D2U", replacement: "_sip._udp.example.com")
        #expect(
            DNSAnswer(reply: reply, to: try question("example.com", .naptr))
                == .records([DNSRecord(.pointer(pointer), timeToLive: 30)]))
    }

    @Test func anAliasIsFollowed() throws {
        let reply = DNSMessage.recorded(
            "1234858000010002000000000177076578616d706c6503636f6d00001c0001c00c000500010000001e000f0161076578616d706c"
                + "6503636f6d00c02b001c00010000001e001020010db8000000000000000000000001")
        #expect(
            DNSAnswer(reply: reply, to: try question("w.example.com", .aaaa))
                == .records([try address("2001:db8::1", 30)]))
    }

    @Test func aNameThatIsNotThereIsAbsent() throws {
        let reply = DNSMessage.recorded("123481830001000000000000046e6f6e65076578616d706c6503636f6d0000010001")
        #expect(DNSAnswer(reply: reply, to: try question("none.example.com", .a)) == .absent(timeToLive: nil))
    }

    // MARK: Written here

    @Test func anAnswerLivesNoLongerThanTheAliasThatLeadsToIt() throws {
        let question = try question("w.example.com", .a)
        var message = DNSMessage(to: question, answers: 2)
        message.record(5, timeToLive: 20) { $0.name("A.Example.COM") }
        message.record(1, timeToLive: 300, name: "a.example.com") { $0.long(0xc000_0201) }
        #expect(DNSAnswer(reply: message.reply, to: question) == .records([try address("192.0.2.1", 20)]))
    }

    @Test func aliasesInACircleEnd() throws {
        let question = try question("w.example.com", .a)
        var message = DNSMessage(to: question, answers: 2)
        message.record(5) { $0.name("a.example.com") }
        message.record(5, name: "a.example.com") { $0.pointer(DNSMessage.question) }
        #expect(DNSAnswer(reply: message.reply, to: question) == .absent(timeToLive: nil))
    }

    @Test func anAbsenceHoldsAsLongAsTheZoneSays() throws {
        let question = try question("none.example.com", .srv)
        var message = DNSMessage(to: question, authorities: 1)
        message.record(6, timeToLive: 900, name: "example.com") {
            $0.name("ns.example.com")
            $0.name("root.example.com")
            for value: UInt32 in [1, 7200, 3600, 86_400, 45] { $0.long(value) }
        }
        #expect(DNSAnswer(reply: message.reply, to: question) == .absent(timeToLive: 45))
    }

    @Test func recordsOfOtherNamesTypesAndClassesAreLeftOut() throws {
        let question = try question("a.example.com", .a)
        var message = DNSMessage(to: question, answers: 5)
        message.record(1, name: "evil.example.net") { $0.long(1) }
        message.record(28) { for _ in 0..<4 { $0.long(1) } }
        message.record(1, class: 3) { $0.long(1) }
        message.record(1) { $0.short(1) }
        message.record(1, timeToLive: 0x8000_0001) { $0.long(0xc000_0202) }
        #expect(DNSAnswer(reply: message.reply, to: question) == .records([try address("192.0.2.2", 0)]))
    }

    @Test func aServiceThatIsDecidedlyNotThereIsARecord() throws {
        let question = try question("_sip._tcp.example.com", .srv)
        var message = DNSMessage(to: question, answers: 2)
        message.record(33) {
            for value: UInt16 in [1, 2, 0] { $0.short(value) }
            $0.name("")
        }
        // A label with a dot in it, which no question can name.
        message.record(33) {
            for value: UInt16 in [1, 2, 5060] { $0.short(value) }
            $0.octets += [3, 97, 46, 98, 0]
        }
        #expect(
            DNSAnswer(reply: message.reply, to: question) == .records([DNSRecord(service(0, "."), timeToLive: 300)]))
    }

    @Test(arguments: [
        (0x8182, "the server says SERVFAIL"), (0x8185, "the server says REFUSED"), (0x8189, "the server says code 9"),
        (0x8380, "the reply is cut off"), (0x0180, "the reply is to another question"),
    ])
    func whatIsNoAnswerHasFailed(_ flags: Int, _ reason: String) throws {
        let question = try question("a.example.com", .a)
        var message = DNSMessage(to: question, flags: UInt16(flags), answers: 1)
        message.record(1) { $0.long(0xc000_0201) }
        #expect(DNSAnswer(reply: message.reply, to: question) == .failed(reason: reason))
    }

    @Test func aReplyToAnotherQuestionHasFailed() throws {
        let message = DNSMessage(to: try question("b.example.com", .a))
        for other in [try question("a.example.com", .a), try question("b.example.com", .aaaa)] {
            #expect(
                DNSAnswer(reply: message.reply, to: other) == .failed(reason: "the reply is to another question"))
        }
    }

    // MARK: Damaged

    /// A pointer forwards, to itself, and round in a circle; a label type that is none; a name that is too long.
    @Test func namesThatCannotBeReadEnd() throws {
        let question = try question("a.example.com", .a)
        let start = DNSMessage(to: question, answers: 1).octets.count
        let names: [[UInt8]] = [
            [0xc0, UInt8(start)], [0xc0, UInt8(start + 2), 0xc0, UInt8(start)], [0xff, 0xff], [0x40, 0], [0x80, 0],
            Array(repeatElement([63] + [UInt8](repeating: 97, count: 63), count: 4).joined()) + [0],
        ]
        for name in names {
            var message = DNSMessage(to: question, answers: 1)
            message.octets += name
            for value: UInt16 in [1, 1, 0, 300, 4, 0xc000, 0x0201] { message.short(value) }
            #expect(DNSAnswer(reply: message.reply, to: question) == .failed(reason: "the reply cannot be read"))
        }
    }

    @Test func aReplyIsReadUpToAnyPlace() throws {
        let question = try question("example.com", .naptr)
        var message = DNSMessage(to: question, answers: 1)
        message.record(35) {
            $0.short(1)
            $0.short(2)
            for text in ["s", "SIP+D2T", ""] { $0.text(text) }
            $0.name("_sip._tcp.example.com")
        }
        for count in 0..<message.octets.count {
            #expect(
                DNSAnswer(reply: Array(message.octets.prefix(count)), to: question)
                    == .failed(reason: "the reply cannot be read"))
        }
    }

    /// Whatever stands in a reply, there is an answer.
    @Test func damagedRepliesHaveAnAnswer() throws {
        var generator = SeededGenerator(seed: 7)
        for type in DNSRecordType.allCases {
            let question = try question("a.example.com", type)
            var message = DNSMessage(to: question, answers: 3, authorities: 1)
            message.record(5) { $0.name("b.example.com") }
            message.record(type.rawValue, name: "b.example.com") {
                for value: UInt32 in [1, 2, 3, 4] { $0.long(value) }
            }
            message.record(type.rawValue, name: "b.example.com") {
                for value: UInt16 in [1, 2, 0x0173, 0x0173, 0x0100] { $0.short(value) }
                $0.pointer(DNSMessage.question)
            }
            message.record(6, name: "example.com") {
                $0.pointer(DNSMessage.question)
                $0.name("x")
                for value: UInt32 in [1, 2, 3, 4, 5] { $0.long(value) }
            }
            for _ in 0..<2000 {
                var octets = message.octets
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let place = Int.random(in: 0..<octets.count, using: &generator)
                    octets[place] = UInt8(truncatingIfNeeded: generator.next())
                }
                if Bool.random(using: &generator) {
                    octets.removeLast(Int.random(in: 0..<octets.count, using: &generator))
                }
                if case .records(let records) = DNSAnswer(reply: octets, to: question) { #expect(records.count <= 3) }
            }
        }
    }
}
