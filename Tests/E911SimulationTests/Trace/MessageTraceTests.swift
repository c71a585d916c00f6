import E911Service
import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct MessageTraceTests {
    private func sources(_ name: String, _ prefixes: String...) -> CallServerSources {
        CallServerSources(name: name, prefixes: prefixes.compactMap { IPPrefix($0) })
    }

    private func entry(_ address: String, octets: Int = 0) throws -> TraceEntry {
        var entry = TraceFormatTests.entry(.received([UInt8](repeating: 65, count: octets)))
        entry.remote = Endpoint(try #require(IPAddress(address)), 5060)
        return entry
    }

    private func trace() -> MessageTrace {
        var trace = MessageTrace()
        trace.setSources([sources("main", "192.0.2.0/28", "2001:db8::1/128"), sources("second", "192.0.2.8/29")])
        return trace
    }

    @Test func nothingIsKeptUntilItIsSwitchedOn() throws {
        var trace = trace()
        #expect(!trace.isOn)
        trace.record(try entry("192.0.2.1"))
        #expect(trace.status == [])
        try trace.start("main")
        #expect(trace.isOn)
        #expect(try trace.page(of: "main", from: 0, octets: 1000).entries == [])
    }

    @Test func eachCallServerHasItsOwnMessagesAlone() throws {
        var trace = trace()
        try trace.start("main")
        try trace.start("second")
        let (first, both, stranger) = try (entry("192.0.2.1"), entry("192.0.2.9"), entry("192.0.2.99"))
        for entry in [first, both, stranger] { trace.record(entry) }
        let other = try entry("2001:db8::1")
        trace.record(other)
        #expect(try trace.page(of: "main", from: 0, octets: 10_000).entries == [first, both, other])
        #expect(try trace.page(of: "second", from: 0, octets: 10_000).entries == [both])
    }

    @Test func whatIsStoppedStaysAndWhatIsClearedIsGone() throws {
        var trace = trace()
        try trace.start("main")
        trace.record(try entry("192.0.2.1"))
        try trace.stop("main")
        trace.record(try entry("192.0.2.1"))
        #expect(!trace.isOn)
        #expect(trace.status.map(\.entries) == [1])
        try trace.clear("main")
        #expect(trace.status == [])
        #expect(throws: MessageTrace.Refusal.self) { try trace.page(of: "main", from: 0, octets: 1) }
        #expect(throws: MessageTrace.Refusal.self) { try trace.stop("main") }
    }

    @Test func theOldestGoFirstAndAreCounted() throws {
        var trace = trace()
        let room = 4000 + MessageTrace.entryOctets
        try trace.start("main", octets: MessageTrace.limits.lowerBound)
        let fits = MessageTrace.limits.lowerBound / room
        for number in 0..<(fits + 5_000) {
            trace.record(try entry("192.0.2.1", octets: 4000 - number % 2))
        }
        let status = try #require(trace.status.first)
        #expect(status.entries == fits && status.dropped == 5_000)
        #expect(status.octets <= status.limit)
        let page = try trace.page(of: "main", from: 0, octets: .max)
        #expect(page.entries.count == fits && page.next == nil)
    }

    @Test func oneThatIsLargerThanTheRoomIsDropped() throws {
        var trace = trace()
        try trace.start("main", octets: 65_536)
        trace.record(try entry("192.0.2.1"))
        trace.record(try entry("192.0.2.1", octets: 70_000))
        #expect(trace.status.map(\.entries) == [0])
        #expect(trace.status.map(\.dropped) == [2])
    }

    @Test func pagesGoOnWhereTheLastOneEnded() throws {
        var trace = trace()
        try trace.start("main")
        let entries = try (0..<10).map { try entry("192.0.2.1", octets: $0) }
        for entry in entries { trace.record(entry) }
        var read: [TraceEntry] = []
        var from: UInt64? = 0
        var pages = 0
        while let number = from {
            let page = try trace.page(of: "main", from: number, octets: 2 * MessageTrace.entryOctets)
            read += page.entries
            from = page.next
            pages += 1
        }
        #expect(read == entries)
        #expect(pages == 5)
        #expect(try trace.page(of: "main", from: .max, octets: 1).entries == [])
    }

    @Test func aSiteThatChangesIsFollowed() throws {
        var trace = trace()
        try trace.start("main")
        trace.setSources([sources("main", "198.51.100.1/32")])
        trace.record(try entry("192.0.2.1"))
        trace.record(try entry("198.51.100.1"))
        #expect(trace.status.map(\.entries) == [1])
        trace.setSources([])
        trace.record(try entry("198.51.100.1"))
        #expect(trace.status.map(\.entries) == [1])
    }

    @Test func whatCannotBeStartedSaysWhy() {
        var trace = trace()
        let unknown = #expect(throws: MessageTrace.Refusal.self) { try trace.start("third") }
        #expect(unknown?.description == "there is no call server 'third' that is switched on; there are: main, second")
        let small = #expect(throws: MessageTrace.Refusal.self) { try trace.start("main", octets: 65_535) }
        #expect(small?.description == "a trace takes 65536 to 268435456 octets, not 65535")
        #expect(throws: MessageTrace.Refusal.self) { try trace.start("main", octets: .max) }
    }
}
