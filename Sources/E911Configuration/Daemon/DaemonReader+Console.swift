#if Daemon
    import E911Service
    import E911Values

    extension DaemonReader {
        func console(_ m: YAMLMapping) -> DaemonConfiguration.Console? {
            let address = m.required("address", "127.0.0.1")?.address()
            let port = m.required("port", "8443")?.port()
            let tls = self.tls(m, mustExist: false)
            let publicURL = m["public-url"]?.parsed(
                "an address of a web page", "https://e911.example.com", Self.webAddress)
            let proxies = m["trusted-proxies"]?.list { $0.parsed("a network", "192.0.2.0/28") { IPPrefix($0) } }
            let session = m["session"]?.duration(.seconds(300)...(.seconds(7 * 86_400)))
            let retention = m["keep"]?.mapping { kept in
                (calls: kept["calls"]?.duration(Self.retention), audit: kept["audit"]?.duration(Self.retention))
            }
            guard let address, let port else { return nil }
            if tls == nil, !address.isLoopback, proxies?.isEmpty ?? true {
                m.value.fail(
                    "passwords would go over the network in the clear",
                    "certificate and key, or an address of this machine",
                    severity: .warning)
            }
            var console = DaemonConfiguration.Console(endpoint: Endpoint(address, port), tls: tls)
            console.publicURL = publicURL
            console.trustedProxies = proxies ?? []
            if let session { console.session = session }
            console.keepsCalls = retention?.calls ?? nil
            console.keepsAudit = retention?.audit ?? nil
            return console
        }

        private static let retention: ClosedRange<Duration> = .seconds(86_400)...(.seconds(100 * 365 * 86_400))

        /// `http://` or `https://` and a host, without a path.
        private static func webAddress(_ text: String) -> String? {
            guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return nil }
            var rest = text.dropFirst(scheme.count)
            if rest.last == "/" { rest = rest.dropLast() }
            let isHost =
                !rest.isEmpty && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"/?#@\"<>".utf8.contains($0) }
            return isHost ? scheme + rest : nil
        }
    }
#endif
