#if Daemon
    import Foundation

    /// A mail as a person's program reads it: unfolded headers with their encoded words decoded, and the decoded parts.
    struct ReadMail {
        var headers: [(name: String, value: String)] = []
        /// Every part decoded, with its type.
        var parts: [(type: String, text: String)] = []

        init(_ data: String) {
            guard let end = data.range(of: "\r\n\r\n") else { return }
            headers = Self.headers(String(data[..<end.lowerBound]))
            read(self.header("Content-Type") ?? "", "", String(data[end.upperBound...]))
        }

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        /// All that a person would read.
        var text: String { (headers.map(\.value) + parts.map(\.text)).joined(separator: "\n") }

        private mutating func read(_ type: String, _ encoding: String, _ body: String) {
            guard type.hasPrefix("multipart/"), let start = type.range(of: "boundary=") else {
                let text = encoding == "quoted-printable" ? Self.unquoted(body) : body
                parts.append((type, text))
                return
            }
            let boundary = String(type[start.upperBound...]).trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            for section in body.components(separatedBy: "--\(boundary)").dropFirst() where !section.hasPrefix("--") {
                guard let end = section.range(of: "\r\n\r\n") else { continue }
                let headers = Self.headers(String(section[..<end.lowerBound]))
                func value(_ name: String) -> String { headers.first { $0.name.lowercased() == name }?.value ?? "" }
                var text = String(section[end.upperBound...])
                if text.hasSuffix("\r\n") { text.removeLast() }
                read(value("content-type"), value("content-transfer-encoding"), text)
            }
        }

        private static func headers(_ block: String) -> [(name: String, value: String)] {
            let unfolded = block.replacingOccurrences(of: "\r\n ", with: " ").replacingOccurrences(
                of: "\r\n\t", with: " ")
            return unfolded.components(separatedBy: "\r\n").compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                return (String(line[..<colon]), words(value))
            }
        }

        /// RFC 2047: blanks between encoded words are none.
        private static func words(_ value: String) -> String {
            var out = ""
            var wasWord = false
            for token in value.split(separator: " ", omittingEmptySubsequences: false) {
                let isWord = token.hasPrefix("=?UTF-8?B?") && token.hasSuffix("?=")
                if !out.isEmpty, !(isWord && wasWord) { out += " " }
                let decoded = isWord ? Data(base64Encoded: String(token.dropFirst(10).dropLast(2))) : nil
                out += decoded.map { String(decoding: $0, as: UTF8.self) } ?? String(token)
                wasWord = isWord
            }
            return out
        }

        private static func unquoted(_ text: String) -> String {
            var out: [UInt8] = []
            var octets = Array(text.replacingOccurrences(of: "=\r\n", with: "").utf8)[...]
            while let octet = octets.popFirst() {
                if octet == UInt8(ascii: "="), octets.count >= 2,
                    let value = UInt8(String(decoding: octets.prefix(2), as: UTF8.self), radix: 16)
                {
                    out.append(value)
                    octets = octets.dropFirst(2)
                } else {
                    out.append(octet)
                }
            }
            return String(decoding: out, as: UTF8.self)
        }
    }
#endif
