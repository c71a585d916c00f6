import E911Values
import ELINEngine
import Testing

@Suite struct CallbackTests {
    @Test func aLeaseIsLiveUpToItsDeadlineAndNotAtIt() {
        let engine = Subject()
        _ = engine.number("a", "east", at(0))
        #expect(engine.callback(to: elin(103), now: at(1199.999)).dn == "dn-a")
        #expect(engine.callback(to: elin(103), now: at(1200)) == .outsideWindow(place: PlaceKey("east")))
    }

    @Test func theAnswerNamesTheWholeLease() throws {
        let engine = Subject()
        let lease = try #require(engine.take(request("a", "east", call: 7), now: at(5))).lease
        #expect(engine.callback(to: elin(103), now: at(6)) == .caller(lease))
        #expect(lease.callerContact == "sip:a@192.0.2.1" && lease.call == call(7) && lease.callServer == "main")
    }

    @Test(arguments: [100, 101, 102, 103, 199, 200, 120, 139])
    func everyELINIsOurs(_ number: UInt64) {
        let engine = Subject()
        #expect(engine.value.isOurs(elin(number)))
        #expect(engine.value.isOurs(lastTen: elin(number).lastTen))
        if case .outsideWindow = engine.callback(to: elin(number), now: at(0)) {} else { Issue.record("\(number)") }
    }

    @Test(arguments: [104, 119, 140])
    func otherNumbersAreNotOurs(_ number: UInt64) {
        let engine = Subject()
        #expect(!engine.value.isOurs(elin(number)))
        #expect(engine.callback(to: elin(number), now: at(0)) == .notOurs)
    }

    @Test func aNumberIsFoundByItsLastTenDigits() throws {
        let engine = Subject()
        _ = engine.number("a", "east", at(0))
        let foreign = try #require(TelephoneNumber("+93125550103"))
        #expect(engine.value.isOurs(foreign))
        #expect(engine.callback(to: foreign, now: at(1)).dn == "dn-a")
        #expect(engine.value.callback(toLastTen: 3_125_550_103, now: at(1)).dn == "dn-a")
        #expect(engine.value.callback(toLastTen: 3_125_559_999, now: at(1)) == .notOurs)
    }

    @Test func ofTwoNumbersWithTheSameLastTenDigitsTheExactOneCounts() throws {
        let twin = try #require(TelephoneNumber("+93125550103"))
        var configuration = site()
        configuration.places.append(.init(key: PlaceKey("far"), elins: [twin]))
        let engine = Subject(configuration)
        _ = engine.number("a", "far", at(0))
        #expect(engine.callback(to: elin(103), now: at(1)) == .outsideWindow(place: PlaceKey("east")))
        #expect(engine.callback(to: twin, now: at(1)).dn == "dn-a")
        #expect(engine.value.callback(toLastTen: twin.lastTen, now: at(1)).dn == "dn-a")
        _ = engine.number("b", "east", at(2))
        #expect(engine.value.callback(toLastTen: twin.lastTen, now: at(3)).dn == "dn-b")
    }

    @Test func expiryTellsWhatEndedInOrderAndKeepsTheRest() {
        let engine = Subject()
        _ = engine.number("a", "hq", at(0))
        _ = engine.number("b", "hq", server: "short", at(1))
        _ = engine.number("c", "east", at(2))
        #expect(engine.nextDeadline == at(121).monotonic)
        #expect(engine.advance(to: at(120)).isEmpty)
        #expect(engine.advance(to: at(1201), limit: 1).map(\.callerDN) == ["dn-b"])
        #expect(engine.advance(to: at(1201)).map(\.callerDN) == ["dn-a"])
        #expect(engine.value.leases(at: at(1201)).map(\.callerDN) == ["dn-c"])
        #expect(engine.leaseCount == 1)
        #expect(engine.value.violations().isEmpty)
    }
}

@Suite struct RestoreTests {
    private func stored(
        _ number: UInt64, _ device: String, taken: Double, expires: Double, server: String = "main",
        call counter: UInt64 = 1
    ) -> StoredLease {
        StoredLease(
            elin: elin(number), call: call(counter), device: DeviceKey(device), callerDN: "dn-\(device)",
            callServer: server, place: PlaceKey("hq"), takenAt: at(taken).wall, expiresAt: at(expires).wall)
    }

    /// A start at the wall time `at(wall)`, whose monotonic clock begins anew.
    private func start(_ wall: Double, after seconds: Double = 0) -> Now {
        Now(monotonic: MonotonicTime(nanoseconds: Int64(seconds * 1e9)), wall: at(wall + seconds).wall)
    }

    @Test func whatIsLeftOfAWindowGoesOn() {
        let engine = Subject()
        engine.value.restore([stored(103, "a", taken: 0, expires: 1200)], now: start(1000))
        #expect(engine.callback(to: elin(103), now: start(1000, after: 199)).dn == "dn-a")
        #expect(engine.callback(to: elin(103), now: start(1000, after: 200)).dn == nil)
        #expect(engine.value.violations().isEmpty)
    }

