import E911Values
import SIPCore
import Testing

@testable import E911Service

/// One node with a small site, driven by hand in virtual time.
struct NodeHarness {
    var node: E911Node
    var now = Now(
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000), wall: WallTime(milliseconds: 1_795_524_214_000))
    /// Whether the journal answers at once.
    var journalWorks = true
    /// Whether the store answers at once; what it was given meanwhile waits for ``persistWaiting()``.
    var storeWorks = true
    private var unpersisted: [PersistToken] = []
    private(set) var sent: [SIPMessage] = []
    /// The SUBSCRIBE that the NOTIFYs belong to.
    private var subscribed: SIPMessage?
    /// Where each of them went by datagram.
    private(set) var destinations: [Endpoint?] = []
    private(set) var effects: [NodeEffect] = []
    private(set) var closed: [ConnectionID] = []
    /// Wire and other effects in their order: `302`, `journal`, `deliver`, `persist`.
    private(set) var order: [String] = []

    static let local = Endpoint("192.0.2.20:5060")!
    static let server = Endpoint("192.0.2.10:5060")!
    static let stranger = Endpoint("203.0.113.9:5060")!

    static func site() -> SiteConfiguration {
        var server = CallServerConfiguration(
            name: "main",
            members: [
                MemberConfiguration(address: Self.server.address, port: 5060, transport: .udp),
                MemberConfiguration(address: IPAddress("192.0.2.11")!, port: 5060, transport: .udp),
            ],
            defaultLocation: "hq", defaultELIN: TelephoneNumber("+13125550100")!)
        server.trusted = [IPPrefix("192.0.2.0/28")!]
        server.username = "7911"
        server.testUsername = "7933"
        server.testELIN = TelephoneNumber("+13125550199")!
        server.fallbackTargets = ["sip:7911@198.51.100.5:5060"]
        server.alertFallback = ["security"]
        return SiteConfiguration(
            name: "Example", timeZone: "America/Chicago", defaultCallServer: "main", callServers: [server],
            locations: [
                LocationConfiguration(
                    id: "hq", name: "Headquarters",
                    address: [.init(name: "HNO", value: "100"), .init(name: "RD", value: "Main")],
                    elins: [TelephoneNumber("+13125550101")!], securityDesk: "1000"),
                LocationConfiguration(
                    id: "hq-2", name: "2nd floor", parent: "hq",
                    elins: [TelephoneNumber("+13125550103")!, TelephoneNumber("+13125550104")!]),
                LocationConfiguration(
                    id: "hq-3", name: "3rd floor", parent: "hq", elins: [TelephoneNumber("+13125550105")!]),
            ],
            rules: [
                RuleConfiguration(condition: .prefix(IPPrefix("10.1.2.0/24")!), location: "hq-2"),
                RuleConfiguration(condition: .prefix(IPPrefix("10.1.3.0/24")!), location: "hq-3"),
            ],
            recipients: [RecipientConfiguration(name: "security", email: "security@example.com")],
            alerts: [AlertRuleConfiguration(location: "hq", to: ["security"], channels: ["email"])])
    }

    /// - Parameter restored: `false` for a node that waits for ``restore(_:site:)``.
    init(
        site: SiteConfiguration = NodeHarness.site(), restoring state: StoredState = StoredState(),
        restored: Bool = true, digest: DigestHash? = nil, configure: (inout NodeConfiguration) -> Void = { _ in }
    ) {
        var configuration = NodeConfiguration(node: "a", listeners: [.init(transport: .udp, endpoint: Self.local)])
        configure(&configuration)
        node = E911Node(configuration: configuration, identifiers: SeededGenerator(seed: 1), digest: digest)
        if restored { restore(state, site: site) }
    }

    mutating func restore(_ state: StoredState = StoredState(), site: SiteConfiguration = NodeHarness.site()) {
        var state = state
        state.site = site
        command(.restore(state, storeAvailable: true))
    }

    mutating func command(_ command: NodeCommand) {
        take(node.handle(.command(command), now: now))
    }

    /// A query and its answer.
    mutating func ask(_ query: NodeQuery) -> NodeAnswer? {
        let before = effects.count
        command(.query(query, QueryToken(rawValue: 1)))
        for effect in effects[before...] {
            if case .answer(let answer, _) = effect { return answer }
        }
        return nil
    }

    mutating func receive(_ text: String, from source: Endpoint = NodeHarness.server) {
        receive(text, on: .datagram(local: Self.local, remote: source))
    }

    mutating func receive(_ text: String, on flow: Flow) {
        let octets = Array(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
        take(node.receive(octets.span, on: flow, now: now))
    }

    mutating func flow(_ event: FlowEvent) {
        take(node.handle(.flow(event), now: now))
    }

    /// The store commits what waits for it.
    mutating func persistWaiting(failure: String? = nil) {
        let tokens = unpersisted
        unpersisted = []
        for token in tokens { command(.persisted(token, failure: failure)) }
    }

    /// Lets time go by, deadline by deadline.
    mutating func advance(by duration: Duration) {
        let end = now.advanced(by: duration)
        var steps = 0
        while let deadline = node.nextDeadline, deadline <= end.monotonic, steps < 100_000 {
            steps += 1
            if deadline > now.monotonic { now = now.advanced(by: deadline - now.monotonic) }
            take(node.advance(to: now))
        }
        now = end
        take(node.advance(to: now))
    }

    private mutating func take(_ new: [SIPEffect<NodeEffect>]) {
        for effect in new {
            switch effect {
            case .transmit(let bytes, on: let flow):
                guard let message = try? SIPMessage(parsing: bytes.span) else {
                    Issue.record("not a message: \(String(decoding: bytes, as: UTF8.self))")
                    continue
                }
                sent.append(message)
                if case .datagram(_, let remote) = flow {
                    destinations.append(remote)
                } else {
                    destinations.append(nil)
                }
                order.append(message.status.map { "\($0)" } ?? "\(message.method)")
            case .close(let id): closed.append(id)
            case .open: break
            case .other(let other):
                effects.append(other)
                switch other {
                case .journal(_, let token):
                    order.append("journal")
                    if journalWorks { take(node.handle(.command(.journaled(token, failure: nil)), now: now)) }
                case .persist(_, let token):
                    order.append("persist")
                    if storeWorks { command(.persisted(token, failure: nil)) } else { unpersisted.append(token) }
                case .deliver: order.append("deliver")
                default: break
                }
            }
        }
    }

    mutating func forget() {
        sent = []
        destinations = []
        effects = []
        order = []
    }

    var last: SIPMessage? { sent.last }
    var notes: [String] { effects.compactMap { if case .note(let note) = $0 { note.code } else { nil } } }
    var journaled: [CallRecord] { effects.compactMap { if case .journal(let call, _) = $0 { call } else { nil } } }

    mutating func calls() -> [CallRecord] {
        guard case .calls(let calls, _) = ask(.calls(before: nil, limit: 100)) else { return [] }
        return calls
    }

    /// A registration of `dn` at an address, told by the SIP Server in a NOTIFY of the subscription that stands.
    mutating func register(_ phones: [(dn: String, ip: String)], cseq: UInt32 = 1) throws {
        try tell(phones.map { ($0.dn, $0.ip, $0.ip) }, cseq: cseq)
    }

    /// Contacts with their ids, told likewise; one without an address has ended.
    mutating func tell(
        _ contacts: [(dn: String, ip: String?, id: String)], cseq: UInt32, received: String? = nil
    ) throws {
        let subscribe = try #require(sent.first { $0.method == .subscribe } ?? subscribed)
        subscribed = subscribe
        if cseq == 1 {
            receive(Self.response(to: subscribe, 200, extra: "Expires: 3600\nContact: <sip:192.0.2.10:5060>"))
        }
        let told = received.map { " received=\"\($0)\"" } ?? ""
        let contacts = contacts.map { contact in
            let (state, event) = contact.ip == nil ? ("terminated", "expired") : ("active", "registered")
            let uri = contact.ip.map { "<uri>sip:\(contact.dn)@\($0):5060</uri>" } ?? ""
            return """
                <registration aor="sip:\(contact.dn)@example.com" id="r\(contact.dn)" state="active">\
                <contact id="\(contact.id)" state="\(state)" event="\(event)"\(told)>\(uri)</contact></registration>
                """
        }.joined()
        let body = """
            <?xml version="1.0"?><reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="\(cseq)" state="partial">\
            \(contacts)</reginfo>
            """
        receive(Self.notify(body, of: subscribe, cseq: cseq))
        advance(by: .milliseconds(100))
    }

    /// A NOTIFY of a subscription, by the member at an address.
    static func notify(
        _ body: String, of subscribe: SIPMessage, cseq: UInt32, from address: String = "192.0.2.10"
    ) -> String {
        """
        NOTIFY sip:e911d@192.0.2.20:5060 SIP/2.0
        Via: SIP/2.0/UDP \(address):5060;branch=z9hG4bKn\(cseq)
        Max-Forwards: 70
        From: <sip:\(address):5060>;tag=srv
        To: \(subscribe.first(.from).map { String($0) } ?? "")
        Call-ID: \(subscribe.first(.callID).map { String($0) } ?? "")
        CSeq: \(cseq) NOTIFY
        Contact: <sip:\(address):5060>
        Event: reg
        Subscription-State: active;expires=3600
        Content-Type: application/reginfo+xml
        Content-Length: \(body.utf8.count)

        \(body)
        """
    }

    static func response(to request: SIPMessage, _ status: Int, extra: String = "") -> String {
        """
        SIP/2.0 \(status) X
        Via: \(request.first(.via)!)
        From: \(request.first(.from)!)
        To: \(request.first(.to)!);tag=srv
        Call-ID: \(request.first(.callID)!)
        CSeq: \(request.first(.cseq)!)
        \(extra.isEmpty ? "" : extra + "\n")Content-Length: 0


        """
    }

    static func invite(
        _ number: String, from caller: String = "2001", callID: String = "c1", branch: String = "b1",
        contact: String = "10.1.2.7:5060", via: String = "192.0.2.10:5060", extra: String = "", origin: String = "x"
    ) -> String {
        let body = "v=0\no=- \(origin) 1 IN IP4 10.1.2.7\ns=-\n"
        return """
            INVITE sip:\(number)@192.0.2.20 SIP/2.0
            Via: SIP/2.0/UDP \(via);branch=z9hG4bK\(branch)
            Max-Forwards: 70
            From: "Ann" <sip:\(caller)@example.com>;tag=f\(callID)
            To: <sip:\(number)@192.0.2.20>
            Call-ID: \(callID)
            CSeq: 1 INVITE
            Contact: <sip:\(caller)@\(contact)>
            \(extra.isEmpty ? "" : extra + "\n")Content-Type: application/sdp
            Content-Length: \(body.utf8.count + 3)

            \(body)
            """
    }

    /// ACK or CANCEL of an INVITE made by ``invite``.
    static func follow(
        _ method: String, _ number: String, from caller: String = "2001", callID: String = "c1", branch: String = "b1",
        toTag: String? = nil
    ) -> String {
        """
        \(method) sip:\(number)@192.0.2.20 SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK\(branch)
        Max-Forwards: 70
        From: "Ann" <sip:\(caller)@example.com>;tag=f\(callID)
        To: <sip:\(number)@192.0.2.20>\(toTag.map { ";tag=\($0)" } ?? "")
        Call-ID: \(callID)
        CSeq: 1 \(method)
        Content-Length: 0


        """
    }
}
