#if Daemon
    extension YAMLTree {
        /// The tree as JSON. What is plain in YAML and no number, `true` or `false` is a string; a quoted text of YAML is one of
        /// JSON too.
        var json: String {
            switch self {
            case .text(let text): Self.quoted(text)
            case .plain(let text): Self.isJSON(text) ? text : Self.quoted(text)
            case .list(let entries): "[" + entries.map(\.json).joined(separator: ",") + "]"
            case .mapping(let pairs):
                "{" + pairs.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
            }
        }

        private static func isJSON(_ text: String) -> Bool {
            if text == "true" || text == "false" { return true }
            let digits = text.utf8.first == 0x2d ? text.utf8.dropFirst() : text.utf8[...]
            // A number with zeros in front, or a long one, is somebody's name.
            return !digits.isEmpty && digits.count <= 15 && digits.allSatisfy { (48...57).contains($0) }
                && (digits.first != 48 || digits.count == 1)
        }
    }
#endif
