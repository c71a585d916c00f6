#if Daemon
    /// A mail address as SMTP takes it (RFC 5321 section 4.1.2), without quoted local parts: `security@example.com`.
    public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
        public let localPart: String
        public let domain: String

        /// `nil` if it is none, or could be mistaken for a part of a command or header.
        public init?(_ text: some StringProtocol) {
            guard let at = text.lastIndex(of: "@") else { return nil }
            let local = text[..<at]
            let domain = text[text.index(after: at)...]
            // RFC 5321 section 4.5.3.1: 64 and 255 octets.
            guard (1...64).contains(local.utf8.count), (1...255).contains(domain.utf8.count) else { return nil }
            guard text.unicodeScalars.allSatisfy({ $0.value > 32 && !(127...159).contains($0.value) }) else {
                return nil
            }
            guard !text.utf8.contains(where: { Self.special.contains($0) }), !local.contains("@") else { return nil }
            self.localPart = String(local)
            self.domain = String(domain)
        }

        /// Letters with a meaning of their own in a path or an address list.
        private static let special = Array("<>()[],;:\\\"".utf8)

        public var description: String { "\(localPart)@\(domain)" }
    }
#endif
