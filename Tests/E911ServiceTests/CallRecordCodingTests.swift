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

    /// The octets lie in journals on disk: no tag ever means something else.
    @Test func everyFieldHasItsTag() throws {
        var record = full
        record.status = 302
        record.callServer = "7"
        record.source = "8"
        record.callID = "9"
        record.fromTag = "10"
        record.dialled = "11"
        record.callerDN = "12"
        record.callerName = "13"
        record.device = "14"
        record.deviceIP = "15"
        record.deviceMAC = "16"
        record.location = "17"
        record.locationText = "18"
        record.elinLocation = "19"
        record.elinText = "20"
        record.rule = "21"
        record.contact = "24"
        record.otherPlaces = "25"
        record.displacedDN = "26"
        let bytes = record.encoded()
        #expect(CallRecord(encoded: bytes.span) == record)
        let read = FieldReader.fields(bytes.span)
        let fields = try #require(read)
        let texts = fields.filter { (7...21).contains($0.tag) || (24...26).contains($0.tag) }
        #expect(texts.map(\.text) == texts.map { "\($0.tag)" })
        #expect(texts.count == 18)
        #expect(fields.first { $0.tag == 2 }?.text == "a")
        let numbers = [1, 3, 4, 5, 6, 22, 23, 27, 28].map { tag in fields.first { $0.tag == tag }?.number }
        #expect(
            numbers == [
                1_795_524_214_250, 300, UInt64(record.kind.rawValue), UInt64(record.flags.rawValue),
                UInt64(record.outcome.rawValue), 13_125_550_101, 302, 1200, 1,
            ])
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
