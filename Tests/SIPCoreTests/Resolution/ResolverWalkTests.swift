import E911Values
import Testing

@testable import SIPCore

/// Random zones, answers, failures and times: what holds whatever happens.
@Suite struct ResolverWalkTests {
    @Test(arguments: 0..<30 as Range<UInt64>)
    func whateverComesTheResolverHolds(seed: UInt64) {
        var chance = SeededGenerator(seed: seed &+ 1000)
        var limits = ResolutionLimits()
        limits.answers = 12
        limits.hops = 6
        limits.recordsPerAnswer = 5
        var zone = Zone(seed: seed, limits: limits)
        let names = [
            "example.com", "a.example.com", "b.example.com", "_sip._udp.example.com", "_sips._tcp.example.com",
        ]
        var open: [DNSQuestion] = []
        var lastGood: [NextHop] = []
        for step in 0..<150 {
            let target = ServerTarget(
                .name(names[Int.random(in: 0..<3, using: &chance)]),
                port: Int.random(in: 0..<4, using: &chance) == 0 ? 5070 : nil,
                transport: SIPTransportKind.allCases.randomElement(using: &chance),
                isSecure: Int.random(in: 0..<5, using: &chance) == 0)
            let resolution = zone.resolver.resolve(target, now: zone.now)
            #expect(Set(resolution.hops.map(\.hop)).count == resolution.hops.count, "seed \(seed), step \(step)")
            #expect(resolution.hops.count <= limits.hops, "seed \(seed), step \(step)")
            #expect(resolution.questions.count <= 2 * limits.recordsPerAnswer * 8 + 9, "seed \(seed), step \(step)")
            #expect(zone.resolver.answerCount <= limits.answers, "seed \(seed), step \(step)")
            let passed = resolution.hops.map { $0.isPassedOver ? 1 : 0 }
            #expect(passed == passed.sorted(), "seed \(seed), step \(step)")
            if target.isSecure {
                #expect(resolution.hops.allSatisfy { $0.hop.kind == .tls }, "seed \(seed), step \(step)")
            }
            lastGood = resolution.hops.map(\.hop)
            open = Array((open + resolution.questions).suffix(40))
            if let question = open.randomElement(using: &chance) {
                zone.resolver.take(answer(names, &chance), to: question, now: zone.now)
            }
            if let hop = lastGood.randomElement(using: &chance) {
                if Bool.random(using: &chance) { zone.resolver.succeeded(hop) }
                zone.resolver.failed(hop, now: zone.now)
            }
            zone.pass(Int.random(in: 0...40, using: &chance))
            zone.resolver.advance(to: zone.now)
            #expect(zone.resolver.nextDeadline.map { $0 > zone.now.monotonic } ?? true, "seed \(seed), step \(step)")
        }
    }

    private func answer(_ names: [String], _ chance: inout SeededGenerator) -> DNSAnswer {
        switch Int.random(in: 0..<6, using: &chance) {
        case 0: return .failed(reason: "SERVFAIL")
        case 1: return .absent(timeToLive: UInt32.random(in: 0...UInt32.max, using: &chance))
        default: break
        }
        var records: [DNSRecord] = []
        for _ in 0..<Int.random(in: 0...12, using: &chance) {
            let name = names[Int.random(in: 0..<names.count, using: &chance)]
            let data: DNSRecord.Data
            switch Int.random(in: 0..<4, using: &chance) {
            case 0: data = .address(IPAddress(v4: UInt32.random(in: 0...UInt32.max, using: &chance)))
            case 1: data = .address(IPAddress(v6: UInt128.random(in: 0...UInt128.max, using: &chance)))
            case 2:
                data = .service(
                    ServiceRecord(
                        priority: UInt16.random(in: 0...2, using: &chance),
                        weight: UInt16.random(in: 0...UInt16.max, using: &chance),
                        port: UInt16.random(in: 0...5060, using: &chance),
                        target: Bool.random(using: &chance) ? name : "."))
            default:
                data = .pointer(
                    NamingPointer(
                        order: UInt16.random(in: 0...2, using: &chance), preference: 0,
                        service: ["SIP+D2U", "SIPS+D2T"].randomElement(using: &chance) ?? "", replacement: name))
            }
            records.append(DNSRecord(data, timeToLive: UInt32.random(in: 0...100, using: &chance)))
        }
        return .records(records)
    }
}
