#if Daemon
    import Alerting
    import E911Service
    import E911Values
    import Foundation
    import NIOCore
    import Synchronization
    import Testing

    @testable import E911Console

    /// The screen pop against the suite that every channel must pass; its far side is a page that is open, or not.
    @Suite(.timeLimit(.minutes(2)))
    struct ScreenPopConformanceTests {
        /// A page that shows the alerts of one recipient, and says so while it is awake.
        private final class Page: Sendable {
            private let hub: EventHub
            private let channel: ScreenPopChannel
            private let identity = Identity(
                name: "page", role: .securityDesk, proof: .token("1"), screenPops: ["security"])
            private let state = Mutex<(isAwake: Bool, shown: [ChannelUnderTest.Received])>((true, []))

            private struct Event: Decodable {
                var id: String
                var recipient: String
                var subject: String
                var text: String
                var fields: [String: String]
            }

            init(_ hub: EventHub, _ channel: ScreenPopChannel) {
                self.hub = hub
                self.channel = channel
            }

            func open() {
                guard let stream = hub.open(for: identity, after: nil) else { return }
                Task {
                    for await piece in stream { for event in Self.events(piece) { show(event) } }
                }
            }

            func close() { hub.tick { _ in false } }

            func set(awake: Bool) { state.withLock { $0.isAwake = awake } }

            private static func events(_ piece: ByteBuffer) -> [Event] {
                String(buffer: piece).components(separatedBy: "\n\n").compactMap { text in
                    let lines = text.split(separator: "\n")
                    guard lines.contains("event: screen-pop"), let data = lines.first(where: { $0.hasPrefix("data: ") })
                    else { return nil }
                    return try? JSONDecoder().decode(Event.self, from: Data(data.dropFirst(6).utf8))
                }
            }

            private func show(_ event: Event) {
                guard state.withLock({ $0.isAwake }), let id = DeliveryID(event.id) else { return }
                let text = ([event.subject, event.text] + event.fields.values).joined(separator: "\n")
                state.withLock { $0.shown.append(.init(address: "security", text: text)) }
                _ = channel.shown(id, to: identity)
            }

            func takeShown() -> [ChannelUnderTest.Received] {
                state.withLock { state in
                    defer { state.shown = [] }
                    return state.shown
                }
            }
        }

        @Test func aPagePassesTheSuite() async {
            let hub = EventHub(epoch: 7)
            let channel = ScreenPopChannel(hub: hub, patience: .milliseconds(300))
            let page = Page(hub, channel)
            let violations = await ChannelConformance.violations(
                of: ChannelUnderTest(
                    channel: channel, address: "security", received: { page.takeShown() },
                    behave: { behaviour in
                        page.close()
                        page.set(awake: behaviour == .accepting)
                        // A page refuses nothing for good: somebody may open another one.
                        guard behaviour != .refusingForGood else { return false }
                        if behaviour != .unreachable { page.open() }
                        return true
                    }))
            #expect(violations == [])
        }
    }
#endif
