import E911Values

/// How often a number was used since the start.
struct ELINUsage: Equatable, Sendable {
    var leases = 0
    /// How often a caller lost it inside of his window.
    var displacements = 0
    var lastUsed: WallTime?
}

/// A configuration made ready for answering: each number in a slot, each place with the slots that serve it.
struct NumberTable: Equatable, Sendable {
    struct Slot: Equatable, Sendable {
        let number: TelephoneNumber
        /// The place that its record names, by the configuration or by a binding. `nil` for a number that has left both.
        var place: PlaceKey?
        /// Whether the configuration gives it to a place or a call server.
        var isFixed = false
        var lastUse = UseRank.never
        /// The latest lease, until it is cleared; not always live.
        var lease: Lease? {
            get { held.first }
            set {
                held = newValue.map { [$0] } ?? []
                deviceSum = newValue?.device.hashValue ?? 0
                takenUntil = newValue?.mapsCallback == true ? newValue?.deadline ?? Self.never : Self.never
            }
        }
        /// Behind a reference: a place can have hundreds of slots, all of them are looked at for each call, and of most a few
        /// numbers only.
        fileprivate var held: [Lease] = []
        /// Tells most devices from the one that has the lease, without a look at its name.
        private(set) var deviceSum = 0
        /// A callback reaches somebody before this time. By itself, since a place can have hundreds to look at.
        private(set) var takenUntil = Self.never
        private static let never = MonotonicTime(nanoseconds: .min)
        /// When a binding that is idle is to end.
        var idleDeadline: MonotonicTime?
        var usage = ELINUsage()

        /// Whether a callback to it reaches somebody.
        func isTaken(at now: MonotonicTime) -> Bool { now < takenUntil }

        /// Whether anybody was given it within his window, with or without a callback.
        func hasLiveLease(at now: MonotonicTime) -> Bool {
            !held.isEmpty && held.span[0].isLive(at: now)
        }

        /// Whether it was given to this device within its window.
        func isHeld(by device: DeviceKey, at now: MonotonicTime) -> Bool {
            hasLiveLease(at: now) && held.span[0].device == device
        }

        /// Whether all of it follows from the configuration.
        var isUntouched: Bool {
            lastUse == .never && lease == nil && idleDeadline == nil && usage == ELINUsage()
        }

        /// Takes over what does not follow from the configuration.
        mutating func keep(_ old: Slot) {
            lastUse = old.lastUse
            lease = old.lease
            idleDeadline = old.idleDeadline
            usage = old.usage
        }
    }

    struct Place: Equatable, Sendable {
        var key: PlaceKey
        /// The numbers that are sent for it, in their order.
        var slots: [Int]
        /// The number of a pool that is bound to it, sent or not.
        var bound: Int?
        /// Whether it takes a number of a pool.
        var usesPool: Bool
        /// Indexes of the places around it, the nearest first.
        var ancestors: [Int]
        /// The pool that it waits for a number of.
        var awaitedPool: Int?
        /// The most callers that had a window open at once.
        var mostCallers = 0
    }

    struct Server: Equatable, Sendable {
        var defaultSlot: Int
        var testSlot: Int?
        var defaultPlace: PlaceKey
        /// 0 to 3600 s.
        var timeout: Duration
        var pool: String?
    }

    var slots: [Slot] = []
    var places: [Place] = []
    /// How many devices are at each place: by itself, since it changes with every device of a download.
    var devices: [Int] = []
    private(set) var servers: [Server] = []
    private(set) var slotOfNumber: [TelephoneNumber: Int] = [:]
    /// The slots of the numbers that end in these ten digits, lowest slot first.
    private(set) var slotsOfLastTen: [UInt64: [Int]] = [:]
    private(set) var placeOfKey: [PlaceKey: Int] = [:]
    private(set) var serverOfName: [String: Int] = [:]

    init(_ configuration: ELINConfiguration) {
        for place in configuration.places where placeOfKey[place.key] == nil {
            placeOfKey[place.key] = places.count
            var own: [Int] = []
            for elin in place.elins {
                // Of two claims to a number the first one counts.
                guard slotOfNumber[elin] == nil else { continue }
                own.append(fixedSlot(of: elin, place: place.key))
            }
            places.append(
                Place(key: place.key, slots: own, usesPool: place.usesPool && own.isEmpty, ancestors: []))
        }
        devices = Array(repeating: 0, count: places.count)
        var seen = 0
        for place in configuration.places where seen < places.count && places[seen].key == place.key {
            places[seen].ancestors = place.ancestors.compactMap { placeOfKey[$0] }
            seen += 1
        }
        for server in configuration.callServers where serverOfName[server.name] == nil {
            serverOfName[server.name] = servers.count
            servers.append(
                Server(
                    defaultSlot: fixedSlot(of: server.defaultELIN, place: server.defaultPlace),
                    testSlot: server.testELIN.map { fixedSlot(of: $0, place: server.defaultPlace) },
                    defaultPlace: server.defaultPlace,
                    timeout: min(max(server.timeout, .zero), Lease.longestWindow), pool: server.pool))
        }
    }

    /// Takes over of a number its lease, rank and use, and of a place its callers. What was never used costs next to
    /// nothing.
    ///
    /// - Parameter old: the table before.
    /// - Returns: the slots that have something of an old one, rising.
    mutating func keep(_ old: NumberTable) -> [Int] {
        var kept: [Int] = []
        for index in old.slots.indices where !old.slots[index].isUntouched {
            let state = old.slots[index]
            if let slot = slotOfNumber[state.number] {
                slots[slot].keep(state)
                kept.append(slot)
            } else if state.lease != nil || state.idleDeadline != nil {
                let slot = slot(of: state.number, place: nil)
                slots[slot].keep(state)
                kept.append(slot)
            }
        }
        for index in old.places.indices where old.places[index].mostCallers != 0 {
            if let place = placeOfKey[old.places[index].key] {
                places[place].mostCallers = old.places[index].mostCallers
            }
        }
        return kept.sorted()
    }

    private mutating func fixedSlot(of number: TelephoneNumber, place: PlaceKey) -> Int {
        let slot = slot(of: number, place: place)
        slots[slot].isFixed = true
        return slot
    }

    /// The slot of a number, made for it if it has none.
    mutating func slot(of number: TelephoneNumber, place: PlaceKey?) -> Int {
        if let slot = slotOfNumber[number] { return slot }
        let slot = slots.count
        slots.append(Slot(number: number, place: place))
        slotOfNumber[number] = slot
        slotsOfLastTen[number.lastTen, default: []].append(slot)
        return slot
    }

    /// The place whose numbers serve callers at `key`: itself, or for one that waits for its number of a pool the
    /// nearest around it that has any. `nil` when the call server's default has to serve.
    func servingIndex(of key: PlaceKey?) -> Int? {
        guard let key, let index = placeOfKey[key] else { return nil }
        if !places[index].slots.isEmpty { return index }
        guard places[index].usesPool else { return nil }
        return places[index].ancestors.first { !places[$0].slots.isEmpty }
    }

    func servingPlace(of key: PlaceKey?) -> Place? {
        servingIndex(of: key).map { places[$0] }
    }

    func server(named name: String) -> Server? {
        serverOfName[name].map { servers[$0] }
    }
}