    @Test func aClockSetBackDoesNotStretchALeasePastTheTimeout() {
        let engine = Subject()
        engine.value.restore([stored(103, "a", taken: 0, expires: 1200)], now: start(-100_000))
        #expect(engine.callback(to: elin(103), now: start(-100_000, after: 1199)).dn == "dn-a")
        #expect(engine.callback(to: elin(103), now: start(-100_000, after: 1200)).dn == nil)
    }

    @Test func theLatestOfSeveralCountsInWhateverOrderTheyCome() {
        for leases in [
            [stored(103, "a", taken: 0, expires: 1200), stored(103, "b", taken: 50, expires: 1250, call: 2)],
            [stored(103, "b", taken: 50, expires: 1250, call: 2), stored(103, "a", taken: 0, expires: 1200)],
        ] {
            let engine = Subject()
            engine.value.restore(leases, now: start(100))
            #expect(engine.callback(to: elin(103), now: start(101)).dn == "dn-b")
        }
    }

    /// Two calls of one node between which its clock was set back.
    @Test func theLatestCallerCountsThoughTheClockWasSetBack() {
        let leases = [
            stored(103, "before", taken: 3600, expires: 4800, call: 1),
            stored(103, "after", taken: 10, expires: 1210, call: 2),
        ]
        for leases in [leases, leases.reversed()] {
            let engine = Subject()
            engine.value.restore(leases, now: start(20))
            #expect(engine.callback(to: elin(103), now: start(21)).dn == "dn-after")
        }
        // One after the other: from the journal first, then from the store.
        let engine = Subject()
        engine.value.restore([leases[1]], now: start(20))
        engine.value.restore([leases[0]], now: start(20))
        #expect(engine.callback(to: elin(103), now: start(21)).dn == "dn-after")
        #expect(engine.value.violations().isEmpty)
    }

    @Test func aCallThatWasWithdrawnKeepsNoEarlierLeaseOut() throws {
        let engine = Subject()
        let assignment = try #require(engine.take(request("b", "east"), now: start(100)))
        engine.value.withdraw(assignment, now: start(100))
        // The store was opened late.
        engine.value.restore([stored(103, "a", taken: 0, expires: 1200)], now: start(100))
        #expect(engine.callback(to: elin(103), now: start(101)).dn == "dn-a")
        #expect(engine.value.violations().isEmpty)
    }

    @Test func aLaterLeaseThatHasEndedStillTookTheCallback() {
        let engine = Subject()
        engine.value.restore(
            [stored(103, "a", taken: 0, expires: 1200), stored(103, "b", taken: 50, expires: 90, call: 2)],
            now: start(100))
        #expect(engine.callback(to: elin(103), now: start(100)).dn == nil)
        #expect(engine.value.violations().isEmpty)
    }

    @Test func aLeaseOfThisRunStays() {
        let engine = Subject()
        _ = engine.take(request("new", "east", call: 2), now: start(1000))
        engine.value.restore([stored(103, "old", taken: 0, expires: 1200)], now: start(1000, after: 1))
        #expect(engine.callback(to: elin(103), now: start(1000, after: 2)).dn == "dn-new")
        #expect(engine.value.violations().isEmpty)
    }

    @Test func theOrderOfUseSurvives() {
        let engine = Subject()
        // Both ended long ago; 102 was used before 101.
        engine.value.restore(
            [stored(101, "a", taken: 20, expires: 30, call: 2), stored(102, "b", taken: 10, expires: 30)],
            now: start(5000))
        #expect(engine.take(request("c", "hq", call: 3), now: start(5000))?.elin == elin(102))
        #expect(engine.number("d", "hq", start(5001)) == elin(101))
    }

    @Test func aLeaseOnANumberThatHasLeftTheConfigurationStillTakesItsCallback() {
        let engine = Subject()
        engine.value.restore([stored(777, "a", taken: 0, expires: 1200)], now: start(10))
        #expect(engine.value.isOurs(elin(777)))
        #expect(engine.callback(to: elin(777), now: start(11)).dn == "dn-a")
        #expect(engine.callback(to: elin(777), now: start(10, after: 1190)) == .outsideWindow(place: nil))
        engine.value.restore([stored(778, "a", taken: 0, expires: 5)], now: start(10))
        #expect(!engine.value.isOurs(elin(778)))
    }

    @Test func storedAndRestoredIsTheSameLease() throws {
        let engine = Subject()
        let lease = try #require(engine.take(request("a", "east"), now: at(0))).lease
        let other = Subject()
        other.value.restore([StoredLease(lease)], now: at(0))
        #expect(other.callback(to: elin(103), now: at(1)) == .caller(lease))
    }
}
