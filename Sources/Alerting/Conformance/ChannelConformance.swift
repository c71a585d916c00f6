import E911Values

/// What the author of an ``AlertChannel`` gives so that it can be judged: the channel, and a far side under his control
/// (an SMTP server, an HTTP server, a file) that says what reached it.
public struct ChannelUnderTest: Sendable {
    /// How the far side behaves from now on.
    public enum FarSide: Sendable, CaseIterable {
        case accepting
        /// It answers that it cannot take the message now.
        case refusingForNow
        /// It answers that it will never take the message.
        case refusingForGood
        /// Nothing answers.
        case unreachable
    }

    /// One message that reached the far side.
    public struct Received: Equatable, Sendable {
        public var address: String
        /// Everything that a person would read, decoded.
        public var text: String

        public init(address: String, text: String) {
            self.address = address
            self.text = text
        }
    }

    public var channel: any AlertChannel
    /// An address that the far side accepts.
    public var address: String
    /// Addresses that no message may be sent to; each must be refused for good.
    public var badAddresses: [String]
    /// The messages that have reached the far side since this was last asked.
    public var received: @Sendable () async -> [Received]
    /// Makes the far side behave so. Returns `false` for a behaviour that it cannot show.
    public var behave: @Sendable (FarSide) async -> Bool

    public init(
        channel: any AlertChannel, address: String, badAddresses: [String] = ["", "a\r\nb"],
        received: @escaping @Sendable () async -> [Received], behave: @escaping @Sendable (FarSide) async -> Bool
    ) {
        self.channel = channel
        self.address = address
        self.badAddresses = badAddresses
        self.received = received
        self.behave = behave
    }
}

/// The suite that every channel must pass. It returns what is wrong, in words; an empty list is a pass.
public enum ChannelConformance {
    public static func violations(of subject: ChannelUnderTest) async -> [String] {
        var examiner = Examiner(subject: subject)
        await examiner.examine()
        return examiner.found
    }

    /// Alerts whose texts have hurt channels elsewhere: each must arrive whole, as one message.
    public static func hostileAlerts() -> [(name: String, alert: Alert)] {
        func alert(_ number: UInt64, _ name: String, _ place: String) -> Alert {
            let key = RecordKey(
                time: WallTime(milliseconds: 1_795_524_214_000 + Int64(number)), node: "suite", counter: number)
            return Alert(
                key: key, device: "d\(number)", callerDN: "200\(number)", callerName: name,
                elin: TelephoneNumber(digits: 13_125_550_103), psapText: place, placeText: place,
                rule: "IP range 10.1.2.0/24", zoneOffsetMinutes: -360, zoneName: "America/Chicago", dialled: "911",
                callServer: "main", callID: "suite-\(number)@192.0.2.10")
        }
        return [
            ("plain text", alert(1, "Alice", "2nd floor east, 100 W Main St, Chicago IL 60601")),
            ("line breaks", alert(2, "Eve\r\nBcc: thief@example.net\r\n\r\nHello", "Lab\r\n.\r\nQUIT\r\nLab end")),
            ("quotes and markup", alert(3, "\"><script>alert(1)</script>", "Room 'A' & \"B\" {\"x\":1} \\n <b>")),
            ("letters of the world", alert(4, "Zoë Żółć 王小明", "Gebäude Süd, 2. Stock 🏢")),
            ("control characters", alert(5, "nul\u{0}bell\u{7}esc\u{1b}[31m", "tab\there")),
            ("lines that begin with a dot", alert(6, ".hidden", "..\n.\nback yard")),
            ("a long text", alert(7, String(repeating: "Long name ", count: 600), String(repeating: "x", count: 9000))),
        ]
    }
}

/// Goes through the rules one by one.
private struct Examiner {
    let subject: ChannelUnderTest
    var found: [String] = []
    private var number: UInt32 = 0

    init(subject: ChannelUnderTest) {
        self.subject = subject
    }

