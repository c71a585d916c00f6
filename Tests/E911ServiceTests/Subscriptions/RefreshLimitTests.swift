import E911Values
import SIPCore
import Testing

@testable import E911Service

/// All that asks for full state by itself shares one limit: 60 s in the scope of a server, 5 s in that of an AOR.
@Suite struct RefreshLimitTests {
    @Test func lateNotifiesShareTheLimitOfTheGaps() throws {
        var server = try Notifier()
        server.completeDownload(10, ["2001"])
        server.notify(30, ["2001"])
        #expect(server.subscribes == 1)
        // The gap asks.
        server.house.advance(by: .seconds(3))
        #expect(server.subscribes == 2)
        try server.take()
        server.answer(200)
        server.notify(31, ["2001"], full: true)
        server.house.advance(by: .seconds(20))
        #expect(server.downloads == 2)
        // What comes too late asks too, not more often.
        for cseq: UInt32 in 11..<30 { server.notify(cseq, ["2001"]) }
        #expect(server.house.sent.count { $0.status == 500 } == 19)
        #expect(server.subscribes == 2)
        server.house.advance(by: .seconds(40))
        #expect(server.subscribes == 3)
    }

    /// It was a piece of the state.
    @Test func aPieceThatCameTooLateIsMissingInItsDownload() throws {
        var server = try Notifier()
        server.completeDownload(1, ["2001", "2002"])
        try server.download()
        server.answer(481)
        try server.take()
        server.answer(200)
        server.notify(2, ["2001"])
        server.house.advance(by: .seconds(3))
        server.notify(1, ["2002"], full: true)
        #expect(server.house.sent.last { $0.status != nil }?.status == 500)
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == ["2001", "2002"])
        #expect(server.subscribes == 4)
    }

    /// No other SUBSCRIBE can be sent before its answer.
    @Test func whatIsLostWhileARefreshIsUnderWayIsAskedForBehindIt() throws {
        var server = try Notifier()
        server.completeDownload(2, ["2001"])
        try server.download()
        server.notify(1, ["2001"])
        server.house.advance(by: .milliseconds(100))
        #expect(server.subscribes == 2)
        server.answer(200)
        server.house.advance(by: .milliseconds(100))
        #expect(server.subscribes == 3)
    }

    @Test func downloadsThatNeverAgreeShareItToo() throws {
        var server = try Notifier {
            $0.subscription.target = .addressesOfRecord
            $0.subscription.aors = ["sip:2001@example.com"]
        }
        server.answer(200)
        for round: UInt32 in 1...20 {
            let contacts = (1...12).map {
                "<contact id=\"\(round % 2)-\($0)\" state=\"active\" event=\"registered\"><uri>sip:2001@10.1.\(round % 2).\($0)</uri></contact>"
            }.joined()
            server.notify(
                round,
                body: """
                    <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" state="full"><registration \
                    aor="sip:2001@example.com" id="r" state="active">\(contacts)</registration></reginfo>
                    """)
            server.house.advance(by: .milliseconds(100))
            try server.take()
            server.answer(200)
        }
        #expect(server.house.notes.contains("download.held"))
        #expect(server.subscribes == 2)
        server.house.advance(by: .seconds(5))
        #expect(server.subscribes == 3)
    }

    /// The server said when it wants to be asked again, and what it brings then is full state.
    @Test func whileASubscriptionWaitsNothingHurriesIt() throws {
        var server = try Notifier()
        server.completeDownload(1, ["2001"])
        server.notify(2, ["2001"], full: true, state: "terminated;reason=probation;retry-after=600")
        server.house.advance(by: .seconds(590))
        #expect(server.subscribes == 1)
        server.house.advance(by: .seconds(20))
        #expect(server.subscribes == 2)
    }
}
