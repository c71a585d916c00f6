import E911Values
import Locations
import PrefixPeer

/// 100 sites of 10 buildings of 9 floors, a prefix for most networks of both families, some inside of each other, and
/// devices of which two thirds are in one.
struct LargeSite {
    static let prefixes = 50_000
    static let devices = 100_000

    let resolver: LocationResolver
    private(set) var evidence: [DeviceEvidence] = []
    private(set) var addresses: [peer_prefix] = []

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let erls = Self.erls()
        var rules: [LocationRule] = []
        var seen: Set<IPPrefix> = []
        while rules.count < Self.prefixes {
            let isIPv4 = rules.count % 2 == 0
            let length = isIPv4 ? Int.random(in: 18...28, using: &random) : Int.random(in: 44...64, using: &random)
            guard let prefix = IPPrefix(address: Self.address(isIPv4, &random), length: length),
                seen.insert(prefix).inserted, let erl = erls.randomElement(using: &random)
            else { continue }
            rules.append(LocationRule(.prefix(prefix), location: erl.id))
        }
        resolver = LocationResolver.usable(tree: LocationTree.usable(erls).tree, rules: rules).resolver
        for index in 0..<Self.devices {
            var address = Self.address(index % 2 == 0, &random)
            if index % 3 != 0, case .prefix(let prefix)? = rules.randomElement(using: &random)?.condition {
                let host =
                    UInt128.random(in: 0...UInt128.max, using: &random)
                    & ~(UInt128.max
                    << UInt128(
                        prefix.address.bitWidth - prefix.length))
                let bits = prefix.address.bits | host
                address =
                    prefix.address.isIPv4 ? IPAddress(v4: UInt32(truncatingIfNeeded: bits)) : IPAddress(v6: bits)
            } else if index % 3 == 0 {
                // Elsewhere, as far as a device can be.
                address = index % 2 == 0 ? IPAddress(v4: .random(in: 1..<0x0900_0000, using: &random)) : address
            }
            evidence.append(DeviceEvidence(ip: address, seen: WallTime(milliseconds: 0)))
            addresses.append(Self.peer(address, length: 0, value: 0))
        }
    }

    /// The same prefixes for the peer, with the indexes of their rules.
    func peer() -> OpaquePointer? {
        let prefixes = resolver.rules.enumerated().compactMap { index, rule -> peer_prefix? in
            guard case .prefix(let prefix) = rule.condition else { return nil }
            return Self.peer(prefix.address, length: prefix.length, value: index)
        }
        return peer_make(prefixes, prefixes.count)
    }

    private static func peer(_ address: IPAddress, length: Int, value: Int) -> peer_prefix {
        let bits = address.bits
        return peer_prefix(
            high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits),
            is_v4: address.isIPv4 ? 1 : 0, length: CInt(length), value: CInt(value))
    }

    /// In 10.0.0.0/8, or in 2001:db8::/32.
    private static func address(_ isIPv4: Bool, _ random: inout SeededGenerator) -> IPAddress {
        guard isIPv4 else {
            return IPAddress(
                v6: UInt128(0x2001_0db8) << 96 | UInt128(UInt64.random(in: 0..<1 << 32, using: &random)) << 64
                    | UInt128(UInt64.random(in: 0...UInt64.max, using: &random)))
        }
        return IPAddress(v4: 0x0a00_0000 | UInt32.random(in: 0..<0x0100_0000, using: &random))
    }

    private static func erls() -> [ERL] {
        var erls: [ERL] = []
        for site in 0..<100 {
            let id = LocationID("site-\(site)")
            erls.append(
                ERL(
                    id: id, name: "Site \(site)",
                    address: CivicAddress([(.country, "US"), (.a3, "Chicago"), (.rd, "Main"), (.hno, "\(site)")])))
            for building in 0..<10 {
                let house = LocationID("\(id)-\(building)")
                erls.append(ERL(id: house, name: "Building \(building)", parent: id))
                for floor in 1...9 where erls.count < 10_000 {
                    erls.append(
                        ERL(
                            id: LocationID("\(house)-\(floor)"), name: "Floor \(floor)", parent: house,
                            address: CivicAddress([(.flr, "\(floor)")])))
                }
            }
        }
        return erls
    }
}
