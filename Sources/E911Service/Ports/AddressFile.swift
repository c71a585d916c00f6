/// A file with addresses of record, one a line, as it was read (`aors-file`).
///
/// Blank lines, and lines that begin with `#`, are passed over. A line that is no address of record is left out and told
/// of; the others serve all the same.
public struct AddressFile: Equatable, Sendable {
    public enum Content: Equatable, Sendable {
        case addresses([String], skipped: [Line])
        /// What is wrong with it, as the end of a sentence that begins with the file.
        case unusable(String)
    }

    /// A line that is no address of record.
    public struct Line: Equatable, Sendable {
        /// From 1 on.
        public var number: Int
        /// Of its first character that is no blank, from 1 on.
        public var column: Int
        /// Its first 60 characters.
        public var text: String
    }

    public var path: String
    public var content: Content

    /// Octets of a file; a million addresses of 30 octets.
    public static let mostOctets = 32 << 20

    /// - Parameter octets: what the file holds; `nil` if it cannot be read.
    public init(path: String, octets: [UInt8]?) {
        self.path = path
        content = Self.content(octets)
    }

    private static func content(_ octets: [UInt8]?) -> Content {
        guard let octets else { return .unusable("cannot be read") }
        guard octets.count <= mostOctets else { return .unusable("holds more than 32 MiB") }
        var found: [String] = []
        var skipped: [Line] = []
        for (index, line) in octets.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let begin = line.firstIndex { !isBlank($0) } ?? line.endIndex
            guard begin < line.endIndex, line[begin] != UInt8(ascii: "#") else { continue }
            let end = line.lastIndex { !isBlank($0) } ?? begin
            let text = String(decoding: line[begin...end], as: UTF8.self)
            if SiteCheck.isAddressOfRecord(text) {
                found.append(text)
            } else {
                skipped.append(
                    Line(number: index + 1, column: begin - line.startIndex + 1, text: String(text.prefix(60))))
            }
        }
        return .addresses(found, skipped: skipped)
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == 32 || octet == 9 || octet == 13 }
}

extension SiteConfiguration {
    /// The files with addresses of record of call servers that are switched on and ask for each one, each once, in the
    /// order of the call servers.
    public var addressFiles: [String] {
        var paths: [String] = []
        for server in callServers where server.enabled && server.subscription.target == .addressesOfRecord {
            if let path = server.subscription.aorsFile, !paths.contains(path) { paths.append(path) }
        }
        return paths
    }
}
