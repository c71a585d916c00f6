import E911Values
import ELINEngine

/// The rules of contract.md section 4 in plain lists: slow, and too simple to be wrong. Times are
/// whole milliseconds.
struct ReferenceModel {
    struct Bound {
        var place: String
        var pool: String
        var idleSince: Double?
        var idleUntil: Double?
        var isLeaving = false
    }

    struct Holder {
        var device: String
        var server: String
        var place: String
        var taken: Double
        var until: Double
        var maps: Bool
    }

    struct Told {
        var offer: UInt64
        var function: RecordFunction
        var place: String
        var digest: UInt64
    }

    var configuration: ELINConfiguration
    var bound: [TelephoneNumber: Bound] = [:]
    var attached: [String: TelephoneNumber] = [:]
    var published: [TelephoneNumber: (place: String, digest: UInt64)] = [:]
    var told: [TelephoneNumber: Told] = [:]
    var holders: [TelephoneNumber: Holder] = [:]
    var ranks: [TelephoneNumber: Int] = [:]
    var nextRank = 0
    var devices: [String: Int] = [:]
    /// Place and pool.
    var waiting: [(place: String, pool: String)] = []
    var isOpen = false
    var isCounting = true

    init(_ configuration: ELINConfiguration) { self.configuration = configuration }

    // MARK: What the configuration says

    func poolNumbers(_ pool: ELINConfiguration.Pool) -> [TelephoneNumber] {
        pool.ranges.flatMap { range in
            range.first <= range.last
                ? (range.first.digits...range.last.digits).compactMap { TelephoneNumber(digits: $0) } : []
        }
    }

    var allPoolNumbers: [TelephoneNumber] { configuration.pools.flatMap { poolNumbers($0) } }

    func pool(_ name: String) -> ELINConfiguration.Pool? { configuration.pools.first { $0.name == name } }

    func owner(_ number: TelephoneNumber) -> ELINConfiguration.Pool? {
        configuration.pools.first { poolNumbers($0).contains(number) }
    }

    func place(_ name: String) -> ELINConfiguration.Place? {
        configuration.places.first { $0.key.rawValue == name }
    }

    func server(_ name: String) -> ELINConfiguration.CallServer? { configuration.callServers.first { $0.name == name } }

    func isFixed(_ number: TelephoneNumber) -> Bool {
        configuration.places.contains { $0.elins.contains(number) }
            || configuration.callServers.contains { $0.defaultELIN == number || $0.testELIN == number }
    }

    func wantsPool(_ name: String) -> Bool { place(name).map { $0.usesPool && $0.elins.isEmpty } ?? false }

    // MARK: What is sent

    func isSent(_ number: TelephoneNumber) -> Bool {
        guard let binding = bound[number], !binding.isLeaving, let pool = pool(binding.pool) else { return false }
        if pool.publication == .perCall { return true }
        return told[number]?.function != .delete && published[number]?.place == binding.place
    }

    func own(_ name: String) -> [TelephoneNumber] {
        guard let place = place(name) else { return [] }
        if !place.elins.isEmpty { return place.elins }
        guard place.usesPool else { return [] }
        return boundNumber(name).map { isSent($0) ? [$0] : [] } ?? []
    }

    func serving(_ name: String?) -> String? {
        guard let name, let place = place(name) else { return nil }
        if !own(name).isEmpty { return name }
        guard wantsPool(name) else { return nil }
        return place.ancestors.first { !own($0.rawValue).isEmpty }?.rawValue
    }

    func live(_ number: TelephoneNumber, _ now: Double) -> Holder? {
        holders[number].flatMap { now < $0.until ? $0 : nil }
    }

    func taken(_ number: TelephoneNumber, _ now: Double) -> Holder? {
        live(number, now).flatMap { $0.maps ? $0 : nil }
    }

    func oldest(_ numbers: [TelephoneNumber]) -> TelephoneNumber? {
        numbers.enumerated().min {
            (ranks[$0.element] ?? -1, $0.offset) < (ranks[$1.element] ?? -1, $1.offset)
        }?.element
    }

    func window(_ server: String) -> (length: Double, maps: Bool) {
        let timeout = Double(self.server(server)?.timeout.components.seconds ?? 3600) * 1000
        return (timeout == 0 ? 120_000 : timeout, timeout > 0)
    }

    // MARK: Calls

