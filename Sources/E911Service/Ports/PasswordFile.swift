public import SIPCore

/// A `password-file` of the site, as it was read.
///
/// The site has the names of such files alone: passwords are in no snapshot, store or listing, and only the process that
/// answers calls reads them.
public struct PasswordFile: Equatable, Sendable {
    public enum Content: Equatable, Sendable {
        case password(DigestPassword)
        /// What is wrong with it, as the end of a sentence that begins with the file.
        case unusable(String)
    }

    public var path: String
    public var content: Content

    /// Octets of a password, and of the line end behind it.
    public static let mostOctets = 1024

    /// - Parameter octets: what the file holds, the password alone, perhaps with a line end; `nil` if it cannot be read.
    public init(path: String, octets: [UInt8]?) {
        self.path = path
        content = Self.content(octets)
    }

    private static func content(_ octets: [UInt8]?) -> Content {
        guard let octets else { return .unusable("cannot be read") }
        guard octets.count <= mostOctets else { return .unusable("holds more than a password") }
        guard let text = String(validating: octets, as: UTF8.self) else { return .unusable("is not UTF-8") }
        let line = text.last?.isNewline == true ? text.dropLast() : text[...]
        if line.isEmpty { return .unusable("is empty") }
        if line.contains(where: \.isNewline) { return .unusable("has more than one line") }
        return .password(DigestPassword(String(line)))
    }
}

extension SiteConfiguration {
    /// The files with the passwords of call servers that are switched on, each once, in the order of the call servers.
    public var passwordFiles: [String] {
        var paths: [String] = []
        for server in callServers where server.enabled {
            if let path = server.subscription.passwordFile, !paths.contains(path) { paths.append(path) }
        }
        return paths
    }
}
