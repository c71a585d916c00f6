import E911Values
import ELINEngine
import Foundation
import Testing

/// A site with pools that are too small, so that numbers are waited for; in three variants.
private func poolSite(_ variant: Int) -> ELINConfiguration {
    var configuration = site(mainTimeout: .seconds(500))
    configuration.callServers[0].pool = "downtown"
    configuration.callServers[1].pool = "cloud"
    configuration.pools = [
        .init(
            name: "downtown",
            ranges: [.init(first: elin(120), last: elin(121)), .init(first: elin(125), last: elin(125))]),
        .init(name: "cloud", ranges: [.init(first: elin(130), last: elin(131))], publication: .perCall),
    ]
    switch variant {
    case 1:
        // A place gets a number of its own, one that the pool had.
        configuration.places[3].elins = [elin(120)]
    case 2:
        configuration.pools[0].ranges = [.init(first: elin(121), last: elin(121))]
        configuration.pools[1].publication = .push
        configuration.places.removeAll { $0.key == PlaceKey("bench") }
    case 3:
        configuration.pools[1].ranges = []
        configuration.pools[0].name = "uptown"
        configuration.callServers[0].pool = "uptown"
    default: break
    }
    return configuration
}

/// Does the same to the engine and to the model, and compares.
private struct Walk {
    static let places = ["hq", "east", "attic", "lab", "bench", "barn"]
    static let devices = ["a", "b", "c", "d", "e", "f", "g"]
    static let numbers = [100, 101, 102, 103, 120, 121, 125, 130, 131, 199, 200].map { elin($0) }

