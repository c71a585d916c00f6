import E911Values
import ELINEngine
import Testing

@Suite struct ChoiceTests {
    @Test func sameDeviceKeepsItsELINAndTheLeaseIsRenewed() throws {
        let engine = Subject()
        let first = try #require(engine.take(request("a", "hq"), now: at(0)))
        let second = try #require(engine.take(request("a", "hq", call: 2), now: at(1199)))
        #expect(first.elin == elin(101) && second.elin == elin(101))
        #expect(!first.renewed && second.renewed && second.displaced == nil)
        #expect(second.lease.call == call(2))
        #expect(second.lease.expiresAt == at(2399).wall)
        #expect(engine.callback(to: elin(101), now: at(2398)).dn == "dn-a")
    }

    @Test func listedOrderFirstThenTheFreeELINUsedLongestAgo() {
        let engine = Subject()
        #expect(engine.number("a", "hq", at(0)) == elin(101))
        #expect(engine.number("b", "hq", at(1)) == elin(102))
        // Both windows are over; 101 was used longest ago, then 102.
        #expect(engine.number("c", "hq", at(3000)) == elin(101))
        #expect(engine.number("d", "hq", at(3001)) == elin(102))
    }

    @Test func aDeviceWhoseLeaseHasEndedIsANewCaller() {
        let engine = Subject()
        #expect(engine.number("a", "hq", at(0)) == elin(101))
        #expect(engine.number("a", "hq", at(1200)) == elin(102))
    }

    @Test func theOldestLeaseIsDisplacedAndBothCallersAreNamed() throws {
        let engine = Subject()
        _ = engine.take(request("a", "hq", call: 1), now: at(0))
        _ = engine.take(request("b", "hq", call: 2), now: at(1))
        // Renewing makes a's lease the younger one.
        _ = engine.take(request("a", "hq", call: 3), now: at(2))
        let third = try #require(engine.take(request("c", "hq", call: 4), now: at(3)))
        #expect(third.elin == elin(102))
        #expect(third.displaced?.callerDN == "dn-b" && third.displaced?.call == call(2))
        #expect(third.lease.callerDN == "dn-c")
        #expect(engine.callback(to: elin(102), now: at(4)).dn == "dn-c")
        // The displaced caller calls again: he displaces the one whose lease is the oldest by now.
        #expect(engine.number("b", "hq", at(5)) == elin(101))
    }

    @Test func aPlaceWithoutELINsGetsTheDefaultAndNeverAnAncestors() throws {
        let engine = Subject()
        let assignment = try #require(engine.take(request("a", "attic"), now: at(0)))
        #expect(assignment.elin == elin(100) && assignment.source == .callServerDefault)
        #expect(assignment.place == PlaceKey("hq"))
    }

    @Test(arguments: [nil, "nowhere"])
    func noPlaceOrAnUnknownOneGetsTheDefault(_ place: String?) throws {
        let engine = Subject()
        let assignment = try #require(engine.take(request("a", place), now: at(0)))
        #expect(assignment.elin == elin(100) && assignment.source == .callServerDefault)
    }

    @Test func theDefaultELINMapsCallbacksToTheLatestCallerWithoutADisplacement() throws {
        let engine = Subject()
        _ = engine.take(request("a", "attic"), now: at(0))
        let second = try #require(engine.take(request("b", "attic"), now: at(1)))
        #expect(second.displaced == nil && !second.renewed)
        #expect(engine.callback(to: elin(100), now: at(2)).dn == "dn-b")
        #expect(engine.callback(to: elin(100), now: at(1201)) == .outsideWindow(place: PlaceKey("hq")))
    }

    @Test(arguments: ["lab", "bench"])
    func aPendingPlaceGetsTheNearestAncestorsELIN(_ place: String) throws {
        let engine = Subject()
        let assignment = try #require(engine.take(request("a", place), now: at(0)))
        #expect(assignment.elin == elin(101) && assignment.source == .ancestor)
        #expect(assignment.place == PlaceKey("hq"))
    }

    @Test func aPendingPlaceWithoutAncestorGetsTheDefault() throws {
        let engine = Subject()
        #expect(engine.take(request("a", "barn"), now: at(0))?.source == .callServerDefault)
    }

    @Test func aDeviceThatMovedGetsAnELINOfItsNewPlace() {
        let engine = Subject()
        #expect(engine.number("a", "hq", at(0)) == elin(101))
        #expect(engine.number("a", "east", at(10)) == elin(103))
        // A callback to either one reaches it.
        #expect(engine.callback(to: elin(101), now: at(20)).dn == "dn-a")
        #expect(engine.callback(to: elin(103), now: at(20)).dn == "dn-a")
        #expect(engine.number("a", "hq", at(30)) == elin(101))
    }

    @Test func anUnknownCallServerStillGetsAnELINOfThePlace() {
        let engine = Subject()
        #expect(engine.number("a", "hq", server: "other", at(0)) == elin(101))
        #expect(engine.take(request("a", "attic", server: "other"), now: at(0)) == nil)
    }

