#if Daemon
    import Foundation

    /// A SIP message as SIPp wrote it into its message log.
    struct LoggedMessage: Sendable {
        let isReceived: Bool
        /// With its line ends as they were on the wire.
        let text: String

        var startLine: String { lines.first ?? "" }

        private var lines: [String] { text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init) }

        /// The values of a header field, in order; the name in any case.
        func all(_ name: String) -> [String] {
            lines.dropFirst().prefix { !$0.isEmpty }.compactMap { line in
                guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                    return nil
                }
                return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
        }

        func first(_ name: String) -> String? { all(name).first }

        /// `INVITE` and the like, `nil` for a response.
        var method: String? {
            startLine.hasPrefix("SIP/2.0 ") ? nil : startLine.split(separator: " ").first.map(String.init)
        }

        var status: Int? {
            startLine.hasPrefix("SIP/2.0 ")
                ? startLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } : nil
        }

        var requestURI: String? {
            method == nil ? nil : startLine.split(separator: " ").dropFirst().first.map(String.init)
        }

        /// Reads a message log. A block that is being written is left out.
        static func read(_ file: URL) -> [LoggedMessage] {
            guard let data = try? Data(contentsOf: file) else { return [] }
            let blocks = String(decoding: data, as: UTF8.self).components(
                separatedBy: "----------------------------------------------- ")
            return blocks.dropFirst().compactMap { block in
                let parts = block.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
                guard parts.count == 4, parts[1].contains("message") else { return nil }
                return LoggedMessage(isReceived: parts[1].contains("received"), text: String(parts[3]))
            }
        }
    }
#endif
