import E911Values
import Testing

@testable import SIPCore

/// Rows 60 to 94 of `docs/hard-cases.md` that no test of the parts covers.
@Suite struct HardCasesEngineTests {
    @Test("63: the same request by two paths is two transactions, and never 482")
    func aMergedRequestIsAnsweredTwice() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        bench.receive(requestText("INVITE", branch: "z9hG4bKtwo"))
        #expect(bench.events.map(\.name) == ["request", "request"])
        #expect(bench.times("SIP/2.0 482").isEmpty)
    }

    @Test(
        "63: a merged request is refused if it is to be, and no INVITE unless that is said too",
        arguments: [
            (EngineConfiguration.MergedRequests.delivered, "OPTIONS", false), (.delivered, "INVITE", false),
            (.refusedSaveInvite, "OPTIONS", true), (.refusedSaveInvite, "INVITE", false), (.refused, "INVITE", true),
        ])
    func mergedRequests(setting: EngineConfiguration.MergedRequests, method: String, isRefused: Bool) {
        var bench = EngineBench { $0.mergedRequests = setting }
        bench.receive(requestText(method))
        bench.receive(requestText(method, branch: "z9hG4bKtwo"))
        #expect(bench.events.count == (isRefused ? 1 : 2))
        #expect(bench.times("SIP/2.0 482") == (isRefused ? [0] : []))
        #expect(bench.engine.counters.mergedRequests == (isRefused ? 1 : 0))
        // The same branch is a repetition, another CSeq another request, and so is one behind the end of the first.
        bench.receive(requestText(method))
        bench.receive(requestText(method, branch: "z9hG4bKthree", cseq: "77 \(method)"))
        #expect(bench.events.count == (isRefused ? 2 : 3))
        for event in bench.events {
            if case .request(let request) = event { bench.perform(bench.engine.discard(request.transaction)) }
        }
        #expect(bench.engine.mergeIndex.isEmpty)
        bench.receive(requestText(method, branch: "z9hG4bKfour"))
        #expect(bench.events.count == (isRefused ? 3 : 4))
    }

    @Test("65: a CANCEL with another CSeq number finds its INVITE, one for nothing is 481")
    func cancels() {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        bench.receive(requestText("CANCEL", cseq: "9 CANCEL"))
        #expect(bench.events.map(\.name) == ["request", "cancelled"])
        bench.receive(requestText("CANCEL", branch: "z9hG4bKtwo"))
        #expect(bench.times("SIP/2.0 481") == [0])
    }

    @Test("67: branches and hosts are compared without case, and a default port is no port")
    func keysAreNormal() {
        var bench = EngineBench()
        bench.receive(requestText("INVITE", via: "SIP/2.0/UDP Phone.Example:5060;branch=z9hG4bKone"))
        bench.receive(requestText("INVITE", via: "SIP/2.0/UDP phone.EXAMPLE;branch=z9hg4bkONE"))
        #expect(bench.events.map(\.name) == ["request"])
        #expect(bench.engine.counters.repeatedRequests == 1)
    }

    @Test("75: a Via that names another transport is answered on the connection it came by")
    func theTransportOfTheViaIsNotBelieved() throws {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(requestText("OPTIONS", via: "SIP/2.0/UDP 192.0.2.77:5099;branch=z9hG4bKone"), on: connection)
        try bench.respond(200)
        #expect(bench.sent.map(\.flow) == [.stream(connection)])
        #expect(bench.sent.first?.header(.via)?.contains("SIP/2.0/UDP 192.0.2.77:5099") == true)
    }

    @Test("111: nothing is looked for behind the last octet", arguments: ["INVITE", "OPTIONS"])
    func everyPrefixOfADatagramIsReadOrRefused(method: String) {
        let octets = Array(requestText(method, body: "v=0\r\n").utf8)
        for count in 0...octets.count {
            guard let message = try? SIPMessage(parsing: Array(octets[..<count])) else { continue }
            _ = message.essentialsProblem()
            _ = try? message.allDeviations()
            _ = try? message.bodyParts()
            #expect(message.bytes.count <= count)
        }
    }
}
