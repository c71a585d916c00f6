import E911Values
import SIPCore
import Testing

@testable import E911Service

/// A node with two members that see the same phones, and one of them dies.
@Suite struct ClusterNodeTests {
    /// The members' side of the wire: each answers OPTIONS and SUBSCRIBEs while it is up.
    struct Members {
        var house: NodeHarness
        var up = [true, true]
        private var cseq: [UInt32] = [0, 0]
        private var seen = 0
        private var subscribes: [SIPMessage?] = [nil, nil]
        static let addresses = ["192.0.2.10", "192.0.2.11"]

        init(_ change: (inout SiteConfiguration) -> Void = { _ in }) {
            var site = NodeHarness.site()
            change(&site)
            house = NodeHarness(site: site)
            answer()
        }

        /// Answers what was sent since.
        mutating func answer() {
            while seen < house.sent.count {
                let position = seen
                seen += 1
                let message = house.sent[position]
                guard message.isRequest, let to = house.destinations[position],
                    let member = Self.addresses.firstIndex(of: "\(to.address)"), up[member]
                else { continue }
                let source = Endpoint(to.address, 5060)
                switch message.method {
                case .options: house.receive(NodeHarness.response(to: message, 200), from: source)
                case .subscribe:
                    subscribes[member] = message
                    house.receive(
                        NodeHarness.response(
                            to: message, 200, extra: "Expires: 3600\nContact: <sip:\(Self.addresses[member]):5060>"
                        ).replacing(";tag=srv;tag=srv", with: ";tag=srv"), from: source)
                default: break
                }
            }
        }

        mutating func forget() {
            house.forget()
            seen = 0
        }

        mutating func wait(_ seconds: Int) {
            for _ in 0..<(seconds * 4) {
                house.advance(by: .milliseconds(250))
                answer()
            }
        }

        /// A member tells where phones are; those with a `nil` address are gone.
        mutating func notify(_ member: Int, _ phones: [(dn: String, ip: String?)], full: Bool = false) throws {
            let subscribe = try #require(subscribes[member])
            cseq[member] += 1
            let contacts = phones.map { phone in
                let contact = phone.ip.map {
                    """
                    <contact id="c\(phone.dn)" state="active" event="registered">\
                    <uri>sip:\(phone.dn)@\($0):5060</uri></contact>
                    """
                }
                return """
                    <registration aor="sip:\(phone.dn)@example.com" id="r\(phone.dn)" \
                    state="\(phone.ip == nil ? "terminated" : "active")">\(contact ?? "")</registration>
                    """
            }.joined()
            let body = """
                <?xml version="1.0"?><reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" \
                state="\(full ? "full" : "partial")">\(contacts)</reginfo>
                """
            house.receive(
                NodeHarness.notify(body, of: subscribe, cseq: cseq[member], from: Self.addresses[member]),
                from: Endpoint("\(Self.addresses[member]):5060")!)
            house.advance(by: .milliseconds(100))
            answer()
        }

        mutating func status() -> NodeStatus.CallServer? {
            guard case .status(let status) = house.ask(.status) else { return nil }
            return status.callServers.first
        }

        mutating func devices() -> [DeviceInfo] {
            guard case .devices(let devices, _) = house.ask(.devices(after: nil, limit: 100)) else { return [] }
            return devices.sorted { ($0.dn, $0.ip) < ($1.dn, $1.ip) }
        }

        /// Both see the phones, and the downloads are complete.
        mutating func begin(_ phones: [(dn: String, ip: String?)]) throws {
            for member in [0, 1] { try notify(member, phones, full: true) }
            wait(20)
        }
    }

    private let phones: [(dn: String, ip: String?)] = [("2001", "10.1.2.7"), ("2002", "10.1.2.8")]

    @Test func thePhoneThatMovedWhileTheSourceWasDownIsFoundAndReported() throws {
        var members = Members()
        try members.begin(phones)
        #expect(members.status()?.activeMember == "192.0.2.10:5060")
        #expect(members.devices().map(\.location) == ["hq-2", "hq-2"])
        members.up[0] = false
        members.forget()
        members.wait(5)
        // It goes to the third floor; only the member that is up hears of it.
        try members.notify(1, [("2001", "10.1.3.7")])
        #expect(!members.house.notes.contains("device.moved"))
        // Its call is located by what the other member sees, at once.
        members.house.receive(
            NodeHarness.invite("911", contact: "10.1.3.7:5060", via: "192.0.2.11:5060"),
            from: Endpoint("192.0.2.11:5060")!)
        #expect(members.house.calls().first?.location == "hq-3")
        members.forget()
        members.wait(45)
        let switched = try #require(members.house.effects.firstIndex { $0.code == "member.switched" })
        let moved = try #require(members.house.effects.firstIndex { $0.code == "device.moved" })
        #expect(switched < moved)
        guard case .note(let note) = members.house.effects[moved] else { return }
        #expect(note.fields.contains(.init("location", "hq-3")) && note.fields.contains(.init("from", "hq-2")))
        #expect(note.fields.contains(.init("elin", "+13125550105")))
        #expect(members.house.notes.count { $0 == "device.moved" } == 1)
        #expect(members.devices().map(\.ip) == ["10.1.3.7", "10.1.2.8"])
        #expect(members.devices().first?.elins.first?.description == "+13125550105")
        #expect(members.house.notes.contains("member.failed"))
        let current = members.status()
        let status = try #require(current)
        #expect(status.activeMember == "192.0.2.11:5060")
        #expect(status.members.map(\.state) == ["failed", "well"])
        #expect(status.members[0].reason == "it does not answer OPTIONS" && status.members[1].isActive)
        #expect(status.members[1].devices == 2)
    }

