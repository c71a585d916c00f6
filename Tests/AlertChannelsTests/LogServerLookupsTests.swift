#if Daemon
    import Alerting
    import Dispatch
    import E911Values
    import Glibc
    import Synchronization
    import Testing

    @testable import AlertChannels

    /// A resolver that knows every name, and says nothing of those that begin with `slow` until it is let go.
    private final class SlowResolver: Sendable {
        private let names = Mutex<[String]>([])
        private let go = DispatchSemaphore(value: 0)
        let began = AsyncStream.makeStream(of: String.self)

        /// What was asked for.
        var asked: [String] { names.withLock { $0 } }

        func resolve(_ server: SyslogAddress) -> LogServerLookups.Answer {
            names.withLock { $0.append(server.host) }
            if server.host.hasPrefix("slow") {
                began.continuation.yield(server.host)
                go.wait()
            }
            var octets = [UInt8](repeating: 0, count: 16)
            withUnsafeBytes(of: UInt16(AF_INET)) { octets.replaceSubrange(0..<2, with: $0) }
            octets.replaceSubrange(2..<8, with: [UInt8(server.port >> 8), UInt8(server.port & 255), 127, 0, 0, 1])
            return .success([LogServerAddress(family: AF_INET, octets: octets)])
        }

        func letGo(_ count: Int = 1) { for _ in 0..<count { go.signal() } }
    }

    @Suite struct LogServerLookupsTests {
        private func server(_ text: String) throws -> SyslogAddress { try #require(SyslogAddress(text)) }

        private func delivery(to address: String) -> Delivery {
            let (_, alert) = ChannelConformance.hostileAlerts()[0]
            return Delivery(
                id: DeliveryID(alert: alert.key, number: 1), channel: .syslog, recipient: "siem", address: address,
                reason: .first, attempt: 1, message: OutboxRecord(alert: alert).message(on: .syslog))
        }

        /// One thread sends, and six messages wait for a name of which the resolver says nothing.
        @Test func aNameThatIsSlowToResolveHoldsUpNobodyElse() async throws {
            let log = try ToyLogServer(stream: true)
            let resolver = SlowResolver()
            var settings = SyslogChannel.Settings()
            settings.concurrency = 1
            settings.lookupTime = .seconds(60)
            let channel = SyslogChannel(
                settings: settings, lookups: LogServerLookups(resolve: { resolver.resolve($0) }))
            let slow = delivery(to: "tcp://slow.test:\(log.port)")
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 { group.addTask { await channel.deliver(slow).isDelivered } }
                for await _ in resolver.began.stream { break }
                for host in ["127.0.0.1", "quick.test"] {
                    #expect(await channel.deliver(delivery(to: "tcp://\(host):\(log.port)")).isDelivered)
                }
                #expect(log.take(atLeast: 2).count == 2)
                // Those who came later may ask a second time.
                resolver.letGo(6)
                for await isDelivered in group { #expect(isDelivered) }
            }
            #expect(resolver.asked.contains("quick.test") && !resolver.asked.contains("127.0.0.1"))
            channel.close()
            log.close()
        }

        @Test func aNameIsWaitedForNoLongerThanItsTime() async throws {
            let resolver = SlowResolver()
            var settings = SyslogChannel.Settings()
            settings.lookupTime = .milliseconds(10)
            let channel = SyslogChannel(
                settings: settings, lookups: LogServerLookups(resolve: { resolver.resolve($0) }))
            for _ in 0..<3 {
                #expect(
                    await channel.deliver(delivery(to: "udp://slow.test"))
                        == .temporary(reason: "slow.test: its name is not resolved within the time for it"))
                // The second and the third wait for the lookup of the first.
                if resolver.asked.isEmpty { for await _ in resolver.began.stream { break } }
            }
            #expect(resolver.asked == ["slow.test"])
            channel.close()
            resolver.letGo()
        }

        @Test func whoWaitsForANameIsAnsweredWhenTheChannelCloses() async throws {
            let resolver = SlowResolver()
            let lookups = LogServerLookups(concurrency: 1, resolve: { resolver.resolve($0) })
            let (first, second) = (try server("udp://slow.test"), try server("udp://slow.too.test"))
            async let underWay = lookups.addresses(of: first, within: .seconds(60))
            for await _ in resolver.began.stream { break }
            async let waiting = lookups.addresses(of: second, within: .seconds(60))
            lookups.close()
            for answer in [await underWay, await waiting] {
                let reason = try #require(throws: LogSocketError.self) { try answer.get() }.reason
                #expect(reason.contains("closed"))
            }
            resolver.letGo()
            #expect(try await lookups.addresses(of: try server("tcp://[::1]:7"), within: .seconds(60)).get().count == 1)
        }

        @Test func theSystemKnowsThisMachine() async throws {
            let lookups = LogServerLookups()
            let addresses = try await lookups.addresses(of: try server("udp://localhost:9"), within: .seconds(30)).get()
            #expect(addresses.contains { $0.family == AF_INET || $0.family == AF_INET6 })
            #expect(addresses.allSatisfy { $0.octets[2..<4] == [0, 9] })
            lookups.close()
        }
    }

    extension DeliveryResult {
        fileprivate var isDelivered: Bool {
            if case .delivered = self { true } else { false }
        }
    }
#endif
