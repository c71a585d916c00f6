#if Daemon
    /// A place in a text; both count from 1.
    struct Place: Hashable, Comparable {
        var line: Int
        /// In Unicode scalars.
        var column: Int

        static let start = Place(line: 1, column: 1)

        static func < (a: Place, b: Place) -> Bool { (a.line, a.column) < (b.line, b.column) }
    }

    /// Why a text cannot be read at all.
    struct TextRefusal: Error, Equatable {
        var place: Place
        var reason: String
        var remedy: String
    }

    /// The text of a YAML file, with its lines counted as YAML 1.1 does.
    struct SourceText {
        private(set) var scalars: [Unicode.Scalar]
        /// Where each line begins.
        private var lines: [Int]

        /// - Throws: ``TextRefusal`` for octets that are not UTF-8, and for characters that YAML does not allow.
        init(_ octets: [UInt8]) throws(TextRefusal) {
            scalars = []
            scalars.reserveCapacity(octets.count)
            lines = [0]
            var decoder = Unicode.UTF8()
            var iterator = octets.makeIterator()
            decoding: while true {
                switch decoder.decode(&iterator) {
                case .scalarValue(let scalar):
                    // A byte order mark at the start is no character of the text.
                    if scalar == "\u{feff}", scalars.isEmpty { continue }
                    guard Self.isAllowed(scalar) else {
                        throw TextRefusal(
                            place: place(of: scalars.count),
                            reason: "the character \(Self.name(scalar)) cannot stand in YAML",
                            remedy: "remove it, or write it as an escape in double quotes")
                    }
                    scalars.append(scalar)
                    if Self.endsLine(scalars) { lines.append(scalars.count) }
                case .emptyInput: break decoding
                case .error:
                    throw TextRefusal(
                        place: place(of: scalars.count), reason: "this is not UTF-8 text",
                        remedy: "save the file as UTF-8")
                }
            }
            // A line feed behind a carriage return belongs to it.
            lines = lines.filter { $0 == 0 || $0 >= scalars.count || scalars[$0] != "\n" || scalars[$0 - 1] != "\r" }
        }

        var text: String {
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            return text
        }

        /// The index of a place; `nil` when the text has no such place.
        func index(of place: Place) -> Int? {
            guard lines.indices.contains(place.line - 1), place.column > 0 else { return nil }
            let index = lines[place.line - 1] + place.column - 1
            let end = lines.indices.contains(place.line) ? lines[place.line] : scalars.count
            return index < end ? index : nil
        }

        func place(of index: Int) -> Place {
            // The last line that begins at or before the index.
            var low = 0
            var high = lines.count
            while low < high {
                let middle = (low + high) / 2
                if lines[middle] <= index { low = middle + 1 } else { high = middle }
            }
            return Place(line: low, column: index - lines[low - 1] + 1)
        }

        mutating func replace(at index: Int, with scalar: Unicode.Scalar) {
            scalars[index] = scalar
        }

        /// YAML 1.1 section 5.1, as libyaml reads it.
        private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 9, 10, 13, 0x20...0x7e, 0x85, 0xa0...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd, 0x10000...0x10ffff: true
            default: false
            }
        }

        private static func endsLine(_ scalars: [Unicode.Scalar]) -> Bool {
            switch scalars.last?.value {
            case 10, 13, 0x85, 0x2028, 0x2029: true
            default: false
            }
        }

        private static func name(_ scalar: Unicode.Scalar) -> String {
            let hex = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        }
    }
#endif
