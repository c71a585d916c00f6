import E911Values
import ELINEngine
import Foundation
import Testing

/// What a node of a pair knows, as a plain list of calls: slow, and too simple to be wrong. Times are whole milliseconds
/// of a clock that both nodes have in common.
private struct KnownCalls {
    struct Given: Equatable {
        var elin: TelephoneNumber
        var call: RecordKey
        var device: String
        var server: String
        var place: String
        var taken: Int
        var window: Int
        var maps: Bool

        var until: Int { taken + window }
        func isLater(than other: Given) -> Bool {
            (call.counter, call.node) > (other.call.counter, other.call.node)
        }
    }

    static let lists: [String: [UInt64]] = [
        "hq": [101, 102, 104, 105, 106], "east": [103], "lab": [101, 102, 104, 105, 106],
    ]

    var calls: [Given] = []

    /// Who was given an ELIN last, whether that is over or not.
    func last(_ number: TelephoneNumber) -> Given? {
        calls.filter { $0.elin == number }.max { $1.isLater(than: $0) }
    }

    func live(_ number: TelephoneNumber, _ now: Int) -> Given? {
        last(number).flatMap { now < $0.until ? $0 : nil }
    }

    func behind(_ number: TelephoneNumber, _ now: Int) -> String? {
        live(number, now).flatMap { $0.maps ? "dn-\($0.device)" : nil }
    }

    /// Those used longest ago first; those never used before all.
    func byUse(_ numbers: [TelephoneNumber]) -> [TelephoneNumber] {
        numbers.enumerated().sorted { a, b in
            let (first, second) = (last(a.element), last(b.element))
            guard let first else { return second != nil || a.offset < b.offset }
            return second.map { $0.isLater(than: first) } ?? false
        }.map(\.element)
    }

    /// The ELINs of a place in the order in which new callers get them.
    func order(_ place: String, _ share: ELINShare, _ now: Int) -> [TelephoneNumber] {
        let list = (Self.lists[place] ?? []).map { elin($0) }
        let free = list.filter { behind($0, now) == nil }
        let own = list.enumerated().filter { $0.offset % 2 == share.position }.map(\.element)
        // The other's lease goes before an own one only if it is more than ten seconds older.
        var ownTaken = byUse(list.filter { !free.contains($0) && own.contains($0) })[...]
        var otherTaken = byUse(list.filter { !free.contains($0) && !own.contains($0) })[...]
        var taken: [TelephoneNumber] = []
        while let mine = ownTaken.first, let theirs = otherTaken.first {
            let gap = Int(last(mine)?.call.counter ?? 0) - Int(last(theirs)?.call.counter ?? 0)
            if share.seesOther, gap > 10_000_000 {
                taken.append(otherTaken.removeFirst())
            } else {
                taken.append(ownTaken.removeFirst())
            }
        }
        return byUse(free.filter { own.contains($0) }) + byUse(free.filter { !own.contains($0) }) + taken + ownTaken
            + otherTaken
    }

    func choose(_ device: String, _ place: String, _ server: String, _ share: ELINShare, _ now: Int) -> TelephoneNumber
    {
        let order = order(place, share, now)
        let own = byUse(order.filter { live($0, now)?.device == device }).last
        return own ?? order.first ?? (server == "main" ? elin(100) : elin(200))
    }

    func test(_ place: String, _ server: String, _ share: ELINShare, _ now: Int) -> TelephoneNumber? {
        let list = (Self.lists[place] ?? []).map { elin($0) }
        let free = list.filter { live($0, now) == nil }
        let own = list.enumerated().filter { $0.offset % 2 == share.position }.map(\.element)
        if let number = byUse(free.filter { own.contains($0) }).first { return number }
        if share.seesOther, let number = byUse(free).first { return number }
        return server == "main" ? elin(199) : nil
    }
}

/// Two engines that give ELINs and hear of each other's leases late, several times and in any order.
private struct Pair {
    static let places = ["hq", "hq", "east", "lab", "attic"]
    static let devices = ["a", "b", "c", "d", "e", "f", "g", "h"]
    static let numbers = [100, 101, 102, 103, 104, 105, 106, 199, 200].map { elin($0) }

    struct Node {
        let name: String
        let position: Int
        /// Its own clocks differ from the common one.
        let monotonic: Int64
        let wall: Int64
        var engine: ELINEngine
        var known = KnownCalls()
        var counter: UInt64 = 0
        /// Not answered yet: the other node does not hear of it.
        var pending: [(ELINAssignment, KnownCalls.Given)] = []
        /// Calls that another call stands for, as far as the node knows.
        var superseded: Set<RecordKey> = []
        /// What the other node has not told it yet.
        var unheard: [KnownCalls.Given] = []
        var unheardDrops: [KnownCalls.Given] = []
        var heard: [KnownCalls.Given] = []
    }

