import E911Values
import ELINEngine
import Testing

/// Five places that take their numbers from a pool of four, whose records are pushed.
private func pooled() -> ELINConfiguration {
    ELINConfiguration(
        places: [.init(key: PlaceKey("hq"), elins: [elin(101)])]
            + (0..<5).map { .init(key: PlaceKey("p\($0)"), elins: [], usesPool: true, ancestors: [PlaceKey("hq")]) },
        callServers: [
            .init(
                name: "main", defaultELIN: elin(100), testELIN: nil, defaultPlace: PlaceKey("hq"),
                timeout: .seconds(60), pool: "downtown")
        ], pools: [.init(name: "downtown", ranges: [.init(first: elin(120), last: elin(123))])])
}

/// A node that leads and one that follows, which change their parts now and then.
private struct LeaderAndFollower {
    static let places = ["hq"] + (0..<5).map { "p\($0)" }

    var random: SeededGenerator
    var engines = [ELINEngine(configuration: pooled()), ELINEngine(configuration: pooled())]
    var leader = 0
    var seconds = 0.0
    var devices = [String: Int]()
    /// Changes that the follower has not heard of, by number: the last one counts.
    var unheard: [TelephoneNumber: ELINRow?] = [:]
    var offers: UInt64 = 0
    var calls: UInt64 = 0
    var changes = 0
    var takeovers = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        engines[0].restore([], isComplete: true, now: at(0))
        engines[0].endCount(now: at(0))
    }

    var now: Now { at(seconds) }

    mutating func step() {
        seconds += Double(Int.random(in: 1...4000, using: &random))
        if Int.random(in: 0..<15, using: &random) == 0 { seconds += 86_400 * 31 }
        let place = Self.places.randomElement(using: &random) ?? "p0"
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20:
            devices[place, default: 0] += 1
            for index in engines.indices {
                guard let at = engines[index].index(of: PlaceKey(place)) else { continue }
                engines[index].located(at: at, callServer: "main", now: now)
            }
        case 20..<45:
            guard let count = devices[place], count > 0 else { break }
            devices[place] = count - 1
            for index in engines.indices {
                guard let at = engines[index].index(of: PlaceKey(place)) else { continue }
                engines[index].left(at, now: now)
            }
        case 45..<65: tell()
        case 65..<85: confirm()
        case 85..<90: call(place)
        case 90..<98: for index in engines.indices { _ = engines[index].advance(to: now) }
        default: takeOver()
        }
        listen()
    }

    private mutating func listen() {
        for effect in engines[leader].takeEffects() {
            switch effect {
            case .keep(let row): unheard[row.elin] = .some(row)
            case .forget(let number): unheard[number] = .some(nil)
            case .event: continue
            }
            changes += 1
        }
    }

    mutating func hear(_ limit: Int) {
        for number in unheard.keys.sorted().shuffled(using: &random).prefix(limit) {
            guard let row = unheard.removeValue(forKey: number) else { continue }
            if let row {
                engines[1 - leader].merge(row, now: now)
            } else {
                engines[1 - leader].forget(number, now: now)
            }
        }
    }

    private mutating func tell() {
        let number = elin(UInt64.random(in: 120...123, using: &random))
        let wanted = engines[leader].wantedPlace(of: number).map { ELINRecord(place: $0, digest: 1) }
        guard let function = engines[leader].owedFunction(of: number, wanted: wanted) else { return }
        offers += 1
        let record = wanted ?? ELINRecord(place: PlaceKey("gone"), digest: 0)
        let offer = ELINOffer(number: offers, function: function, record: record)
        _ = engines[leader].offer(offer, of: number)
        #expect(engines[1 - leader].offer(offer, of: number) == false)
    }

    private mutating func confirm() {
        let number = elin(UInt64.random(in: 120...123, using: &random))
        guard let offer = engines[leader].row(of: number)?.offer?.number else { return }
        engines[leader].confirm(number, offer: offer, now: now)
    }

    private mutating func call(_ place: String) {
        calls += 1
        let share = ELINShare(position: leader, seesOther: true)
        guard
            let lease = engines[leader].take(
                request("d\(calls % 3)", place, call: calls, share: share), now: now)?.lease
        else { return }
        _ = engines[1 - leader].merge(StoredLease(lease), window: lease.window, age: .zero, now: now)
    }

    private mutating func takeOver() {
        takeovers += 1
        hear(.max)
        engines[leader].setOpen(false, now: now)
        leader = 1 - leader
        engines[leader].setOpen(true, now: now)
        for (place, count) in devices.sorted(by: { $0.key < $1.key }) {
            guard let index = engines[leader].index(of: PlaceKey(place)) else { continue }
            for _ in 0..<count { engines[leader].located(at: index, callServer: "main", now: now) }
        }
        engines[leader].endCount(now: now)
    }

    func describe(_ engine: ELINEngine) -> [String] {
        Self.places.map { place in
            let said = engine.preview(
                place: PlaceKey(place), callServer: "main", device: DeviceKey("new"), now: now)
            return "\(place) \(said?.elin.description ?? "-") \(said?.pendingELIN?.description ?? "-")"
        }
            + engine.rows.sorted { $0.elin < $1.elin }.map { "\($0)" }
    }
}