    struct Answer: Equatable {
        var elin: TelephoneNumber
        var place: String
        var displaced: String?
        var renewed: Bool
    }

    mutating func take(_ device: String, _ name: String?, _ server: String, _ now: Double) -> Answer {
        let serving = serving(name)
        let list = serving.map { own($0) } ?? []
        let mine = list.filter { live($0, now)?.device == device }.max { (ranks[$0] ?? -1) < (ranks[$1] ?? -1) }
        let chosen = mine ?? oldest(list.filter { taken($0, now) == nil }) ?? oldest(list)
        let number = chosen ?? self.server(server)?.defaultELIN ?? elin(0)
        let names = serving ?? self.server(server)?.defaultPlace.rawValue ?? ""
        let before = live(number, now)
        let renewed = before?.device == device
        let displaced = chosen != nil && !renewed && before?.maps == true ? before?.device : nil
        let (length, maps) = window(server)
        holders[number] = Holder(
            device: device, server: server, place: names, taken: now, until: now + length, maps: maps)
        nextRank += 1
        ranks[number] = nextRank
        if isOpen, bound[number]?.idleUntil != nil {
            bound[number]?.idleSince = now + length
            let idle = idleTime
            bound[number]?.idleUntil = now + length + idle
        }
        return Answer(elin: number, place: names, displaced: displaced, renewed: renewed)
    }

    func test(_ name: String?, _ server: String, _ now: Double) -> TelephoneNumber? {
        let list = serving(name).map { own($0) } ?? []
        if let free = oldest(list.filter { live($0, now) == nil }) { return free }
        return self.server(server)?.testELIN.flatMap { live($0, now) == nil ? $0 : nil }
    }

    // MARK: Bindings

    var idleTime: Double { Double(configuration.idleTime.components.seconds) * 1000 }

    /// The number that stands for a place now. One that is leaving can have lost its place to another.
    func boundNumber(_ name: String) -> TelephoneNumber? { attached[name] }

    mutating func attach() {
        attached = [:]
        let numbers = allPoolNumbers.filter { bound[$0] != nil && !isFixed($0) }
        for isLeaving in [false, true] {
            for number in numbers.sorted() {
                guard let binding = bound[number], binding.isLeaving == isLeaving, wantsPool(binding.place),
                    attached[binding.place] == nil
                else { continue }
                attached[binding.place] = number
            }
        }
    }

    func freeNumber(_ pool: String, _ now: Double) -> TelephoneNumber? {
        self.pool(pool).map { poolNumbers($0) }?.first {
            bound[$0] == nil && published[$0] == nil && told[$0] == nil && !isFixed($0) && owner($0)?.name == pool
                && live($0, now) == nil
        }
    }

    mutating func located(_ name: String, _ server: String, _ now: Double) {
        devices[name, default: 0] += 1
        guard isOpen, wantsPool(name) else { return }
        if let number = boundNumber(name) {
            comeBack(number)
        } else if !waiting.contains(where: { $0.place == name }), let pool = self.server(server)?.pool,
            self.pool(pool) != nil
        {
            if let number = freeNumber(pool, now) {
                bound[number] = Bound(place: name, pool: pool)
                attached[name] = number
            } else {
                waiting.append((name, pool))
            }
        }
    }

    mutating func left(_ name: String, _ now: Double) {
        guard let count = devices[name], count > 0 else { return }
        devices[name] = count - 1
        guard isOpen, !isCounting, count == 1 else { return }
        waiting.removeAll { $0.place == name }
        if let number = boundNumber(name) { goIdle(number, now) }
    }

    mutating func comeBack(_ number: TelephoneNumber) {
        bound[number]?.idleUntil = nil
        if bound[number]?.isLeaving == true, told[number]?.function == .delete { return }
        bound[number]?.idleSince = nil
        bound[number]?.isLeaving = false
    }

    mutating func goIdle(_ number: TelephoneNumber, _ now: Double) {
        guard let binding = bound[number], !binding.isLeaving, binding.idleSince == nil else { return }
        let since = live(number, now)?.until ?? now
        let idle = idleTime
        bound[number]?.idleSince = since
        bound[number]?.idleUntil = since + idle
    }

    func isOccupied(_ number: TelephoneNumber) -> Bool {
        guard let name = bound[number]?.place else { return false }
        return wantsPool(name) && (devices[name] ?? 0) > 0 && boundNumber(name) == number
    }