    static func site() -> ELINConfiguration {
        var configuration = ELINEngineTests.site(mainTimeout: .seconds(400))
        configuration.places[0].elins = (KnownCalls.lists["hq"] ?? []).map { elin($0) }
        return configuration
    }

    var random: SeededGenerator
    var nodes: [Node]
    var milliseconds = 0
    var disagreement: String?
    var conflicts = 0
    var exchanged = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        nodes = [
            Node(
                name: "a", position: 0, monotonic: 7_000_000, wall: 0, engine: ELINEngine(configuration: Self.site())),
            Node(
                name: "b", position: 1, monotonic: 0, wall: -30_000, engine: ELINEngine(configuration: Self.site())),
        ]
    }

    func now(_ node: Int) -> Now {
        Now(
            monotonic: MonotonicTime(nanoseconds: (Int64(milliseconds) + nodes[node].monotonic) * 1_000_000),
            wall: WallTime(milliseconds: 1_795_524_214_000 + Int64(milliseconds) + nodes[node].wall))
    }

    mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func agree<T: Equatable>(_ what: String, _ a: T, _ b: T) {
        if a != b, disagreement == nil { disagreement = "\(milliseconds) ms, \(what): engine \(a), model \(b)" }
    }

    mutating func step() {
        milliseconds += 1 + Int.random(in: 0..<30_000, using: &random)
        let node = Int.random(in: 0..<2, using: &random)
        // An answer does not wait for longer than a window.
        for node in nodes.indices {
            while let index = nodes[node].pending.firstIndex(where: { $0.1.taken < milliseconds - 60_000 }) {
                answer(node, index)
            }
        }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: call(node)
        case 30..<34:
            // At one moment, with one counter.
            call(node)
            call(1 - node)
        case 34..<46: decide(node)
        case 46..<78: hear(node)
        case 78..<83: supersede(node)
        case 83..<86: hearDrop(node)
        case 86..<92: test(node)
        case 92..<98: _ = nodes[node].engine.advance(to: now(node))
        case 98: nodes[node].engine.apply(Self.site(), now: now(node))
        default: restart(node)
        }
    }

    private mutating func call(_ node: Int) {
        let device = pick(Self.devices)
        let place = pick(Self.places)
        let server = chance(20) ? "short" : "main"
        let share = ELINShare(position: nodes[node].position, seesOther: chance(50))
        nodes[node].counter = max(nodes[node].counter + 1, UInt64(milliseconds) * 1000)
        let key = RecordKey(time: now(node).wall, node: nodes[node].name, counter: nodes[node].counter)
        let known = nodes[node].known
        let wanted = known.choose(device, place, server, share, milliseconds)
        let before = known.live(wanted, milliseconds)
        let isDefault = KnownCalls.lists[place] == nil
        let said = nodes[node].engine.preview(
            place: PlaceKey(place), callServer: server, device: DeviceKey(device), share: share, now: now(node))
        let asked = ELINRequest(
            device: DeviceKey(device), callerDN: "dn-\(device)", callServer: server, place: PlaceKey(place), call: key,
            share: share)
        guard let got = nodes[node].engine.take(asked, now: now(node)) else {
            disagreement = "no ELIN"
            return
        }
        agree("elin", got.elin, wanted)
        agree("preview", said?.elin, wanted)
        agree("renewed", got.renewed, before?.device == device)
        agree(
            "displaced", got.displaced?.callerDN,
            isDefault || before?.device == device || before?.maps != true ? nil : before.map { "dn-\($0.device)" })
        let window = server == "main" ? 400_000 : 120_000
        let given = KnownCalls.Given(
            elin: got.elin, call: key, device: device, server: server, place: got.place.rawValue, taken: milliseconds,
            window: window, maps: server == "main")
        nodes[node].known.calls.append(given)
        // One call at most of an ELIN waits for its answer.
        for index in nodes[node].pending.indices.reversed() where nodes[node].pending[index].1.elin == got.elin {
            answer(node, index)
        }
        nodes[node].pending.append((got, given))
    }

    private mutating func answer(_ node: Int, _ index: Int) {
        let given = nodes[node].pending.remove(at: index).1
        nodes[1 - node].unheard.append(given)
    }

    /// A call that waits for its answer gets it, or is cancelled before.
    private mutating func decide(_ node: Int) {
        guard !nodes[node].pending.isEmpty else { return }
        let index = Int.random(in: 0..<nodes[node].pending.count, using: &random)
        guard chance(40) else { return answer(node, index) }
        let (assignment, given) = nodes[node].pending.remove(at: index)
        nodes[node].engine.withdraw(assignment, now: now(node))
        nodes[node].known.calls.removeAll { $0 == given }
    }

    /// A node hears of a lease that the other one gave: not in their order, and of some twice.
    private mutating func hear(_ node: Int) {
        let given: KnownCalls.Given
        if chance(10), !nodes[node].heard.isEmpty {
            given = pick(nodes[node].heard)
        } else if !nodes[node].unheard.isEmpty {
            let index = Int.random(in: 0..<nodes[node].unheard.count, using: &random)
            given = nodes[node].unheard.remove(at: index)
            nodes[node].heard.append(given)
        } else {
            return
        }
        exchanged += 1
        nodes[node].counter = max(nodes[node].counter, given.call.counter)
        guard !nodes[node].superseded.contains(given.call) else { return }
        let known = nodes[node].known
        let before = known.live(given.elin, milliseconds)
        let from = before.flatMap { $0.device == given.device ? nil : $0.call }
        let expected: String
        if known.calls.contains(given) || known.last(given.elin).map({ $0.isLater(than: given) }) ?? false {
            expected = "older"
        } else {
            expected = "\(milliseconds < given.until ? "taken" : "over") \(from?.description ?? "-")"
            if let from, from.node == nodes[node].name { conflicts += 1 }
        }
        agree("merge of \(given.call)", merge(given, node), expected)
        if !known.calls.contains(given) { nodes[node].known.calls.append(given) }
    }

    private mutating func merge(_ given: KnownCalls.Given, _ node: Int) -> String {
        let taken = given.call.time
        let stored = StoredLease(
            elin: given.elin, call: given.call, device: DeviceKey(given.device), callerDN: "dn-\(given.device)",
            callServer: given.server, place: PlaceKey(given.place), takenAt: taken,
            expiresAt: taken + .milliseconds(given.window))
        let age = Duration.microseconds(Int64(milliseconds) * 1000 - Int64(given.call.counter))
        switch nodes[node].engine.merge(stored, window: .milliseconds(given.window), age: age, now: now(node)) {
        case .older: return "older"
        case .taken(let from): return "taken \(from?.call.description ?? "-")"
        case .over(let from): return "over \(from?.call.description ?? "-")"
        }
    }

    /// A call of either node turns out to be one call with another, which the SIP Server went on with.
    private mutating func supersede(_ node: Int) {
        let answered = nodes[node].known.calls.filter { given in
            !nodes[node].pending.contains { $0.1.elin == given.elin } && given.taken > milliseconds - 64_000
        }
        guard !answered.isEmpty else { return }
        let given = pick(answered)
        drop(given, node)
        nodes[1 - node].unheardDrops.append(given)
    }

    private mutating func hearDrop(_ node: Int) {
        guard
            let index = nodes[node].unheardDrops.firstIndex(where: { given in
                !nodes[node].pending.contains { $0.1.elin == given.elin }
            })
        else { return }
        drop(nodes[node].unheardDrops.remove(at: index), node)
    }

    private mutating func drop(_ given: KnownCalls.Given, _ node: Int) {
        let last = nodes[node].known.last(given.elin)
        nodes[node].superseded.insert(given.call)
        agree(
            "dropped \(given.call)", nodes[node].engine.drop(given.call, of: given.elin, now: now(node)),
            last?.call == given.call)
        nodes[node].known.calls.removeAll { $0 == given }
        if let next = nodes[node].known.last(given.elin) { _ = merge(next, node) }
    }

    private mutating func test(_ node: Int) {
        let place = pick(Self.places)
        let server = chance(30) ? "short" : "main"
        let share = ELINShare(position: nodes[node].position, seesOther: chance(50))
        agree(
            "test",
            nodes[node].engine.lookUpForTest(
                place: PlaceKey(place), callServer: server, share: share, now: now(node))?.elin,
            nodes[node].known.test(place, server, share, milliseconds))
    }

    /// The process ends and starts again, and reads what both nodes have stored.
    private mutating func restart(_ node: Int) {
        while !nodes[node].pending.isEmpty { answer(node, 0) }
        nodes[node].engine = ELINEngine(configuration: Self.site())
        for given in nodes[node].known.calls.shuffled(using: &random) { _ = merge(given, node) }
    }

    mutating func compare() {
        for node in nodes.indices {
            for number in Self.numbers {
                let behind: String? =
                    if case .caller(let lease) = nodes[node].engine.callback(to: number, now: now(node)) {
                        lease.callerDN
                    } else { nil }
                agree("\(nodes[node].name) \(number)", behind, nodes[node].known.behind(number, milliseconds))
            }
            let share = ELINShare(position: nodes[node].position, seesOther: true)
            for place in KnownCalls.lists.keys.sorted() {
                agree(
                    "\(nodes[node].name) candidates of \(place)",
                    nodes[node].engine.candidates(
                        place: PlaceKey(place), callServer: "main", share: share, now: now(node)),
                    nodes[node].known.order(place, share, milliseconds))
            }
            agree("\(nodes[node].name) violations", nodes[node].engine.violations(), [])
        }
    }

    /// Each hears all that the other one has to tell.
    mutating func rest() {
        for node in nodes.indices {
            while !nodes[node].pending.isEmpty { answer(node, 0) }
        }
        for node in nodes.indices {
            while !nodes[node].unheard.isEmpty || !nodes[node].unheardDrops.isEmpty {
                hear(node)
                if chance(30) { hearDrop(node) }
            }
        }
        compare()
        let leases = nodes.indices.map { node in
            nodes[node].engine.leases(at: now(node)).map {
                let left = $0.deadline - now(node).monotonic
                return "\($0.elin) \($0.call) \($0.device) \(left)"
            }
        }
        agree("leases at rest", leases[0], leases[1])
        for place in KnownCalls.lists.keys.sorted() {
            let orders = nodes.indices.map {
                nodes[$0].engine.candidates(place: PlaceKey(place), callServer: "main", now: now($0))
            }
            agree("order at rest of \(place)", orders[0], orders[1])
        }
    }
}

