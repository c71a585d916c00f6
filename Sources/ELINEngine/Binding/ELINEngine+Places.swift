public import E911Values

// Where devices are: a place that takes its ELIN from a pool is given one when the first device is located there
// (contract.md section 4), and gives it back when there has been none for long enough.
extension ELINEngine {
    /// The number of a place, for ``located(at:callServer:now:)``: stable until the configuration changes.
    public func index(of place: PlaceKey) -> Int? { table.placeOfKey[place] }

    /// How many devices are located at a place.
    public func devices(at place: PlaceKey) -> Int {
        table.placeOfKey[place].map { table.devices[$0] } ?? 0
    }

    /// A device of this call server is located at a place where it was not before.
    public mutating func located(at place: Int, callServer: String, now: Now) {
        guard table.devices.indices.contains(place) else { return }
        table.devices[place] += 1
        guard isOpen, table.places[place].usesPool else { return }
        if table.places[place].bound != nil {
            if table.devices[place] == 1 { cancelReturn(from: place) }
        } else if table.places[place].awaitedPool == nil, let name = table.server(named: callServer)?.pool,
            let pool = pools.index(of: name)
        {
            bind(place, from: pool, now: now)
        }
    }

    /// A device that was located at a place is not there any more.
    public mutating func left(_ place: Int, now: Now) {
        guard table.devices.indices.contains(place), table.devices[place] > 0 else { return }
        table.devices[place] -= 1
        guard isOpen, !isCounting, table.devices[place] == 0 else { return }
        stopWaiting(place)
        if let slot = table.places[place].bound { beginReturn(of: slot, now: now) }
    }

    /// The devices are going to be counted anew, from none on.
    public mutating func beginCount() {
        isCounting = true
        for index in table.devices.indices { table.devices[index] = 0 }
    }

    /// All devices have been counted: what has none is idle.
    public mutating func endCount(now: Now) {
        isCounting = false
        guard isOpen else { return }
        for place in waiting where table.devices[place] == 0 { table.places[place].awaitedPool = nil }
        waiting.removeAll { table.places[$0].awaitedPool == nil }
        for number in ledger.rows.map(\.elin) {
            guard let binding = ledger[number]?.binding, let slot = table.slotOfNumber[number] else { continue }
            if let place = place(of: binding), table.devices[place] > 0 {
                cancelReturn(from: place)
            } else {
                beginReturn(of: slot, now: now)
            }
        }
    }

    /// The place of a binding, if it is one that takes its number from a pool.
    func place(of binding: ELINBinding) -> Int? {
        guard let index = table.placeOfKey[binding.place], table.places[index].usesPool else { return nil }
        return index
    }

    /// A place needs no number any more.
    private mutating func stopWaiting(_ place: Int) {
        guard table.places[place].awaitedPool != nil else { return }
        table.places[place].awaitedPool = nil
        waiting.removeAll { $0 == place }
    }
}
