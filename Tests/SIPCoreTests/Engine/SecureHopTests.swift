import E911Values
import Testing

@testable import SIPCore

/// Which connection by TLS a message goes by: whose certificate its peer has shown (RFC 5922, RFC 5923).
@Suite struct SecureHopTests {
    private let ours = Endpoint(EngineBench.ours.address, 5061)
    private let theirs = Endpoint(EngineBench.peer.address, 5061)
    private let domain = "sip.example.com"

    private func bench(configure: (inout EngineConfiguration) -> Void = { _ in }) -> EngineBench {
        EngineBench {
            $0.listeners.append(.init(.tls, ours))
            configure(&$0)
        }
    }

    private func ask(_ bench: inout EngineBench, _ hop: NextHop) {
        let (_, effects) = bench.engine.send(optionsRequest(), to: hop, now: bench.now)
        bench.perform(effects)
    }

    private func accept(_ bench: inout EngineBench, _ peer: CertificateIdentities?, kind: SIPTransportKind = .tls)
        -> ConnectionID
    {
        let id = ConnectionID(rawValue: 2)
        bench.flow(.accepted(id, kind, local: ours, remote: Endpoint(theirs.address, 40_000)))
        if let peer { bench.flow(.identified(id, peer)) }
        return id
    }

    @Test func eachDomainHasAConnectionOfItsOwn() {
        var bench = bench()
        let hops = [domain, "other.example.com", nil].map { NextHop(kind: .tls, endpoint: theirs, domain: $0) }
        for hop in hops + hops { ask(&bench, hop) }
        #expect(bench.opened.map(\.hop) == hops)
    }

    /// A new one would be asked for a certificate of the address that stands in the Via, and the 302 be lost.
    @Test func aResponseWhoseConnectionIsGoneGoesByTheOneThatStands() throws {
        var bench = bench()
        ask(&bench, NextHop(kind: .tls, endpoint: theirs, domain: domain))
        let standing = try #require(bench.opened.first?.id)
        bench.flow(.opened(standing, local: Endpoint(ours.address, 33_000)))
        let id = accept(&bench, nil)
        bench.receive(requestText("INVITE", via: "SIP/2.0/TLS 192.0.2.10:5061;branch=z9hG4bKa"), on: id)
        bench.flow(.closed(id, reason: "reset"))
        bench.sent = []
        try bench.respond(302, contact: "<sip:7911@192.0.2.10:5061;transport=tls>")
        #expect(bench.sent.map(\.flow) == [.stream(standing)] && bench.opened.count == 1)
    }

    struct Offer: CustomTestStringConvertible {
        var via = ";alias"
        var peer: CertificateIdentities? = .init(uris: ["sip:sip.example.com"])
        var kind = SIPTransportKind.tls
        var wanted: String? = "sip.example.com"
        var isTaken = false
        var testDescription: String { "\(via) of \(peer.map { "\($0)" } ?? "nobody") by \(kind) for \(wanted ?? "")" }
    }

    @Test(arguments: [
        Offer(isTaken: true), Offer(via: ""), Offer(peer: nil), Offer(kind: .tcp), Offer(wanted: "other.example.com"),
        Offer(wanted: nil),
        Offer(peer: .init(addresses: [EngineBench.peer.address]), wanted: nil, isTaken: true),
        Offer(peer: .init(dnsNames: ["*.example.com"])),
    ])
    func requestsGoByAConnectionThatTheirReceiverOffers(offer: Offer) {
        var bench = bench()
        let id = accept(&bench, offer.peer, kind: offer.kind)
        bench.receive(
            requestText(
                "OPTIONS", via: "SIP/2.0/\(offer.kind.viaToken) 192.0.2.10:5061;branch=z9hG4bKa\(offer.via)"), on: id)
        bench.sent = []
        ask(&bench, NextHop(kind: offer.kind, endpoint: theirs, domain: offer.wanted))
        #expect(bench.opened.isEmpty == offer.isTaken)
        #expect(bench.sent.map(\.flow) == (offer.isTaken ? [.stream(id)] : []))
    }

    @Test func anOfferEndsWithItsConnection() {
        var bench = bench()
        let id = accept(&bench, .init(uris: ["sip:sip.example.com"]))
        for port in [5061, 5071] {
            bench.receive(
                requestText(
                    "OPTIONS", branch: "z9hG4bK\(port)",
                    via: "SIP/2.0/TLS 192.0.2.10:\(port);branch=z9hG4bK\(port);alias"),
                on: id)
        }
        // The one that came last counts.
        ask(&bench, NextHop(kind: .tls, endpoint: theirs, domain: domain))
        #expect(bench.opened.count == 1)
        let moved = NextHop(kind: .tls, endpoint: Endpoint(theirs.address, 5071), domain: domain)
        ask(&bench, moved)
        #expect(bench.opened.count == 1)
        bench.flow(.closed(id, reason: "reset"))
        ask(&bench, moved)
        #expect(bench.opened.count == 2 && bench.engine.aliases.isEmpty)
    }

    /// A stranger's port is no address to send requests to.
    @Test func requestsNeverGoByAConnectionOfSomebodyUnknown() {
        var bench = bench()
        _ = accept(&bench, nil)
        ask(&bench, NextHop(kind: .tls, endpoint: Endpoint(theirs.address, 40_000)))
        #expect(bench.opened.count == 1)
    }

    @Test(
        arguments: [
            ("192.0.2.10:5061", nil), ("sip.example.com:5061", "sip.example.com"), ("[2001:db8::1]:5061", nil),
        ] as [(String, String?)])
    func anAnswerThatNeedsAConnectionGoesToWhomTheViaNames(sentBy: String, domain: String?) throws {
        var bench = bench()
        let id = accept(&bench, nil)
        bench.receive(requestText("INVITE", via: "SIP/2.0/TLS \(sentBy);branch=z9hG4bKa"), on: id)
        bench.flow(.closed(id, reason: "reset"))
        try bench.respond(302, contact: "<sip:7911@192.0.2.10:5061;transport=tls>")
        #expect(bench.opened.map(\.hop) == [NextHop(kind: .tls, endpoint: theirs, domain: domain)])
    }

    @Test(arguments: [(true, SIPTransportKind.tls, true), (true, .tcp, false), (false, .tls, false)])
    func ourViaOffersConnectionsOfTLS(isOffered: Bool, kind: SIPTransportKind, says: Bool) throws {
        var bench = bench { $0.offersConnections = isOffered }
        ask(&bench, NextHop(kind: kind, endpoint: theirs))
        bench.flow(.opened(try #require(bench.opened.first).id, local: Endpoint(ours.address, 33_333)))
        let via = try #require(bench.sent.first?.header(.via))
        #expect(via.hasPrefix("SIP/2.0/\(kind.viaToken) 192.0.2.20:\(kind == .tls ? 5061 : 5060);branch="))
        #expect(via.hasSuffix(";alias") == says)
    }
}
