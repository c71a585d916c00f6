public import E911Service
public import E911Values
import SIPCore

extension SimulatedSite {
    /// Adds e911d nodes, one for each manager of the plan, which know the site's floors.
    public func addNodes(_ conditions: SimulatedNode.Conditions = SimulatedNode.Conditions()) -> [SimulatedNode] {
        var conditions = conditions
        if conditions.zone == nil { conditions.zone = zone }
        let shared = plan.isPaired ? SharedStore(site: configuration) : nil
        let nodes = (0..<plan.managers).map { number in
            let node = SimulatedNode(
                nodeConfiguration(number), site: configuration, in: world, conditions: conditions,
                shared: number < 2 ? shared : nil)
            if number < plan.wallOffsets.count { node.host.wallOffset = plan.wallOffsets[number] }
            return node
        }
        if plan.isPaired, nodes.count > 1 { (nodes[0].peer, nodes[1].peer) = (nodes[1], nodes[0]) }
        return nodes
    }

    /// What a node is told once.
    func nodeConfiguration(_ number: Int) -> NodeConfiguration {
        var configuration = NodeConfiguration(
            node: number == 0 ? "a" : number == 1 ? "b" : "n\(number)",
            listeners: Self.addresses(ofManager: number, plan).map {
                .init(transport: $0.kind, endpoint: $0.endpoint)
            }, software: "e911d")
        if plan.isPaired, number < 2 {
            configuration.pair = PairConfiguration(nodes: ["a", "b"])
            // What it knows of alerts, for those who watch.
            configuration.tellsLive = true
        }
        return configuration
    }

    /// The site as e911d knows it: one location a floor below the building, found by the floor's prefix.
    public var configuration: SiteConfiguration {
        var server = CallServerConfiguration(
            name: "main", members: [member], defaultLocation: "hq", defaultELIN: Self.elin(0))
        server.username = Self.gatewayPrefix
        server.testUsername = Self.testGatewayPrefix
        server.testELIN = Self.elin(9999)
        server.elinTimeout = Int(plan.elinTimeout.components.seconds)
        server.alertFallback = ["security"]
        server.subscription.expires = plan.subscriptionExpires
        if let proxy = IPPrefix(address: Self.proxy, length: 32) { server.trusted = [proxy] }
        if let header = plan.callerAddressHeader { server.callerDevice = [.header(header), .contact, .bottomVia] }
        if plan.asksForPassword {
            server.subscription.username = Self.account.username
            server.subscription.passwordFile = Self.passwordFile
        }
        var locations = [
            LocationConfiguration(
                id: "hq", name: "Headquarters",
                address: [.init(name: "HNO", value: "100"), .init(name: "RD", value: "Main Street")],
                elins: [Self.elin(1)])
        ]
        var rules: [RuleConfiguration] = []
        for floor in 0..<max(1, plan.floors) {
            locations.append(
                LocationConfiguration(
                    id: Self.location(floor), name: "Floor \(floor)", parent: "hq",
                    address: [.init(name: "FLR", value: "\(floor)")], elins: elins(ofFloor: floor)))
            guard let prefix = IPPrefix(address: Self.phone(0, floor: floor).address, length: 24) else { continue }
            rules.append(RuleConfiguration(condition: .prefix(prefix), location: Self.location(floor)))
        }
        return SiteConfiguration(
            name: "Simulated site", timeZone: "America/Chicago", defaultCallServer: "main", callServers: [server],
            locations: locations, rules: rules,
            recipients: [RecipientConfiguration(name: "security", email: "security@example.com")],
            alerts: [AlertRuleConfiguration(to: ["security"], channels: ["email"])])
    }

    public static func location(_ floor: Int) -> String { "floor-\(floor)" }

    /// At most 100 of each floor.
    public func elins(ofFloor floor: Int) -> [TelephoneNumber] {
        (0..<min(plan.elinsPerFloor, 100)).map { Self.elin(100 + 100 * floor + $0) }
    }

    /// `+1312555NNNN`
    public static func elin(_ number: Int) -> TelephoneNumber {
        let digits = 13_125_550_000 + UInt64(max(0, min(number, 9999)))
        guard let elin = TelephoneNumber(digits: digits) else { preconditionFailure("eleven digits are a number") }
        return elin
    }
}