/// `E911_ELIN_OPERATIONS` sets how many operations each seed does.
@Suite struct PairModelTests {
    private static let operations =
        ProcessInfo.processInfo.environment["E911_ELIN_OPERATIONS"].flatMap { Int($0) } ?? 600
    private static let fresh = UInt64.random(in: 1000..<1_000_000_000)

    @Test(arguments: Array(1...10 as ClosedRange<UInt64>) + [fresh])
    func twoNodesThatExchangeTheirLeasesNameTheSameCallers(_ seed: UInt64) {
        if seed == Self.fresh { print("ELINs of a pair: fresh seed \(seed), \(Self.operations) operations") }
        var (exchanged, conflicts) = (0, 0)
        // One pair lives for a few hours, so that the plain lists stay short.
        for life in 0..<UInt64(max(1, Self.operations / 300)) {
            var pair = Pair(seed: seed &+ life &* 1_000_000_007)
            for _ in 0..<300 {
                pair.step()
                pair.compare()
                guard pair.disagreement == nil else { break }
            }
            if pair.disagreement == nil { pair.rest() }
            (exchanged, conflicts) = (exchanged + pair.exchanged, conflicts + pair.conflicts)
            #expect(pair.disagreement == nil, "seed \(seed), life \(life)")
            guard pair.disagreement == nil else { return }
        }
        #expect(exchanged > 50 && conflicts > 0, "seed \(seed)")
    }

