import E911Values
import ELINEngine
import Testing

private func lease(
    _ number: UInt64, _ device: String, node: String = "b", counter: UInt64, taken: Double = 0, window: Double = 1200,
    server: String = "main"
) -> StoredLease {
    StoredLease(
        elin: elin(number), call: RecordKey(time: at(taken).wall, node: node, counter: counter),
        device: DeviceKey(device), callerDN: "dn-\(device)", callServer: server, place: PlaceKey("hq"),
        takenAt: at(taken).wall, expiresAt: at(taken + window).wall)
}

@Suite struct MergeTests {
    @Test func whatTheOtherNodeGaveIsGivenToNobodyElse() {
        let engine = Subject()
        #expect(
            engine.merge(lease(101, "a", counter: 1), window: .seconds(1200), age: .zero, now: at(0))
                == .taken(from: nil))
        #expect(engine.callback(to: elin(101), now: at(1)).dn == "dn-a")
        #expect(engine.take(request("b", "hq", call: 2), now: at(1))?.elin == elin(102))
        #expect(engine.value.leaseCount == 2 && engine.value.violations() == [])
    }

    @Test func theLaterCallHoldsWhoeverHearsOfItLast() {
        let first = lease(103, "a", counter: 5)
        let second = lease(103, "b", node: "a", counter: 6, taken: -30)
        for leases in [[first, second], [second, first], [first, second, first, second, second]] {
            let engine = Subject()
            for lease in leases { _ = engine.merge(lease, window: .seconds(1200), age: .zero, now: at(0)) }
            // By its own clock the later one was taken earlier.
            #expect(engine.callback(to: elin(103), now: at(1)).dn == "dn-b")
            #expect(engine.value.violations() == [])
        }
    }

    @Test func ofTwoCallsWithOneCounterTheNameOfTheNodeDecides() {
        for leases in [
            [lease(103, "a", node: "a", counter: 5), lease(103, "b", node: "b", counter: 5)],
            [lease(103, "b", node: "b", counter: 5), lease(103, "a", node: "a", counter: 5)],
        ] {
            let engine = Subject()
            for lease in leases { _ = engine.merge(lease, window: .seconds(1200), age: .zero, now: at(0)) }
            #expect(engine.callback(to: elin(103), now: at(1)).dn == "dn-b")
            #expect(engine.value.violations() == [])
        }
    }

    @Test func theSameLeaseAgainChangesNothing() {
        let engine = Subject()
        _ = engine.merge(lease(103, "a", counter: 5), window: .seconds(1200), age: .seconds(3), now: at(3))
        let before = engine.value
        #expect(
            engine.merge(lease(103, "a", counter: 5), window: .seconds(1200), age: .seconds(9), now: at(9))
                == .older)
        #expect(engine.value == before)
    }

    // MARK: What two nodes gave that did not see each other

    @Test func theLeaseThatIsOvertakenIsNamed() throws {
        let engine = Subject()
        let mine = try #require(engine.take(request("a", "east", call: 5), now: at(0))).lease
        #expect(
            engine.merge(lease(103, "b", counter: 6), window: .seconds(1200), age: .seconds(2), now: at(2))
                == .taken(from: mine))
        // The other node finds the same lease older: of two nodes one tells.
        let other = Subject()
        _ = other.take(request("b", "east", call: 6), now: at(0))
        #expect(
            other.merge(StoredLease(mine), window: .seconds(1200), age: .seconds(2), now: at(2)) == .older)
        #expect(engine.callback(to: elin(103), now: at(3)).dn == "dn-b")
        #expect(other.callback(to: elin(103), now: at(3)).dn == "dn-b")
    }

    @Test func theSameDeviceLosesNothingToItself() {
        let engine = Subject()
        _ = engine.take(request("a", "east", call: 5), now: at(0))
        #expect(
            engine.merge(lease(103, "a", counter: 6), window: .seconds(1200), age: .zero, now: at(1))
                == .taken(from: nil))
    }

    @Test func aLeaseThatHasEndedIsNotNamed() {
        let engine = Subject()
        _ = engine.take(request("a", "east", call: 5), now: at(0))
        #expect(
            engine.merge(lease(103, "b", counter: 6), window: .seconds(1200), age: .zero, now: at(1200))
                == .taken(from: nil))
    }

    // MARK: Windows

    /// What is left of a window goes by the age of the call alone, whatever the clocks of the other node said.
    @Test(arguments: [(1200, 0, 1200), (1200, 500, 700), (1200, -30, 1200), (9000, 10, 3590), (60, 59, 1)])
    func theWindowEndsAtBothNodesAtOnce(_ window: Int, _ age: Int, _ left: Int) {
        for skew in [-100_000.0, -30, 0, 30, 100_000] {
            let engine = Subject()
            let stored = lease(103, "a", counter: 5, taken: skew)
            _ = engine.merge(stored, window: .seconds(window), age: .seconds(age), now: at(7))
            #expect(engine.callback(to: elin(103), now: at(7 + Double(left) - 0.001)).dn == "dn-a")
            #expect(engine.callback(to: elin(103), now: at(7 + Double(left))).dn == nil)
            #expect(engine.value.violations() == [])
            #expect(engine.advance(to: at(7 + Double(left))).map(\.callerDN) == ["dn-a"])
        }
    }

    @Test(arguments: [(1200, 1200), (1200, 5000), (0, 0), (-5, 0)])
    func aLaterLeaseThatIsOverStillTookTheCallback(_ window: Int, _ age: Int) throws {
        let engine = Subject()
        let mine = try #require(engine.take(request("a", "east", call: 5), now: at(0))).lease
        let merge = engine.merge(
            lease(103, "b", counter: 6), window: .seconds(window), age: .seconds(age), now: at(1))
        #expect(merge == .over(from: mine))
        #expect(engine.callback(to: elin(103), now: at(2)).dn == nil)
        #expect(engine.merge(StoredLease(mine), window: .seconds(1200), age: .zero, now: at(2)) == .older)
        #expect(engine.leaseCount == 0 && engine.nextDeadline == nil && engine.value.violations() == [])
    }

    @Test func aNumberThatIsNotConfiguredIsOursAsLongAsItHasACaller() {
        let engine = Subject()
        _ = engine.merge(lease(777, "a", counter: 5), window: .seconds(1200), age: .zero, now: at(0))
        #expect(engine.callback(to: elin(777), now: at(1)).dn == "dn-a")
        #expect(
            engine.merge(lease(778, "a", counter: 6), window: .seconds(1200), age: .seconds(1200), now: at(0))
                == .over(from: nil))
        #expect(!engine.value.isOurs(elin(778)))
    }

    @Test func aCallServerOfTimeoutZeroMapsNoCallback() {
        let engine = Subject()
        _ = engine.merge(
            lease(103, "a", counter: 5, window: 120, server: "short"), window: .seconds(120), age: .zero, now: at(0))
        #expect(engine.callback(to: elin(103), now: at(1)).dn == nil)
        #expect(engine.take(request("a", "east", server: "short", call: 6), now: at(1))?.renewed == true)
    }

    // MARK: Calls that were not after all

    @Test func aWithdrawnCallLeavesWhatCameInTheMeantime() throws {
        let engine = Subject()
        let given = try #require(engine.take(request("a", "east", call: 5), now: at(0)))
        #expect(
            engine.merge(lease(103, "b", counter: 4), window: .seconds(1200), age: .zero, now: at(0)) == .older)
        #expect(
            engine.merge(lease(103, "c", counter: 3), window: .seconds(1200), age: .zero, now: at(0)) == .older)
        #expect(engine.callback(to: elin(103), now: at(1)).dn == "dn-a")
        engine.value.withdraw(given, now: at(1))
        #expect(engine.callback(to: elin(103), now: at(1)).dn == "dn-b")
        #expect(engine.value.violations() == [])
        #expect(engine.advance(to: at(1200)).map(\.callerDN) == ["dn-b"])
    }

    @Test func aLeaseThatCameAgainIsWhatItWas() throws {
        let engine = Subject()
        _ = engine.merge(lease(103, "b", counter: 4), window: .seconds(1200), age: .zero, now: at(0))
        let before = engine.value.leases(at: at(1))
        let given = try #require(engine.take(request("a", "east", call: 5), now: at(1)))
        #expect(
            engine.merge(lease(103, "b", counter: 4), window: .seconds(1200), age: .seconds(2), now: at(1)) == .older)
        engine.value.withdraw(given, now: at(2))
        #expect(engine.value.leases(at: at(2)) == before && engine.value.violations() == [])
    }

    @Test func aWithdrawnCallDoesNotTakeALaterOneAway() throws {
        let engine = Subject()
        let given = try #require(engine.take(request("a", "east", call: 5), now: at(0)))
        _ = engine.merge(lease(103, "b", counter: 6), window: .seconds(1200), age: .zero, now: at(0))
        engine.value.withdraw(given, now: at(1))
        #expect(engine.callback(to: elin(103), now: at(1)).dn == "dn-b")
    }

    /// The other node of a pair never learns of a call that was cancelled before its answer: both have the earlier lease.
    @Test func aWithdrawnRenewalIsUndoneInAPairOnly() throws {
        for share in [nil, ELINShare(position: 0, seesOther: true)] {
            let engine = Subject()
            _ = engine.take(request("a", "east", call: 5, share: share), now: at(0))
            let again = try #require(engine.take(request("a", "east", call: 6, share: share), now: at(100)))
            engine.value.withdraw(again, now: at(101))
            #expect(engine.value.leases(at: at(101)).map(\.call.counter) == [share == nil ? 6 : 5])
            #expect((engine.callback(to: elin(103), now: at(1250)).dn == nil) == (share != nil))
            #expect(engine.value.violations() == [])
        }
    }

    @Test func aDroppedCallLeavesTheELINToTheOneBefore() {
        let engine = Subject()
        _ = engine.merge(lease(103, "a", counter: 5), window: .seconds(1200), age: .zero, now: at(0))
        _ = engine.merge(lease(103, "b", counter: 6), window: .seconds(1200), age: .zero, now: at(0))
        #expect(engine.drop(lease(103, "b", counter: 6).call, of: elin(103), now: at(1)))
        #expect(engine.callback(to: elin(103), now: at(1)).dn == nil)
        #expect(
            engine.merge(lease(103, "a", counter: 5), window: .seconds(1200), age: .seconds(2), now: at(2))
                == .taken(from: nil))
        #expect(engine.callback(to: elin(103), now: at(3)).dn == "dn-a")
        // The ELIN was given to a later call since.
        #expect(!engine.drop(lease(103, "x", counter: 4).call, of: elin(103), now: at(3)))
        #expect(!engine.drop(lease(999, "x", counter: 4).call, of: elin(999), now: at(3)))
        #expect(engine.callback(to: elin(103), now: at(3)).dn == "dn-a")
        #expect(engine.value.violations() == [])
    }
}