    mutating func endCount(_ now: Double) {
        isCounting = false
        guard isOpen else { return }
        waiting.removeAll { (devices[$0.place] ?? 0) == 0 }
        for number in Array(bound.keys) {
            if isOccupied(number) { comeBack(number) } else { goIdle(number, now) }
        }
    }

    mutating func settle(_ number: TelephoneNumber) {
        guard let binding = bound[number], binding.isLeaving, published[number] == nil, told[number] == nil else {
            return
        }
        if isOccupied(number) {
            bound[number]?.isLeaving = false
            bound[number]?.idleSince = nil
        } else {
            if attached[binding.place] == number { attached[binding.place] = nil }
            bound[number] = nil
        }
    }

    /// - Parameter only: the pool that a number went back to; `nil` when windows may have ended.
    mutating func relieve(_ now: Double, only: String? = nil) {
        for pool in configuration.pools where only == nil || only == pool.name {
            while let turn = waiting.firstIndex(where: { $0.pool == pool.name }),
                let number = freeNumber(pool.name, now)
            {
                let place = waiting.remove(at: turn).place
                bound[number] = Bound(place: place, pool: pool.name)
                attached[place] = number
            }
        }
    }

    mutating func advance(_ now: Double) {
        if isOpen {
            for number in Array(bound.keys) {
                guard let until = bound[number]?.idleUntil, until <= now else { continue }
                if let holder = live(number, now) {
                    let idle = idleTime
                    bound[number]?.idleUntil = holder.until + idle
                    continue
                }
                bound[number]?.idleUntil = nil
                bound[number]?.isLeaving = true
                settle(number)
            }
        }
        relieve(now)
    }

    // MARK: Records

    mutating func offer(_ number: TelephoneNumber, _ offer: Told) -> Bool {
        guard isOpen else { return false }
        told[number] = offer
        return true
    }

    mutating func confirm(_ number: TelephoneNumber, _ offer: UInt64, _ now: Double) -> Bool {
        guard isOpen, let change = told[number], change.offer == offer else { return false }
        told[number] = nil
        published[number] = change.function == .delete ? nil : (change.place, change.digest)
        settle(number)
        if bound[number] == nil, published[number] == nil { relieve(now, only: owner(number)?.name ?? "") }
        return true
    }

    func wanted(_ number: TelephoneNumber) -> String? {
        if let place = configuration.places.first(where: { $0.elins.contains(number) }) { return place.key.rawValue }
        if isFixed(number) {
            return configuration.callServers.first { $0.defaultELIN == number || $0.testELIN == number }?
                .defaultPlace.rawValue
        }
        guard let binding = bound[number], !binding.isLeaving, let pool = pool(binding.pool),
            pool.publication != .perCall
        else { return nil }
        return binding.place
    }

    // MARK: Changes of the configuration, and starts

    mutating func apply(_ configuration: ELINConfiguration, _ now: Double) {
        self.configuration = configuration
        waiting = []
        devices = [:]
        isCounting = true
        attach()
        guard isOpen else { return }
        for number in Array(bound.keys) {
            if isFixed(number) {
                bound[number] = nil
            } else if let owner = owner(number) {
                bound[number]?.pool = owner.name
                settle(number)
            } else {
                bound[number]?.isLeaving = true
                bound[number]?.idleUntil = nil
                settle(number)
            }
        }
    }

    /// The process ends and starts again: only live leases are remembered, and what the store has of bindings.
    mutating func restart(_ now: Double, isComplete: Bool) {
        for number in Array(holders.keys) where live(number, now) == nil { holders[number] = nil }
        let order = holders.keys.sorted { (holders[$0]?.taken ?? 0) < (holders[$1]?.taken ?? 0) }
        ranks = [:]
        nextRank = 0
        for number in order {
            nextRank += 1
            ranks[number] = nextRank
            let maps = holders[number].map { window($0.server).maps } ?? false
            holders[number]?.maps = maps
        }
        isOpen = isComplete
        apply(configuration, now)
        if isComplete { timeIdle(now) }
    }

    /// Deadlines follow from the clock of the present process.
    mutating func timeIdle(_ now: Double) {
        let idle = idleTime
        for number in Array(bound.keys) {
            guard let since = bound[number]?.idleSince, bound[number]?.isLeaving == false else { continue }
            bound[number]?.idleUntil = min(max(since + idle, now), now + idle)
        }
    }
}