    mutating func examine() async {
        guard await subject.behave(.accepting) else {
            found.append("the far side must be able to accept messages")
            return
        }
        _ = await subject.received()
        for (name, alert) in ChannelConformance.hostileAlerts() { await carries(alert, called: name) }
        await repeats()
        await runsAtOnce()
        for address in subject.badAddresses { await refuses(address) }
        await reports(.refusingForNow, as: "temporary") { if case .temporary = $0 { true } else { false } }
        await reports(.refusingForGood, as: "permanent") { if case .permanent = $0 { true } else { false } }
        await reports(.unreachable, as: "temporary") { if case .temporary = $0 { true } else { false } }
        // What was wrong for a while leaves nothing behind.
        _ = await subject.behave(.accepting)
        _ = await subject.received()
        await carries(ChannelConformance.hostileAlerts()[0].alert, called: "plain text after failures")
    }

    private mutating func delivery(_ alert: Alert, to address: String? = nil) -> Delivery {
        number += 1
        return Delivery(
            id: DeliveryID(alert: alert.key, number: number), channel: subject.channel.kind, recipient: "suite",
            address: address ?? subject.address, reason: .first, attempt: 1,
            message: OutboxRecord(alert: alert).message(on: subject.channel.kind))
    }

    /// One message arrives, at the right address, with the facts in it.
    private mutating func carries(_ alert: Alert, called name: String) async {
        let delivery = delivery(alert)
        let result = await subject.channel.deliver(delivery)
        guard case .delivered(let answer) = result else {
            found.append("\(name): \(result) instead of delivered")
            return
        }
        if answer.isEmpty { found.append("\(name): no answer of the far side is given as proof") }
        let received = await subject.received()
        guard received.count == 1 else {
            found.append("\(name): \(received.count) messages arrived instead of one")
            return
        }
        if received[0].address != subject.address {
            found.append("\(name): it arrived at '\(received[0].address)' instead of '\(subject.address)'")
        }
        for fact in [alert.callerDN, alert.elin?.description ?? ""] where !received[0].text.contains(fact) {
            found.append("\(name): '\(fact)' is missing in what arrived")
        }
    }

    /// At least once: the same delivery is delivered again when asked.
    private mutating func repeats() async {
        let delivery = delivery(ChannelConformance.hostileAlerts()[0].alert)
        var again = delivery
        again.attempt = 2
        let results = [await subject.channel.deliver(delivery), await subject.channel.deliver(again)]
        for result in results {
            if case .delivered = result { continue }
            found.append("a repeated delivery: \(result) instead of delivered")
        }
        if await subject.received().isEmpty { found.append("a repeated delivery did not arrive at all") }
    }

    private mutating func runsAtOnce() async {
        let alert = ChannelConformance.hostileAlerts()[0].alert
        let deliveries = (0..<8).map { _ in delivery(alert) }
        let channel = subject.channel
        let delivered = await withTaskGroup(of: Bool.self, returning: Int.self) { group in
            for delivery in deliveries {
                group.addTask {
                    if case .delivered = await channel.deliver(delivery) { true } else { false }
                }
            }
            var count = 0
            for await success in group where success { count += 1 }
            return count
        }
        let arrived = await subject.received().count
        if delivered != deliveries.count {
            found.append("of \(deliveries.count) messages at once \(delivered) went out")
        }
        if arrived < delivered { found.append("\(delivered) messages were called delivered, \(arrived) arrived") }
    }

    private mutating func refuses(_ address: String) async {
        let delivery = delivery(ChannelConformance.hostileAlerts()[0].alert, to: address)
        let result = await subject.channel.deliver(delivery)
        guard case .permanent = result else {
            found.append("address '\(address)': \(result) instead of permanent")
            return
        }
        if await !subject.received().isEmpty { found.append("address '\(address)': a message went out all the same") }
    }

    private mutating func reports(
        _ farSide: ChannelUnderTest.FarSide, as wanted: String, _ fits: (DeliveryResult) -> Bool
    ) async {
        guard await subject.behave(farSide) else { return }
        let result = await subject.channel.deliver(delivery(ChannelConformance.hostileAlerts()[0].alert))
        switch result {
        case .temporary(let reason), .permanent(let reason):
            if !fits(result) { found.append("\(farSide): \(result) instead of \(wanted)") }
            if reason.isEmpty { found.append("\(farSide): no reason is given") }
        case .delivered:
            found.append("\(farSide): called delivered")
        }
    }
}
