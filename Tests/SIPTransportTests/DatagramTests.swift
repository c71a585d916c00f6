#if Transport
    import E911Values
    import SIPCore
    import SIPTransport
    import Testing

    @Suite(.timeLimit(.minutes(1)))
    struct DatagramTests {
        @Test(arguments: ["127.0.0.1", "::1"], [1, 1300, 14_336, 60_000])
        func datagramsOfEverySizeComeBackWhole(address: String, size: Int) async throws {
            let server = try await ToyHost(.echo, on: [.udp], address)
            let client = try await ToyHost(on: [.udp], address)
            let sent = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            client.submit(.send(sent, on: try client.flow(to: server)))

            let (arrived, on) = try await server.nextOctets()
            #expect(arrived == sent)
            #expect(on == (try server.flow(to: client)))
            let (back, from) = try await client.nextOctets()
            #expect(back == sent)
            #expect(from == (try client.flow(to: server)))

            let counters = try await server.host.counters()
            #expect(counters.datagramsReceived == 1 && counters.datagramsSent == 1)
            #expect(counters.datagramOctetsReceived == UInt64(size) && counters.datagramOctetsSent == UInt64(size))
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aBurstKeepsItsOrder() async throws {
            let server = try await ToyHost(on: [.udp])
            let client = try await ToyHost(on: [.udp])
            let flow = try client.flow(to: server)
            client.submit(.all((0..<200).map { .send([UInt8($0)], on: flow) }))
            for expected in 0..<200 {
                #expect(try await server.nextOctets().0 == [UInt8(expected)])
            }
            await client.host.stop()
            await server.host.stop()
        }

        @Test func everyListenerAnswersFromItsOwnAddress() async throws {
            let (told, continuation) = AsyncStream.makeStream(of: Flow.self)
            let addresses = ["127.0.0.2", "127.0.0.3", "::1"].compactMap { IPAddress($0) }
            let server = try await SIPHost.start(
                HostConfiguration(listeners: addresses.map { Listener(.udp, Endpoint($0, 0)) }),
                machine: { _ in ToyMachine(.echo) }, other: { _, _ in })
            let client = try await SIPHost.start(
                HostConfiguration(
                    listeners: ["127.0.0.1", "::1"].compactMap { IPAddress($0) }.map { .init(.udp, .init($0, 0)) }),
                machine: { _ in ToyMachine(.silent) },
                other: { told, _ in if case .received(_, let flow) = told { continuation.yield(flow) } })
            var flows = told.makeAsyncIterator()
            for listener in server.listeners {
                let local = try #require(
                    client.listeners.first { $0.endpoint.address.isIPv4 == listener.endpoint.address.isIPv4 })
                let flow = Flow.datagram(local: local.endpoint, remote: listener.endpoint)
                client.submit(.send([1], on: flow))
                #expect(await flows.next() == flow)
            }
            await client.stop()
            await server.stop()
        }

        /// NIO would close the socket at the first of these.
        @Test(arguments: ["127.0.0.1:0", "255.255.255.255:5060", "[::1]:5060"])
        func whatTheSystemRefusesToSendCostsNoSocket(target: String) async throws {
            let server = try await ToyHost(.echo, on: [.udp])
            let client = try await ToyHost(on: [.udp])
            let bad = Flow.datagram(local: try client.endpoint(.udp), remote: try #require(Endpoint(target)))
            let good = try client.flow(to: server)
            client.submit(
                .all([
                    .send([1], on: bad),
                    .send(Array(repeating: 0, count: 65_508), on: good),
                    .send([2], on: .datagram(local: try server.endpoint(.udp), remote: try server.endpoint(.udp))),
                    .send([3], on: good),
                ]))
            #expect(try await client.nextOctets().0 == [3])
            let counters = try await client.host.counters()
            #expect(counters.datagramsNotSent == 3)
            #expect(counters.datagramsSent == 1)
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aDatagramOverTheLimitIsCountedAndDropped() async throws {
            var limits = HostLimits()
            limits.datagramOctets = 1000
            let server = try await ToyHost(.echo, on: [.udp], limits: limits)
            let client = try await ToyHost(on: [.udp])
            let flow = try client.flow(to: server)
            for size in [1001, 1024, 5000, 1000] {
                client.submit(.send(Array(repeating: 0, count: size), on: flow))
            }
            #expect(try await client.nextOctets().0.count == 1000)
            let counters = try await server.host.counters()
            #expect(counters.datagramsReceived == 4)
            #expect(counters.datagramsTooLong == 3)
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aListenerThatCannotBeOpenedSaysWhichAndWhy() async throws {
            let first = try await ToyHost(on: [.udp, .tcp])
            for kind in [SIPTransportKind.udp, .tcp] {
                let taken = Listener(kind, try first.endpoint(kind))
                let error = await #expect(throws: ListenError.self) { try await Self.start([taken]) }
                #expect(error == ListenError(listener: taken, reason: "Address already in use"))

                let foreign = Listener(kind, Endpoint(IPAddress(v4: 0xc000_0201), 5060))
                let other = await #expect(throws: ListenError.self) { try await Self.start([foreign]) }
                #expect(
                    "\(try #require(other))"
                        == "cannot listen on \(kind) 192.0.2.1:5060: Cannot assign requested address")
            }
            await first.host.stop()
        }

        @Test func nothingOfAFailedStartIsLeftBehind() async throws {
            // An address that no other test uses: its ports must still be free when they are asked for again.
            let first = try await ToyHost(on: [.udp, .tcp], "127.88.0.1")
            let tcp = Listener(.tcp, try first.endpoint(.tcp))
            let udp = Listener(.udp, tcp.endpoint)
            let error = await Self.failure(of: [udp, tcp])
            #expect(error == ListenError(listener: tcp, reason: "Address already in use"))
            await first.host.stop()
            let again = try await Self.start([udp, tcp])
            await again.stop()
        }

        private static func failure(of listeners: [Listener]) async -> ListenError? {
            do {
                await (try start(listeners)).stop()
                return nil
            } catch {
                return error as? ListenError
            }
        }

        @Test func anUnspecifiedAddressStandsForEveryLocalOne() async throws {
            let host = try await Self.start([Listener(.udp, Endpoint(IPAddress(v4: 0), 0))])
            let addresses = host.listeners.map(\.endpoint.address)
            #expect(addresses.contains(IPAddress(v4: 0x7f00_0001)))
            #expect(!addresses.contains(where: \.isUnspecified) && addresses.allSatisfy(\.isIPv4))
            await host.stop()
        }

        private static func start(_ listeners: [Listener]) async throws -> SIPHost<ToyMachine> {
            try await SIPHost.start(
                HostConfiguration(listeners: listeners), machine: { _ in ToyMachine(.silent) }, other: { _, _ in })
        }
    }
#endif
