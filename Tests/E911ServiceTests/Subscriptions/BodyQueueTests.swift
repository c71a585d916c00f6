import E911Values
import RegInfo
import SIPCore
import Testing

@testable import E911Service

/// A notifier gets its 200 at once, so nothing but a bound keeps it from filling the memory.
@Suite struct BodyQueueTests {
    private func body(_ octets: Int, of subscription: Int = 0) -> BodyQueue.Body {
        BodyQueue.Body(
            document: StagedDocument(
                subscription: RegistrySubscription(index: subscription, generation: 0), cseq: 1, arrival: .inOrder,
                mayBeOvertaking: false, dialog: 0, download: nil),
            bytes: SIPText(bytes: Array(repeating: 65, count: octets)))
    }

    private func admit(_ queue: inout BodyQueue, _ octets: Int, of subscription: Int = 0) -> BodyQueue.Admission {
        let admission = queue.admit(octets, of: RegistrySubscription(index: subscription, generation: 0))
        if admission == .admitted { queue.append(body(octets, of: subscription)) }
        return admission
    }

    @discardableResult
    private func finish(_ queue: inout BodyQueue) -> Int? {
        guard let first = queue.take() else { return nil }
        // Once more: a body is read in several turns.
        queue.putBack(first, readTo: 1)
        guard let body = queue.take() else { return nil }
        queue.finish(body)
        return body.bytes.count
    }

    @Test func whatWaitsOfASubscriptionIsBounded() {
        var queue = BodyQueue(limit: 100)
        #expect(admit(&queue, 60) == .admitted)
        #expect(admit(&queue, 40) == .admitted)
        #expect(admit(&queue, 1) == .full(isFirst: true))
        #expect(admit(&queue, 1) == .full(isFirst: false))
        #expect(admit(&queue, 100, of: 1) == .admitted)
        finish(&queue)
        #expect(admit(&queue, 60) == .admitted)
        #expect(admit(&queue, .max) == .full(isFirst: false))
        for _ in 0..<3 { finish(&queue) }
        #expect(queue.isEmpty)
        // Nothing waits any more: one body goes in, however large it is, and the next refusal is news.
        #expect(admit(&queue, 1000) == .admitted)
        #expect(admit(&queue, 1) == .full(isFirst: true))
    }

    @Test func finishedBodiesAreGivenBackWhileOthersWait() {
        var queue = BodyQueue(limit: .max)
        queue.append(body(1))
        for round in 0..<10_000 {
            queue.append(body(round % 7 + 1))
            let count = finish(&queue)
            #expect(count == (round == 0 ? 1 : (round - 1) % 7 + 1))
            #expect(queue.slotCount < 200)
        }
        #expect(!queue.isEmpty)
        finish(&queue)
        #expect(queue.isEmpty && queue.slotCount == 0 && queue.nextDeadline == nil)
    }

    @Test func aBodyThatFindsNoRoomIsAnsweredAndAskedForAgain() throws {
        var server = try Notifier(node: { $0.waitingBodyOctets = 100_000 })
        server.answer(200)
        server.notify(1, ["2001", "2002", "2003"], full: true)
        server.house.advance(by: .seconds(60))
        try server.download()
        server.answer(200)
        server.house.forget()
        // The padding is white space behind the document.
        let padding = String(repeating: " ", count: 40_000)
        for cseq: UInt32 in 2...5 {
            server.notify(
                cseq, body: "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"0\" state=\"full\"/>" + padding
            )
        }
        #expect(server.house.sent.compactMap(\.status) == [200, 200, 200, 200])
        #expect(server.house.notes.count { $0 == "reginfo.dropped" } == 1)
        server.house.advance(by: .milliseconds(100))
        // Full state is asked for, and the download without the lost pieces retires nobody.
        #expect(server.subscribes == 1)
        server.house.advance(by: .seconds(20))
        #expect(server.registered() == ["2001", "2002", "2003"])
        guard case .status(let status) = server.house.ask(.status) else {
            Issue.record("no status")
            return
        }
        #expect(status.counters.first { $0.name == "reginfo.dropped" }?.value == 2)
        // The next download is as good as ever.
        try server.take()
        server.answer(200)
        server.notify(6, ["2001"], full: true)
        // A minute behind the refresh that the lost body asked for.
        server.house.advance(by: .seconds(60))
        try server.agree(7, ["2001"])
        #expect(server.registered() == ["2001"])
    }
}
