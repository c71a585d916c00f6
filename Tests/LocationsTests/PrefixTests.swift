import E911Values
import Locations
import Testing

@Suite struct PrefixTests {
    /// The longest of the prefixes that contain the address, by looking at each.
    private func longest(_ rules: [LocationRule], _ address: IPAddress) -> Int? {
        var best: (index: Int, length: Int)?
        for (index, rule) in rules.enumerated() {
            guard case .prefix(let prefix) = rule.condition, prefix.contains(address) else { continue }
            if best.map({ $0.length < prefix.length }) ?? true { best = (index, prefix.length) }
        }
        return best?.index
    }

    /// Few distinct bits, so that prefixes nest, touch and repeat; sometimes the ends of the address space.
    private func address(_ random: inout SeededGenerator) -> IPAddress {
        let isV4 = Bool.random(using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return isV4 ? IPAddress(v4: 0) : IPAddress(v6: 0)
        case 1: return isV4 ? IPAddress(v4: .max) : IPAddress(v6: .max)
        default:
            let bits = random.next() & random.next() & random.next()
            return isV4
                ? IPAddress(v4: UInt32(truncatingIfNeeded: bits) | 0x0a00_0000)
                : IPAddress(v6: UInt128(0x2001_0db8) << 96 | UInt128(bits) << 48 | UInt128(random.next() & 0xf0f))
        }
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func theTableFindsWhatLookingAtEachFinds(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var rules: [LocationRule] = []
        var seen: Set<IPPrefix> = []
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let base = address(&random)
            guard
                let prefix = IPPrefix(address: base, length: Int.random(in: 0...base.bitWidth, using: &random)),
                seen.insert(prefix).inserted
            else { continue }
            rules.append(LocationRule(.prefix(prefix), location: "hq"))
        }
        let table = resolver(rules)
        var addresses = (0..<200).map { _ in address(&random) }
        // The first and the last address of each prefix, and their neighbours.
        for case .prefix(let prefix) in rules.map(\.condition) {
            let host = prefix.address.bitWidth - prefix.length
            let low = prefix.address.bits
            let high = low | (host >= 128 ? UInt128.max : (UInt128(1) << host) - 1)
            for bits in [low, high, low &- 1, high &+ 1] {
                addresses.append(
                    prefix.address.isIPv4
                        ? IPAddress(v4: UInt32(truncatingIfNeeded: bits)) : IPAddress(v6: bits))
            }
        }
        for address in addresses {
            let found = table.match(DeviceEvidence(ip: address), now: wall(0))?.rule
            #expect(found == longest(rules, address), "seed \(seed), address \(address), rules \(rules)")
        }
    }

    @Test func theWholeAddressSpaceIsAPrefix() {
        let table = resolver([range("0.0.0.0/0", "hq-3"), range("::/0", "annex"), range("10.0.0.1/32", "lab")])
        #expect(table.place(DeviceEvidence(ip: ip("255.255.255.255"))) == "hq-3")
        #expect(table.place(DeviceEvidence(ip: ip("10.0.0.1"))) == "lab")
        #expect(table.place(DeviceEvidence(ip: ip("10.0.0.2"))) == "hq-3")
        #expect(table.place(DeviceEvidence(ip: ip("ffff::1"))) == "annex")
    }
}
