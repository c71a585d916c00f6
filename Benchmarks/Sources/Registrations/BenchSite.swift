import E911Service
import E911Values
import SIPCore

/// The site of the benchmarks: one SIP Server, and a floor with an ELIN for each subnet, 150 of them to a building.
enum BenchSite {
    static let server = Endpoint(IPAddress(v4: 0xc000_020a), 5060)
    static let own = Endpoint(IPAddress(v4: 0xc000_0214), 5060)

    /// The first one of a floor that has so many.
    static func elin(_ building: Int, _ floor: Int, _ elins: Int = 1) -> UInt64 {
        13_126_000_000 + UInt64((building * 150 + floor) * elins)
    }

    /// - Parameter elins: for each floor.
    static func make(subnets: Int, elins: Int = 1) -> SiteConfiguration? {
        guard let standard = TelephoneNumber(digits: 13_125_550_100) else { return nil }
        var server = CallServerConfiguration(
            name: "main",
            members: [MemberConfiguration(address: server.address, port: server.port, transport: .tcp)],
            defaultLocation: "hq", defaultELIN: standard)
        server.username = "7911"
        server.alertFallback = ["security"]
        var locations = [LocationConfiguration(id: "hq", name: "Headquarters")]
        var rules: [RuleConfiguration] = []
        for building in 0...((subnets - 1) / 150) {
            let id = "building-\(building)"
            locations.append(LocationConfiguration(id: id, name: "Building \(building)", parent: "hq"))
            for floor in 0..<min(150, subnets - 150 * building) {
                let address = IPAddress(v4: 10 << 24 | UInt32(100 + building) << 16 | UInt32(100 + floor) << 8)
                guard let prefix = IPPrefix(address: address, length: 24) else { continue }
                let place = "\(id)-\(floor)"
                locations.append(
                    LocationConfiguration(
                        id: place, name: "Floor \(floor)", parent: id,
                        elins: (0..<elins).compactMap {
                            TelephoneNumber(digits: elin(building, floor, elins) + UInt64($0))
                        }))
                rules.append(RuleConfiguration(condition: .prefix(prefix), location: place))
            }
        }
        return SiteConfiguration(
            name: "Example", timeZone: "UTC", defaultCallServer: "main", callServers: [server], locations: locations,
            rules: rules, recipients: [RecipientConfiguration(name: "security", email: "security@example.com")])
    }
}
