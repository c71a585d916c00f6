#if Daemon
    import E911Configuration
    import E911Service
    import Foundation
    import Testing

    /// A text in which `▸` stands before each place where a problem is expected.
    struct MarkedText {
        private(set) var octets: [UInt8] = []
        /// `LINE:COLUMN`, in the order of the text.
        private(set) var places: [String] = []

        init(_ marked: String) {
            var text = ""
            var line = 1
            var column = 1
            for scalar in marked.unicodeScalars {
                if scalar == "▸" {
                    places.append("\(line):\(column)")
                    continue
                }
                text.unicodeScalars.append(scalar)
                column += 1
                if scalar == "\n" {
                    line += 1
                    column = 1
                }
            }
            octets = Array(text.utf8)
        }

        /// The whole of a file, with one line of it (or several) replaced.
        init(_ text: String, replacing part: String, with marked: String) throws {
            let range = try #require(text.range(of: part), "'\(part)' is not in the text")
            self.init(text.replacingCharacters(in: range, with: marked))
        }
    }

    /// A text that is wrong, and what is said of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        /// What stands in the good text, and what takes its place; `▸` before each place that is told.
        let part: String
        let marked: String
        /// `PATH: REASON (REMEDY)` for each place, in the order of the text; a warning begins with `warning: `.
        let says: [String]

        init(_ part: String, _ marked: String, _ says: String...) {
            self.part = part
            self.marked = marked
            self.says = says
        }

        var testDescription: String { "\(marked) → \(says)" }

        func check<Value>(in text: String, _ read: ([UInt8]) -> Reading<Value>) throws {
            let marked = try MarkedText(text, replacing: part, with: marked)
            let reading = read(marked.octets)
            let told = reading.problems.map(\.short)
            let expected = zip(marked.places, says).map { "\($0): \($1)" }
            #expect(marked.places.count == says.count, "the table itself: as many ▸ as sentences")
            #expect(told == expected)
            #expect((reading.value == nil) == reading.problems.contains { $0.severity == .error })
        }
    }
#endif
