#if Daemon
    /// Where a log server is: `udp://HOST:PORT` (RFC 5426) or `tcp://HOST:PORT` (RFC 6587, octets counted).
    struct SyslogAddress: Equatable {
        var isStream: Bool
        var host: String
        var port: UInt16

        init?(_ text: String) {
            guard let scheme = ["udp://", "tcp://"].first(where: { text.hasPrefix($0) }) else { return nil }
            isStream = scheme == "tcp://"
            var host = text.dropFirst(scheme.count)
            port = isStream ? 601 : 514
            if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") {
                guard let port = UInt16(host[host.index(after: colon)...]), port > 0 else { return nil }
                self.port = port
                host = host[..<colon]
            }
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            let isName = host.utf8.allSatisfy { octet in
                switch octet {
                case 48...58, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
                default: false
                }
            }
            guard !host.isEmpty, isName else { return nil }
            self.host = String(host)
        }
    }
#endif
