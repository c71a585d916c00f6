import E911Service
import E911Values
import Testing

@Suite struct CSVTests {
    private struct Read: Equatable {
        var rows: [CSVRecord] = []
        var error: CSVError?

        var fields: [[String]] { rows.map(\.fields) }
    }

    private func read(_ octets: [UInt8], piece: Int = .max, limits: CSVLimits = CSVLimits()) -> Read {
        var reader = CSVReader(limits: limits)
        var read = Read()
        do throws(CSVError) {
            var start = 0
            while start < octets.count {
                let end = start + min(piece, octets.count - start)
                try reader.read(Array(octets[start..<end]).span) { read.rows.append($0) }
                start = end
            }
            try reader.finish { read.rows.append($0) }
        } catch {
            read.error = error
        }
        return read
    }

    struct Text: Sendable, CustomTestStringConvertible {
        let text: String
        let fields: [[String]]

        init(_ text: String, _ fields: [[String]]) {
            self.text = text
            self.fields = fields
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(arguments: [
        Text("", []),
        Text("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        Text("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        Text("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        Text("\u{feff}a,b\n", [["a", "b"]]),
        Text("\u{feff}\"a\",b\n", [["a", "b"]]),
        Text("\u{feff}", []),
        Text("a,b\n\n\r\n1,2\n\n", [["a", "b"], ["1", "2"]]),
        Text("a,b\n,\n", [["a", "b"], ["", ""]]),
        Text("a,b\n1,", [["a", "b"], ["1", ""]]),
        Text("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        Text("a\tb\n1,5\t2;3\n", [["a", "b"], ["1,5", "2;3"]]),
        Text("\"a;b\",c\n1;2,3\n", [["a;b", "c"], ["1;2", "3"]]),
        Text("a\n\"\"\nb\n", [["a"], [""], ["b"]]),
        Text("\"a \"\"b\"\" c\",\"\"\"\"\n", [["a \"b\" c", "\""]]),
        Text("\"a\r\nb\nc\rd\",\" e \"\n", [["a\r\nb\nc\rd", " e "]]),
        Text("\"\",\"\"", [["", ""]]),
        Text("é,😀\n", [["é", "😀"]]),
        Text(" a , b \n", [[" a ", " b "]]),
    ])
    func aTextIsReadInWhateverPieces(text: Text) {
        for piece in [Int.max, 1, 2, 3, 7] {
            let read = read(Array(text.text.utf8), piece: piece)
            #expect(read.error == nil)
            #expect(read.fields == text.fields, "pieces of \(piece)")
        }
    }

    @Test func rowsCountAsASpreadsheetDoesAndLinesAsAnEditor() {
        let read = read(Array("a,b\r\n\r\n\"1\r\n2\n3\",x\r4,5".utf8))
        #expect(read.rows.map(\.row) == [1, 3, 4])
        #expect(read.rows.map(\.line) == [1, 3, 6])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let octets: [UInt8]
        let place: [Int]
        let says: String

        init(_ text: String, _ place: [Int], _ says: String) { self.init(Array(text.utf8), place, says) }

        init(_ octets: [UInt8], _ place: [Int], _ says: String) {
            self.octets = octets
            self.place = place
            self.says = says
        }

        var testDescription: String { says }
    }

    /// Line, row, column.
    @Test(arguments: [
        Fault("a,b\n1,\"2\n3,4\n", [2, 2, 2], "never closed"),
        Fault("a,b\n1,\"2\"x\n", [2, 2, 2], "behind the closing quote"),
        Fault("a,b\n\"1\n\",2\"\n", [3, 2, 2], "a quote within a field"),
        Fault([0xff, 0xfe, 0x61, 0], [1, 1, 1], "UTF-16"),
        Fault([0xfe, 0xff, 0, 0x61], [1, 1, 1], "UTF-16"),
        Fault([0x61, 0, 0x2c, 0], [1, 1, 1], "octet of zero"),
        Fault([0x61, 0x2c, 0xe4, 0x0a], [1, 1, 2], "not UTF-8"),
        Fault([0x61, 0x0a, 0xc3], [2, 2, 1], "not UTF-8"),
        Fault([0xef, 0xbb], [1, 1, 1], "not UTF-8"),
    ])
    func whatIsNoCSVIsToldWithItsPlace(fault: Fault) throws {
        for piece in [Int.max, 1] {
            let error = try #require(read(fault.octets, piece: piece).error)
            #expect([error.line, error.row, error.column] == fault.place, "\(error)")
            #expect(error.reason.contains(fault.says), "\(error)")
        }
    }

    @Test func limitsHaveNames() throws {
        var limits = CSVLimits()
        limits.columns = 3
        limits.rows = 3
        limits.fieldOctets = 4
        limits.octets = 20
        func reason(_ text: String) -> String? { read(Array(text.utf8), piece: 4, limits: limits).error?.reason }
        #expect(reason("a,b,c\n1,2,3\n4,5,6\n") == nil)
        #expect(reason("a,b,c,d\n") == "there are more than 3 columns")
        #expect(reason("a\nb\nc\nd\n") == "there are more than 3 rows")
        #expect(reason("a\n\n\nd\n") == "there are more than 3 rows")
        #expect(reason("abcde\n") == "the field is longer than 4 octets")
        #expect(reason("\"abcde\"\n") == "the field is longer than 4 octets")
        #expect(reason("a,b,c\na,b,c\na,b,c\nabc") == "the text is longer than 20 octets")
    }

    /// Whatever fields are written, they read back.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func whatIsWrittenReadsBack(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "a", "\"", ",", ";", "\t", "\r", "\n", "\r\n", " ", "\u{feff}", "é", "😀", "\0", "'", "=1+1", "+13125550101",
        ]
        let columns = Int.random(in: 1...5, using: &generator)
        let rows = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
            (0..<columns).map { _ in
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                }.joined()
            }
        }
        var writer = CSVWriter()
        for row in rows { writer.append(row) }
        let octets = writer.take()
        for piece in [Int.max, 1, 5] {
            let read = read(octets, piece: piece)
            #expect(read.error == nil)
            #expect(read.fields == rows)
        }
        #expect(writer.take() == [])
    }

    /// Octets at random, most of them with a meaning: read or refused, the same in whatever pieces.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func noOctetsTrap(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let meant = Array("\",;\t\r\n\r\nab".utf8) + [0xef, 0xbb, 0xbf, 0xff, 0xfe, 0]
        let octets = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
            Int.random(in: 0..<8, using: &generator) == 0
                ? UInt8.random(in: .min ... .max, using: &generator)
                : meant[Int.random(in: 0..<meant.count, using: &generator)]
        }
        let whole = read(octets)
        for piece in [1, 3] { #expect(read(octets, piece: piece) == whole) }
    }
}
