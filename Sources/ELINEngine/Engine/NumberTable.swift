import E911Values

/// A configuration made ready for answering: each number in a slot, each place with the slots that serve it.
struct NumberTable: Equatable, Sendable {
    /// Marks a number that was never used; restored uses count up from here, those of this process from 1.
    static let neverUsed: Int64 = .min
    static let firstRestoredUse: Int64 = .min / 2

    struct Slot: Equatable, Sendable {
        let number: TelephoneNumber
        /// The place that its record names. `nil` for a number that has left the configuration.
        var place: PlaceKey?
        /// Rank of its last use: the greater, the later.
        var lastUse: Int64 = NumberTable.neverUsed
        /// The latest lease, until it is cleared; not always live.
        var lease: Lease?

        /// Whether a callback to it reaches somebody.
        func isTaken(at now: MonotonicTime) -> Bool {
            guard let lease else { return false }
            return lease.mapsCallback && lease.isLive(at: now)
        }

        /// Whether anybody was given it within his window, with or without a callback.
        func hasLiveLease(at now: MonotonicTime) -> Bool {
            lease?.isLive(at: now) ?? false
        }
    }

    struct Place: Equatable, Sendable {
        var key: PlaceKey
        /// Its confirmed numbers, in their order.
        var slots: [Int]
        /// The index of the place whose numbers it is given: itself, or for a pending one the nearest ancestor that has
        /// any. `nil` when the call server's default has to serve.
        var servedBy: Int?
    }

    struct Server: Equatable, Sendable {
        var defaultSlot: Int
        var testSlot: Int?
        var defaultPlace: PlaceKey
        /// 0 to 3600 s.
        var timeout: Duration
    }

    var slots: [Slot] = []
    private(set) var places: [Place] = []
    private(set) var servers: [Server] = []
    private(set) var slotOfNumber: [TelephoneNumber: Int] = [:]
    /// The slots of the numbers that end in these ten digits, lowest slot first.
    private(set) var slotsOfLastTen: [UInt64: [Int]] = [:]
    private(set) var placeOfKey: [PlaceKey: Int] = [:]
    private(set) var serverOfName: [String: Int] = [:]

    /// - Parameter old: slots whose leases and ranks of use are taken over.
    init(_ configuration: ELINConfiguration, keeping old: [Slot]) {
        for place in configuration.places where placeOfKey[place.key] == nil {
            placeOfKey[place.key] = places.count
            var own: [Int] = []
            for elin in place.elins {
                // Of two claims to a number the first one counts.
                guard slotOfNumber[elin] == nil else { continue }
                own.append(slot(of: elin, place: place.key))
            }
            places.append(Place(key: place.key, slots: own, servedBy: own.isEmpty ? nil : places.count))
        }
        for place in configuration.places where place.usesPool {
            guard let index = placeOfKey[place.key], places[index].slots.isEmpty else { continue }
            for ancestor in place.ancestors {
                guard let other = placeOfKey[ancestor], !places[other].slots.isEmpty else { continue }
                places[index].servedBy = other
                break
            }
        }
        for server in configuration.callServers where serverOfName[server.name] == nil {
            serverOfName[server.name] = servers.count
            servers.append(
                Server(
                    defaultSlot: slot(of: server.defaultELIN, place: server.defaultPlace),
                    testSlot: server.testELIN.map { slot(of: $0, place: server.defaultPlace) },
                    defaultPlace: server.defaultPlace,
                    timeout: min(max(server.timeout, .zero), Lease.longestWindow)))
        }
        for state in old {
            if let slot = slotOfNumber[state.number] {
                slots[slot].lastUse = state.lastUse
                slots[slot].lease = state.lease
            } else if state.lease != nil {
                let slot = slot(of: state.number, place: nil)
                slots[slot].lastUse = state.lastUse
                slots[slot].lease = state.lease
            }
        }
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

    /// The place whose numbers serve callers at `key`.
    func servingPlace(of key: PlaceKey?) -> Place? {
        guard let key, let index = placeOfKey[key], let serving = places[index].servedBy else { return nil }
        return places[serving]
    }

    func server(named name: String) -> Server? {
        serverOfName[name].map { servers[$0] }
    }
}
