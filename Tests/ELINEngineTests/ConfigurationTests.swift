import E911Values
import ELINEngine
import Testing

@Suite struct ConfigurationTests {
    @Test func aSoundConfigurationHasNoProblem() {
        #expect(site().problems().isEmpty)
    }

    struct Case: Sendable {
        var code: ELINProblem.Code
        var position: ELINProblem.Position
        var change: @Sendable (inout ELINConfiguration) -> Void
    }

    @Test(arguments: [
        Case(code: .duplicatePlace, position: .place(6)) { $0.places.append(.init(key: PlaceKey("hq"), elins: [])) },
        Case(code: .unknownAncestor, position: .place(1)) { $0.places[1].ancestors = [PlaceKey("moon")] },
        Case(code: .sharedNumber, position: .elin(place: 1, 1)) { $0.places[1].elins.append(elin(101)) },
        Case(code: .sharedNumber, position: .elin(place: 0, 2)) { $0.places[0].elins.append(elin(101)) },
        Case(code: .sharedNumber, position: .callServer(0)) { $0.callServers[0].defaultELIN = elin(101) },
        Case(code: .sharedNumber, position: .callServer(0)) { $0.callServers[0].testELIN = elin(103) },
        Case(code: .sharedNumber, position: .range(pool: 0, 1)) {
            $0.pools[0].ranges.append(.init(first: elin(103), last: elin(104)))
        },
        Case(code: .sharedNumber, position: .range(pool: 1, 0)) {
            $0.pools.append(.init(name: "up", ranges: [.init(first: elin(139), last: elin(150))]))
        },
        Case(code: .emptyRange, position: .range(pool: 0, 0)) {
            $0.pools[0].ranges[0] = .init(first: elin(139), last: elin(120))
        },
        Case(code: .sameLastTenDigits, position: .elin(place: 1, 1)) {
            $0.places[1].elins.append(TelephoneNumber(digits: 93_125_550_101)!)
        },
        Case(code: .duplicateCallServer, position: .callServer(1)) { $0.callServers[1].name = "main" },
        Case(code: .unknownDefaultPlace, position: .callServer(1)) {
            $0.callServers[1].defaultPlace = PlaceKey("moon")
        },
        Case(code: .timeoutOutOfRange, position: .callServer(0)) { $0.callServers[0].timeout = .seconds(3601) },
        Case(code: .timeoutOutOfRange, position: .callServer(0)) { $0.callServers[0].timeout = .seconds(-1) },
    ])
    func aProblemIsNamedWithItsPlace(_ one: Case) {
        var configuration = site()
        one.change(&configuration)
        let problems = configuration.problems()
        #expect(problems.map(\.code) == [one.code])
        #expect(problems.first?.position == one.position)
        #expect(problems.first?.reason.isEmpty == false)
        // The engine works all the same.
        let engine = Subject(configuration)
        #expect(engine.number("a", "hq", at(0)) != nil)
        #expect(engine.value.violations().isEmpty)
    }

    @Test func callServersMayShareTheirDefault() {
        var configuration = site()
        configuration.callServers[1].defaultELIN = elin(100)
        #expect(configuration.problems().isEmpty)
    }

    @Test func ofTwoClaimsToANumberTheFirstCounts() {
        var configuration = site()
        configuration.places[1].elins = [elin(101)]
        let engine = Subject(configuration)
        #expect(engine.number("a", "east", at(0)) == elin(100))
        #expect(engine.number("b", "hq", at(0)) == elin(101))
    }

    @Test func liveLeasesOutliveAChangeOfConfiguration() throws {
        let engine = Subject()
        _ = engine.number("a", "east", at(0))
        _ = engine.number("b", "hq", at(1))
        var changed = site()
        changed.places[1].elins = [elin(110)]
        changed.places[0].elins = [elin(102), elin(101)]
        engine.value.apply(changed, now: at(2))
        #expect(engine.value.violations().isEmpty)
        // The number has left its place: callbacks come through, a new call gets the new number.
        #expect(engine.callback(to: elin(103), now: at(2)).dn == "dn-a")
        #expect(engine.number("a", "east", at(2)) == elin(110))
        #expect(engine.take(request("b", "hq"), now: at(3))?.renewed == true)
        #expect(engine.nextDeadline == at(1200).monotonic)
        #expect(engine.advance(to: at(1200)).map(\.elin) == [elin(103)])
        // Ours until the configuration changes again, then forgotten.
        #expect(engine.value.isOurs(elin(103)))
        engine.value.apply(changed, now: at(1201))
        #expect(!engine.value.isOurs(elin(103)))
        #expect(engine.value.violations().isEmpty)
    }
}
