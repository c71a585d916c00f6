import E911Values
import ELINEngine
import Testing

/// One place with five ELINs, for shares of 3 and 2.
private func fiveELINs() -> ELINConfiguration {
    var configuration = site()
    configuration.places[0].elins = (1...5).map { elin($0) }
    return configuration
}

private let numbers = (1...5).map { elin($0) }

@Suite struct ShareTests {
    static let shares: [ELINShare?] = [
        nil, ELINShare(position: 0, seesOther: true), ELINShare(position: 0, seesOther: false),
        ELINShare(position: 1, seesOther: true), ELINShare(position: 1, seesOther: false),
    ]

    /// Every set of ELINs that are taken, in two orders of use, for every share: whether a call, a preview and the list of
    /// candidates agree with the rules, written out.
    /// The leases are nearly equally old, so that of those each node displaces its own first.
    @Test(arguments: shares) func theOwnShareComesFirstThenTheOthersThenTheOldestLease(_ share: ELINShare?) throws {
        for taken in 0..<32 {
            for isReversed in [false, true] {
                let engine = Subject(fiveELINs())
                var order: [Int] = []
                for index in isReversed ? (0..<5).reversed() : Array(0..<5) where taken >> index & 1 == 1 {
                    engine.value.restore(
                        [
                            StoredLease(
                                elin: numbers[index], call: call(UInt64(order.count + 1)),
                                device: DeviceKey("d\(index)"),
                                callerDN: "dn-d\(index)", callServer: "main", place: PlaceKey("hq"),
                                takenAt: at(0).wall, expiresAt: at(1200).wall)
                        ], now: at(0))
                    order.append(index)
                }
                let free = (0..<5).filter { !order.contains($0) }
                let own = free.filter { share == nil || $0 % 2 == share?.position }
                let others = free.filter { !own.contains($0) }
                let displaced = order.filter { share == nil || $0 % 2 == share?.position }
                let expected = own + others + displaced + order.filter { !displaced.contains($0) }
                let label: Comment = "taken \(taken), reversed \(isReversed)"
                #expect(
                    engine.value.candidates(place: PlaceKey("hq"), callServer: "main", share: share, now: at(1))
                        == expected.map { numbers[$0] }, label)
                let first = try #require(expected.first)
                let said = engine.value.preview(
                    place: PlaceKey("hq"), callServer: "main", device: DeviceKey("new"), share: share, now: at(1))
                #expect(said?.elin == numbers[first], label)
                #expect(said?.isOfOtherShare == (own.isEmpty && !(share == nil || first % 2 == share?.position)), label)
                // A test takes nothing of the other share while its leases are not seen.
                let tested = share?.seesOther == false ? own.first : (own + others).first
                let test = engine.lookUpForTest(place: PlaceKey("hq"), callServer: "main", share: share, now: at(1))
                #expect(test?.elin == tested.map { numbers[$0] } ?? elin(199), label)
                let given = try #require(engine.take(request("new", "hq", call: 10, share: share), now: at(1)))
                #expect(given.elin == numbers[first], label)
                #expect(given.displaced?.callerDN == (free.isEmpty ? "dn-d\(first)" : nil), label)
                #expect(engine.value.violations() == [], label)
            }
        }
    }

    /// Both would take the oldest lease of all at the same moment; each takes its own oldest, unless the other's is much older.
    @Test func nodesThatDisplaceAtTheSameMomentDisplaceDifferentLeases() throws {
        func engine(_ first: UInt64) -> Subject {
            let engine = Subject(fiveELINs())
            for index in 0..<5 {
                engine.value.restore(
                    [
                        StoredLease(
                            elin: numbers[index], call: call(index == 0 ? first : 20_000_000 + UInt64(index)),
                            device: DeviceKey("d\(index)"), callerDN: "dn-d\(index)", callServer: "main",
                            place: PlaceKey("hq"), takenAt: at(0).wall, expiresAt: at(1200).wall)
                    ], now: at(0))
            }
            return engine
        }
        func taken(_ first: UInt64, _ position: Int, sees: Bool = true) -> TelephoneNumber? {
            let share = ELINShare(position: position, seesOther: sees)
            let said = engine(first).value.preview(
                place: PlaceKey("hq"), callServer: "main", device: DeviceKey("new"), share: share, now: at(1))
            let listed = engine(first).value.candidates(
                place: PlaceKey("hq"), callServer: "main", share: share, now: at(1)
            ).first
            #expect(said?.elin == listed)
            return listed
        }
        #expect(taken(15_000_000, 0) == numbers[0] && taken(15_000_000, 1) == numbers[1])
        #expect(taken(9_000_000, 1) == numbers[0], "eleven seconds older")
        #expect(taken(9_000_000, 1, sees: false) == numbers[1])
    }

    @Test(arguments: shares) func aDeviceKeepsItsELINWhoseverShareItIsOf(_ share: ELINShare?) {
        for index in 0..<5 {
            let engine = Subject(fiveELINs())
            let stored = StoredLease(
                elin: numbers[index], call: RecordKey(time: at(0).wall, node: "b", counter: 1), device: DeviceKey("a"),
                callerDN: "dn-a", callServer: "main", place: PlaceKey("hq"), takenAt: at(0).wall,
                expiresAt: at(1200).wall)
            #expect(engine.merge(stored, window: .seconds(1200), age: .zero, now: at(0)) == .taken(from: nil))
            let said = engine.value.preview(
                place: PlaceKey("hq"), callServer: "main", device: DeviceKey("a"), share: share, now: at(1))
            let given = engine.take(request("a", "hq", call: 2, share: share), now: at(1))
            #expect(given?.elin == numbers[index] && given?.renewed == true)
            #expect(said?.elin == numbers[index] && said?.isRenewed == true && said?.isOfOtherShare == false)
        }
    }

    @Test func withinAShareTheOneUsedLongestAgoIsGiven() {
        let engine = Subject(fiveELINs())
        let share = ELINShare(position: 1, seesOther: true)
        var given: [TelephoneNumber?] = []
        for (index, device) in ["a", "b", "c", "d"].enumerated() {
            given.append(engine.take(request(device, "hq", share: share), now: at(Double(index) * 2000))?.elin)
        }
        #expect(given == [elin(2), elin(4), elin(2), elin(4)])
    }

    @Test func aPlaceWithOneELINServesBothNodes() {
        for position in 0...2 {
            let engine = Subject()
            let share = ELINShare(position: position, seesOther: false)
            #expect(engine.take(request("a", "east", share: share), now: at(0))?.elin == elin(103))
            #expect(engine.take(request("b", "attic", share: share), now: at(0))?.elin == elin(100))
        }
    }

    @Test func thePreviewSaysThatTheOtherShareIsUsed() {
        let engine = Subject()
        let share = ELINShare(position: 1, seesOther: true)
        _ = engine.take(request("a", "hq", share: share), now: at(0))
        let said = engine.value.preview(
            place: PlaceKey("hq"), callServer: "main", device: DeviceKey("b"), share: share, now: at(1))
        #expect(said?.elin == elin(101) && said?.isOfOtherShare == true)
        #expect(
            said?.reason == "no ELIN of this node's share is free: of the other's the one that was used longest ago")
    }
}
