import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct NodeReplayTests {
    private func fixture(_ name: String) throws -> (trace: [TraceEntry], replay: NodeReplay) {
        let (entries, comments, damage) = TraceReader.read(try Fixtures.octets("traces/\(name).trace"))
        #expect(damage == nil)
        return (entries, try #require(NodeReplay(comments: comments)))
    }

    @Test(arguments: ["node-proxy-udp", "node-proxy-tcp", "node-b2bua-udp", "node-b2bua-tcp"])
    func aNodeSaysWhatItSaidThenWithIdentifiersOfItsOwn(name: String) throws {
        let (trace, replay) = try fixture(name)
        let comparison = replay.play(trace, identifiers: 4711)
        #expect(comparison.isEqual, "\(comparison)")
        #expect(comparison.matched > 20)
    }

    @Test func anELINThatIsNotTheRecordedOneIsShown() throws {
        var (trace, replay) = try fixture("node-proxy-udp")
        for index in trace.indices {
            guard case .sent(let octets) = trace[index].what, octets.starts(with: "SIP/2.0 302".utf8) else { continue }
            let text = String(decoding: octets, as: UTF8.self)
            trace[index].what = .sent(Array(text.replacing("+1312555", with: "+1312556").utf8))
        }
        let comparison = replay.play(trace)
        #expect(!comparison.differences.isEmpty)
        #expect(comparison.differences.allSatisfy { $0.text.hasPrefix("P-Asserted-Identity: recorded") })
    }

    @Test func theCommentOfARecordingSaysWhatItNeeds() throws {
        let (_, replay) = try fixture("node-b2bua-tcp")
        #expect(replay.transport == .tcp)
        #expect(NodeReplay(comments: [replay.comment]) == replay)
        #expect(NodeReplay(comments: []) == nil)
        #expect(NodeReplay(comments: ["simulated node, seed x, phones 4, floors 4, managers 2, elins 2, udp"]) == nil)
    }

    @Test func aDayIsRecordedWhileItRuns() {
        var plan = DayPlan()
        plan.site.phones = 4
        plan.calls = 10
        plan.callsAMinute = 10
        plan.faults = []
        plan.variesAll = false
        let day = SimulatedDay(seed: 12, plan)
        var octets: [UInt8] = []
        day.site.record(day.nodes[0]) { octets += $0 }
        let report = day.run()
        #expect(report.violations == [])
        let (entries, comments, damage) = TraceReader.read(octets)
        #expect(damage == nil)
        let comparison = NodeReplay(comments: comments)?.play(entries)
        #expect(comparison?.isEqual == true, "\(String(describing: comparison))")
        #expect(TraceSummary(entries).counts.first { $0.kind == "out 302 INVITE" }?.count ?? 0 > 0)
    }
}
