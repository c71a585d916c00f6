import Alerting
import E911Values
import Testing

/// What two nodes know of an alert comes together, whatever the way by which it comes.
@Suite struct JoinTests {
    /// A record of one alert out of few values, so that two of them often have the same in some field.
    private struct Records {
        var random: SeededGenerator

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func one<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
        mutating func time() -> WallTime { at(one([0, 1, 1, 2])).wall }

        mutating func record() -> OutboxRecord {
            var record = OutboxRecord(alert: alert(1))
            record.alert.flags = Alert.Flags(rawValue: one([0, 2, 64]))
            record.alert.placeText = one(["east", "west"])
            record.laterCalls = (2...one([2, 5, 60])).filter { _ in one([true, true, false]) }.map {
                key($0, 3, node: $0 % 3 == 0 ? "b" : "a")
            }.suffix(OutboxRecord.rememberedCalls)
            record.attachedCalls = (100...one([100, 102, 150])).map { key($0) }.suffix(OutboxRecord.rememberedCalls)
            record.count = record.laterCalls.count + one([1, 3])
            record.lastCall = time()
            record.state = one(OutboxRecord.State.allCases)
            record.reminders = one([0, 1, 2])
            record.lastSounded = time()
            record.claim = one([
                nil, .init(holder: "a", stamp: 1), .init(holder: "b", stamp: 1), .init(holder: "a", stamp: 2),
            ])
            record.soundedThrough = one([0, 2, 3])
            record.joinedInto = one([nil, nil, key(7), key(8)])
            record.factsOf = one([nil, nil, key(1), key(8)])
            record.forgotten.odd = one([0, 3, 5])
            record.forgotten.even = one([0, 4])
            for number in 1...8 as ClosedRange<UInt32> where one([true, false]) {
                record.deliveries.append(delivery(number))
            }
            record.acknowledgedBy = one(AcknowledgementRule.allCases)
            for number in 0..<one([0, 0, 2, 20]) {
                let (seconds, name) = (one([Double(number), Double(number) + 50]), "n\(one([number, number + 30]))")
                record.acknowledgements.append(
                    .init(by: name, recipient: one([nil, nil, name]), at: at(seconds).wall, comment: one(["", "c"])))
            }
            record.isAcknowledged =
                !record.acknowledgements.isEmpty && (record.acknowledgedBy == .one || one([true, false]))
            record.isQuiet = one([true, false])
            return record
        }

        mutating func delivery(_ number: UInt32) -> DeliveryRecord {
            var delivery = DeliveryRecord(
                number: number, channel: number % 2 == 0 ? .email : .sms, recipient: "r\(number)", address: "x",
                reason: one(DeliveryReason.allCases))
            delivery.state = one(DeliveryRecord.State.allCases)
            delivery.attempts = one([0, 1, 9])
            delivery.log = (0..<one([0, 3, 8])).map {
                .init(at: at(Double(one([$0, $0 + 9]))).wall, attempt: $0, result: one([sent, later, never]))
            }
            return delivery
        }
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func theOrderAndTheNumberOfRecordsMakeNoDifference(_ seed: UInt64) {
        var records = Records(seed: seed)
        let (a, b, c) = (records.record(), records.record(), records.record())
        let both = a.joined(b)
        #expect(both == b.joined(a), "seed \(seed)")
        #expect(both.joined(c) == a.joined(b.joined(c)), "seed \(seed)")
        #expect(both.joined(a) == both && both.joined(b) == both && both.joined(both) == both, "seed \(seed)")
        let octets = both.encoded()
        #expect(OutboxRecord(encoded: octets.span) == both, "seed \(seed)")
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func nothingThatIsKnownIsLostAndWhatIsOverStaysOver(_ seed: UInt64) {
        var records = Records(seed: seed)
        let (a, b) = (records.record(), records.record())
        let both = a.joined(b)
        for record in [a, b] {
            for delivery in record.deliveries where delivery.state != .owed {
                let found = both.deliveries.first { $0.number == delivery.number }
                #expect(found?.state != .owed, "seed \(seed)")
                if delivery.state == .delivered, let found { #expect(found.state == .delivered, "seed \(seed)") }
            }
            for acknowledgement in record.acknowledgements where acknowledgement.recipient != nil {
                #expect(both.acknowledgements.contains { $0.recipient == acknowledgement.recipient }, "seed \(seed)")
            }
            #expect(both.isAcknowledged || !record.isAcknowledged, "seed \(seed)")
        }
        #expect(both.laterCalls.count <= OutboxRecord.rememberedCalls && both.count > both.laterCalls.count)
        #expect(both.acknowledgements.filter { $0.recipient == nil }.count <= OutboxRecord.keptAcknowledgements)
    }

    @Test func aRedialBeginsRemindersAnewThoughTheOtherRecordHasNoneLeft() {
        var old = OutboxRecord(alert: alert(1))
        old.reminders = 3
        old.isQuiet = true
        var redialled = OutboxRecord(alert: alert(1))
        redialled.laterCalls = [key(2, 9, node: "b")]
        redialled.alert.placeText = "Shop"
        let both = old.joined(redialled)
        #expect(both.reminders == 0 && !both.isQuiet && both.alert.placeText == "Shop" && both.count == 2)
    }

    @Test func aClaimOpensWhatWasSettledUnderAnEarlierOne() {
        var settled = OutboxRecord(alert: alert(1))
        settled.state = .settled
        var claimed = OutboxRecord(alert: alert(1))
        #expect(settled.joined(claimed).state == .settled)
        claimed.claim = .init(holder: "b", stamp: 1)
        #expect(settled.joined(claimed).state == .open && settled.joined(claimed).holder == "b")
        settled.claim = .init(holder: "a", stamp: 2)
        #expect(settled.joined(claimed).state == .settled && settled.joined(claimed).holder == "a")
    }

    @Test func whatOneNodeHasForgottenIsNotOwedAgainByAnOldRecordOfTheOther() {
        var old = OutboxRecord(alert: alert(1))
        old.deliveries = [1, 2, 3].map {
            DeliveryRecord(number: $0, channel: .email, recipient: "r", address: "x", reason: .first)
        }
        var new = OutboxRecord(alert: alert(1))
        new.forgotten.odd = 1
        new.deliveries = [old.deliveries[2]]
        // Number 2 is one of the other node's, which this one has never seen.
        #expect(old.joined(new).deliveries.map(\.number) == [2, 3])
    }

    @Test func recordsOfTwoAlertsHaveNothingInCommon() {
        let record = OutboxRecord(alert: alert(1))
        #expect(record.joined(OutboxRecord(alert: alert(2))) == record)
    }
}
