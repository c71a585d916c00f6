import SIPCore

/// What the check of a site asks of a SIP URI that somebody typed: user, host and port.
struct SIPAddressText: Equatable {
    var user: String
    /// Without brackets.
    var host: String
    var port: UInt16

    /// `nil` unless it is a `sip:` or `sips:` URI with a host.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["sip", "sips"].contains(parts[0].lowercased()) else { return nil }
        let defaultPort = parts[0].count == 4 ? SIPTransportKind.tls.defaultPort : SIPTransportKind.udp.defaultPort
        guard !text.utf8.contains(where: { $0 <= 32 || $0 == 127 || "<>\"".utf8.contains($0) }) else { return nil }
        var rest = parts[1]
        if let at = rest.lastIndex(of: "@") {
            user = String(rest[..<at].prefix { $0 != ":" && $0 != ";" })
            rest = rest[rest.index(after: at)...]
            guard !user.isEmpty else { return nil }
        } else {
            user = ""
        }
        var hostPort = rest.prefix { $0 != ";" && $0 != "?" }
        port = defaultPort
        if let colon = hostPort.lastIndex(of: ":"), !hostPort[colon...].contains("]") {
            guard let number = UInt16(hostPort[hostPort.index(after: colon)...]), number > 0 else { return nil }
            port = number
            hostPort = hostPort[..<colon]
        }
        if hostPort.first == "[" {
            guard hostPort.last == "]" else { return nil }
            hostPort = hostPort.dropFirst().dropLast()
            guard hostPort.utf8.allSatisfy({ $0 == 58 || $0 == 46 || Self.isAlphanumeric($0) }) else { return nil }
        } else {
            guard hostPort.utf8.allSatisfy({ $0 == 45 || $0 == 46 || Self.isAlphanumeric($0) }) else { return nil }
        }
        guard !hostPort.isEmpty else { return nil }
        host = String(hostPort)
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        switch octet {
        case 48...57, 65...90, 97...122: true
        default: false
        }
    }
}
