#if Daemon
    import Foundation

    /// Text in a header of a mail: as it is when it is short and printable ASCII, else as encoded words (RFC 2047), none
    /// longer than 75 octets, cut between code points, one a line.
    enum HeaderText {
        /// A header with free text.
        static func field(_ name: String, _ text: String) -> String {
            "\(name): \(encoded(text, first: name.utf8.count + 2))"
        }

        /// A header with one mailbox (RFC 5322 section 3.4).
        static func mailbox(_ name: String, _ address: MailAddress, displayName: String) -> String {
            let shown = plain(displayName)
            guard !shown.isEmpty, shown != address.description else { return "\(name): \(address)" }
            let isSimple =
                isPrintable(shown) && shown.utf8.count <= 60 && !shown.contains("\"") && !shown.contains("\\")
            let phrase = isSimple ? "\"\(shown)\"" : words(shown, first: name.utf8.count + 2)
            return "\(name): \(phrase)\r\n <\(address)>"
        }

        private static func encoded(_ text: String, first: Int) -> String {
            let text = plain(text)
            // What looks like an encoded word must be one.
            let isSimple = isPrintable(text) && first + text.utf8.count <= 76 && !text.contains("=?")
            return isSimple ? text : words(text, first: first)
        }

        private static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { (32...126).contains($0) } }

        /// On one line: a control character would end the header.
        private static func plain(_ text: String) -> String {
            let scalars = text.unicodeScalars.map { $0.value < 32 || (127...159).contains($0.value) ? " " : $0 }
            var out = String.UnicodeScalarView()
            out.append(contentsOf: scalars)
            return String(out).split(separator: " ").joined(separator: " ")
        }

        private static func words(_ text: String, first: Int) -> String {
            let frame = "=?UTF-8?B?".utf8.count + "?=".utf8.count
            var words: [String] = []
            var octets: [UInt8] = []
            var room = (75 - first - frame) / 4 * 3
            func close() {
                words.append("=?UTF-8?B?\(Data(octets).base64EncodedString())?=")
                octets = []
                room = (74 - frame) / 4 * 3
            }
            for scalar in text.unicodeScalars {
                let next = Array(String(scalar).utf8)
                if !octets.isEmpty, octets.count + next.count > room { close() }
                octets += next
            }
            close()
            return words.joined(separator: "\r\n ")
        }
    }
#endif
