public import E911Values

/// Which ELINs there are, and what they stand for. Names are those of `site.yaml`.
public struct ELINConfiguration: Equatable, Sendable {
    public var places: [Place]
    public var callServers: [CallServer]
    public var pools: [Pool]
    /// How records of ELINs that are of no pool reach the ALI side.
    public var fixedPublication: Publication
    /// How long a place of a pool has no device and no lease before its ELIN leaves it: 30 days.
    public var idleTime: Duration

    public init(
        places: [Place] = [], callServers: [CallServer] = [], pools: [Pool] = [],
        fixedPublication: Publication = .export, idleTime: Duration = .seconds(30 * 86_400)
    ) {
        self.places = places
        self.callServers = callServers
        self.pools = pools
        self.fixedPublication = fixedPublication
        self.idleTime = idleTime
    }

    /// A place and the numbers whose confirmed record names it.
    public struct Place: Equatable, Sendable {
        public var key: PlaceKey
        /// Its own ELINs, the one to be used first in front. They count as confirmed from the moment they stand here.
        public var elins: [TelephoneNumber]
        /// Whether its ELIN comes from the pool of the call server whose device is located there first. While none is
        /// bound and confirmed, the nearest ancestor's is sent. Has no effect beside ``elins``.
        public var usesPool: Bool
        /// The places that contain it, the nearest first.
        public var ancestors: [PlaceKey]

        public init(
            key: PlaceKey, elins: [TelephoneNumber], usesPool: Bool = false, ancestors: [PlaceKey] = []
        ) {
            self.key = key
            self.elins = elins
            self.usesPool = usesPool
            self.ancestors = ancestors
        }
    }

    /// What a call server adds: the ELINs for what has none, and how long a lease lasts.
    public struct CallServer: Equatable, Sendable {
        public var name: String
        public var defaultELIN: TelephoneNumber
        /// Sent by test calls that find no free ELIN.
        public var testELIN: TelephoneNumber?
        /// The place that the record of ``defaultELIN`` names.
        public var defaultPlace: PlaceKey
        /// `sip-elin-timeout`, 0 to 3600 s; held to that range when used.
        public var timeout: Duration
        /// The pool that its devices' places take their ELINs from.
        public var pool: String?

        public init(
            name: String, defaultELIN: TelephoneNumber, testELIN: TelephoneNumber? = nil, defaultPlace: PlaceKey,
            timeout: Duration = .seconds(1200), pool: String? = nil
        ) {
            self.name = name
            self.defaultELIN = defaultELIN
            self.testELIN = testELIN
            self.defaultPlace = defaultPlace
            self.timeout = timeout
            self.pool = pool
        }
    }

    /// How the ALI side learns what place a number stands for.
    public enum Publication: Hashable, Sendable {
        /// Each change is pushed at once.
        case push
        /// Somebody exports the changes and confirms them.
        case export
        /// The gateway is told for each call: no record is needed, and a number is sent as soon as it is bound.
        case perCall
    }

    /// Numbers that are bound to places as devices come there.
    public struct Pool: Equatable, Sendable {
        public var name: String
        public var ranges: [Range]
        public var publication: Publication

        /// Numbers from `first` to `last`, both included.
        public struct Range: Equatable, Sendable {
            public var first: TelephoneNumber
            public var last: TelephoneNumber

            public init(first: TelephoneNumber, last: TelephoneNumber) {
                self.first = first
                self.last = last
            }

            func overlaps(_ other: Range) -> Bool { first <= other.last && other.first <= last }
        }

        public init(name: String, ranges: [Range], publication: Publication = .export) {
            self.name = name
            self.ranges = ranges
            self.publication = publication
        }
    }
}
