import E911Values
import Glibc
import SIPCore
import Testing

@testable import E911Service

@Suite struct CallBookTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private func entry(_ n: UInt64, callID: String = "a", caller: String = "2001", origin: String = "o=x")
        -> CallBook.Entry
    {
        CallBook.Entry(
            key: RecordKey(time: WallTime(milliseconds: 1), node: "a", counter: n), dialog: dialog(callID),
            kind: .emergency, origins: origins([caller, "+13125550101"], origin), contactUser: "7911",
            dialled: "911", answer: CallAnswer(status: 302, headers: []),
            expires: start + CallBook.sameCallWindow)
    }

    private func dialog(_ callID: String, _ fromTag: String = "t") -> CallBook.DialogSum {
        CallBook.DialogSum(callID: callID, fromTag: fromTag)
    }

    private func origins(_ callers: [String], _ line: String) -> CallBook.Origins {
        var origins = CallBook.Origins(line: SIPText(line))
        for caller in callers { origins.add(caller) }
        return origins
    }

    private func looped(
        _ book: CallBook, callID: String = "a", caller: String = "2001", origin: String = "o=x", user: String = "7911",
        after: Duration
    ) -> Bool {
        book.looped(dialog(callID), origins([caller], origin), user: user, now: start + after) != nil
    }

    @Test func oneDialogIsOneCallForItsWindow() {
        var book = CallBook()
        book.add(entry(1))
        #expect(book.call(dialog("a"), now: start)?.key.counter == 1)
        #expect(book.call(dialog("a", "u"), now: start) == nil)
        #expect(book.call(dialog("a"), now: start + .seconds(32)) == nil)
    }

    @Test func aLoopPassNeedsAnAcknowledgedAnswerLessThanTwoSecondsOld() {
        var book = CallBook()
        let call = entry(1)
        book.add(call)
        #expect(!looped(book, after: .seconds(1)))
        book.acknowledge(call.key, at: start)
        #expect(looped(book, after: .seconds(1)))
        #expect(!looped(book, after: .seconds(2)))
        #expect(!looped(book, user: "911", after: .seconds(1)))
    }

    @Test func aBackToBackAgentsLoopIsKnownByCallerAndOriginLine() {
        var book = CallBook()
        let call = entry(1)
        book.add(call)
        book.acknowledge(call.key, at: start)
        #expect(looped(book, callID: "other", after: .seconds(1)))
        #expect(!looped(book, callID: "other", caller: "2002", after: .seconds(1)))
        // It asserts the number that we gave the call.
        #expect(looped(book, callID: "other", caller: "3125550101", after: .seconds(1)))
        #expect(!looped(book, callID: "other", origin: "o=y", after: .seconds(1)))
        #expect(!looped(book, callID: "other", origin: "", after: .seconds(1)))
    }

    @Test func aCancelledCallDoesNotLoop() {
        var book = CallBook()
        let call = entry(1)
        book.add(call)
        book.acknowledge(call.key, at: start)
        book.cancel(call.key, CallAnswer(status: 487, headers: []))
        #expect(!looped(book, after: .seconds(1)))
    }

    @Test func nothingIsLeftWhenTheWindowsAreOver() {
        var book = CallBook()
        for n in 0..<1500 { book.add(entry(UInt64(n), callID: "c\(n)", caller: "\(n)")) }
        #expect(book.nextDeadline == start + .seconds(32))
        book.advance(to: start + .seconds(32))
        #expect(book.count == 1500 - 256)
        while book.nextDeadline != nil { book.advance(to: start + .seconds(32)) }
        #expect(book.count == 0)
        #expect(book.call(dialog("c7"), now: start) == nil)
    }

    /// Eight times as many calls take about eight times as long to forget, not sixty-four times: no index is copied.
    @Test func forgettingTakesNoLongerForEachOfManyCalls() {
        func processorTime(_ count: Int) -> Double {
            var book = CallBook()
            for n in 0..<count { book.add(entry(UInt64(n), callID: "c\(n)", caller: "\(n)")) }
            var times = (timespec(), timespec())
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &times.0)
            while book.nextDeadline != nil { book.advance(to: start + .seconds(32)) }
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &times.1)
            #expect(book.count == 0)
            return Double(times.1.tv_sec - times.0.tv_sec) + Double(times.1.tv_nsec - times.0.tv_nsec) / 1e9
        }
        let few = (0..<3).map { _ in processorTime(500) }.min() ?? 0
        let many = (0..<3).map { _ in processorTime(4000) }.min() ?? .infinity
        #expect(many < 24 * few, "\(few) s for 500, \(many) s for 4000")
    }

    /// Calls come and go for long: each is found while its window is open, and only then.
    @Test func callsAreFoundWhileOthersComeAndGo() {
        var book = CallBook()
        let (count, window) = (10_000, 2500)
        for n in 0..<count {
            let time = start + .milliseconds(n)
            var call = entry(UInt64(n), callID: "c\(n)", caller: "\(n)", origin: "o=\(n)")
            call.expires = time + .milliseconds(window)
            book.advance(to: time)
            book.add(call)
            guard n % 97 == 0, n > window else { continue }
            for (back, isThere) in [(0, true), (1, true), (window - 1, true), (window, false), (window + 1, false)] {
                let (key, name) = (UInt64(n - back), "c\(n - back)")
                #expect(
                    (book.call(dialog(name), now: time)?.key.counter == key) == isThere, "\(n), \(back)")
                let isLooped = looped(
                    book, callID: "x", caller: "\(n - back)", origin: "o=\(n - back)", after: .milliseconds(n))
                #expect(!isLooped)
            }
            book.acknowledge(entry(UInt64(n - 1000)).key, at: time)
            #expect(looped(book, callID: "x", caller: "\(n - 1000)", origin: "o=\(n - 1000)", after: .milliseconds(n)))
        }
        #expect(book.count == window)
    }

    @Test func aYoungerCallOfTheSameDialogSurvivesTheOlderOnesEnd() {
        var book = CallBook()
        book.add(entry(1))
        var second = entry(2)
        second.expires = start + .seconds(64)
        book.add(second)
        book.advance(to: start + .seconds(32))
        #expect(book.call(dialog("a"), now: start + .seconds(40))?.key.counter == 2)
    }

    /// In a storm of calls the index of callers holds those of a few seconds, and finds what it is to find all the same.
    @Test func originsAreForgottenBehindTheLoopWindowWhenThereAreMany() {
        var book = CallBook()
        let late = entry(1, callID: "late", caller: "1")
        book.add(late)
        for number in 2...20_000 as ClosedRange<UInt64> {
            book.add(entry(number, callID: "\(number)", caller: "\(number)"))
            book.acknowledge(entry(number).key, at: start)
        }
        #expect(book.originCount == 20_001)
        #expect(book.nextDeadline == start + .seconds(2))
        book.advance(to: start + .milliseconds(1999), limit: 100_000)
        #expect(book.originCount == 20_001)
        #expect(looped(book, callID: "b", caller: "2", after: .milliseconds(1999)))
        book.advance(to: start + .seconds(2), limit: 100_000)
        // Those of the last calls, of the one without an ACK, and the ELIN of all.
        #expect(book.originCount == 4096 + 2)
        #expect(book.nextDeadline == start + .seconds(32))
        book.acknowledge(late.key, at: start + .seconds(20))
        #expect(looped(book, callID: "b", caller: "1", after: .seconds(21)))
        // A second ACK of a call whose origins were forgotten.
        book.acknowledge(entry(2).key, at: start + .seconds(20))
        #expect(looped(book, callID: "b", caller: "2", after: .seconds(21)))
        book.advance(to: start + .seconds(32), limit: 100_000)
        #expect(book.originCount == 0)
        #expect(book.nextDeadline == nil)
    }
}

