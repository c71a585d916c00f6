import E911Values
import Testing

@Suite struct OctetsTests {
    private func decimal(_ value: UInt64) -> String { String(octets: 20) { $0.append(decimal: value) } }

    @Test func numbersAreWrittenAsSwiftWritesThem() {
        var generator = SeededGenerator(seed: 1)
        var power: UInt64 = 1
        for size in 0..<20 {
            for value in [power &- 1, power, power &+ 1, power &* 5, power &* 9 &+ power / 2] {
                #expect(decimal(value) == String(value), "10^\(size)")
            }
            for _ in 0..<1000 {
                let value = generator.next() >> UInt64(generator.next() % 64)
                #expect(decimal(value) == String(value))
            }
            power = power &* 10
        }
        #expect(decimal(0) == "0" && decimal(.max) == String(UInt64.max))
        for value in [Int64.min, -100, -1, 0, 7, .max] {
            #expect(String(octets: 20) { $0.append(decimal: value) } == String(value))
        }
    }

    @Test func durationsAreWholeNanoseconds() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<10_000 {
            let nanoseconds = Int64(truncatingIfNeeded: generator.next()) >> Int64(generator.next() % 63)
            #expect(Duration.nanoseconds(nanoseconds).wholeNanoseconds == nanoseconds)
        }
        #expect(Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999).wholeNanoseconds == 1)
        #expect(Duration.seconds(4722).wholeNanoseconds == 4_722_000_000_000)
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
    }

    @Test func keysAreWrittenAsTheyDescribeThemselves() {
        let long = String(repeating: "ü", count: 80)
        for (node, counter) in [("a", UInt64(0)), ("north", 1_790_000_000_000_001), (long, .max)] {
            let key = RecordKey(time: WallTime(milliseconds: 1_790_000_000_123), node: node, counter: counter)
            #expect(key.description == "1790000000123-\(node)-\(counter)")
            #expect(RecordKey(key.description) == key)
            var writer = FieldWriter()
            writer.key(3, key)
            let octets = writer.octets
            let field = FieldReader.fields(octets.span)?.first
            #expect(field?.tag == 3 && field?.text == key.description)
        }
    }

    @Test(arguments: [0, 1, 127, 128, 300, 16_383, 16_384, 70_000])
    func aRecordInTheRecordIsReadWhateverItsLength(length: Int) {
        var writer = FieldWriter()
        writer.text(1, "before")
        writer.record(2) { writer in
            if length > 0 { writer.element(9, [UInt8](repeating: 7, count: length)) }
        }
        writer.text(3, "behind")
        let written = writer.octets
        let fields = FieldReader.fields(written.span) ?? []
        #expect(fields.map(\.tag) == [1, 2, 3])
        let octets = fields.dropFirst().first?.octets ?? []
        let inner = FieldReader.fields(octets.span)
        #expect((inner?.first?.octets.count ?? 0) == length)
        // As it would be if it had been written by itself.
        var other = FieldWriter()
        other.text(1, "before")
        other.element(2, octets)
        other.text(3, "behind")
        #expect(other.octets == writer.octets)
    }
}
