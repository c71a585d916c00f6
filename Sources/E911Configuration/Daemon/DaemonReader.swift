#if Daemon
    import E911Service
    import E911Values
    import SIPCore
    import Yams

    /// The keys of `e911d.yaml`.
    struct DaemonReader {
        let base: FileBase
        let files: FileAccess

        func configuration(_ m: YAMLMapping) -> DaemonConfiguration? {
            let node = m.required("node", "a")?.parsed("the name of a node", "a", Self.nodeName)
            let state = m.required("state", "/var/lib/e911d").flatMap(stateFolder)
            let listeners = m.required("listen", "[ { transport: udp, address: 192.0.2.20, port: 5060 } ]")
                .flatMap(listeners)
            var configuration = DaemonConfiguration(
                node: node ?? "", state: state ?? "", listeners: listeners ?? [])
            if let store = m["store"].flatMap(store) { configuration.store = store }
            if let value = m["pair"] { configuration.pair = pair(value, of: node, configuration.store) }
            if let deadline = m["answer-deadline"]?.duration(.milliseconds(1)...(.seconds(1))) {
                configuration.answerDeadline = deadline
            }
            configuration.console = m["console"]?.mapping(console) ?? nil
            configuration.smtp = m["smtp"]?.mapping(smtp) ?? nil
            if let webhook = m["webhook"]?.mapping(webhook) ?? nil { configuration.webhook = webhook }
            configuration.sms = m["sms"]?.mapping(sms) ?? nil
            if let syslog = m["syslog"]?.mapping(syslog) ?? nil { configuration.syslog = syslog }
            if let tls = m["tls"]?.mapping({ security($0, listeners) }) { configuration.tls = tls }
            if let period = m["keep-alive"]?.duration(.zero...(.seconds(3600))) {
                if period > .zero, period < .seconds(10) {
                    m["keep-alive"]?.fail("\(DurationText.write(period)) is too often", "10s to 1h, or 0 for never")
                }
                configuration.keepAlive = period > .zero ? period : nil
            }
            if let dns = m["dns"]?.mapping(dns) { configuration.dns = dns }
            if let log = m["log"]?.mapping(log) { configuration.log = log }
            if let limits = m["limits"]?.mapping(limits) { configuration.limits = limits }
            guard node != nil, state != nil, listeners != nil else { return nil }
            return configuration
        }

        /// It stands in keys, in file names and in SIP identifiers.
        private static func nodeName(_ text: String) -> String? {
            let isName = text.utf8.allSatisfy { octet in
                switch octet {
                case 48...57, 65...90, 97...122, 45, 46, 95: true
                default: false
                }
            }
            return isName && (1...32).contains(text.utf8.count) ? text : nil
        }

        private func stateFolder(_ value: YAMLValue) -> String? {
            guard let text = value.text("a folder", "/var/lib/e911d") else { return nil }
            guard !text.isEmpty else {
                value.fail("is empty", "a folder, for example /var/lib/e911d")
                return nil
            }
            let path = base.path(text)
            // The address of a Unix socket has 108 octets, and the socket's own name follows.
            guard path.utf8.count <= 90 else {
                value.fail(
                    "\(path) has \(path.utf8.count) octets, too many for the control socket in it", "at most 90 octets")
                return nil
            }
            return path
        }

        private func listeners(_ value: YAMLValue) -> [DaemonConfiguration.Listener]? {
            guard let entries = value.list() else { return nil }
            guard !entries.isEmpty else {
                value.fail("is empty", "at least { transport: udp, address: 192.0.2.20, port: 5060 }")
                return nil
            }
            var listeners: [DaemonConfiguration.Listener] = []
            for entry in entries {
                guard let listener = entry.mapping(listener) ?? nil else { continue }
                if let first = listeners.firstIndex(where: { $0.node == listener.node }) {
                    entry.fail("is the same as listen[\(first)]", "each address once")
                }
                listeners.append(listener)
            }
            return listeners
        }

        private func listener(_ m: YAMLMapping) -> DaemonConfiguration.Listener? {
            let transport = m.required("transport", "udp")?.transport()
            let address = m.required("address", "192.0.2.20").flatMap(ownAddress)
            let port = m["port"].map { $0.port() } ?? transport?.defaultPort
            let tls = tls(m)
            let asks = m["client-certificate"]?.choice(DaemonConfiguration.ClientCertificate.self)
            guard let transport, let address, let port else { return nil }
            if transport == .tls, !m.has("certificate"), !m.has("key") {
                m.value.fail("TLS without certificate and key", "certificate: and key:, two PEM files")
            }
            if transport != .tls, tls != nil || asks != nil {
                m.value.fail(
                    "certificate, key and client-certificate are for transport tls", "transport: tls, or none of them")
            }
            var listener = DaemonConfiguration.Listener(
                transport: transport, endpoint: Endpoint(address, port), tls: tls)
            if let asks { listener.clientCertificate = asks }
            return listener
        }

        /// An address that can stand in a Via and a Contact: peers answer to it, so `0.0.0.0` will not do.
        private func ownAddress(_ value: YAMLValue) -> IPAddress? {
            guard let address = value.address() else { return nil }
            guard !address.isUnspecified else {
                value.fail(
                    "\(address) is no address that a SIP Server could answer to",
                    "an address of this machine, one entry for each")
                return nil
            }
            return address
        }

        private func security(
            _ m: YAMLMapping, _ listeners: [DaemonConfiguration.Listener]?
        ) -> DaemonConfiguration.TLS {
            var security = DaemonConfiguration.TLS()
            security.authorities = m["ca"].flatMap { file($0) }
            security.client = tls(m)
            if let handshake = m["handshake"]?.duration(.seconds(1)...(.seconds(60))) { security.handshake = handshake }
            if let listeners, !listeners.contains(where: { $0.transport == .tls }) {
                m.value.fail(
                    "no listener has transport tls, so none of this is used", "an entry of listen with transport: tls",
                    severity: .warning)
            }
            return security
        }

        func tls(_ m: YAMLMapping, mustExist: Bool = true) -> DaemonConfiguration.TLSFiles? {
            let certificate = m["certificate"].map { file($0, mustExist: mustExist) }
            let key = m["key"].map { file($0, mustExist: mustExist) }
            if (certificate == nil) != (key == nil) {
                m.value.fail("has one of certificate and key", "both, two PEM files")
            }
            guard let certificate = certificate ?? nil, let key = key ?? nil else { return nil }
            if mustExist, files.isPublic(key) {
                m["key"]?.fail(
                    "everybody may read \(key)", "chmod 600, with the daemon's user as its owner", severity: .warning)
            }
            return DaemonConfiguration.TLSFiles(certificate: certificate, key: key)
        }

        /// A file that must be there.
        func file(_ value: YAMLValue, mustExist: Bool = true) -> String? {
            value.file(base: base, files: files, mustExist: mustExist)
        }

        private static let database = "\"host=db.example.com dbname=e911d\""

        private func store(_ value: YAMLValue) -> DaemonConfiguration.Store? {
            guard case .mapping = value.node else {
                guard case .scalar(let scalar) = value.node, scalar.string == "postgres" else {
                    return value.choice([("sqlite", DaemonConfiguration.Store.sqlite)])
                }
                value.fail("postgres alone does not say where", "{ postgres: \"host=db.example.com dbname=e911d\" }")
                return nil
            }
            return value.mapping { m in
                m.required("postgres", Self.database).flatMap { value in
                    // Whether libpq can read it, the check of the whole says; what it holds is not repeated.
                    guard let text = value.text("a connection string", Self.database) else { return nil }
                    guard !text.isEmpty else {
                        value.fail("is empty", "a connection string, for example \(Self.database)")
                        return nil
                    }
                    return .postgres(text)
                }
            } ?? nil
        }

        /// Two nodes that share one database and answer for each other (contract section 7).
        private func pair(
            _ value: YAMLValue, of node: String?, _ store: DaemonConfiguration.Store
        ) -> [String]? {
            let example = "[ a, b ], the same on both"
            guard let entries = value.list() else { return nil }
            let names = entries.compactMap { $0.parsed("the name of a node", "a", Self.nodeName) }
            guard names.count == entries.count else { return nil }
            guard names.count == 2, names[0] != names[1] else {
                value.fail("is not a list of two different nodes", example)
                return nil
            }
            if let node, !names.contains(node) {
                value.fail("does not have this node, \(node)", example)
                return nil
            }
            if store == .sqlite {
                value.fail(
                    "two nodes need a database that both reach", "store: { postgres: \(Self.database) }")
                return nil
            }
            return names
        }

        private func smtp(_ m: YAMLMapping) -> DaemonConfiguration.SMTP? {
            let url = m.required("url", "smtp://mail.example.com:587")?
                .parsed("the address of a mail server", "smtp://mail.example.com:587", Self.mailServer)
            let startTLS = m["starttls"]?.choice(DaemonConfiguration.SMTP.StartTLS.self)
            let username = m["username"]?.text("a user name", "e911d")
            let password = m["password-file"].flatMap { file($0) }
            let from = m.required("from", "\"e911d@example.com\"")?
                .parsed("a mail address", "e911d@example.com") { SiteCheck.isMailAddress($0) ? $0 : nil }
            if m.has("username") != m.has("password-file") {
                m.value.fail("has one of username and password-file", "both, or neither")
            }
            guard let url, let from else { return nil }
            if m.has("username"), startTLS == .off, url.hasPrefix("smtp://") {
                m.value.fail(
                    "the password would go over the network in the clear", "starttls: required", severity: .warning)
            }
            return DaemonConfiguration.SMTP(
                url: url, startTLS: startTLS ?? .required, username: username, passwordFile: password, from: from)
        }

        /// `smtp://` or `smtps://`, a host, perhaps a port, and nothing else.
        private static func mailServer(_ text: String) -> String? {
            guard let scheme = ["smtp://", "smtps://"].first(where: { text.hasPrefix($0) }) else { return nil }
            var host = text.dropFirst(scheme.count)
            if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") {
                guard let port = UInt16(host[host.index(after: colon)...]), port > 0 else { return nil }
                host = host[..<colon]
            }
            if host.hasPrefix("[") { return IPAddress(host) == nil ? nil : text }
            let isName = host.utf8.allSatisfy { octet in
                switch octet {
                case 48...57, 65...90, 97...122, 45, 46: true
                default: false
                }
            }
            return isName && !host.isEmpty ? text : nil
        }

        private func dns(_ m: YAMLMapping) -> DaemonConfiguration.DNS {
            var dns = DaemonConfiguration.DNS()
            if let value = m["servers"] {
                dns.servers = value.list { $0.endpoint(port: 53, "192.0.2.53") } ?? []
                if dns.servers.count > 8 {
                    value.fail("has \(dns.servers.count) servers, more than are asked", "at most 8")
                }
            }
            if let timeout = m["timeout"]?.duration(.seconds(1)...(.seconds(9))) { dns.timeout = timeout }
            if let time = m["failover"]?.duration(.seconds(1)...(.seconds(30))) { dns.failover = time }
            return dns
        }

        private func log(_ m: YAMLMapping) -> DaemonConfiguration.Log {
            var log = DaemonConfiguration.Log()
            if let level = m["level"]?.choice(DaemonConfiguration.Log.Level.self) { log.level = level }
            if let format = m["format"]?.choice(DaemonConfiguration.Log.Format.self) { log.format = format }
            return log
        }

        private typealias Limits = DaemonConfiguration.Limits

        private func limits(_ m: YAMLMapping) -> Limits {
            var limits = Limits()
            if let octets = m["message-octets"]?
                .integer(16_384...65_535, "a number of octets", "; a NOTIFY body of 14336 octets must arrive by UDP")
            {
                limits.messageOctets = octets
            }
            if let octets = m["tcp-body-octets"]?
                .integer(
                    524_288...(64 << 20), "a number of octets",
                    "; a NOTIFY body of 500000 octets must arrive, and none of more than 64 MB is read")
            {
                limits.streamBodyOctets = octets
            }
            func read(_ key: String, _ range: ClosedRange<Int>, _ of: String, _ path: WritableKeyPath<Limits, Int>) {
                if let number = m[key]?.integer(range, "a number of \(of)") { limits[keyPath: path] = number }
            }
            read("header-octets", 8192...(1 << 20), "octets", \.headerOctets)
            read("stream-octets-waiting", (128 << 10)...(64 << 20), "octets", \.streamOctetsWaiting)
            read("header-lines", 64...4096, "lines", \.headerLines)
            read("transactions", 1000...1_000_000, "transactions", \.transactions)
            read("connections-per-source", 1...65_535, "connections", \.connectionsPerSource)
            read("connections", 16...1_000_000, "connections", \.connections)
            read("call-server-connections", 16...1_000_000, "connections", \.callServerConnections)
            read("waiting-body-octets", (1 << 20)...(1 << 30), "octets", \.waitingBodyOctets)
            read("untrusted-body-octets", 4096...(16 << 20), "octets", \.untrustedBodyOctets)
            read("untrusted-calls-per-second", 1...10_000, "calls", \.untrustedCallsPerSecond)
            read("evidence", 1000...2_000_000, "rows", \.evidenceRows)
            if let time = m["message-timeout"]?.duration(.seconds(1)...(.seconds(3600))) {
                limits.messageTimeout = time
            }
            if let time = m["idle-timeout"]?.duration(.seconds(10)...(.seconds(86_400))) { limits.idleTimeout = time }
            return limits
        }
    }
#endif
