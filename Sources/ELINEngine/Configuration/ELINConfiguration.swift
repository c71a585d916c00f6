public import E911Values

/// Which ELINs there are, and what they stand for. Names are those of `site.yaml`.
public struct ELINConfiguration: Equatable, Sendable {
    public var places: [Place]
    public var callServers: [CallServer]
    public var pools: [Pool]

    public init(places: [Place] = [], callServers: [CallServer] = [], pools: [Pool] = []) {
        self.places = places
        self.callServers = callServers
        self.pools = pools
    }

    /// A place and the numbers whose confirmed record names it.
    public struct Place: Equatable, Sendable {
        public var key: PlaceKey
        /// Its own ELINs, the one to be used first in front. They count as confirmed from the moment they stand here.
        public var elins: [TelephoneNumber]
        /// Whether its ELIN comes from a pool. While none is bound and confirmed, the nearest ancestor's is sent.
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

        public init(
            name: String, defaultELIN: TelephoneNumber, testELIN: TelephoneNumber? = nil, defaultPlace: PlaceKey,
            timeout: Duration = .seconds(1200)
        ) {
            self.name = name
            self.defaultELIN = defaultELIN
            self.testELIN = testELIN
            self.defaultPlace = defaultPlace
            self.timeout = timeout
        }
    }

    /// Numbers that will be bound to places. Until then they only say which calls are callbacks.
    public struct Pool: Equatable, Sendable {
        public var name: String
        public var ranges: [Range]

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

        public init(name: String, ranges: [Range]) {
            self.name = name
            self.ranges = ranges
        }
    }
}
