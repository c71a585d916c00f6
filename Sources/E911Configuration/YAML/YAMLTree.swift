#if Daemon
    /// A tree to be written as YAML.
    enum YAMLTree {
        /// A text; quoted unless it is a plain word.
        case text(String)
        /// What needs no quotes: a number, an address, `true`.
        case plain(String)
        case list([YAMLTree])
        case mapping([Pair])

        /// A key and its value.
        struct Pair {
            var key: String
            var value: YAMLTree

            init(_ key: String, _ value: YAMLTree) {
                self.key = key
                self.value = value
            }
        }

        static func keys(_ pairs: KeyValuePairs<String, YAMLTree>) -> YAMLTree {
            .mapping(pairs.map { Pair($0.key, $0.value) })
        }

        /// Longer lists and mappings are written an entry a line.
        private static let width = 100

        /// The mapping or list as the content of a file.
        var document: String {
            var lines: [String] = []
            block(indent: "", into: &lines)
            return lines.joined(separator: "\n") + "\n"
        }

        private func block(indent: String, into lines: inout [String]) {
            switch self {
            case .text, .plain: lines.append(indent + flow)
            case .list(let entries):
                for entry in entries {
                    if entry.fits(indent.count + 2) {
                        lines.append("\(indent)- \(entry.flow)")
                    } else {
                        // The entry's first line stands behind the dash.
                        let first = lines.count
                        entry.block(indent: indent + "  ", into: &lines)
                        lines[first] = "\(indent)- \(lines[first].dropFirst(indent.count + 2))"
                    }
                }
            case .mapping(let pairs):
                for pair in pairs {
                    let name = YAMLTree.text(pair.key).flow
                    let value = pair.value
                    if value.fits(indent.count + name.count + 2) {
                        lines.append("\(indent)\(name): \(value.flow)")
                    } else {
                        lines.append("\(indent)\(name):")
                        value.block(indent: indent + "  ", into: &lines)
                    }
                }
            }
        }

        private func fits(_ column: Int) -> Bool {
            switch self {
            case .text, .plain: true
            case .list(let entries):
                entries.isEmpty || entries.allSatisfy(\.isScalar) && column + flow.count <= Self.width
            case .mapping(let pairs): pairs.isEmpty || !holdsMappings && column + flow.count <= Self.width
            }
        }

        private var isScalar: Bool {
            switch self {
            case .text, .plain: true
            case .list, .mapping: false
            }
        }

        /// Whether there are mappings in lists of it, which read better in lines of their own.
        private var holdsMappings: Bool {
            switch self {
            case .text, .plain: false
            case .list(let entries): !entries.allSatisfy(\.isScalar)
            case .mapping(let pairs): pairs.contains { $0.value.holdsMappings }
            }
        }

        /// On one line.
        private var flow: String {
            switch self {
            case .text(let text): Self.isWord(text) ? text : Self.quoted(text)
            case .plain(let text): text
            case .list(let entries):
                entries.isEmpty ? "[ ]" : "[ \(entries.map(\.flow).joined(separator: ", ")) ]"
            case .mapping(let pairs):
                pairs.isEmpty
                    ? "{ }"
                    : "{ \(pairs.map { "\(YAMLTree.text($0.key).flow): \($0.value.flow)" }.joined(separator: ", ")) }"
            }
        }

        /// Words of YAML 1.1 that another reader would take for something else than a text.
        private static let reserved = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]

        private static func isWord(_ text: String) -> Bool {
            guard let first = text.utf8.first, (65...90).contains(first) || (97...122).contains(first) else {
                return false
            }
            return !reserved.contains(text.lowercased())
                && text.utf8.allSatisfy { octet in
                    switch octet {
                    case 48...57, 65...90, 97...122: true
                    default: "-_./@".utf8.contains(octet)
                    }
                }
        }

        static func quoted(_ text: String) -> String {
            var quoted = "\""
            for scalar in text.unicodeScalars {
                switch scalar.value {
                case 0x22, 0x5c: quoted += "\\\(scalar)"
                case 0x20...0x7e, 0xa0...0x2027, 0x202a...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd, 0x10000...:
                    quoted.unicodeScalars.append(scalar)
                default:
                    let hex = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            }
            return quoted + "\""
        }
    }
#endif