    /// Whatever the order, and however often: the engine ends in the same state.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func mergingIsCommutativeAndIdempotent(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let leases = (0..<40).map { _ in
            let counter = UInt64.random(in: 1..<20, using: &random)
            let node = ["a", "b"].randomElement(using: &random) ?? "a"
            // One call has one ELIN.
            let number = elin(100 + (counter * 2 + (node == "a" ? 0 : 1)) % 4)
            let taken = at(Double(counter)).wall
            return StoredLease(
                elin: number, call: RecordKey(time: taken, node: node, counter: counter),
                device: DeviceKey("\(node)\(counter)"), callerDN: "dn-\(node)\(counter)",
                callServer: counter % 5 == 0 ? "short" : "main", place: PlaceKey("hq"), takenAt: taken,
                expiresAt: taken + .seconds(counter % 3 == 0 ? 10 : 1200))
        }
        func merged(_ leases: [StoredLease]) -> ELINEngine {
            var engine = ELINEngine(configuration: site())
            for lease in leases {
                let window = lease.expiresAt - lease.takenAt
                _ = engine.merge(lease, window: window, age: at(20).wall - lease.takenAt, now: at(20))
            }
            return engine
        }
        let first = merged(leases)
        #expect(first.violations() == [], "seed \(seed)")
        for _ in 0..<5 {
            let other = merged((leases + leases.shuffled(using: &random)).shuffled(using: &random))
            #expect(other.leases(at: at(20)) == first.leases(at: at(20)), "seed \(seed)")
            #expect(
                other.candidates(place: PlaceKey("hq"), callServer: "main", now: at(20))
                    == first.candidates(place: PlaceKey("hq"), callServer: "main", now: at(20)), "seed \(seed)")
            #expect(other.violations() == [], "seed \(seed)")
        }
    }
}
