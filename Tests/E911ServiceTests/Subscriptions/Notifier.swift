import E911Values
import SIPCore
import Testing

@testable import E911Service

/// A node with one member, and that member's side of the subscription.
struct Notifier {
    var house: NodeHarness
    /// The last SUBSCRIBE.
    private(set) var subscribe: SIPMessage
    private var tag = "srv"

    init(
        site change: (inout CallServerConfiguration) -> Void = { _ in },
        node: (inout NodeConfiguration) -> Void = { _ in }
    ) throws {
        var site = NodeHarness.site()
        site.callServers[0].members.removeLast()
        change(&site.callServers[0])
        house = NodeHarness(site: site, configure: node)
        subscribe = try #require(house.sent.last { $0.method == .subscribe })
    }

    /// Takes the last SUBSCRIBE that the node sent as the one to answer.
    mutating func take() throws {
        subscribe = try #require(house.sent.last { $0.method == .subscribe })
    }

    /// Accepts the SUBSCRIBE, brings full state and nothing more: the download is complete.
    mutating func completeDownload(_ cseq: UInt32, _ phones: [String]) {
        answer(200)
        notify(cseq, phones, full: true)
        house.advance(by: .seconds(60))
    }

    /// The node asks for a second download, since one did not list all that was known, and it agrees.
    mutating func agree(_ cseq: UInt32, _ phones: [String]) throws {
        try take()
        completeDownload(cseq, phones)
    }

    /// Asks the node for a download.
    mutating func download() throws {
        _ = house.ask(.downloadNow(callServer: "main"))
        try take()
    }

    mutating func answer(_ status: Int, _ headers: String = "") {
        let extra = status < 300 ? "Expires: 3600\nContact: <sip:192.0.2.10:5060>" : headers
        house.receive(
            NodeHarness.response(to: subscribe, status, extra: extra)
                .replacing(";tag=srv;tag=srv", with: ";tag=srv"))
    }

    /// A NOTIFY that names these phones; `nil` is one without a body.
    mutating func notify(
        _ cseq: UInt32, _ phones: [String]?, full: Bool = false, state: String = "active;expires=3600",
        settle: Bool = true
    ) {
        let contacts = (phones ?? []).map { dn in
            """
            <registration aor="sip:\(dn)@example.com" id="r\(dn)" state="active"><contact id="c\(dn)" state="active" \
            event="registered"><uri>sip:\(dn)@10.1.2.\(dn.suffix(2)):5060</uri></contact></registration>
            """
        }.joined()
        let body = """
            <?xml version="1.0"?><reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" \
            state="\(full ? "full" : "partial")">\(contacts)</reginfo>
            """
        notify(cseq, body: phones == nil ? "" : body, state: state)
        if settle { house.advance(by: .milliseconds(100)) }
    }

    mutating func notify(_ cseq: UInt32, body: String, state: String = "active;expires=3600") {
        house.receive(
            """
            NOTIFY sip:e911d@192.0.2.20:5060 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKn\(cseq)\(house.now.monotonic.nanoseconds)
            Max-Forwards: 70
            From: <sip:192.0.2.10:5060>;tag=\(tag)
            To: \(subscribe.first(.from).map { String($0) } ?? "")
            Call-ID: \(subscribe.first(.callID).map { String($0) } ?? "")
            CSeq: \(cseq) NOTIFY
            Contact: <sip:192.0.2.10:5060>
            Event: reg
            Subscription-State: \(state)
            \(body.isEmpty ? "" : "Content-Type: application/reginfo+xml\n")Content-Length: \(body.utf8.count)

            \(body)
            """)
    }

    /// Phones that are registered, by number.
    mutating func registered() -> [String] {
        guard case .devices(let devices, _) = house.ask(.devices(after: nil, limit: 1000)) else { return [] }
        return devices.filter { $0.state != "retired" }.map(\.dn).sorted()
    }

    var downloads: Int { house.notes.count { $0 == "download.completed" } }
    /// How many SUBSCRIBEs the node sent, without repetitions.
    var subscribes: Int {
        Set(house.sent.filter { $0.method == .subscribe }.map { "\($0.first(.callID)!) \($0.first(.cseq)!)" }).count
    }
}
