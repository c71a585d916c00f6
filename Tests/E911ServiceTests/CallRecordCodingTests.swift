import E911Service
import E911Values
import Testing

@Suite struct CallRecordCodingTests {
    private var full: CallRecord {
        var record = CallRecord(
            key: RecordKey(time: WallTime(milliseconds: 1_795_524_214_250), node: "a", counter: 300), kind: .test)
        record.flags = [.ambiguous, .unrecorded, .unexpectedNumber]
        record.outcome = .unconfirmed
        record.callerName = "Zoë \u{0}Ω"
        record.callID = String(repeating: "x", count: 5000)
        record.elin = TelephoneNumber("+13125550101")
        record.leaseSeconds = 1200
        record.alerts = true
        record.displacedDN = "2001"
        return record
    }

    @Test func readsWhatItWrote() {
        let bytes = full.encoded()
        #expect(CallRecord(encoded: bytes.span) == full)
    }

    @Test func everyTruncationIsRefusedOrReadsLess() {
        let bytes = full.encoded()
        for length in 0..<bytes.count {
            let part = Array(bytes[..<length])
            if let record = CallRecord(encoded: part.span) { #expect(record != full) }
        }
    }

    @Test func anUnknownFieldIsSkipped() {
        let bytes = [250, 3, 1, 2, 3] + full.encoded()
        #expect(CallRecord(encoded: bytes.span) == full)
    }

    @Test func noiseIsRefusedWithoutATrap() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let noise = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = CallRecord(encoded: noise.span)
        }
    }
}
