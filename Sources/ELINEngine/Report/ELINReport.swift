public import E911Values

/// One ELIN as people look at it.
public struct ELINUse: Equatable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable, Codable {
        /// It belongs to its place, or to a call server, by the configuration.
        case fixed
        /// Bound to its place; the ALI side has not confirmed its record, so it is not sent.
        case pending
        /// Bound to its place and sent for it.
        case confirmed
        /// On its way back to its pool: a delete of its record is owed or unconfirmed.
        case leaving
        /// The configuration has lost it; a caller has it still, or the ALI side has a record of it.
        case orphan
    }

    public var elin: TelephoneNumber
    public var state: State
    /// The place that its record names, or will.
    public var place: PlaceKey?
    /// The pool that it was taken from.
    public var pool: String?
    /// Who has it at present.
    public var lease: Lease?
    /// The last call that was given it since the start.
    public var lastUsed: WallTime?
    /// How often it was given to a caller since the start, renewals included.
    public var leases: Int
    /// How often it was taken from a caller inside of his window since the start.
    public var displacements: Int
    /// Since when its place has no device and no lease.
    public var idleSince: WallTime?
    /// A change of its record that nobody has confirmed.
    public var offer: ELINOffer?
}

/// The numbers of a pool.
public struct PoolUse: Equatable, Sendable {
    public var name: String
    public var numbers: Int
    public var pending: Int
    public var confirmed: Int
    public var leaving: Int
    /// Places that have devices and wait for a number.
    public var waiting: [PlaceKey]
    /// Places of the configuration that take their number from a pool.
    public var places: Int
    /// What it should have at least: one for each place that has one, is giving one back, or waits for one.
    public var needed: Int

    public var free: Int { max(0, numbers - pending - confirmed - leaving) }
}

/// How many ELINs a place has, and should have.
public struct PlaceUse: Equatable, Sendable {
    public var place: PlaceKey
    public var devices: Int
    /// ELINs that are sent for it, its own.
    public var elins: Int
    /// The most callers inside of their windows at once since the start.
    public var mostCallers: Int
    public var needed: Int
}

/// How many ELINs a place needs.
///
/// One for each ``devicesPerELIN`` devices, and two where there are two devices: two callers within one callback window
/// are what happens first. Never fewer than the callers who had a window open at once. It is a rule of thumb, for the
/// callback alone: with too few of them a call is placed all the same, but the callback reaches the latest caller.
public struct CapacityRule: Equatable, Sendable {
    /// One of so many devices calls within one window.
    public var devicesPerELIN: Int

    public init(devicesPerELIN: Int = 100) {
        self.devicesPerELIN = devicesPerELIN
    }

    public func needed(devices: Int, mostCallers: Int) -> Int {
        let each = max(1, devicesPerELIN)
        let share = devices / each + (devices % each == 0 ? 0 : 1)
        return max(mostCallers, min(devices, max(2, share)))
    }
}

extension ELINEngine {
    /// The use of a number; `nil` for one that is free, or none of ours.
    public func use(of number: TelephoneNumber, now: Now) -> ELINUse? {
        let slot = table.slotOfNumber[number].map { table.slots[$0] }
        let row = ledger[number]
        let lease = slot?.lease.flatMap { $0.isLive(at: now.monotonic) ? $0 : nil }
        guard slot?.isFixed == true || row != nil || lease != nil else { return nil }
        let state: ELINUse.State
        if slot?.isFixed == true {
            state = .fixed
        } else if let row, let binding = row.binding {
            state = binding.isLeaving ? .leaving : isSent(row) ? .confirmed : .pending
        } else {
            state = .orphan
        }
        return ELINUse(
            elin: number, state: state, place: slot?.place ?? row?.binding?.place ?? row?.published?.place,
            pool: row?.binding?.pool, lease: lease, lastUsed: slot?.usage.lastUsed ?? slot?.lease?.takenAt,
            leases: slot?.usage.leases ?? 0, displacements: slot?.usage.displacements ?? 0,
            idleSince: row?.binding?.idleSince, offer: row?.offer)
    }

    /// The use of all numbers that have any, page by page, in an order that means nothing.
    public func uses(from start: Int, limit: Int, now: Now) -> (uses: [ELINUse], next: Int?) {
        let (numbers, next) = numbers(from: start, limit: limit)
        return (numbers.compactMap { use(of: $0, now: now) }, next)
    }

    /// The pools, in the order of the configuration.
    public func poolUses() -> [PoolUse] {
        let places = table.places.count { $0.usesPool }
        var uses = pools.pools.map { pool in
            PoolUse(
                name: pool.name, numbers: configuration.pools.first { $0.name == pool.name }?.count ?? 0, pending: 0,
                confirmed: 0, leaving: 0, waiting: [], places: places, needed: 0)
        }
        for row in ledger.rows {
            guard let binding = row.binding, let pool = pools.index(of: binding.pool) else { continue }
            uses[pool].needed += 1
            if binding.isLeaving {
                uses[pool].leaving += 1
            } else if isSent(row) {
                uses[pool].confirmed += 1
            } else {
                uses[pool].pending += 1
            }
        }
        for place in waiting {
            guard let pool = table.places[place].awaitedPool, uses.indices.contains(pool) else { continue }
            uses[pool].waiting.append(table.places[place].key)
            uses[pool].needed += 1
        }
        return uses
    }

    /// The places that have devices, callers or ELINs, page by page, in the order of the configuration.
    public func placeUses(
        _ rule: CapacityRule = CapacityRule(), from start: Int, limit: Int
    ) -> (uses: [PlaceUse], next: Int?) {
        let start = min(max(0, start), table.places.count)
        let end = start + min(max(1, limit), table.places.count - start)
        let uses = (start..<end).compactMap { index -> PlaceUse? in
            let (place, devices) = (table.places[index], table.devices[index])
            guard devices > 0 || place.mostCallers > 0 || !place.slots.isEmpty else { return nil }
            return PlaceUse(
                place: place.key, devices: devices, elins: place.slots.count, mostCallers: place.mostCallers,
                needed: rule.needed(devices: devices, mostCallers: place.mostCallers))
        }
        return (uses, end < table.places.count ? end : nil)
    }
}