@Suite struct CallHistoryTests {
    private func call(_ n: Int) -> CallRecord {
        CallRecord(
            key: RecordKey(time: WallTime(milliseconds: Int64(n)), node: "a", counter: UInt64(n)), kind: .emergency)
    }

    @Test func pagesRunFromTheNewestToTheOldest() {
        var history = CallHistory(capacity: 100)
        for n in 0..<10 { history.append(call(n)) }
        let first = history.page(before: nil, limit: 4)
        #expect(first.calls.map(\.key.counter) == [9, 8, 7, 6])
        #expect(first.more)
        let rest = history.page(before: first.calls.last?.key, limit: 100)
        #expect(rest.calls.map(\.key.counter) == [5, 4, 3, 2, 1, 0])
        #expect(!rest.more)
    }

    @Test func theOldestGoFirstAndTheRestStaysChangeable() {
        var history = CallHistory(capacity: 10)
        for n in 0..<25 { history.append(call(n)) }
        #expect(history.count < 20)
        #expect(history[call(0).key] == nil)
        let changed = history.update(call(24).key) { $0.outcome = .acknowledged }
        #expect(changed?.outcome == .acknowledged)
        #expect(history[call(24).key]?.outcome == .acknowledged)
    }
}

@Suite struct SourceRateTests {
    @Test func tenASecondAreAdmittedPerSource() throws {
        var rate = SourceRate(perSecond: 10)
        let one = try #require(IPAddress("192.0.2.1"))
        let other = try #require(IPAddress("192.0.2.2"))
        let now = MonotonicTime(nanoseconds: 5)
        let admitted = (0..<12).filter { _ in rate.admits(one, now: now) }.count
        let otherAdmitted = rate.admits(other, now: now)
        let later = rate.admits(one, now: now + .seconds(1))
        #expect(admitted == 10)
        #expect(otherAdmitted)
        #expect(later)
    }

    @Test func aFloodOfSourcesIsBoundedAndLetsTheFirstOnesThrough() throws {
        var rate = SourceRate(perSecond: 10, capacity: 16)
        let now = MonotonicTime(nanoseconds: 5)
        let admitted = (0..<1000).filter { rate.admits(IPAddress(v4: UInt32($0)), now: now) }
        #expect(admitted.count == 26)
        let later = rate.admits(IPAddress(v4: 77_777), now: now + .seconds(2))
        #expect(later)
    }
}
