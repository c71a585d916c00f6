import Alerting
import E911Values
import Testing

@Suite struct OutboxCodingTests {
    /// A record with something in each field.
    static func record(_ random: inout SeededGenerator) -> OutboxRecord {
        func text() -> String {
            ["", "a", "Zoë \u{0}Ω\r\n", String(repeating: "x", count: 300)].randomElement(using: &random) ?? ""
        }
        func time() -> WallTime {
            WallTime(milliseconds: Int64.random(in: -9_000_000...9_000_000_000_000, using: &random))
        }
        func key() -> RecordKey { RecordKey(time: time(), node: "a-b", counter: random.next()) }
        var alert = Alert(key: key())
        alert.flags = Alert.Flags(rawValue: UInt16.random(in: 0..<128, using: &random))
        alert.device = text()
        alert.callerDN = text()
        alert.callerName = text()
        alert.elin = TelephoneNumber(digits: UInt64.random(in: 1_000_000_000..<9_000_000_000, using: &random))
        alert.psapText = text()
        alert.placeText = text()
        alert.otherPlaces = text()
        alert.rule = text()
        alert.zoneOffsetMinutes = Int.random(in: -720...840, using: &random)
        alert.zoneName = text()
        alert.dialled = text()
        alert.callServer = text()
        alert.callID = text()
        alert.locationPath = [text(), text()]
        alert.contacts = [text()]
        alert.placeValidation = text()
        var record = OutboxRecord(alert: alert)
        record.count = Int.random(in: 1...9, using: &random)
        record.laterCalls = [key(), key()]
        record.lastCall = time()
        record.state = OutboxRecord.State.allCases.randomElement(using: &random) ?? .open
        record.reminders = Int.random(in: 0...9, using: &random)
        record.lastSounded = time()
        record.isQuiet = Bool.random(using: &random)
        record.acknowledgedBy = AcknowledgementRule.allCases.randomElement(using: &random) ?? .one
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let recipient = Bool.random(using: &random) ? text() : nil
            record.acknowledgements.append(.init(by: text(), recipient: recipient, at: time(), comment: text()))
        }
        record.isAcknowledged =
            !record.acknowledgements.isEmpty && (record.acknowledgedBy == .one || Bool.random(using: &random))
        for number in 1...3 as ClosedRange<UInt32> {
            var delivery = DeliveryRecord(
                number: number, channel: AlertChannelKind.allCases.randomElement(using: &random) ?? .email,
                recipient: text(), address: text(),
                reason: DeliveryReason.allCases.randomElement(using: &random) ?? .first)
            delivery.state = DeliveryRecord.State.allCases.randomElement(using: &random) ?? .owed
            delivery.attempts = Int.random(in: 0...9, using: &random)
            delivery.log = [
                .init(at: time(), attempt: 1, result: .temporary(reason: text())),
                .init(at: time(), attempt: 2, result: .permanent(reason: text())),
                .init(at: time(), attempt: 3, result: .delivered(providerAnswer: text())),
            ]
            record.deliveries.append(delivery)
        }
        if Bool.random(using: &random) {
            record.claim = .init(holder: text(), stamp: UInt64.random(in: 0...1 << 62, using: &random))
            record.soundedThrough = random.next()
            record.joinedInto = Bool.random(using: &random) ? key() : nil
            record.attachedCalls = [key()]
            record.factsOf = key()
            record.forgotten.odd = UInt32.random(in: 0...UInt32.max, using: &random)
            record.forgotten.even = UInt32.random(in: 0...9, using: &random)
        }
        return record
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func readsWhatItWrote(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let record = Self.record(&random)
        let octets = record.encoded()
        #expect(OutboxRecord(encoded: octets.span) == record, "seed \(seed)")
    }

    @Test func aTruncatedRecordIsRefusedOrReadsLess() {
        var random = SeededGenerator(seed: 1)
        let record = Self.record(&random)
        let octets = record.encoded()
        for length in 0..<octets.count {
            let part = Array(octets[..<length])
            if let read = OutboxRecord(encoded: part.span) { #expect(read != record) }
        }
    }

    @Test func damageNeverTraps() {
        var random = SeededGenerator(seed: 2)
        let octets = Self.record(&random).encoded()
        for _ in 0..<250 {
            var damaged = octets
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let position = Int.random(in: 0..<damaged.count, using: &random)
                damaged[position] = UInt8.random(in: 0...255, using: &random)
            }
            guard let record = OutboxRecord(encoded: damaged.span) else { continue }
            // What can be read can be worked on, and shown.
            let subject = Subject()
            _ = subject.restore([record], at(0))
            _ = record.message(on: .sms)
        }
    }

    @Test func countsThatNobodyCanReachAreHeldToWhatCanBeCountedOnFrom() throws {
        var random = SeededGenerator(seed: 4)
        var record = Self.record(&random)
        record.state = .open
        record.alert.device = "d1"
        record.acknowledgements = []
        record.isAcknowledged = false
        record.lastCall = at(0).wall
        record.count = .max
        record.deliveries[0].state = .owed
        record.deliveries[0].attempts = .max
        let octets = record.encoded()
        let decoded = OutboxRecord(encoded: octets.span)
        let subject = Subject()
        _ = subject.restore([try #require(decoded)], at(0))
        var redial = record.alert
        redial.key = key(77)
        #expect(subject.submit(redial, at(0)).records.first?.count == 1_000_000_001)
    }

    /// As it was written before there was a choice of who has to acknowledge: one element, and nothing else of it.
    @Test func anOldRowIsAcknowledgedByItsOne() {
        var old = OutboxRecord(alert: alert(1))
        let without = old.encoded()
        let by: [UInt8] = [1, 3] + Array("bob".utf8)
        let row = without + [7, UInt8(by.count)] + by
        old.acknowledgements = [.init(by: "bob", at: WallTime(milliseconds: 0), comment: "")]
        old.isAcknowledged = true
        #expect(OutboxRecord(encoded: row.span) == old)
        #expect(OutboxRecord(encoded: without.span)?.isAcknowledged == false)
        #expect(OutboxRecord(encoded: without.span)?.acknowledgedBy == .one)
    }

    @Test func aNodeWithoutAPairWritesNothingOfAPair() {
        for (position, isWritten) in [(nil, false), ("a", true)] {
            let subject = Subject(node: position)
            for number in 1...60 as ClosedRange<UInt64> {
                for delivery in subject.submit(alert(number, Double(number)), at(Double(number))).deliveries {
                    _ = subject.handle(sent, delivery.id, at(Double(number)))
                }
            }
            let octets = subject.records[key(1, 1)]?.encoded() ?? []
            var tags: Set<UInt8> = []
            var next = 0
            while let (tag, value) = FieldReader.field(at: next, octets.span) {
                tags.insert(tag)
                next = value.upperBound
            }
            #expect(tags.contains { $0 > 12 } == isWritten && tags.contains(6))
        }
    }

    @Test func aClaimThatNobodyCanFollowIsHeldToWhatCanBeCountedOnFrom() {
        var record = OutboxRecord(alert: alert(1))
        record.claim = .init(holder: "b", stamp: .max)
        let octets = record.encoded()
        #expect(OutboxRecord(encoded: octets.span)?.claim == .init(holder: "b", stamp: 1 << 62))
    }

    @Test func anUnknownFieldIsSkipped() {
        var random = SeededGenerator(seed: 3)
        let record = Self.record(&random)
        let octets = record.encoded() + [250, 3, 1, 2, 3]
        #expect(OutboxRecord(encoded: octets.span) == record)
    }
}
