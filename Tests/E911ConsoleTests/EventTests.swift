#if Daemon
    import Alerting
    import E911Service
    import E911Values
    import Foundation
    import NIOCore
    import Testing

    @testable import E911Console

    /// What those who look on are told.
    @Suite(.timeLimit(.minutes(1)))
    struct EventTests {
        private static func identity(_ role: Role, screenPops: [String] = []) -> Identity {
            Identity(name: role.rawValue, role: role, proof: .token("1"), screenPops: screenPops)
        }

        private static func events(_ stream: AsyncStream<ByteBuffer>, count: Int) async -> [String] {
            var found: [String] = []
            for await piece in stream {
                // A piece may have several.
                found += String(buffer: piece).components(separatedBy: "\n\n").filter { $0.contains("event:") }
                if found.count >= count { break }
            }
            return found
        }

        private static func id(_ event: String) -> String {
            String(event.split(separator: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4) ?? "")
        }

        @Test func whoComesBackGetsWhatWasMissedAndNothingTwice() async throws {
            let hub = EventHub(epoch: 7)
            let first = try #require(hub.open(for: Self.identity(.readOnly), after: nil))
            hub.send("call", ["n": 1], to: .everybody)
            let seen = await Self.events(first, count: 2)
            hub.send("call", ["n": 2], to: .everybody)
            hub.send("audit", ["n": 3], to: .administrators)
            hub.send("call", ["n": 4], to: .everybody)
            let again = try #require(hub.open(for: Self.identity(.readOnly), after: Self.id(seen[1])))
            let missed = await Self.events(again, count: 2)
            #expect(missed.map { $0.contains("\"n\":2") || $0.contains("\"n\":4") } == [true, true])
            let administrator = try #require(hub.open(for: Self.identity(.administrator), after: Self.id(seen[1])))
            #expect(await Self.events(administrator, count: 3)[1].contains("event: audit"))
        }

        @Test(arguments: ["6-1", "7-99", "nonsense", "7-", "-1", "7--1"])
        func whoAsksForWhatIsNotKnownIsToldToBeginAnew(last: String) async throws {
            let hub = EventHub(epoch: 7)
            hub.send("call", ["n": 1], to: .everybody)
            let stream = try #require(hub.open(for: Self.identity(.readOnly), after: last))
            #expect(await Self.events(stream, count: 1)[0].contains("event: reset"))
        }

        @Test func whatIsOlderThanTheMemoryIsAReset() async throws {
            let hub = EventHub(epoch: 7)
            for number in 0..<(2 * EventHub.memory) { hub.send("call", ["n": number], to: .everybody) }
            let old = try #require(hub.open(for: Self.identity(.readOnly), after: "7-1"))
            #expect(await Self.events(old, count: 1)[0].contains("event: reset"))
            let newer = try #require(hub.open(for: Self.identity(.readOnly), after: "7-\(2 * EventHub.memory - 1)"))
            #expect(await Self.events(newer, count: 1)[0].contains("\"n\":\(2 * EventHub.memory - 1)"))
        }

        @Test func streamsBeyondTheLimitAreRefusedAndOnesThatEndMakeRoom() async throws {
            let hub = EventHub(epoch: 7, most: 1)
            var stream = hub.open(for: Self.identity(.readOnly), after: nil)
            #expect(stream != nil && hub.open(for: Self.identity(.readOnly), after: nil) == nil)
            hub.tick { _ in false }
            #expect(hub.count == 0)
            stream = hub.open(for: Self.identity(.readOnly), after: nil)
            #expect(stream != nil)
        }

        @Test func aCallIsToldAsItComesAndItsAlertWithIt() async throws {
            let house = try TestHouse()
            let stream = try #require(house.hub.open(for: Self.identity(.readOnly), after: nil))
            house.call(1)
            let events = await Self.events(stream, count: 3)
            #expect(events.contains { $0.contains("event: call") && $0.contains("\"callerDN\":\"2001\"") })
            #expect(events.contains { $0.contains("event: alert") && $0.contains("EMERGENCY CALL") })
        }

        private static func pop(_ number: UInt32 = 1) -> Delivery {
            Delivery(
                id: DeliveryID(
                    alert: RecordKey(time: WallTime(milliseconds: 1), node: "a", counter: 1), number: number),
                channel: .screenPop, recipient: "security", address: "security", reason: .first, attempt: 1,
                message: RenderedMessage(subject: "EMERGENCY CALL", text: "x", time: WallTime(milliseconds: 1)))
        }

        @Test func aScreenPopIsDeliveredWhenAPageSaysThatItShowsIt() async throws {
            let house = try TestHouse()
            let guardian = Self.identity(.securityDesk, screenPops: ["security"])
            let stream = try #require(house.hub.open(for: guardian, after: nil))
            async let result = house.screenPops.deliver(Self.pop())
            let events = await Self.events(stream, count: 2)
            #expect(events[1].contains("event: screen-pop") && events[1].contains("1-a-1.1"))
            #expect(!house.screenPops.shown(Self.pop().id, to: Self.identity(.securityDesk, screenPops: ["others"])))
            #expect(house.screenPops.shown(Self.pop().id, to: guardian))
            #expect(await result == .delivered(providerAnswer: "shown to security-desk"))
            #expect(!house.screenPops.shown(Self.pop(2).id, to: guardian))
        }

        @Test func aScreenPopThatNobodyShowsHasFailedForNow() async throws {
            let house = try TestHouse(patience: .milliseconds(1))
            let others = Self.identity(.securityDesk, screenPops: ["others"])
            let reader = Self.identity(.readOnly)
            let streams = [house.hub.open(for: others, after: nil), house.hub.open(for: reader, after: nil)]
            let alone = await house.screenPops.deliver(Self.pop())
            #expect(alone == .temporary(reason: "no page is open that shows the alerts of security"))
            let silent = try #require(house.hub.open(for: Self.identity(.administrator), after: nil))
            let late = await house.screenPops.deliver(Self.pop())
            #expect(late == .temporary(reason: "no page said in time that it shows the alert"))
            _ = (streams, silent)
        }
    }
#endif
