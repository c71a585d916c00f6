import Alerting
import E911Values
import Testing

/// A channel into memory, with faults to choose from. An actor and no mutex: the thread sanitizer does not see that one.
private actor MemoryChannel: AlertChannel {
    enum Fault: String, CaseIterable {
        case none, silentProof, wrongAddress, losesLaterOnes, splitsLines, sendsToAnyAddress, callsAllDelivered
        case callsAllPermanent, callsAllTemporary, dropsTheCaller, forgetsRepetitions, givesNoReason
    }

    let kind = AlertChannelKind.email
    let fault: Fault
    private var farSide = ChannelUnderTest.FarSide.accepting
    private var received: [ChannelUnderTest.Received] = []
    private var seen: Set<DeliveryID> = []
    private var count = 0

    init(_ fault: Fault) {
        self.fault = fault
    }

    func deliver(_ delivery: Delivery) async -> DeliveryResult {
        if fault == .callsAllDelivered { return .delivered(providerAnswer: "ok") }
        let bad = delivery.address.isEmpty || delivery.address.contains("\r\n")
        if bad, fault != .sendsToAnyAddress { return .permanent(reason: "bad address") }
        let reason = fault == .givesNoReason ? "" : "\(farSide)"
        switch farSide {
        case .accepting: break
        case .refusingForGood where fault != .callsAllTemporary: return .permanent(reason: reason)
        case .refusingForNow, .unreachable, .refusingForGood:
            return fault == .callsAllPermanent ? .permanent(reason: reason) : .temporary(reason: reason)
        }
        count += 1
        let isNew = seen.insert(delivery.id).inserted
        if fault == .forgetsRepetitions, !isNew { return .permanent(reason: "seen") }
        if fault == .losesLaterOnes, count > 10 { return .delivered(providerAnswer: "ok") }
        var text = delivery.message.subject + "\n" + delivery.message.text
        if fault == .dropsTheCaller { text = text.split(separator: "2001").joined() }
        let address = fault == .wrongAddress ? "x" : delivery.address
        let parts = fault == .splitsLines ? text.split(separator: "\n").map(String.init) : [text]
        for part in parts { received.append(.init(address: address, text: part)) }
        return .delivered(providerAnswer: fault == .silentProof ? "" : "250 ok")
    }

    func take() -> [ChannelUnderTest.Received] {
        defer { received = [] }
        return received
    }

    func behave(_ farSide: ChannelUnderTest.FarSide) { self.farSide = farSide }
}

@Suite struct ConformanceTests {
    private func violations(_ fault: MemoryChannel.Fault) async -> [String] {
        let channel = MemoryChannel(fault)
        return await ChannelConformance.violations(
            of: ChannelUnderTest(
                channel: channel, address: "security@example.com",
                received: { await channel.take() },
                behave: { farSide in
                    await channel.behave(farSide)
                    return true
                }))
    }

    @Test func aSoundChannelPasses() async {
        #expect(await violations(.none) == [])
    }

    @Test(arguments: MemoryChannel.Fault.allCases.filter { $0 != .none }.map(\.rawValue))
    func everyFaultIsFound(_ name: String) async throws {
        let fault = try #require(MemoryChannel.Fault(rawValue: name))
        #expect(await !violations(fault).isEmpty)
    }

    @Test func aFarSideThatCannotAcceptIsSaid() async {
        let subject = ChannelUnderTest(
            channel: MemoryChannel(.none), address: "a", received: { [] }, behave: { _ in false })
        #expect(await ChannelConformance.violations(of: subject) == ["the far side must be able to accept messages"])
    }
}