    /// Ten seconds from the switch to the report; here it is one turn.
    @Test func theMoveIsReportedAtOnce() throws {
        var members = Members()
        try members.begin(phones)
        members.up[0] = false
        try members.notify(1, [("2001", "10.1.3.7")])
        var switchedAt: MonotonicTime?
        for _ in 0..<600 {
            members.house.advance(by: .milliseconds(100))
            members.answer()
            if switchedAt == nil, members.house.notes.contains("member.switched") {
                switchedAt = members.house.now.monotonic
            }
            if members.house.notes.contains("device.moved") { break }
        }
        #expect(members.house.now.monotonic - (try #require(switchedAt)) <= .milliseconds(100))
    }

    @Test func itDoesNotGoBackByItself() throws {
        var members = Members()
        try members.begin(phones)
        members.up[0] = false
        members.wait(45)
        #expect(members.status()?.activeMember == "192.0.2.11:5060")
        members.up[0] = true
        members.wait(300)
        #expect(members.house.notes.contains("member.recovered"))
        #expect(members.status()?.activeMember == "192.0.2.11:5060")
        #expect(members.status()?.members.map(\.state) == ["well", "well"])
    }

    @Test func itGoesBackAfterTheHoldDownIfTheSiteSaysSo() throws {
        var members = Members {
            $0.callServers[0].cluster = ClusterChoices()
            $0.callServers[0].cluster?.switchBack = true
            $0.callServers[0].cluster?.holdDown = 120
        }
        try members.begin(phones)
        members.up[0] = false
        members.wait(45)
        members.up[0] = true
        members.wait(60)
        #expect(members.status()?.activeMember == "192.0.2.11:5060")
        #expect(members.status()?.members[0].reason.contains("held down") == true)
        members.wait(80)
        #expect(members.status()?.activeMember == "192.0.2.10:5060")
        #expect(members.house.notes.count { $0 == "member.switched" } == 2)
    }

    @Test func nothingGoesToAMemberThatIsDownItself() throws {
        var members = Members()
        try members.begin(phones)
        members.up = [false, false]
        members.wait(120)
        #expect(members.status()?.activeMember == "192.0.2.10:5060")
        #expect(members.house.notes.count { $0 == "member.none" } == 1)
        #expect(members.house.notes.contains("member.switched") == false)
        // Calls are answered from what is known.
        members.house.receive(NodeHarness.invite("911", contact: "10.1.2.7:5060"))
        #expect(members.house.last?.status == 302)
        #expect(members.house.calls().first?.location == "hq-2")
        members.up = [true, true]
        members.wait(60)
        #expect(members.house.notes.contains("member.rescued"))
        #expect(members.status()?.activeMember == "192.0.2.10:5060")
    }

    /// A SIP Server that answers and refuses to notify is no source either.
    @Test func aRefreshThatFailsIsEnough() throws {
        var members = Members()
        try members.begin(phones)
        _ = members.house.ask(.downloadNow(callServer: "main"))
        let refresh = try #require(
            members.house.sent.enumerated().last {
                $0.element.method == .subscribe
                    && members.house.destinations[$0.offset]?.address == NodeHarness.server.address
            }?.element)
        members.house.receive(NodeHarness.response(to: refresh, 503).replacing(";tag=srv;tag=srv", with: ";tag=srv"))
        #expect(members.status()?.activeMember == "192.0.2.11:5060")
        let reason = members.status()?.members[0].reason
        #expect(reason == "503 X")
    }

    /// The 302 for a proxy of the trusted list names the source of events.
    @Test func aProxyIsSentToTheMemberThatIsTheSource() throws {
        var members = Members()
        try members.begin(phones)
        let proxy = Endpoint("192.0.2.5:5060")!
        members.house.receive(NodeHarness.invite("911", callID: "p1", branch: "p1", via: "192.0.2.5:5060"), from: proxy)
        #expect(members.house.last?.first(.contact).map { String($0) } == "<sip:7911@192.0.2.10:5060>")
        members.up[0] = false
        members.wait(45)
        members.house.receive(NodeHarness.invite("911", callID: "p2", branch: "p2", via: "192.0.2.5:5060"), from: proxy)
        #expect(members.house.last?.first(.contact).map { String($0) } == "<sip:7911@192.0.2.11:5060>")
        // A member that asks is sent to itself, whoever is the source.
        members.house.receive(NodeHarness.invite("911", callID: "p3", branch: "p3"))
        #expect(members.house.last?.first(.contact).map { String($0) } == "<sip:7911@192.0.2.10:5060>")
    }

    @Test func aSiteWithoutTheSourceHasAnotherOne() throws {
        var members = Members()
        try members.begin(phones)
        var site = try #require(members.house.node.site?.configuration)
        site.callServers[0].members.removeFirst()
        #expect(members.house.ask(.apply(site, by: "a")) == .done)
        members.wait(5)
        #expect(members.status()?.activeMember == "192.0.2.11:5060")
        #expect(members.devices().map(\.state) == ["active", "active"])
        // What it tells makes events.
        members.forget()
        try members.notify(1, [("2001", "10.1.3.7")])
        #expect(members.house.notes.contains("device.moved"))
    }

    @Test func oneMemberIsSentNoOPTIONS() throws {
        var server = try Notifier()
        server.completeDownload(1, ["2001"])
        server.house.advance(by: .seconds(120))
        #expect(!server.house.sent.contains { $0.method == .options && $0.isRequest })
    }
}

extension NodeEffect {
    fileprivate var code: String? { if case .note(let note) = self { note.code } else { nil } }
}
