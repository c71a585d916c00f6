#if Daemon
    extension YAMLTree {
        /// The tree as JSON. What is plain in YAML and no number, `true` or `false` is a string.
        var json: String {
            switch self {
            case .text(let text): Self.jsonString(text)
            case .plain(let text): Self.isJSON(text) ? text : Self.jsonString(text)
            case .list(let entries): "[" + entries.map(\.json).joined(separator: ",") + "]"
            case .mapping(let pairs):
                "{" + pairs.map { "\(Self.jsonString($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
            }
        }

        private static func isJSON(_ text: String) -> Bool {
            if text == "true" || text == "false" { return true }
            let digits = text.utf8.first == 0x2d ? text.utf8.dropFirst() : text.utf8[...]
            // A number with zeros in front, or a long one, is somebody's name.
            return !digits.isEmpty && digits.count <= 15 && digits.allSatisfy { (48...57).contains($0) }
                && (digits.first != 48 || digits.count == 1)
        }

        private static func jsonString(_ text: String) -> String {
            var quoted = "\""
            for scalar in text.unicodeScalars {
                switch scalar.value {
                case 0x22, 0x5c: quoted += "\\\(scalar)"
                case 0..<0x20, 0x7f:
                    let hex = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                default: quoted.unicodeScalars.append(scalar)
                }
            }
            return quoted + "\""
        }
    }
#endif