@Suite struct FollowingTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func theFollowerSendsWhatTheLeaderSends(_ seed: UInt64) {
        var pair = LeaderAndFollower(seed: seed)
        for step in 0..<400 {
            pair.step()
            pair.hear(Int.random(in: 0...2, using: &pair.random))
            let label: Comment = "seed \(seed), step \(step)"
            #expect(pair.engines[pair.leader].violations() == [], label)
            #expect(pair.engines[1 - pair.leader].violations() == [], label)
            #expect(pair.engines[1 - pair.leader].takeEffects() == [], label)
            guard step % 10 == 0 else { continue }
            pair.hear(.max)
            #expect(
                pair.describe(pair.engines[0]) == pair.describe(pair.engines[1]), label)
            if pair.describe(pair.engines[0]) != pair.describe(pair.engines[1]) { return }
        }
        #expect(pair.changes > 20, "seed \(seed)")
        #expect(pair.takeovers > 0, "seed \(seed)")
    }

    /// Rows in any order, of places with several numbers too: the same as read from the store at once.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func rowsOneByOneAreTheSameAsRowsAtOnce(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func row(_ number: UInt64) -> ELINRow {
            let place = PlaceKey(["p0", "p1", "p2", "hq", "moon"].randomElement(using: &random) ?? "p0")
            let isBound = Int.random(in: 0..<4, using: &random) > 0
            return ELINRow(
                elin: elin(number),
                binding: isBound
                    ? ELINBinding(
                        place: place, pool: "downtown", boundAt: at(0).wall, isLeaving: Bool.random(using: &random))
                    : nil,
                published: Bool.random(using: &random) ? ELINRecord(place: place, digest: 1) : nil)
        }
        var follower = ELINEngine(configuration: pooled())
        var rows: [TelephoneNumber: ELINRow] = [:]
        for step in 0..<200 {
            // Fixed ones and one of no pool too.
            let number: UInt64 = [100, 101, 120, 121, 122, 123, 140].randomElement(using: &random) ?? 120
            if Int.random(in: 0..<5, using: &random) == 0 {
                follower.forget(elin(number), now: at(1))
                rows[elin(number)] = nil
            } else {
                let row = row(number)
                follower.merge(row, now: at(1))
                rows[row.elin] = row
            }
            var fresh = ELINEngine(configuration: pooled())
            fresh.restore(Array(rows.values), isComplete: false, now: at(1))
            let label: Comment = "seed \(seed), step \(step)"
            for place in LeaderAndFollower.places {
                #expect(
                    follower.preview(
                        place: PlaceKey(place), callServer: "main", device: DeviceKey("new"), now: at(2))
                        == fresh.preview(
                            place: PlaceKey(place), callServer: "main", device: DeviceKey("new"), now: at(2)), label)
            }
            #expect(follower.violations() == fresh.violations(), label)
            // With all that follows from it once this node leads.
            guard step % 20 == 19 else { continue }
            var leader = follower
            leader.setOpen(true, now: at(3))
            leader.endCount(now: at(3))
            var other = ELINEngine(configuration: pooled())
            other.restore(Array(rows.values), isComplete: true, now: at(3))
            other.endCount(now: at(3))
            #expect(leader.violations() == other.violations(), label)
            #expect(leader.rows.sorted { $0.elin < $1.elin } == other.rows.sorted { $0.elin < $1.elin }, label)
            leader.setOpen(false, now: at(4))
            #expect(leader.nextDeadline == nil && leader.violations() == [], label)
        }
    }

    @Test func anEngineThatIsOpenTakesARowOfTheOtherNodeToo() {
        var engine = ELINEngine(configuration: pooled())
        engine.restore([], isComplete: true, now: at(0))
        engine.endCount(now: at(0))
        let place = engine.index(of: PlaceKey("p0")) ?? 0
        engine.located(at: place, callServer: "main", now: at(0))
        #expect(engine.row(of: elin(120))?.binding?.place == PlaceKey("p0"))
        engine.merge(
            ELINRow(
                elin: elin(120), binding: ELINBinding(place: PlaceKey("p1"), pool: "downtown", boundAt: at(0).wall)),
            now: at(1))
        engine.located(at: place, callServer: "main", now: at(1))
        engine.endCount(now: at(1))
        #expect(engine.row(of: elin(120))?.binding?.place == PlaceKey("p1"))
        #expect(engine.row(of: elin(121))?.binding?.place == PlaceKey("p0"))
        #expect(engine.violations() == [])
    }
}
