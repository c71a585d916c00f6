#if Transport
    import E911Values
    import SIPCore
    import SIPTransport
    import Testing

    @Suite(.timeLimit(.minutes(1)))
    struct HostTests {
        @Test func deadlinesComeInTheirOrderAndNeverEarly() async throws {
            let host = try await ToyHost(on: [])
            // A timer that is set gives way to an earlier one: the first would come after the time limit of this test.
            host.submit(.wake(after: .seconds(3600)))
            for milliseconds in [60, 30, 90, 10] { host.submit(.wake(after: .milliseconds(milliseconds))) }
            var last = MonotonicTime.zero
            for _ in 0..<4 {
                let (deadline, at) = try await host.first {
                    if case .woke(let deadline, let at) = $0 { (deadline, at) } else { nil }
                }
                #expect(deadline > last)
                #expect(at >= deadline)
                // Far more than a timer needs, and far less than the next timer of another kind would take.
                #expect(at - deadline < .seconds(5))
                last = deadline
            }
            await host.host.stop()
        }

        @Test func aMachineWithMuchToDoLetsTheSocketsHaveTheirTurn() async throws {
            let busy = try await ToyHost(.echo, on: [.udp])
            let client = try await ToyHost(on: [.udp])
            // Far more than are done before this test has its own turn on a busy machine.
            let turns = 200_000
            busy.submit(.work(turns: turns))
            _ = try await busy.first { $0 == .worked(turnsLeft: turns - 1) ? true : nil }
            client.submit(.send([1], on: try client.flow(to: busy)))
            var turnsLeft = turns
            let turnsLeftAtArrival = try await busy.first {
                if case .worked(let left) = $0 { turnsLeft = left }
                if case .received = $0 { return turnsLeft }
                return nil
            }
            #expect(turnsLeftAtArrival > 0)
            #expect(try await client.nextOctets().0 == [1])
            // And the work goes on behind it.
            _ = try await busy.first { if case .worked = $0 { true } else { nil } }
            await client.host.stop()
            await busy.host.stop()
        }

        @Test func commandsOfOneThreadKeepTheirOrder() async throws {
            let host = try await ToyHost(on: [])
            for number in 0..<1000 { host.submit(.mark(number)) }
            for number in 0..<1000 {
                #expect(try await host.first { $0 } == .marked(number))
            }
            await host.host.stop()
            // Forgotten, not crashed.
            host.submit(.mark(0))
            await host.host.stop()
        }

        @Test func theObserverSeesBothDirectionsInOrder() async throws {
            let seen = Collected<(WireRecord, [UInt8])>()
            let server = try await ToyHost(
                .echo,
                observer: { record, bytes in
                    seen.append((record, bytes.withUnsafeBufferPointer { Array($0) }))
                })
            let client = try await ToyHost()
            client.submit(.send([1, 2, 3], on: try client.flow(to: server)))
            _ = try await client.nextOctets()
            let id = try await client.connect(to: server)
            client.submit(.send([4, 10], on: .stream(id)))
            _ = try await client.nextOctets()
            await client.host.stop()
            await server.host.stop()

            let records = seen.all.map(\.0)
            #expect(seen.all.map(\.1) == [[1, 2, 3], [1, 2, 3], [4, 10], [4, 10]])
            #expect(records.map(\.direction) == [.received, .sent, .received, .sent])
            #expect(records.map(\.kind) == [.udp, .udp, .tcp, .tcp])
            #expect(records.map { $0.connection == nil } == [true, true, false, false])
            #expect(records[0].local == (try server.endpoint(.udp)))
            #expect(records[0].remote == (try client.endpoint(.udp)))
            #expect(records[2].local == (try server.endpoint(.tcp)))
            #expect(zip(records, records.dropFirst()).allSatisfy { $0.at.monotonic <= $1.at.monotonic })
            #expect(records[0].at == records[1].at)
        }

        @Test func theMachineCanBeLookedAt() async throws {
            let host = try await ToyHost(on: [])
            host.submit(.wake(after: .seconds(3600)))
            #expect(try await host.host.inspect { $0.nextDeadline } != nil)
            await host.host.stop()
        }
    }
#endif
