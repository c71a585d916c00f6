import E911Values
import ELINEngine
import Testing

/// The rules of contract.md section 4 over the plain list of all calls so far: slow, and too simple to be wrong.
private struct NaiveModel {
    struct Taken {
        var elin: TelephoneNumber
        var device: String
        var until: Double
        var maps: Bool
    }

    var history: [Taken] = []
    let lists: [String: [TelephoneNumber]] = [
        "hq": [elin(101), elin(102)], "east": [elin(103)], "lab": [elin(101), elin(102)],
        "bench": [elin(101), elin(102)],
    ]
    let defaults = ["main": elin(100), "short": elin(200)]

    /// The latest caller of an ELIN.
    func holder(_ number: TelephoneNumber, _ now: Double) -> Taken? {
        history.last { $0.elin == number }.flatMap { now < $0.until ? $0 : nil }
    }

    func behind(_ number: TelephoneNumber, _ now: Double) -> String? {
        holder(number, now).flatMap { $0.maps ? "dn-\($0.device)" : nil }
    }

    func lastUse(_ number: TelephoneNumber) -> Int { history.lastIndex { $0.elin == number } ?? -1 }

    func oldest(_ numbers: [TelephoneNumber]) -> TelephoneNumber? {
        numbers.enumerated().min { (lastUse($0.element), $0.offset) < (lastUse($1.element), $1.offset) }?.element
    }

    mutating func take(
        _ device: String, _ place: String, _ server: String, _ now: Double
    ) -> (elin: TelephoneNumber, displaced: String?) {
        let list = lists[place] ?? []
        let own = list.filter { holder($0, now)?.device == device }.max { lastUse($0) < lastUse($1) }
        let free = oldest(list.filter { behind($0, now) == nil })
        let number = own ?? free ?? oldest(list) ?? defaults[server] ?? elin(0)
        let displaced = own == nil && !list.isEmpty ? behind(number, now) : nil
        let window = server == "main" ? 50.0 : 120.0
        history.append(Taken(elin: number, device: device, until: now + window, maps: server == "main"))
        return (number, displaced)
    }

    func test(_ place: String, _ server: String, _ now: Double) -> TelephoneNumber? {
        if let free = oldest((lists[place] ?? []).filter { holder($0, now) == nil }) { return free }
        return server == "main" ? elin(199) : nil
    }
}

@Suite struct RandomWalkTests {
    private static let all = [100, 101, 102, 103, 199, 200].map { elin($0) }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func theEngineDoesAsThePlainRulesSay(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let engine = Subject(site(mainTimeout: .seconds(50)))
        var model = NaiveModel()
        var now = 0.0
        for step in 0..<300 {
            now += Double(Int.random(in: 0...30, using: &random)) / 2
            let device = ["a", "b", "c", "d", "e"].randomElement(using: &random) ?? "a"
            let place = ["hq", "east", "attic", "lab", "bench", "barn"].randomElement(using: &random) ?? "hq"
            let server = Int.random(in: 0..<4, using: &random) == 0 ? "short" : "main"
            let label: Comment = "seed \(seed), step \(step)"
            switch Int.random(in: 0..<10, using: &random) {
            case 0...5:
                let assignment = try #require(engine.take(request(device, place, server: server), now: at(now)))
                let wanted = model.take(device, place, server, now)
                #expect(assignment.elin == wanted.elin, label)
                #expect(assignment.displaced?.callerDN == wanted.displaced, label)
            case 6, 7:
                let before = engine.value
                let found = engine.lookUpForTest(place: PlaceKey(place), callServer: server, now: at(now))
                #expect(found?.elin == model.test(place, server, now), label)
                #expect(engine.value == before, label)
            case 8:
                for ended in engine.advance(to: at(now), limit: Int.random(in: 1...4, using: &random)) {
                    #expect(ended.deadline <= at(now).monotonic, label)
                }
            default:
                engine.value.apply(site(mainTimeout: .seconds(50)), now: at(now))
            }
            for number in Self.all {
                #expect(engine.callback(to: number, now: at(now)).dn == model.behind(number, now), label)
            }
            #expect(engine.value.violations() == [], label)
        }
    }
}