    var random: SeededGenerator
    var engine = ELINEngine(configuration: poolSite(0))
    var model = ReferenceModel(poolSite(0))
    /// What the store has: all that the engine wanted kept.
    var stored: [TelephoneNumber: ELINRow] = [:]
    /// Where devices are, and whether they were counted there.
    var whereabouts: [(place: String, server: String, isCounted: Bool)?]
    var leases: [TelephoneNumber: Lease] = [:]
    var milliseconds = 0
    var variant = 0
    var calls: UInt64 = 0
    var offers: UInt64 = 0
    var disagreement: String?

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        whereabouts = Self.devices.map { _ in nil }
        engine.restore([], isComplete: true, now: now)
        model.restart(time, isComplete: true)
    }

    /// The model's time.
    var time: Double { Double(milliseconds) }
    var now: Now {
        Now(monotonic: MonotonicTime(nanoseconds: Int64(milliseconds) * 1_000_000), wall: Self.wall(time))
    }

    static func wall(_ time: Double) -> WallTime { at(0).wall + .milliseconds(Int64(time)) }

    mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func agree<T: Equatable>(_ what: String, _ a: T, _ b: T) {
        if a != b, disagreement == nil { disagreement = "\(what): engine \(a), model \(b)" }
    }

    mutating func step() {
        // Never twice the same moment: what is due at once has no order.
        milliseconds += 1 + Int.random(in: 0..<60_000, using: &random)
        if Int.random(in: 0..<500, using: &random) == 0 {
            milliseconds += 86_400_000 * Int.random(in: 20...40, using: &random)
        }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: call()
        case 30..<55: move()
        case 55..<60: test()
        case 60..<75: tell()
        case 75..<90: confirm()
        case 90..<96: advance()
        case 96: apply()
        case 97: restart()
        case 98: open()
        default: count()
        }
        for effect in engine.takeEffects() {
            switch effect {
            case .keep(let row): stored[row.elin] = row
            case .forget(let number): stored[number] = nil
            case .event: break
            }
        }
    }

    private mutating func call() {
        let device = pick(Self.devices)
        let place = chance(5) ? nil : pick(Self.places)
        let server = chance(25) ? "short" : "main"
        let before = model
        calls += 1
        let got = engine.take(request(device, place, server: server, call: calls), now: now)
        let wanted = model.take(device, place, server, time)
        agree("elin", got?.elin, wanted.elin)
        agree("place", got?.place.rawValue, wanted.place)
        agree("displaced", got?.displaced?.callerDN, wanted.displaced.map { "dn-\($0)" })
        agree("renewed", got?.renewed, wanted.renewed)
        guard let got else { return }
        leases[got.elin] = got.lease
        if chance(10) {
            engine.withdraw(got, now: now)
            if !wanted.renewed {
                model.holders[wanted.elin] = before.live(wanted.elin, time)
                model.ranks[wanted.elin] = before.ranks[wanted.elin]
                leases[got.elin] = got.previous
            }
        }
    }

    private mutating func move() {
        let device = Int.random(in: 0..<Self.devices.count, using: &random)
        if let old = whereabouts[device], old.isCounted {
            if let index = engine.index(of: PlaceKey(old.place)) { engine.left(index, now: now) }
            model.left(old.place, time)
        }
        whereabouts[device] = nil
        guard chance(60) else { return }
        let place = pick(Self.places)
        whereabouts[device] = (place, chance(40) ? "short" : "main", false)
        count(device)
    }

    private mutating func count(_ device: Int) {
        guard let at = whereabouts[device], !at.isCounted, let index = engine.index(of: PlaceKey(at.place)) else {
            return
        }
        engine.located(at: index, callServer: at.server, now: now)
        model.located(at.place, at.server, time)
        whereabouts[device]?.isCounted = true
    }

    private mutating func count() {
        for device in Self.devices.indices { count(device) }
        engine.endCount(now: now)
        model.endCount(time)
    }

    private mutating func test() {
        let place = pick(Self.places)
        let server = chance(30) ? "short" : "main"
        agree(
            "test", engine.lookUpForTest(place: PlaceKey(place), callServer: server, now: now)?.elin,
            model.test(place, server, time))
    }

    private mutating func tell() {
        let number = pick(Self.numbers)
        agree("wanted", engine.wantedPlace(of: number)?.rawValue, model.wanted(number))
        let digest = UInt64.random(in: 0..<2, using: &random)
        let wanted = engine.wantedPlace(of: number).map { ELINRecord(place: $0, digest: digest) }
        guard let function = engine.owedFunction(of: number, wanted: wanted) else { return }
        let record = wanted ?? ELINRecord(place: PlaceKey("gone"), digest: 0)
        offers += 1
        let offered = engine.offer(ELINOffer(number: offers, function: function, record: record), of: number)
        agree(
            "offered", offered,
            model.offer(
                number, .init(offer: offers, function: function, place: record.place.rawValue, digest: record.digest)))
    }

    private mutating func confirm() {
        let number = pick(Self.numbers)
        let offer = model.told[number].map(\.offer) ?? 0
        let asked = chance(90) ? offer : offer &+ 1
        agree(
            "confirmed", engine.confirm(number, offer: asked, now: now), model.confirm(number, asked, time))
    }

    private mutating func advance() {
        _ = engine.advance(to: now)
        model.advance(time)
    }

    private mutating func apply() {
        variant = Int.random(in: 0..<4, using: &random)
        engine.apply(poolSite(variant), now: now)
        model.apply(poolSite(variant), time)
        for device in Self.devices.indices { whereabouts[device]?.isCounted = false }
    }

    /// A start with the store, or without it, from a copy of its rows.
    private mutating func restart() {
        // The model's order of uses ends with the process.
        let isComplete = chance(70)
        engine = ELINEngine(configuration: poolSite(variant))
        engine.restore(Array(stored.values), isComplete: isComplete, now: now)
        let live = Self.numbers.compactMap { leases[$0] }.filter { $0.expiresAt > now.wall }
        engine.restore(live.map { StoredLease($0) }, now: now)
        model.restart(time, isComplete: isComplete)
        for device in Self.devices.indices { whereabouts[device]?.isCounted = false }
    }

    /// The store can be read after all.
    private mutating func open() {
        guard !engine.isOpen else { return }
        engine.restore(Array(stored.values), isComplete: true, now: now)
        model.isOpen = true
        model.apply(poolSite(variant), time)
        model.timeIdle(time)
        for device in Self.devices.indices { whereabouts[device]?.isCounted = false }
    }

    // MARK: Comparison

    mutating func compare() {
        for number in Self.numbers {
            let row = engine.row(of: number)
            agree("\(number) bound", row?.binding?.place.rawValue, model.bound[number]?.place)
            agree("\(number) pool", row?.binding?.pool, model.bound[number]?.pool)
            agree("\(number) leaving", row?.binding?.isLeaving, model.bound[number]?.isLeaving)
            agree("\(number) idle", row?.binding?.idleSince, model.bound[number]?.idleSince.map { Self.wall($0) })
            agree("\(number) published", row?.published?.place.rawValue, model.published[number]?.place)
            agree("\(number) told", row?.offer?.number, model.told[number]?.offer)
            agree("\(number) stored", stored[number], row)
            let behind: String? =
                if case .caller(let lease) = engine.callback(to: number, now: now) { lease.callerDN } else { nil }
            agree("\(number) callback", behind, model.taken(number, time).map { "dn-\($0.device)" })
        }
        for place in Self.places {
            let first = model.serving(place).map { model.own($0).sorted() } ?? [elin(100)]
            agree(
                "candidates of \(place)",
                engine.candidates(place: PlaceKey(place), callServer: "main", now: now).sorted(), first)
        }
        agree("violations", engine.violations(), [])
    }
}

/// `E911_ELIN_OPERATIONS` sets how many operations each seed does; `make models` a million in all.
@Suite struct ModelTests {
    private static let operations =
        ProcessInfo.processInfo.environment["E911_ELIN_OPERATIONS"].flatMap { Int($0) } ?? 600
    private static let fresh = UInt64.random(in: 1000..<1_000_000_000)

    @Test(arguments: Array(1...10 as ClosedRange<UInt64>) + [fresh])
    func theEngineAgreesWithThePlainModel(_ seed: UInt64) {
        if seed == Self.fresh { print("ELIN model: fresh seed \(seed), \(Self.operations) operations") }
        var walk = Walk(seed: seed)
        for _ in 0..<Self.operations {
            walk.step()
            walk.compare()
            guard walk.disagreement == nil else { break }
        }
        #expect(walk.disagreement == nil, "seed \(seed)")
    }
}
