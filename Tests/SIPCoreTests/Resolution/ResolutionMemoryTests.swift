import E911Values
import Testing

@testable import SIPCore

/// Answers over time: their life, DNS that is down, hops that fail, and bounds.
@Suite struct ResolutionMemoryTests {
    private func zone(limits: ResolutionLimits = .default) -> Zone {
        var zone = Zone(families: [.a], limits: limits)
        zone.service("_sip._tcp.example.com", 10, 0, 5060, "a.example.com")
        zone.service("_sip._tcp.example.com", 20, 0, 5060, "b.example.com")
        zone.address("a.example.com", "192.0.2.1", timeToLive: 60)
        zone.address("b.example.com", "192.0.2.2", timeToLive: 600)
        return zone
    }

    private let target = ServerTarget(.name("example.com"), transport: .tcp)
    private let first = NextHop(kind: .tcp, endpoint: Endpoint(IPAddress(v4: 0xc000_0201), 5060))

    @Test func anAnswerServesForItsTimeToLive() {
        var zone = zone()
        let resolution = zone.resolve(target)
        #expect(resolution.isFresh && resolution.renewAt == MonotonicTime.zero + .seconds(60))
        zone.pass(59)
        #expect(zone.resolve(target).isFresh && zone.asked.count == 3)
        zone.pass(1)
        #expect(zone.resolve(target).isFresh)
        #expect(zone.asked.dropFirst(3) == ["a.example.com A"])
    }

    @Test func whileDNSIsDownTheLastGoodAnswerServes() {
        var zone = zone()
        let good = zone.resolve(target).hops
        zone.isDown = true
        zone.pass(30 * 86_400)
        let stale = zone.resolve(target)
        #expect(stale.hops == good && !stale.isFresh && stale.isComplete)
        let asked = zone.asked.count
        zone.pass(29)
        #expect(zone.resolve(target).hops == good && zone.asked.count == asked)
        zone.pass(1)
        zone.isDown = false
        #expect(zone.resolve(target).isFresh && zone.asked.count == asked + 3)
    }

    @Test func theLastGoodAnswerIsGivenBeforeTheNextOneIsIn() {
        var zone = zone()
        let good = zone.resolve(target).hops
        zone.pass(100_000)
        let resolution = zone.resolver.resolve(target, now: zone.now)
        #expect(resolution.hops == good && resolution.questions.count == 3 && !resolution.isFresh)
        // And each is asked once.
        #expect(zone.resolver.resolve(target, now: zone.now).questions.isEmpty)
    }

    @Test func thatThereIsNoneIsBelievedAndSoonAskedAgain() {
        var zone = zone()
        let all = zone.records
        zone.records = [:]
        #expect(zone.resolve(target).hops.isEmpty)
        zone.records = all
        zone.pass(59)
        #expect(zone.resolve(target).hops.isEmpty)
        zone.pass(1)
        #expect(zone.resolve(target).hops.count == 2)
        zone.records = [:]
        zone.pass(1000)
        #expect(zone.resolve(target).hops.isEmpty)
    }

    @Test func aHopThatFailedStandsLastForAWhile() {
        var zone = zone()
        #expect(zone.resolve(target).hops.first?.hop == first)
        zone.resolver.failed(first, now: zone.now)
        // Another failure of what was under way does not double the time.
        zone.resolver.failed(first, now: zone.now)
        zone.pass(59)
        let resolution = zone.resolve(target)
        #expect(resolution.hops.map(\.isPassedOver) == [false, true] && resolution.hops.last?.hop == first)
        zone.pass(1)
        #expect(zone.resolve(target).hops.first?.hop == first)
        zone.resolver.failed(first, now: zone.now)
        zone.pass(119)
        #expect(zone.resolve(target).hops.last?.hop == first)
        zone.resolver.succeeded(first)
        #expect(zone.resolve(target).hops.first?.hop == first)
    }

    @Test func whenAllFailedAllAreTriedInTheirOrder() {
        var zone = zone()
        for hop in zone.resolve(target).hops { zone.resolver.failed(hop.hop, now: zone.now) }
        #expect(zone.resolve(target).hops.map(\.hop.endpoint.address.description) == ["192.0.2.1", "192.0.2.2"])
    }

    @Test func aRetryAfterIsHonouredWithinTheBound() {
        var zone = zone()
        zone.resolver.failed(first, retryAfter: .seconds(1_000_000), now: zone.now)
        zone.pass(599)
        #expect(zone.resolve(target).hops.last?.hop == first)
        zone.pass(1)
        #expect(zone.resolve(target).hops.first?.hop == first)
    }

    @Test func whatNobodyAskedForIsNotBelieved() throws {
        var zone = zone()
        let before = zone.resolve(target).hops
        let question = try #require(DNSQuestion("a.example.com", .a))
        let forged = DNSRecord(.address(IPAddress(v4: 0xcb00_7109)), timeToLive: 86_400)
        zone.resolver.take(.records([forged]), to: question, now: zone.now)
        #expect(zone.resolve(target).hops == before)
    }

    @Test func recordsThatNothingCanBeSentByAreLeftOut() {
        var zone = Zone()
        for text in ["0.0.0.0", "255.255.255.255", "224.0.0.1", "::", "ff02::1", "192.0.2.1"] {
            zone.address("a.example.com", text)
        }
        #expect(zone.hops("a.example.com", port: 5060) == ["UDP 192.0.2.1:5060"])
    }

    @Test func answersAndMemoryAreBounded() {
        var limits = ResolutionLimits()
        limits.recordsPerAnswer = 4
        limits.answers = 8
        limits.failedHops = 3
        var zone = Zone(families: [.a], limits: limits)
        for number in (0..<200).reversed() {
            zone.service("_sip._udp.example.com", UInt16(number), 0, 5060, "h\(number).example.com")
            zone.address("h\(number).example.com", "192.0.2.\(number + 1)")
        }
        #expect(
            zone.hops("example.com", transport: .udp) == [
                "UDP 192.0.2.1:5060", "UDP 192.0.2.2:5060", "UDP 192.0.2.3:5060", "UDP 192.0.2.4:5060",
            ])
        for number in 0..<50 {
            _ = zone.hops("h\(number).example.com", port: 5060)
            #expect(zone.resolver.answerCount <= 8)
            let hop = NextHop(kind: .udp, endpoint: Endpoint(IPAddress(v4: UInt32(0xc000_0200 + number)), 5060))
            zone.resolver.failed(hop, now: zone.now)
            #expect(zone.resolver.failedHopCount <= 3)
        }
    }
}
