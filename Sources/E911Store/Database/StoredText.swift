#if Daemon
    /// Texts in columns. A caller's name may have any character, U+0000 too: PostgreSQL has no such text, and SQLite's library
    /// ends it there.
    package enum StoredText {
        private static let escape: Unicode.Scalar = "\u{1a}"

        /// A text as a column takes it: U+0000 and U+001A become two characters each, so that what begins a text begins it
        /// still.
        package static func escaped(_ text: String) -> String {
            guard text.utf8.contains(where: { $0 == 0 || $0 == 0x1a }) else { return text }
            var result = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\0": result.append(contentsOf: [escape, "0"])
                case escape: result.append(contentsOf: [escape, "1"])
                default: result.append(scalar)
                }
            }
            return String(result)
        }

        /// What ``escaped(_:)`` was given. What it never writes stays as it is.
        package static func unescaped(_ text: String) -> String {
            guard text.utf8.contains(0x1a) else { return text }
            var result = String.UnicodeScalarView()
            var isEscaped = false
            for scalar in text.unicodeScalars {
                switch (isEscaped, scalar) {
                case (true, "0"): result.append("\0")
                case (true, "1"): result.append(escape)
                case (true, _): result.append(contentsOf: [escape, scalar])
                case (false, escape):
                    isEscaped = true
                    continue
                case (false, _): result.append(scalar)
                }
                isEscaped = false
            }
            if isEscaped { result.append(escape) }
            return String(result)
        }
    }
#endif
