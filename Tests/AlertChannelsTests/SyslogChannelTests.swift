#if Daemon
    import Alerting
    import E911Values
    import Foundation
    import Synchronization
    import Testing

    @testable import AlertChannels

    /// How many messages a channel has called delivered, since no log server says how many are on their way.
    private final class Delivered: Sendable {
        private let count = Mutex(0)

        func add() { count.withLock { $0 += 1 } }

        func take() -> Int {
            count.withLock { count in
                defer { count = 0 }
                return count
            }
        }
    }

    private struct CountingChannel: AlertChannel {
        let channel: SyslogChannel
        let delivered: Delivered

        var kind: AlertChannelKind { channel.kind }

        func deliver(_ delivery: Delivery) async -> DeliveryResult {
            let result = await channel.deliver(delivery)
            if case .delivered = result { delivered.add() }
            return result
        }
    }

    @Suite struct SyslogChannelTests {
        @Test(arguments: [false, true])
        func conformsToThePort(stream: Bool) async throws {
            let server = try ToyLogServer(stream: stream)
            var settings = SyslogChannel.Settings()
            settings.refusalWait = .milliseconds(20)
            let channel = SyslogChannel(settings: settings)
            let delivered = Delivered()
            let subject = ChannelUnderTest(
                channel: CountingChannel(channel: channel, delivered: delivered), address: server.url,
                badAddresses: [
                    "", "a\r\nb", "192.0.2.9", "http://192.0.2.9", "udp://", "tcp://a b:1", "udp://h:0", "udp://h:x",
                ],
                received: {
                    server.take(atLeast: delivered.take()).map { octets in
                        var text = String(decoding: octets, as: UTF8.self)
                        if stream, let blank = text.firstIndex(of: " ") {
                            // The length that was counted.
                            let rest = text[text.index(after: blank)...]
                            text = Int(text[..<blank]) == rest.utf8.count ? String(rest) : "counted wrongly"
                        }
                        return .init(
                            address: server.url, text: text.hasPrefix("<129>1 ") ? text : "no RFC 5424: \(text)")
                    }
                },
                behave: { $0 == .accepting })
            #expect(await ChannelConformance.violations(of: subject) == [])
            channel.close()
            server.close()
        }
    }
#endif
