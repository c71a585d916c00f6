import E911Values
import SIPCore
import Testing

@testable import E911Service

@Suite struct EmergencyCallTests {
    private func elin(_ message: SIPMessage?) -> String? {
        message?.first(.pAssertedIdentity).map { String($0) }
    }

    private func contact(_ message: SIPMessage?) -> String? {
        message?.first(.contact).map { String($0) }
    }

    @Test func aRegisteredCallerGetsTheELINOfItsPlace() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7"), ("2002", "10.1.3.7")])
        harness.forget()
        harness.receive(NodeHarness.invite("911", from: "2002", contact: "10.1.3.7:5060"))
        #expect(harness.last?.status == 302)
        #expect(contact(harness.last) == "<sip:7911@192.0.2.10:5060>")
        #expect(elin(harness.last) == "<sip:+13125550105@192.0.2.10>")
        let call = try #require(harness.calls().first)
        #expect(call.location == "hq-3")
        #expect(call.callerDN == "2002")
        #expect(call.leaseSeconds == 1200)
        #expect(call.flags == [])
    }

    @Test func theJournalComesBeforeThe302AndEverythingElseAfter() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7")])
        harness.forget()
        harness.receive(NodeHarness.invite("911"))
        #expect(Array(harness.order.prefix(2)) == ["journal", "302"])
        #expect(harness.order.contains("deliver"))
        #expect(harness.order.contains("persist"))
    }

    @Test func aJournalThatHangsDelaysTheAnswerByTwentyMillisecondsAndNoMore() throws {
        var harness = NodeHarness()
        harness.journalWorks = false
        harness.forget()
        harness.receive(NodeHarness.invite("911"))
        harness.advance(by: .milliseconds(19))
        #expect(harness.last?.status != 302)
        harness.advance(by: .milliseconds(1))
        #expect(harness.last?.status == 302)
        #expect(harness.notes.contains("call.unrecorded"))
        #expect(harness.calls().first?.flags.contains(.unrecorded) == true)
    }

    @Test func anUnknownCallerIsLocatedFromTheCallItself() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911", from: "7777", contact: "10.1.3.99:5060"))
        #expect(elin(harness.last) == "<sip:+13125550105@192.0.2.10>")
        #expect(harness.calls().first?.flags == [.unknownCaller])
    }

    @Test func aCallWithoutEvidenceGoesToTheDefaultPlace() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911", from: "7777", contact: "172.16.0.1:5060"))
        #expect(harness.last?.status == 302)
        let call = try #require(harness.calls().first)
        #expect(call.location == "hq")
        #expect(call.flags.contains(.unlocated))
    }

    @Test func theSameDialogByAnotherPathIsOneCall() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911"))
        let first = harness.last
        harness.receive(NodeHarness.invite("911", branch: "other"))
        #expect(harness.last?.status == 302)
        #expect(elin(harness.last) == elin(first))
        #expect(harness.calls().count == 1)
        #expect(harness.order.filter { $0 == "deliver" }.count == 1)
    }

    @Test func aRetransmissionGetsTheSame302() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911"))
        let first = harness.last
        harness.receive(NodeHarness.invite("911"))
        #expect(harness.last == first)
        #expect(harness.calls().count == 1)
    }

    @Test func anACKConfirmsAndItsAbsenceLeavesTheCallUnconfirmed() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911"))
        let tag = try #require(try harness.last?.to().tag)
        harness.receive(NodeHarness.follow("ACK", "911", toTag: String(tag)))
        #expect(harness.calls().first?.outcome == .acknowledged)

        harness.receive(NodeHarness.invite("911", from: "2002", callID: "c2", branch: "b2"))
        harness.forget()
        harness.advance(by: .seconds(33))
        #expect(harness.calls().first?.outcome == .unconfirmed)
        #expect(harness.notes.contains("call.unconfirmed"))
        #expect(harness.order.filter { $0 == "302" }.count == 10)
    }

    @Test func aCancelBeforeTheAnswerAbandonsTheCallAndGivesTheELINBack() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911", from: "1", callID: "one", branch: "one", contact: "10.1.3.1:5060"))
        harness.journalWorks = false
        harness.receive(NodeHarness.invite("911", from: "2", callID: "two", branch: "two", contact: "10.1.3.2:5060"))
        harness.receive(NodeHarness.follow("CANCEL", "911", from: "2", callID: "two", branch: "two"))
        #expect(harness.sent.suffix(2).compactMap(\.status) == [200, 487])
        #expect(harness.calls().first?.outcome == .abandoned)
        harness.journalWorks = true
        harness.receive(NodeHarness.invite("+13125550105", from: "psap", callID: "cb", branch: "cb"))
        #expect(contact(harness.last) == "<sip:1@192.0.2.10:5060>")
    }

    @Test func aTestCallNeverDials911AndTakesNoLease() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7")])
        harness.receive(NodeHarness.invite("911"))
        let real = elin(harness.last)
        harness.receive(NodeHarness.invite("933", callID: "t", branch: "t"))
        #expect(contact(harness.last) == "<sip:7933@192.0.2.10:5060>")
        #expect(elin(harness.last) != real)
        #expect(harness.calls().first?.kind == .test)
        #expect(harness.calls().first?.leaseSeconds == 0)
    }

    @Test func aTestCallWithoutAnyFreeELINCarriesNone() throws {
        var site = NodeHarness.site()
        site.callServers[0].testELIN = nil
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911", contact: "10.1.3.7:5060"))
        harness.receive(NodeHarness.invite("933", callID: "t", branch: "t", contact: "10.1.3.7:5060"))
        #expect(harness.last?.status == 302)
        #expect(elin(harness.last) == nil)
    }

    @Test func aCallbackRingsTheLatestCallerWithinTheWindow() throws {
        var harness = NodeHarness()
        for dn in ["1", "2"] {
            harness.receive(
                NodeHarness.invite("911", from: dn, callID: dn, branch: dn, contact: "10.1.3.\(dn):5060"))
        }
        #expect(harness.notes.contains("elin.displaced"))
        harness.receive(
            NodeHarness.invite("3125550105", from: "psap", callID: "cb", branch: "cb", extra: "Priority: psap-callback")
        )
        #expect(contact(harness.last) == "<sip:2@192.0.2.10:5060>")
        #expect(harness.last?.first(.priority).map { String($0) } == "psap-callback")
        harness.advance(by: .seconds(1201))
        harness.receive(NodeHarness.invite("3125550105", from: "psap", callID: "cb2", branch: "cb2"))
        #expect(contact(harness.last) == "<sip:1000@192.0.2.10:5060>")
    }

    @Test func anUnexpectedNumberFromACallServerIsAnEmergencyCallWithAnAlarm() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("5551000"))
        #expect(harness.last?.status == 302)
        #expect(contact(harness.last) == "<sip:7911@192.0.2.10:5060>")
        #expect(harness.notes.contains("call.unexpected-number"))
    }

    @Test func aPSAPCallbackIsNeverTakenForAnEmergency() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("5551000", extra: "Priority: psap-callback"))
        #expect(harness.last?.status == 404)
    }

    @Test func anUntrustedSourceGetsTheDefaultELINWithoutALease() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911", via: "203.0.113.9:5060"), from: NodeHarness.stranger)
        #expect(harness.last?.status == 302)
        #expect(elin(harness.last) == "<sip:+13125550100@192.0.2.10>")
        #expect(harness.notes.contains("call.untrusted"))
        #expect(harness.ask(.leases) == .leases([]))
        harness.receive(
            NodeHarness.invite("5551000", callID: "x", branch: "x", via: "203.0.113.9:5060"), from: NodeHarness.stranger
        )
        #expect(harness.last?.status == 404)
    }

    @Test func untrustedSourcesAreAnsweredTenTimesASecond() throws {
        var harness = NodeHarness()
        for n in 0..<15 {
            harness.receive(
                NodeHarness.invite("911", callID: "u\(n)", branch: "u\(n)", via: "203.0.113.9:5060"),
                from: NodeHarness.stranger)
        }
        #expect(harness.sent.filter { $0.status == 302 }.count == 10)
        #expect(harness.sent.filter { ($0.status ?? 0) >= 400 }.isEmpty)
    }

    @Test func refusingUntrustedSourcesIsASetting() throws {
        var site = NodeHarness.site()
        site.callServers[0].refuseUntrusted = true
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911", via: "203.0.113.9:5060"), from: NodeHarness.stranger)
        #expect(harness.last?.status == 403)
    }

    @Test func aLoopingCallGoesToTheFallbackTargetAndThenIsRefused() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911"))
        var tag = try #require(try harness.last?.to().tag)
        harness.receive(NodeHarness.follow("ACK", "911", toTag: String(tag)))
        let sentELIN = elin(harness.last)
        harness.receive(NodeHarness.invite("7911", callID: "leg2", branch: "l2"))
        #expect(contact(harness.last) == "<sip:7911@198.51.100.5:5060>")
        #expect(elin(harness.last) == sentELIN)
        #expect(harness.notes.filter { $0 == "call.loop" }.count == 1)
        tag = try #require(try harness.last?.to().tag)
        harness.receive(NodeHarness.follow("ACK", "7911", callID: "leg2", branch: "l2", toTag: String(tag)))
        harness.receive(NodeHarness.invite("7911", callID: "leg3", branch: "l3"))
        #expect(harness.last?.status == 503)
        #expect(harness.calls().count == 1)
    }

    @Test func anAmbiguousCallerIsTakenForTheNewestContact() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7")])
        harness.advance(by: .seconds(5))
        try harness.register([("2001", "10.1.3.7")], cseq: 2)
        harness.receive(NodeHarness.invite("911", contact: "192.0.2.10:5060"))
        let call = try #require(harness.calls().first)
        #expect(call.flags.contains(.ambiguous))
        #expect(call.location == "hq-3")
        #expect(call.otherPlaces.contains("2nd floor"))
    }

    @Test(arguments: [
        ("Require: foo", 302), ("Content-Encoding: gzip", 302), ("Max-Forwards: 0", 302), ("Expires: -1", 302),
        ("Contact: <<<>", 302), ("CSeq: 2 INVITE", 400), ("From: <sip:x@y>;tag=other", 400),
    ])
    func onlyTheSixEssentialsAreAsked(extra: String, status: Int) throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911", extra: extra))
        #expect(harness.last?.status == status)
    }

    @Test func optionsSayWhetherCallsAreWantedAndInvitesAreAnsweredAnyway() throws {
        var harness = NodeHarness()
        func options(_ n: Int) -> String {
            NodeHarness.follow("OPTIONS", "ping", callID: "o\(n)", branch: "o\(n)")
        }
        harness.receive(options(1))
        #expect(harness.last?.status == 200)
        harness.command(.drain(true))
        harness.receive(options(2))
        #expect(harness.last?.status == 503)
        #expect(harness.last?.first(.retryAfter) == nil)
        harness.receive(NodeHarness.invite("911"))
        #expect(harness.last?.status == 302)
    }

    @Test func callsOfTheJournalAreToldAndKeptAfterAStart() throws {
        var before = NodeHarness()
        before.receive(NodeHarness.invite("911", from: "2001"))
        var state = StoredState()
        state.journal = before.journaled
        var after = NodeHarness(restoring: state)
        #expect(after.calls().map(\.key) == before.calls().map(\.key))
        #expect(after.order.contains("deliver"))
        guard case .leases(let leases) = after.ask(.leases) else { return }
        #expect(leases.map(\.callerDN) == ["2001"])
        after.receive(NodeHarness.invite("3125550103", from: "psap", callID: "cb", branch: "cb"))
        #expect(contact(after.last) == "<sip:2001@192.0.2.10:5060>")
    }
}
