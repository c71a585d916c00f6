import E911Values

/// Where a log server is: `udp://HOST:PORT` (RFC 5426, 514 without a port) or `tcp://HOST:PORT` (RFC 6587, 601). HOST is a
/// name, an address, or an address of IPv6 in brackets.
public struct SyslogAddress: Hashable, Sendable {
    public var isStream: Bool
    public var host: String
    public var port: UInt16

    /// `nil` for anything else.
    public init?(_ text: String) {
        guard let scheme = ["udp://", "tcp://"].first(where: { text.hasPrefix($0) }) else { return nil }
        isStream = scheme == "tcp://"
        var rest = text.dropFirst(scheme.count)
        port = isStream ? 601 : 514
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]"),
                let address = IPAddress(rest[rest.index(after: rest.startIndex)..<end]),
                !address.isIPv4
            else { return nil }
            host = address.description
            rest = rest[rest.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
        } else {
            let name = rest.prefix { $0 != ":" }
            let isName = name.utf8.allSatisfy { octet in
                switch octet {
                case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
                default: false
                }
            }
            guard !name.isEmpty, isName else { return nil }
            host = String(name)
            rest = rest[name.endIndex...]
        }
        guard let colon = rest.first else { return }
        guard colon == ":", let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        self.port = port
    }
}
