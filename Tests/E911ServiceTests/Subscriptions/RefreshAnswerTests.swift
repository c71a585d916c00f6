import E911Values
import Testing

@testable import E911Service

/// Invariant 4: only a download retires what it does not list, and there is none without a server that said yes to it.
@Suite struct RefreshAnswerTests {
    private let all = ["2001", "2002", "2003"]

    /// Three phones are known by a download that is complete.
    private func known(_ change: (inout CallServerConfiguration) -> Void = { _ in }) throws -> Notifier {
        var server = try Notifier(site: change)
        server.completeDownload(1, all)
        #expect(server.downloads == 1)
        server.house.forget()
        return server
    }

    /// 0 is no answer.
    @Test(arguments: [0, 403, 404, 408, 423, 500, 503, 603])
    func aRefreshThatFailedRetiresNobody(status: Int) throws {
        var server = try known()
        try server.download()
        if status > 0 { server.answer(status) }
        server.house.advance(by: .milliseconds(500))
        server.notify(2, ["2001"])
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
        #expect(server.downloads == 0)
        server.house.advance(by: .seconds(60))
        server.notify(3, ["2001"])
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
        #expect(server.downloads == 0)
    }

    @Test func theNextRefreshThatIsAcceptedIsADownload() throws {
        var server = try known()
        try server.download()
        server.answer(503)
        server.notify(2, ["2001"])
        server.house.advance(by: .seconds(10))
        try server.take()
        server.answer(200)
        server.notify(3, ["2001", "2002"], full: true)
        server.house.advance(by: .seconds(16))
        #expect(server.downloads == 1)
        #expect(server.registered() == all)
        try server.agree(4, ["2001", "2002"])
        #expect(server.registered() == ["2001", "2002"])
        #expect(server.downloads == 2)
    }

    /// The state that a refresh brings comes at once, or it does not come. What is told an hour later is something else.
    @Test(arguments: [true, false])
    func anAcceptedRefreshThatBringsNothingIsNoDownload(saysEmpty: Bool) throws {
        var server = try known()
        try server.download()
        server.answer(200)
        if saysEmpty { server.notify(2, nil) }
        server.house.advance(by: .seconds(40))
        server.notify(saysEmpty ? 3 : 2, ["2001"])
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
        #expect(server.downloads == 0)
    }

    /// "Nothing has changed" is not "nobody is registered".
    @Test func aPartialDocumentThatNamesNobodyRetiresNobody() throws {
        var server = try known()
        try server.download()
        server.answer(200)
        server.notify(2, [])
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
    }

    /// Its answer may be overtaken by the state that it brings, but not by much.
    @Test(arguments: [1, 10])
    func theStateMayOvertakeTheAnswer(seconds: Int) throws {
        var server = try known()
        try server.download()
        server.notify(2, ["2001"])
        server.house.advance(by: .seconds(seconds))
        server.answer(200)
        server.house.advance(by: .seconds(16))
        #expect(server.downloads == (seconds == 1 ? 1 : 0))
        // What was no download is no first opinion either.
        if seconds > 1 { try server.download() }
        try server.agree(3, ["2001"])
        #expect(server.registered() == (seconds == 1 ? ["2001"] : all))
    }

    @Test func silenceIsCountedFromTheAnswerOn() throws {
        var server = try known()
        try server.download()
        server.notify(2, ["2001"])
        server.house.advance(by: .milliseconds(1800))
        server.answer(200)
        server.house.advance(by: .milliseconds(13_500))
        server.notify(3, all, full: true)
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
    }

    @Test func inANewDialogTheNotifyStandsForALostAnswer() throws {
        var server = try Notifier()
        server.notify(1, all, full: true)
        server.house.advance(by: .seconds(60))
        #expect(server.downloads == 1)
    }

    @Test func theFirstTwoMayPassEachOther() throws {
        var server = try Notifier()
        server.answer(200)
        server.house.forget()
        server.notify(2, ["2002"])
        server.notify(1, ["2001"], full: true)
        #expect(server.house.order.filter { $0 != "persist" } == ["200", "200"])
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == ["2001", "2002"])
        #expect(server.downloads == 1)
        // The base came late, but it came: a change behind it asks for nothing.
        server.notify(3, ["2003"])
        #expect(server.subscribes == 0)
    }

    @Test func aNewDialogThatIsRefusedIsNoDownload() throws {
        var server = try known()
        try server.download()
        server.answer(481)
        try server.take()
        server.notify(1, ["2001"])
        server.answer(403)
        server.house.advance(by: .seconds(50))
        #expect(server.registered() == all)
        #expect(server.downloads == 0)
    }

    /// The rest of the state never comes.
    @Test(arguments: ["probation;retry-after=600", "rejected", "giveup"])
    func anEndInTheMiddleOfADownloadRetiresNobody(reason: String) throws {
        var server = try known()
        try server.download()
        server.answer(200)
        server.notify(2, ["2001"], full: true)
        server.notify(3, nil, state: "terminated;reason=\(reason)")
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
        #expect(server.downloads == 0)
    }

    @Test func aShutdownInTheMiddleOfADownloadRetiresNobody() throws {
        var server = try known()
        try server.download()
        server.answer(200)
        server.notify(2, ["2001"], full: true)
        server.house.command(.shutdown)
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
    }

    /// In the scope of an AOR a partial document must not do it either; a full one is the new state by itself.
    @Test func ofOneAddressOfRecordTheSameHolds() throws {
        var server = try known {
            $0.subscription.target = .addressesOfRecord
            $0.subscription.aors = ["sip:2001@example.com"]
        }
        try server.download()
        server.answer(403)
        server.notify(2, [])
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == all)
        try server.take()
        server.notify(3, [], full: true)
        #expect(server.registered() == ["2002", "2003"])
    }
}
