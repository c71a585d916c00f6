public import E911Values
public import SIPCore

/// A site in a ``World``: a SIP Server, phones on several floors, an emergency gateway and a test gateway. What plays
/// the E911 Manager is added by whoever uses it, at ``addNodes(_:)``.
public struct SimulatedSite {
    /// How the site is built.
    public struct Plan: Equatable, Sendable {
        public var mode = SIPServerConfiguration.Mode.proxy
        /// Of phones, gateways and managers alike.
        public var transport = SIPTransportKind.udp
        public var naming = Naming.address
        public var phones = 4
        public var floors = 2
        public var elinsPerFloor = 3
        public var managers = 1
        /// The first two managers are a pair that shares one store.
        public var isPaired = false
        /// How far the wall clocks of the nodes are ahead of the world's, in their order; zero for those beyond.
        public var wallOffsets: [Duration] = []
        /// Whether the SIP Server begins each call at another manager; else always at the first one.
        public var spreadsCalls = false
        /// Addresses of each manager, all of them in the SIP Server's contact list: 1 or 2.
        public var managerAddresses = 1
        public var conditions = WireConditions.perfect
        /// `oos-check`; `nil` sends no OPTIONS.
        public var check: Duration? = .seconds(10)
        /// More settings of the SIP Server.
        public var maxBodyOctets = 14_336
        public var labelling = SIPServerConfiguration.Labelling.fullThenPartial
        public var versions = SIPServerConfiguration.Versions.rising
        public var keepsELINs = true
        public var elinTimeout: Duration = .seconds(1200)
        /// Whether subscribers are asked for a password; the nodes know it.
        public var asksForPassword = false
        /// Seconds.
        public var registrationExpires: UInt32 = 600
        /// What the nodes ask for. Seconds.
        public var subscriptionExpires: UInt32 = 3761
        /// A header in which the SIP Server says where the calling phone is; the nodes know it.
        public var callerAddressHeader: String?

        public init() {}
    }

    public static let domain = "example.com"
    /// The prefix of the trunk to the emergency gateway, and so the user name of the manager's 302.
    public static let gatewayPrefix = "7911"
    public static let testGatewayPrefix = "7933"

    /// What the SIP Server asks for.
    static let account = DigestAccount(username: "e911d", password: DigestPassword("open sesame"))
    /// The file that the site names, and what it holds.
    static let passwordFile = "/etc/e911d/sip.secret"
    static let passwordFiles = [passwordFile: Array("open sesame\n".utf8)]

    public let plan: Plan
    public let world: World
    public let server: SimulatedHost<SIPServerModel>
    public let phones: [SimulatedHost<PhoneModel>]
    public let gateway: SimulatedHost<GatewayModel>
    public let testGateway: SimulatedHost<GatewayModel>

    public init(seed: UInt64, _ plan: Plan = Plan()) {
        self.plan = plan
        let world = World(seed: seed)
        world.conditions = plan.conditions
        self.world = world
        server = Self.addServer(to: world, plan)
        let kind = plan.transport
        gateway = Self.addGateway("gateway", Self.address(10, 0, 30), to: world, kind)
        testGateway = Self.addGateway("test gateway", Self.address(10, 0, 31), to: world, kind)
        phones = (0..<plan.phones).map { Self.addPhone($0, to: world, plan) }
    }

    // MARK: Addresses

    public static func server(_ kind: SIPTransportKind) -> NextHop {
        NextHop(kind: kind, endpoint: Endpoint(address(10, 0, 10), 5060))
    }

    /// Where the managers of a site are expected.
    public static func manager(_ number: Int, _ kind: SIPTransportKind) -> NextHop {
        NextHop(kind: kind, endpoint: Endpoint(address(10, 0, 20 + UInt32(number)), 5060))
    }

    /// The addresses of one manager.
    static func addresses(ofManager number: Int, _ plan: Plan) -> [NextHop] {
        [manager(number, plan.transport)]
            + (plan.managerAddresses > 1
                ? [NextHop(kind: plan.transport, endpoint: Endpoint(address(10, 0, 40 + UInt32(number)), 5060))] : [])
    }

    /// A proxy of the SIP Server's pool, which the site trusts, and an address that it has never heard of.
    static let proxy = address(10, 0, 60)
    static let stranger = address(10, 0, 66)

