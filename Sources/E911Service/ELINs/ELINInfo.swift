public import E911Values
import ELINEngine

/// One ELIN as people look at it.
public struct ELINInfo: Equatable, Sendable, Codable {
    public var elin: TelephoneNumber
    /// `fixed`, `pending`, `confirmed`, `leaving` or `orphan`.
    public var state: String
    /// The id of the location that its record names, or will.
    public var location: String
    public var pool: String?
    /// Who is behind it at present.
    public var lease: LeaseRecord?
    public var lastUsed: WallTime?
    /// How often it was given to a caller since the start.
    public var uses: Int
    /// How often it was taken from a caller inside of his window since the start.
    public var displacements: Int
    /// Since when its place has no device and no lease.
    public var idleSince: WallTime?
    /// A change of its record that nobody has confirmed: `I`, `C` or `D`.
    public var unconfirmed: String?

    init(_ use: ELINUse) {
        elin = use.elin
        state = use.state.rawValue
        location = use.place?.rawValue ?? ""
        pool = use.pool
        lease = use.lease.map { LeaseRecord($0) }
        lastUsed = use.lastUsed
        uses = use.leases
        displacements = use.displacements
        idleSince = use.idleSince
        unconfirmed = use.offer?.function.rawValue
    }
}

/// A pool, and how many numbers it should have.
public struct PoolInfo: Equatable, Sendable, Codable {
    public var name: String
    public var numbers: Int
    public var free: Int
    public var pending: Int
    public var confirmed: Int
    public var leaving: Int
    /// Locations that have devices and wait for a number, the longest first.
    public var waiting: [String]
    public var needed: Int

    init(_ use: PoolUse) {
        name = use.name
        numbers = use.numbers
        free = use.free
        pending = use.pending
        confirmed = use.confirmed
        leaving = use.leaving
        waiting = use.waiting.map(\.rawValue)
        needed = use.needed
    }
}

/// A location, and how many ELINs it should have (`CapacityRule`).
public struct PlaceInfo: Equatable, Sendable, Codable {
    public var location: String
    public var devices: Int
    public var elins: Int
    public var mostCallers: Int
    public var needed: Int

    init(_ use: PlaceUse) {
        location = use.place.rawValue
        devices = use.devices
        elins = use.elins
        mostCallers = use.mostCallers
        needed = use.needed
    }
}
