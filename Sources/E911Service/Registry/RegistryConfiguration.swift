import E911Values
public import RegInfo

/// Times and bounds of the registry (contract section 2).
public struct RegistryConfiguration: Equatable, Sendable {
    /// How long a retired device stays. Default 24 h.
    public var grace: Duration = .seconds(24 * 3600)
    /// How old a gap in the CSeqs may get before full state is asked for; a late NOTIFY fills a younger one.
    public var gapPatience: Duration = .seconds(2)
    /// How long the first document of a download may take, from the 2xx on: Timer N, 64*T1. What comes later is no
    /// answer to our SUBSCRIBE.
    public var firstDocumentPatience: Duration = .seconds(32)
    /// Least time between two refreshes that gaps and unasked full documents ask for, in the scope of one AOR.
    public var aorRefreshInterval: Duration = .seconds(5)
    /// The same for a whole server; ten times the length of the last download if that is more.
    public var serverRefreshInterval: Duration = .seconds(60)
    /// A second download is asked for that often again at once, then after twice the time each, up to two to the power of
    /// this: a SIP Server that begins a new dialog each time, or never tells that somebody is gone, never agrees.
    public var longestPatience = 6
    /// After an unreadable document; doubles up to ``unreadableRefreshLimit`` while it lasts.
    public var unreadableRefreshDelay: Duration = .seconds(5)
    public var unreadableRefreshLimit: Duration = .seconds(300)
    /// What a download did not list is retired when a second one agrees, in the scope of a server. If it is more than this
    /// share of the devices, and more than ``heldSweepCount`` of them, there is an alarm; in the scope of an AOR it waits
    /// for a second document then. Percent.
    public var heldSweepPercent = 20
    public var heldSweepCount = 10
    /// Most devices. One more is not taken, with an alarm.
    public var devices = 4_000_000
    /// Most retired devices of one AOR; the oldest goes first. A phone that registers from a new port each minute would
    /// otherwise leave a thousand behind.
    public var retiredPerAOR = 32
    /// Contacts applied, records swept, deadlines looked at in one turn.
    public var slice = 256
    /// After a start, a restored device is not called stale before this time: the first download needs it.
    public var restoredPatience: Duration = .seconds(600)

    public init() {}
}

/// What the registry must know of a call server.
public struct RegistryCallServer: Equatable, Sendable {
    public var name: String
    /// Names of the members; their places are the indices that ``SubscriptionScope`` uses.
    public var members: [String]
    /// Where a device's address is read, best first.
    public var ipSources: [DeviceIPSource] = [.received, .contact, .path]
    public var macSources: [DeviceMACSource] = [.instance, .uriParameter, .userAgent]
    /// Its first group, else the whole match, is a MAC.
    public var userAgentPattern: Pattern?
    public var filter = DeviceFilter()
    public var versions = RegInfoStream.Versions.byCSeq
    /// Silence that completes a download.
    public var quiet: Duration = .seconds(15)

    public init(name: String, members: [String]) {
        self.name = name
        self.members = members
    }

    /// From the site's configuration; members are named `TRANSPORT:ADDRESS:PORT`, or
    /// `TRANSPORT:NAME` with `dns` for a transport that DNS tells.
    public init(_ configuration: CallServerConfiguration) throws(PatternError) {
        name = configuration.name
        members = configuration.members.map { "\($0.transport?.name ?? "dns"):\($0.authority)" }
        ipSources = configuration.deviceIP
        macSources = configuration.deviceMAC
        if let pattern = configuration.userAgentPattern { userAgentPattern = try Pattern(pattern) }
        filter = try DeviceFilter(configuration.filters)
        versions = configuration.subscription.strictVersions ? .strict : .byCSeq
        quiet = .milliseconds(Int64(max(0, min(configuration.subscription.quiet, 86_400)) * 1000))
    }
}

/// What a subscription speaks for: all devices of one member of a call server, or those of one address of record.
public struct SubscriptionScope: Hashable, Sendable {
    public var callServer: String
    /// Index into the members of the call server.
    public var member: Int
    /// `nil` is the whole server.
    public var aor: String?

    public init(callServer: String, member: Int, aor: String? = nil) {
        self.callServer = callServer
        self.member = member
        self.aor = aor
    }
}

/// Names a subscription in the registry.
public struct RegistrySubscription: Hashable, Comparable, Sendable {
    let index: Int
    let generation: UInt32

    public static func < (a: RegistrySubscription, b: RegistrySubscription) -> Bool {
        (a.index, a.generation) < (b.index, b.generation)
    }
}