    @Test func candidatesStandInTheOrderInWhichTheyWouldBeGiven() {
        let engine = Subject()
        let hq = PlaceKey("hq")
        #expect(engine.value.candidates(place: hq, callServer: "main", now: at(0)) == [elin(101), elin(102)])
        _ = engine.number("a", "hq", at(0))
        #expect(engine.value.candidates(place: hq, callServer: "main", now: at(1)) == [elin(102), elin(101)])
        #expect(engine.value.candidates(place: PlaceKey("attic"), callServer: "main", now: at(1)) == [elin(100)])
    }

    @Test func anUntrustedSourceGetsTheDefaultWithoutALease() {
        let engine = Subject()
        #expect(engine.value.unleasedDefault(callServer: "main")?.elin == elin(100))
        #expect(engine.callback(to: elin(100), now: at(0)) == .outsideWindow(place: PlaceKey("hq")))
    }
}

@Suite struct ZeroTimeoutTests {
    @Test func withTimeoutZeroThereIsNoCallbackAndARepeatedCallIsMatchedFor120Seconds() throws {
        let engine = Subject()
        let first = try #require(engine.take(request("a", "hq", server: "short"), now: at(0)))
        #expect(!first.lease.mapsCallback && first.lease.window == .seconds(120))
        #expect(engine.callback(to: elin(101), now: at(1)) == .outsideWindow(place: PlaceKey("hq")))
        #expect(engine.take(request("a", "hq", server: "short"), now: at(119))?.renewed == true)
        #expect(engine.take(request("a", "hq", server: "short"), now: at(239))?.renewed == false)
    }

    @Test func anELINWithoutCallbackIsFreeAndNobodyIsDisplaced() throws {
        let engine = Subject()
        #expect(engine.number("a", "east", server: "short", at(0)) == elin(103))
        let second = try #require(engine.take(request("b", "east", server: "short"), now: at(1)))
        #expect(second.elin == elin(103) && second.displaced == nil)
    }

    @Test func aCallbackIsLostToACallerOfTimeoutZeroAndThatIsTold() throws {
        let engine = Subject()
        #expect(engine.number("a", "east", at(0)) == elin(103))
        let second = try #require(engine.take(request("b", "east", server: "short"), now: at(1)))
        #expect(second.displaced?.callerDN == "dn-a")
        #expect(engine.callback(to: elin(103), now: at(2)).dn == nil)
    }

    @Test(arguments: [(-5, 120), (0, 120), (1, 1), (3600, 3600), (9000, 3600)])
    func timeoutsAreHeldToTheirRange(_ timeout: Int, _ window: Int) throws {
        let engine = Subject(site(mainTimeout: .seconds(timeout)))
        let lease = try #require(engine.take(request("a", "hq"), now: at(0))).lease
        #expect(lease.window == .seconds(window))
    }
}

@Suite struct TestCallTests {
    @Test func aTestCallGetsAFreeELINAndTakesNothing() {
        let engine = Subject()
        let before = engine.value
        let found = engine.lookUpForTest(place: PlaceKey("hq"), callServer: "main", now: at(0))
        #expect(found == UnleasedELIN(elin: elin(101), place: PlaceKey("hq"), source: .own))
        #expect(engine.value == before)
        #expect(engine.number("a", "hq", at(1)) == elin(101))
    }

    @Test func aTestCallNeverGetsAnELINWithALiveLeaseNotEvenItsOwn() {
        let engine = Subject()
        _ = engine.number("a", "hq", at(0))
        #expect(engine.lookUpForTest(place: PlaceKey("hq"), callServer: "main", now: at(1))?.elin == elin(102))
        _ = engine.number("b", "hq", at(1))
        let test = engine.lookUpForTest(place: PlaceKey("hq"), callServer: "main", now: at(2))
        #expect(test?.elin == elin(199) && test?.source == .test)
        // The first window is over.
        #expect(engine.lookUpForTest(place: PlaceKey("hq"), callServer: "main", now: at(1200))?.elin == elin(101))
    }

    @Test func withoutAFreeELINAndWithoutATestELINThereIsNone() {
        let engine = Subject()
        _ = engine.number("a", "east", server: "short", at(0))
        #expect(engine.lookUpForTest(place: PlaceKey("east"), callServer: "short", now: at(1)) == nil)
    }

    @Test func aTestCallFromAPlaceWithoutELINsGetsTheTestELINNotTheDefault() {
        let engine = Subject()
        #expect(engine.lookUpForTest(place: PlaceKey("attic"), callServer: "main", now: at(0))?.elin == elin(199))
        #expect(engine.lookUpForTest(place: nil, callServer: "short", now: at(0)) == nil)
    }

    @Test func aTestCallFromAPendingPlaceGetsTheAncestorsELIN() {
        let engine = Subject()
        let found = engine.lookUpForTest(place: PlaceKey("lab"), callServer: "main", now: at(0))
        #expect(found == UnleasedELIN(elin: elin(101), place: PlaceKey("hq"), source: .ancestor))
    }
}
