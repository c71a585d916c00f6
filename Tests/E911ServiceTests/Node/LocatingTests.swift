import E911Values
import SIPCore
import Testing

@testable import E911Service

/// A call server whose member is named: DNS says where it is, and an emergency call is never lost because of DNS.
@Suite struct LocatingTests {
    private static let name = "sip.example.com"
    private var house: NodeHarness

    init() {
        house = NodeHarness(site: Self.site(MemberConfiguration(host: .name(Self.name), transport: .udp)))
    }

    private static func site(_ member: MemberConfiguration) -> SiteConfiguration {
        var site = NodeHarness.site()
        site.callServers[0].members = [member]
        site.callServers[0].trusted = []
        return site
    }

    // MARK: DNS

    /// Every question so far, in its order.
    private var asked: [String] {
        house.effects.flatMap { effect -> [String] in
            if case .resolve(let questions) = effect { questions.map(\.description) } else { [] }
        }
    }

    private mutating func answer(_ name: String, _ type: DNSRecordType, _ answer: DNSAnswer) throws {
        house.command(.resolved(try #require(DNSQuestion(name, type)), answer))
    }

    private mutating func services(_ targets: [(UInt16, String)], timeToLive: UInt32 = 300) throws {
        let records = targets.map { priority, target in
            DNSRecord(
                .service(ServiceRecord(priority: priority, weight: 1, port: 5060, target: target)),
                timeToLive: timeToLive)
        }
        try answer("_sip._udp.\(Self.name)", .srv, .records(records))
    }

    private mutating func address(_ name: String, _ text: String, timeToLive: UInt32 = 300) throws {
        let address = try #require(IPAddress(text))
        try answer(name, .a, .records([DNSRecord(.address(address), timeToLive: timeToLive)]))
    }

    /// Two servers, the first one at 192.0.2.30, the second one where the site's SIP Server is as a rule.
    private mutating func twoServers(timeToLive: UInt32 = 300) throws {
        try services([(1, "a.example.com"), (2, "b.example.com")], timeToLive: timeToLive)
        try address("a.example.com", "192.0.2.30", timeToLive: timeToLive)
        try address("b.example.com", "192.0.2.10", timeToLive: timeToLive)
    }

    // MARK: What the node does

    private var subscribes: [(message: SIPMessage, to: String)] {
        zip(house.sent, house.destinations).filter { $0.0.method == .subscribe && $0.0.isRequest }
            .map { ($0.0, $0.1?.address.description ?? "") }
    }

    private var reserved: [String] {
        house.effects.compactMap { effect in
            if case .reserve(let sources) = effect {
                sources.flatMap(\.prefixes).map(\.address.description).joined(separator: " ")
            } else {
                nil
            }
        }
    }

    /// What a call from an address is answered.
    private mutating func call(from address: String, _ id: String, viaPort: Int = 5060) throws -> SIPMessage {
        let source = Endpoint(try #require(IPAddress(address)), 5060)
        let invite = NodeHarness.invite("911", callID: id, branch: id)
        house.receive(invite.replacing("192.0.2.10:5060;branch", with: "192.0.2.10:\(viaPort);branch"), from: source)
        return try #require(house.sent.last { $0.status != nil && $0.status != 100 })
    }

    private mutating func isTrusted(_ address: String, _ id: String) throws -> Bool {
        _ = try call(from: address, id)
        return try !#require(house.journaled.last).flags.contains(.untrusted)
    }

    @Test mutating func theSubscriptionBeginsWhenDNSHasAnswered() throws {
        #expect(asked == ["_sip._udp.sip.example.com SRV"] && subscribes.isEmpty && reserved == [""])
        try services([(1, "a.example.com"), (2, "b.example.com")])
        #expect(asked.dropFirst() == ["a.example.com A", "b.example.com A"])
        try address("b.example.com", "192.0.2.10")
        #expect(subscribes.isEmpty)
        try address("a.example.com", "192.0.2.30")
        #expect(subscribes.map(\.to) == ["192.0.2.30"] && reserved.last == "192.0.2.10 192.0.2.30")
        #expect(subscribes[0].message.requestURIText == "sip:sip.example.com")
        #expect(try isTrusted("192.0.2.30", "one"))
        #expect(try isTrusted("192.0.2.10", "two"))
        #expect(try !isTrusted("192.0.2.31", "three"))
    }

    /// Nothing on the way of an emergency call waits for DNS: the SIP Server is sent to itself by its address.
    @Test mutating func theRedirectGoesToTheAddressThatAsked() throws {
        try services([(1, "a.example.com"), (2, "b.example.com")])
        try address("a.example.com", "192.0.2.30")
        try address("b.example.com", "192.0.2.10")
        for address in ["192.0.2.10", "192.0.2.30"] {
            let answer = try call(from: address, address)
            #expect(answer.status == 302 && answer.first(.contact).map { String($0) } == "<sip:7911@\(address):5060>")
        }
    }

    /// Several servers behind one address: the one whose port the Via names.
    @Test mutating func ofSeveralOnOneAddressItGoesToTheOneThatAsked() throws {
        let records = [5060, 5070, 5080].map {
            DNSRecord(
                .service(ServiceRecord(priority: 1, weight: 1, port: $0, target: "a.example.com")), timeToLive: 300)
        }
        try answer("_sip._udp.\(Self.name)", .srv, .records(records))
        try address("a.example.com", "192.0.2.10")
        for port in [5080, 5060, 5070] {
            let answer = try call(from: "192.0.2.10", "c\(port)", viaPort: port)
            #expect(answer.first(.contact).map { String($0) } == "<sip:7911@192.0.2.10:\(port)>")
        }
    }

    /// More servers than requests are sent to: each is sent to itself all the same, by what it asked by.
    @Test mutating func aServerBeyondTheHopsIsSentToItself() throws {
        try services((1...12).map { (UInt16($0), "s\($0).example.com") })
        for number in 1...12 { try address("s\(number).example.com", "192.0.2.\(100 + number)") }
        for number in [1, 8, 9, 12] {
            let answer = try call(from: "192.0.2.\(100 + number)", "c\(number)")
            #expect(answer.first(.contact).map { String($0) } == "<sip:7911@192.0.2.\(100 + number):5060>")
        }
    }

    /// For sources that nobody knows, while DNS has said nothing yet.
    @Test mutating func withoutAnyAddressTheRedirectGoesToTheName() throws {
        let answer = try call(from: "192.0.2.10", "one")
        #expect(answer.status == 302 && answer.first(.contact).map { String($0) } == "<sip:7911@sip.example.com>")
    }

    @Test mutating func aDeadServerIsPassedOverAtOnceAfterwards() throws {
        try twoServers()
        house.advance(by: .seconds(4))
        #expect(subscribes.last?.to == "192.0.2.10" && house.notes.contains("member.passed-over"))
        let last = try #require(subscribes.last)
        house.receive(NodeHarness.response(to: last.message, 503, extra: "Retry-After: 0"))
        house.advance(by: .seconds(4))
        let count = subscribes.count
        house.advance(by: .seconds(70))
        // Both have failed; whoever is tried next answers.
        #expect(subscribes.count > count)
        let next = try #require(subscribes.last)
        house.receive(
            NodeHarness.response(to: next.message, 200, extra: "Expires: 3600"),
            from: Endpoint(try #require(IPAddress(next.to)), 5060))
        #expect(house.notes.contains("subscription.accepted"))
    }

    @Test mutating func theLiveServerIsAskedFirstTheNextTime() throws {
        try twoServers()
        house.advance(by: .seconds(4))
        house.receive(
            NodeHarness.response(
                to: try #require(subscribes.last).message, 200, extra: "Expires: 60\nContact: <sip:x.example.com>"))
        #expect(house.notes.contains("subscription.accepted"))
        let count = subscribes.count
        house.advance(by: .seconds(33))
        // A refresh to a target that is a name goes by what DNS says too.
        #expect(subscribes.count > count)
        #expect(subscribes.dropFirst(count).allSatisfy { $0.to == "192.0.2.10" })
    }

    @Test mutating func anAnswerThatIsOverIsAskedForAgain() throws {
        try twoServers(timeToLive: 30)
        let count = asked.count
        house.advance(by: .seconds(29))
        #expect(asked.count == count)
        house.advance(by: .seconds(1))
        #expect(
            asked.dropFirst(count).sorted() == [
                "_sip._udp.sip.example.com SRV", "a.example.com A", "b.example.com A",
            ])
        try twoServers(timeToLive: 30)
        #expect(reserved.count == 2)
    }

    /// What is known serves on while DNS is silent, fails, or says that there is none.
    @Test(arguments: [nil, .failed(reason: "SERVFAIL"), .absent(timeToLive: 30)] as [DNSAnswer?])
    mutating func anAddressStaysTrusted(_ answer: DNSAnswer?) throws {
        try twoServers(timeToLive: 30)
        house.advance(by: .seconds(30))
        for (name, type) in [
            ("_sip._udp.\(Self.name)", DNSRecordType.srv), ("a.example.com", .a), ("b.example.com", .a),
        ] {
            if let answer { try self.answer(name, type, answer) }
        }
        if case .absent? = answer { try self.answer(Self.name, .a, .absent(timeToLive: 30)) }
        house.advance(by: .seconds(300))
        #expect(try isTrusted("192.0.2.10", "one"))
        #expect(try isTrusted("192.0.2.30", "two"))
        if case .absent? = answer {
            #expect(house.notes.contains("member.unlocated"))
        } else {
            #expect(house.notes.filter { $0 == "member.stale" }.count == 1)
        }
        #expect(reserved.last == "192.0.2.10 192.0.2.30" && !house.node.places.hops(of: member).isEmpty)
    }

    private var member: MemberConfiguration { MemberConfiguration(host: .name(Self.name), transport: .udp) }

    /// DNS may tell of a few servers of many at a time, and of one that is being drained no more.
    @Test mutating func anAddressThatDNSHasReplacedIsAStrangersADayLater() throws {
        try twoServers(timeToLive: 30)
        house.advance(by: .seconds(30))
        try services([(1, "a.example.com")])
        try address("a.example.com", "192.0.2.31")
        #expect(reserved.last == "192.0.2.10 192.0.2.30 192.0.2.31")
        #expect(try isTrusted("192.0.2.31", "one"))
        #expect(try isTrusted("192.0.2.10", "two"))
        for hours in 1...24 {
            house.advance(by: .seconds(3600))
            try services([(1, "a.example.com")])
            try address("a.example.com", "192.0.2.31")
            if hours == 23 { #expect(try isTrusted("192.0.2.10", "three")) }
        }
        #expect(reserved.last == "192.0.2.31")
        #expect(try !isTrusted("192.0.2.10", "four"))
    }

    /// A server of which DNS knows the name and no address is most likely there all the same.
    @Test mutating func anAddressStaysWhileDNSIsInDisorder() throws {
        try twoServers(timeToLive: 30)
        house.advance(by: .seconds(30))
        try services([(1, "a.example.com"), (2, "b.example.com")])
        try address("a.example.com", "192.0.2.31")
        try answer("b.example.com", .a, .absent(timeToLive: 30))
        #expect(reserved.last == "192.0.2.10 192.0.2.30 192.0.2.31")
    }

    @Test mutating func aNameThatDNSDoesNotKnowIsAnAlarm() throws {
        try answer("_sip._udp.\(Self.name)", .srv, .absent(timeToLive: nil))
        try answer(Self.name, .a, .absent(timeToLive: nil))
        #expect(house.notes.contains("member.unlocated") && subscribes.isEmpty)
        guard case .status(let status) = house.ask(.status) else {
            Issue.record("no status")
            return
        }
        #expect(status.callServers[0].subscriptionFailure == "sip.example.com: DNS says that there is none")
        #expect(status.callServers[0].activeMember == "sip.example.com")
        // It is there a minute later.
        house.advance(by: .seconds(60))
        try answer("_sip._udp.\(Self.name)", .srv, .absent(timeToLive: nil))
        try address(Self.name, "192.0.2.10")
        #expect(subscribes.map(\.to) == ["192.0.2.10"])
    }

    @Test mutating func silenceOfDNSIsAnAlarmAndAskedForAgain() throws {
        house.advance(by: .seconds(25))
        #expect(house.notes.contains("member.unlocated"))
        let count = asked.count
        house.advance(by: .seconds(60))
        #expect(asked.count > count)
        _ = try call(from: "192.0.2.10", "one")
        #expect(house.sent.last { $0.status == 302 } != nil)
    }

    @Test mutating func ourOwnListenerIsNoServer() throws {
        try services([(1, "self.example.com")])
        try address("self.example.com", "192.0.2.20")
        #expect(subscribes.isEmpty && house.notes.contains("member.unlocated"))
    }

    @Test mutating func aPortSkipsServiceRecords() throws {
        house = NodeHarness(
            site: Self.site(MemberConfiguration(host: .name(Self.name), port: 5070, transport: .udp)))
        #expect(asked == ["sip.example.com A"])
        try address(Self.name, "192.0.2.10")
        #expect(subscribes.first?.message.requestURIText == "sip:sip.example.com:5070")
        let answer = try call(from: "192.0.2.10", "one")
        #expect(answer.first(.contact).map { String($0) } == "<sip:7911@192.0.2.10:5070>")
    }

    @Test mutating func aNameAloneAsksForPointersFirst() throws {
        house = NodeHarness(site: Self.site(MemberConfiguration(host: .name(Self.name))))
        #expect(asked == ["sip.example.com NAPTR"])
        try answer(Self.name, .naptr, .absent(timeToLive: nil))
        #expect(asked == ["sip.example.com NAPTR", "_sip._udp.sip.example.com SRV"])
    }

    @Test mutating func anotherSiteKeepsWhatIsKnown() throws {
        try twoServers()
        let count = asked.count
        var site = try #require(house.node.site?.configuration)
        site.name = "Another"
        #expect(house.ask(.apply(site, by: "a")) == .done)
        #expect(asked.count == count && subscribes.count == 1 && reserved.last == "192.0.2.10 192.0.2.30")
        #expect(try isTrusted("192.0.2.10", "one"))
    }

    /// A start goes by what the process before knew, until DNS answers.
    @Test mutating func whatAnEarlierProcessKnewServesAtOnce() throws {
        try twoServers()
        guard
            case .remember(let known)? = house.effects.last(where: { if case .remember = $0 { true } else { false } })
        else {
            Issue.record("nothing is remembered")
            return
        }
        var state = StoredState()
        state.members = known
        house = NodeHarness(site: Self.site(member), restoring: state)
        #expect(subscribes.map(\.to) == ["192.0.2.30"] && reserved == ["192.0.2.10 192.0.2.30"])
        #expect(asked == ["_sip._udp.sip.example.com SRV"])
        #expect(try isTrusted("192.0.2.10", "one"))
        try services([(1, "a.example.com")])
        try address("a.example.com", "192.0.2.10")
        #expect(reserved.last == "192.0.2.10 192.0.2.30")
        house.advance(by: .seconds(33))
        house.advance(by: .seconds(3))
        #expect(subscribes.last?.to == "192.0.2.10")
    }

    @Test mutating func answersThatNobodyAskedForAreDropped() throws {
        try address("evil.example.net", "203.0.113.9")
        try address(Self.name, "203.0.113.9")
        #expect(subscribes.isEmpty && reserved == [""])
    }
}
