import E911Values
import Testing

@testable import SIPCore

/// A response that is written at once has the octets of one that is built, whatever its request looks like.
@Suite struct ResponseOctetsTests {
    private static let peer = Endpoint(IPAddress(v4: 0xc000_020a), 5060)
    private static let ours = Endpoint(IPAddress(v4: 0xc000_0214), 5060)

    private static func request(_ method: String, via: String, to: String, more: String = "") -> String {
        """
        \(method) sip:911@192.0.2.20 SIP/2.0\r
        \(via)\r
        From: <sip:2001@pbx.example.com>;tag=f\r
        \(to)\r
        Call-ID: c@192.0.2.10\r
        CSeq: 1 \(method)\r
        \(more)Content-Length: 0\r
        \r

        """
    }

    private static let vias = [
        "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa", "v: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa;rport",
        "Via: SIP/2.0/UDP pbx.example.com;branch=z9hG4bKa",
        "VIA: SIP/2.0/UDP pbx.example.com;branch=z9hG4bKa;rport , SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKb",
        "Via: SIP/2.0/UDP 10.1.1.1;received=1.2.3.4;branch=z9hG4bKa\r\nVia: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKc",
        "Via: SIP/2.0/UDP\r\n 10.1.1.1;branch=z9hG4bKa,\r\n SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKc",
        "Via:SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa , ",
    ]
    private static let tos = [
        "To: <sip:911@pbx.example.com>", "t: \"a;b\" <sip:911@pbx.example.com;user=phone>;x=y",
        "To: sip:911@x.example;tag=",
        "To: <sip:911@x.example>;tag", "To: <sip:911@x.example> trailing", "To: <sip:911@x.example>;a=b;tag=there",
        "To: Police\r\n <sip:911@x.example>\r\n ;a=b", "To: <sip:911@x.example>\r\nTo: <sip:911@x.example>",
    ]
    private static let headers = [
        ResponseHeader(name: .contact, value: "<sip:7911@192.0.2.10:5060>"),
        ResponseHeader(name: "X-Elin", value: "+13125550101\r\nEvil: yes"),
        ResponseHeader(name: .server, value: "e911d"), ResponseHeader(name: .supported, value: ""),
    ]

    @Test(arguments: [302, 487, 200, 183, 404], vias)
    func theyAreThoseOfTheBuilder(status: Int, via: String) throws {
        for to in Self.tos {
            for method in ["INVITE", "OPTIONS"] {
                let more = "Record-Route: <sip:p.example;lr>\r\nTimestamp: 1\r\nX-Other: 1\r\n"
                let text = Self.request(method, via: via, to: to, more: more)
                func answer(_ give: (inout SIPEngine, IncomingRequest, Now) -> [EngineEffect]) -> [EngineEffect] {
                    var engine = SIPEngine(
                        configuration: EngineConfiguration(listeners: []), identifiers: SeededGenerator(seed: 7))
                    let now = Now(monotonic: .zero, wall: WallTime(milliseconds: 0))
                    let effects = engine.receive(
                        Array(text.utf8).span, on: .datagram(local: Self.ours, remote: Self.peer), now: now)
                    guard case .event(.request(let request))? = effects.last else { return [] }
                    return give(&engine, request, now)
                }
                let built = answer { engine, request, now in
                    var response = ResponseBuilder(
                        to: request.message, status: status, toTag: request.toTag, source: request.source)
                    for header in Self.headers { response.add(header.name, header.value) }
                    return engine.respond(to: request.transaction, with: response, now: now)
                }
                let written = answer { engine, request, now in
                    engine.respond(to: request.transaction, status: status, headers: Self.headers, now: now)
                }
                #expect(built == written, "\(text)")
                if !to.contains("there") { #expect(!built.isEmpty, "\(text)") }
            }
        }
    }

    @Test func aSecondFinalResponseIsAMistakeOfOurs() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        let id = try #require(bench.lastRequest).transaction
        let first = bench.engine.respond(to: id, status: 302, headers: [], now: bench.now)
        let second = bench.engine.respond(to: id, status: 302, headers: [], now: bench.now)
        #expect(first.count == 1 && second.isEmpty)
        #expect(bench.engine.counters.misuses == 1)
    }

    /// The Via that the first sender wrote is found without a second look where there is only one.
    @Test(arguments: vias)
    func theBottomViaIsTheLastOne(via: String) throws {
        let message = try SIPMessage(parsing: Array(Self.request("INVITE", via: via, to: "To: <sip:911@x>").utf8))
        let arrival = Arrival(
            flow: .datagram(local: Self.ours, remote: Self.peer), kind: .udp, source: Self.peer, local: Self.ours)
        let id = ServerTransactionID(slot: SlotID(index: 0, generation: 0))
        let request = try #require(IncomingRequest(message, try message.essentials(), id, arrival, toTag: ""))
        #expect(request.bottomVia == (try? message.vias())?.last)
    }
}
