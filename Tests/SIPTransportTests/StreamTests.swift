#if Transport
    import E911Values
    import NIOCore
    import NIOPosix
    import SIPCore
    @testable import SIPTransport
    import Testing

    @Suite(.timeLimit(.minutes(1)))
    struct StreamTests {
        @Test(arguments: ["127.0.0.1", "::1"], [SIPTransportKind.tcp, .tls])
        func aLineInPiecesComesBackWhole(address: String, kind: SIPTransportKind) async throws {
            let server = try await ToyHost(.echo, on: [kind], address)
            let client = try await ToyHost(on: [], address)
            let id = try await client.connect(to: server, by: kind)
            guard case .accepted(let accepted, kind, let local, let remote) = try await server.nextEvent() else {
                Issue.record("not accepted")
                return
            }
            #expect(accepted.rawValue % 2 == 0)
            #expect(local == (try server.endpoint(kind)))
            #expect(remote.address == local.address)

            // Each piece is sent when the one before it has arrived, so that they are pieces indeed.
            for piece in ["INV", "ITE", " sip:911\n"] {
                client.submit(.send(Array(piece.utf8), on: .stream(id)))
                #expect(try await server.nextOctets() == (Array(piece.utf8), .stream(accepted)))
            }
            var back: [UInt8] = []
            while back.count < 15 { back += try await client.nextOctets().0 }
            #expect(back == Array("INVITE sip:911\n".utf8))
            await client.host.stop()
            guard case .closed(accepted, reason: "closed by the peer") = try await server.nextEvent() else {
                Issue.record("not closed")
                return
            }
            let counters = try await server.host.counters()
            #expect(counters.connectionsAccepted == 1 && counters.connections == 0)
            #expect(counters.streamOctetsReceived == 15 && counters.streamOctetsSent == 15)
            await server.host.stop()
        }

        @Test(arguments: [SIPTransportKind.tcp, .tls])
        func whatIsSentBeforeAConnectionStandsGoesOutFirst(kind: SIPTransportKind) async throws {
            let server = try await ToyHost(.echo, on: [kind])
            let client = try await ToyHost(on: [])
            let id = ConnectionID(rawValue: 7)
            client.submit(
                .all([
                    .open(id, to: try server.hop(kind), from: Endpoint(IPAddress(v4: 0x7f00_0005), 0)),
                    .send(Array("one ".utf8), on: .stream(id)), .send(Array("two\n".utf8), on: .stream(id)),
                ]))
            guard case .opened(id, let local) = try await client.nextEvent() else {
                Issue.record("not opened")
                return
            }
            #expect(local.address == IPAddress(v4: 0x7f00_0005) && local.port != 0)
            var back: [UInt8] = []
            while back.count < 8 { back += try await client.nextOctets().0 }
            #expect(back == Array("one two\n".utf8))
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aRefusedConnectionSaysSo() async throws {
            let gone = try await ToyHost(on: [.tcp])
            let endpoint = try gone.endpoint(.tcp)
            await gone.host.stop()
            let client = try await ToyHost(on: [])
            let id = ConnectionID(rawValue: 1)
            client.submit(.open(id, to: NextHop(kind: .tcp, endpoint: endpoint), from: nil))
            #expect(try await client.nextEvent() == .openFailed(id, reason: "Connection refused"))
            client.submit(.all([.send([1], on: .stream(id)), .close(id)]))
            client.submit(.mark(1))
            #expect(try await client.first { $0 } == .marked(1))
            let counters = try await client.host.counters()
            #expect(counters.connectionsNotOpened == 1 && counters.streamPiecesNotSent == 1)
            await client.host.stop()
        }

        @Test(arguments: [
            (ConnectionID(rawValue: 2), SIPTransportKind.tcp, "not a new odd number"),
            (ConnectionID(rawValue: 3), .tls, "TLS is not set up"),
            (ConnectionID(rawValue: 3), .udp, "UDP has no connections"),
        ])
        func whatCannotBeOpenedFails(id: ConnectionID, kind: SIPTransportKind, reason: String) async throws {
            let client = try await ToyHost(on: [.tcp], security: nil)
            client.submit(.open(id, to: NextHop(kind: kind, endpoint: try client.endpoint(.tcp)), from: nil))
            #expect(try await client.nextEvent() == .openFailed(id, reason: reason))
            await client.host.stop()
        }

        @Test(arguments: [SIPTransportKind.tcp, .tls])
        func closeSendsWhatIsQueued(kind: SIPTransportKind) async throws {
            let server = try await ToyHost(on: [kind])
            let client = try await ToyHost(on: [])
            let id = try await client.connect(to: server, by: kind)
            let accepted = try await server.accepted()
            let octets = (0..<30).flatMap { Array(repeating: UInt8($0), count: 100_000) }
            server.submit(.all([.send(octets, on: .stream(accepted)), .close(accepted)]))
            let (arrived, reason) = try await client.restOfStream(id)
            #expect(arrived == octets)
            #expect(reason == "closed by the peer")
            #expect(try await server.nextEvent() == .closed(accepted, reason: "closed here"))
            await client.host.stop()
            await server.host.stop()
        }

        /// A reset would take the answer with it.
        @Test(arguments: [SIPTransportKind.tcp, .tls])
        func theLastAnswerArrivesThoughThePeerGoesOnSending(kind: SIPTransportKind) async throws {
            let answer = Array("SIP/2.0 400 Bad Request\r\n\r\n".utf8)
            let server = try await ToyHost(.answerAndClose(answer), on: [kind])
            let client = try await ToyHost(on: [])
            let id = try await client.connect(to: server, by: kind)
            client.submit(.send(Array(repeating: 65, count: 3_000_000), on: .stream(id)))
            let (arrived, reason) = try await client.restOfStream(id)
            #expect(arrived == answer)
            #expect(reason == "closed by the peer")
            await client.host.stop()
            await server.host.stop()
        }

        @Test(arguments: [SIPTransportKind.tcp, .tls])
        func closingWhatIsNotYetOpenIsAnswered(kind: SIPTransportKind) async throws {
            let server = try await ToyHost(on: [kind])
            let client = try await ToyHost(on: [])
            let id = ConnectionID(rawValue: 1)
            client.submit(.all([.open(id, to: try server.hop(kind), from: nil), .close(id)]))
            #expect(try await client.nextEvent() == .closed(id, reason: "closed here"))
            #expect(try await client.connect(to: server, by: kind, as: 3) == ConnectionID(rawValue: 3))
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aPeerThatDoesNotReadIsClosed() async throws {
            var limits = HostLimits()
            limits.streamOctetsWaiting = 100_000
            let server = try await ToyHost(limits: limits)
            let deaf = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .connect(to: SocketAddress(ipAddress: "127.0.0.1", port: Int(try server.endpoint(.tcp).port))).get()
            let id = try await server.accepted()
            // The system's own buffers take some megabytes before ours fills.
            var sent = 0
            while try await server.host.counters().connectionsNotReading == 0, sent < 100 {
                server.submit(.send(Array(repeating: 0, count: 90_000), on: .stream(id)))
                sent += 1
            }
            #expect(try await server.nextEvent() == .closed(id, reason: "the peer does not read"))
            try await deaf.close()
            await server.host.stop()
        }

        @Test(arguments: [SIPTransportKind.tcp, .tls])
        func aPeerThatReadsIsNotClosedHoweverMuchIsSent(kind: SIPTransportKind) async throws {
            var limits = HostLimits()
            limits.streamOctetsWaiting = 4_000_000
            let server = try await ToyHost(on: [kind], limits: limits)
            let client = try await ToyHost(on: [])
            let id = try await client.connect(to: server, by: kind)
            let accepted = try await server.accepted()
            // In each turn, pieces that together stay below the limit; the next turn when they have arrived.
            for _ in 0..<5 {
                server.submit(
                    .all((0..<3).map { _ in .send(Array(repeating: 1, count: 1_000_000), on: .stream(accepted)) }))
                var arrived = 0
                while arrived < 3_000_000 { arrived += try await client.nextOctets().0.count }
            }
            client.submit(.close(id))
            #expect(try await server.nextEvent() == .closed(accepted, reason: "closed by the peer"))
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aSourceHasItsShareOfConnections() async throws {
            var limits = HostLimits()
            limits.connectionsPerSource = 2
            let notes = Collected<TransportNote>()
            let server = try await ToyHost(limits: limits, note: { notes.append($0) })
            let client = try await ToyHost(on: [])
            let first = try await client.connect(to: server, as: 1)
            _ = try await client.connect(to: server, as: 3)
            _ = try await client.connect(to: server, as: 5)
            guard case .closed(ConnectionID(rawValue: 5), _) = try await client.nextEvent() else {
                Issue.record("the third connection of one source stands")
                return
            }
            let listener = Listener(.tcp, try server.endpoint(.tcp))
            #expect(
                notes.all == [
                    .connectionRefused(listener, source: "127.0.0.1", reason: "too many connections from this source")
                ])
            // One that goes makes room for one.
            client.submit(.close(first))
            _ = try await client.nextEvent()
            _ = try await client.connect(to: server, as: 7)
            client.submit(.send([1], on: .stream(ConnectionID(rawValue: 7))))
            #expect(try await server.nextOctets().0 == [1])
            let counters = try await server.host.counters()
            #expect(counters.connectionsRefused == 1 && counters.connectionsAccepted == 3 && counters.connections == 2)
            await client.host.stop()
            await server.host.stop()
        }

        @Test func anExemptSourceHasNoLimit() async throws {
            var limits = HostLimits()
            limits.connections = 1
            limits.isExempt = { $0.isLoopback }
            let server = try await ToyHost(.echo, limits: limits)
            let client = try await ToyHost(on: [])
            for number: UInt64 in [1, 3, 5] {
                let id = try await client.connect(to: server, as: number)
                try await ping(id, of: client)
            }
            await client.host.stop()
            await server.host.stop()
        }

        /// An octet goes out and comes back.
        private func ping(_ id: ConnectionID, of client: ToyHost) async throws {
            client.submit(.send([10], on: .stream(id)))
            #expect(try await client.nextOctets() == ([10], .stream(id)))
        }

        @Test func anExemptSourceThatKeepsItsConnectionsLosesTheQuietestOne() async throws {
            var limits = HostLimits()
            limits.exemptConnections = 2
            limits.isExempt = { $0.isLoopback }
            let server = try await ToyHost(.echo, limits: limits)
            let client = try await ToyHost(on: [])
            let first = try await client.connect(to: server, as: 1)
            try await ping(first, of: client)
            let second = try await client.connect(to: server, as: 3)
            try await ping(second, of: client)
            try await ping(first, of: client)
            // Which of the two the client learns first is for the system to say.
            let third = ConnectionID(rawValue: 5)
            client.submit(.open(third, to: try server.hop(.tcp), from: nil))
            let events = [try await client.nextEvent(), try await client.nextEvent()]
            #expect(events.contains(.closed(second, reason: "closed by the peer")))
            #expect(events.contains { if case .opened(third, _) = $0 { true } else { false } })
            try await ping(first, of: client)
            try await ping(third, of: client)
            let counters = try await server.host.counters()
            #expect(counters.connectionsReplaced == 1 && counters.connectionsRefused == 0)
            await client.host.stop()
            await server.host.stop()
        }

        @Test func theDescriptorsOfTheProcessBoundTheConnections() {
            var limits = HostLimits()
            limits.fit(descriptors: 100_000)
            #expect(limits.connections == 4096 && limits.exemptConnections == 4096)
            limits.fit(descriptors: 1024)
            #expect(limits.connections == 384 && limits.exemptConnections == 384)
            limits.fit(descriptors: 0)
            #expect(limits.connections == 1 && limits.exemptConnections == 1)
        }

        @Test func aSourceBecomesExemptWhileTheHostRuns() async throws {
            let reserved = ReservedSources()
            var limits = HostLimits()
            limits.connectionsPerSource = 1
            limits.isExempt = { reserved.contains($0) }
            let server = try await ToyHost(.echo, limits: limits)
            let client = try await ToyHost(on: [])
            _ = try await client.connect(to: server, as: 1)
            _ = try await client.connect(to: server, as: 3)
            guard case .closed(ConnectionID(rawValue: 3), _) = try await client.nextEvent() else {
                Issue.record("the second connection of one source stands")
                return
            }
            reserved.set([try #require(IPPrefix("127.0.0.0/8"))])
            let id = try await client.connect(to: server, as: 5)
            client.submit(.send([10], on: .stream(id)))
            #expect(try await client.nextOctets() == ([10], .stream(id)))
            reserved.set([])
            #expect(!reserved.contains(IPAddress(v4: 0x7f00_0001)))
            await client.host.stop()
            await server.host.stop()
        }

        @Test(arguments: [SIPTransportKind.tcp, .tls])
        func stopSendsWhatIsQueued(kind: SIPTransportKind) async throws {
            let server = try await ToyHost(on: [kind])
            let client = try await ToyHost(on: [])
            let id = try await client.connect(to: server, by: kind)
            let accepted = try await server.accepted()
            let octets = Array(repeating: UInt8(7), count: 3_000_000)
            server.submit(.send(octets, on: .stream(accepted)))
            await server.host.stop()
            #expect(try await client.restOfStream(id).octets == octets)
            await client.host.stop()
        }
    }

    struct SourceTallyTests {
        @Test func countsComeAndGo() {
            let a = IPAddress(v4: 1)
            let b = IPAddress(v4: 2)
            var tally = SourceTally(perSource: 2, inAll: 3)
            #expect(tally.admit(a, isExempt: false) == nil)
            #expect(tally.admit(a, isExempt: false) == nil)
            #expect(tally.admit(a, isExempt: false) == .perSource)
            #expect(tally.admit(b, isExempt: false) == nil)
            #expect(tally.admit(b, isExempt: false) == .inAll)
            #expect(tally.admit(a, isExempt: true) == nil)
            tally.leave(a)
            #expect(tally.admit(b, isExempt: false) == nil)
            for source in [a, b, b, b] { tally.leave(source) }
            #expect(tally == SourceTally(perSource: 2, inAll: 3))
        }
    }
#endif