    /// `10.1.FLOOR.N`: the floor's prefix is `10.1.FLOOR.0/24`.
    public static func phone(_ number: Int, floor: Int) -> Endpoint {
        Endpoint(address(10, 256 + UInt32(floor), UInt32(number % 250) + 1), 5060)
    }

    /// The user of a phone, which is its extension too.
    public static func user(_ number: Int) -> String { "\(firstUser + number)" }
    static let firstUser = 2000

    public static func mac(_ number: Int) -> MACAddress { MACAddress(bits: 0x0011_2233_0000 + UInt64(number)) }

    public func floor(of number: Int) -> Int { number % max(1, plan.floors) }

    private static func address(_ a: UInt32, _ b: UInt32, _ c: UInt32) -> IPAddress {
        IPAddress(v4: a << 24 | b << 8 | c)
    }

    // MARK: Hosts

    /// The SIP Server's settings.
    public static func serverConfiguration(_ plan: Plan) -> SIPServerConfiguration {
        let kind = plan.transport
        var manager = SIPServerConfiguration.Trunk(
            name: "manager", prefixes: ["911", "9911", "112", "933"],
            contacts: (0..<plan.managers).flatMap { addresses(ofManager: $0, plan) })
        manager.check = plan.check
        manager.spreads = plan.spreadsCalls
        let gateways = [(gatewayPrefix, address(10, 0, 30)), (testGatewayPrefix, address(10, 0, 31))].map {
            SIPServerConfiguration.Trunk(
                name: "gateway \($0.0)", prefixes: [$0.0],
                contacts: [NextHop(kind: kind, endpoint: Endpoint($0.1, 5060))])
        }
        var configuration = SIPServerConfiguration(
            domain: domain, listeners: [Listener(kind, server(kind).endpoint)], manager: manager, gateways: gateways)
        configuration.mode = plan.mode
        configuration.callerAddressHeader = plan.callerAddressHeader
        configuration.maxBodyOctets = plan.maxBodyOctets
        configuration.labelling = plan.labelling
        configuration.versions = plan.versions
        configuration.keepsELINs = plan.keepsELINs
        configuration.numbersCalls = plan.isPaired
        configuration.elinTimeout = plan.elinTimeout
        if plan.asksForPassword { configuration.authentication = .init(.init(realm: domain), account) }
        return configuration
    }

    private static func addServer(to world: World, _ plan: Plan) -> SimulatedHost<SIPServerModel> {
        let configuration = serverConfiguration(plan)
        return world.add(
            "SIP Server", SIPServerModel(configuration, identifiers: world.identifiers(for: "SIP Server")),
            at: configuration.listeners)
    }

    private static func addGateway(
        _ name: String, _ address: IPAddress, to world: World, _ kind: SIPTransportKind
    ) -> SimulatedHost<GatewayModel> {
        let contact = NextHop(kind: kind, endpoint: Endpoint(address, 5060))
        let configuration = GatewayConfiguration(contact: contact, server: server(kind))
        return world.add(
            name, GatewayModel(configuration, identifiers: world.identifiers(for: name)),
            at: [Listener(kind, contact.endpoint)])
    }

    /// A phone has an address on each floor, so that it can be carried there.
    private static func addPhone(_ number: Int, to world: World, _ plan: Plan) -> SimulatedHost<PhoneModel> {
        let floors = max(1, plan.floors)
        var configuration = PhoneConfiguration(
            user: user(number), domain: domain, mac: mac(number),
            contact: NextHop(kind: plan.transport, endpoint: phone(number, floor: number % floors)),
            registrars: [server(plan.transport)])
        configuration.displayName = "Phone \(user(number))"
        configuration.expires = plan.registrationExpires
        return world.add(
            "phone \(user(number))",
            PhoneModel(configuration, identifiers: world.identifiers(for: "phone \(number)")),
            at: (0..<floors).map { Listener(plan.transport, phone(number, floor: $0)) })
    }

    /// Adds a host that sends what it is told to, from an address that the site trusts and from a strange one.
    func addStranger() -> SimulatedHost<Scribbler> {
        world.add("stranger", Scribbler(), at: [Self.proxy, Self.stranger].map { Listener(.udp, Endpoint($0, 5060)) })
    }

    // MARK: Doings

    /// Every phone registers, one each ten milliseconds.
    public func registerAll() {
        for (number, phone) in phones.enumerated() { phone.command(.register, after: .milliseconds(10 * number)) }
    }
}
