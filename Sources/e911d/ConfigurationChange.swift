#if Daemon
    import E911Configuration

    /// What becomes of a running daemon when `e911d.yaml` has changed.
    struct ConfigurationChange: Equatable, Sendable {
        /// The configuration in force, with all of the new one that a process can take over.
        var result: DaemonConfiguration
        /// Top-level keys whose changes are in ``result``.
        var taken: [String] = []
        /// Top-level keys whose changes need a restart: what they say is used when sockets, folder and node are made.
        var waiting: [String] = []

        init(from old: DaemonConfiguration, to new: DaemonConfiguration) {
            result = old
            take("log", \.log, new)
            take("smtp", \.smtp, new)
            take("sms", \.sms, new)
            take("webhook", \.webhook, new)
            take("syslog", \.syslog, new)
            takeFiles(new)
            wait("node", \.node, new)
            wait("state", \.state, new)
            wait("listen", \.listeners, new)
            wait("store", \.store, new)
            wait("pair", \.pair, new)
            wait("answer-deadline", \.answerDeadline, new)
            wait("console", \.console, new)
            wait("tls", \.tls, new)
            wait("keep-alive", \.keepAlive, new)
            wait("dns", \.dns, new)
            wait("limits", \.limits, new)
        }

        private mutating func take<T: Equatable>(
            _ key: String, _ path: WritableKeyPath<DaemonConfiguration, T>, _ new: DaemonConfiguration
        ) {
            guard result[keyPath: path] != new[keyPath: path] else { return }
            result[keyPath: path] = new[keyPath: path]
            taken.append(key)
        }

        /// Certificates, keys and authorities, as long as the sockets are the same.
        private mutating func takeFiles(_ new: DaemonConfiguration) {
            guard result.listeners.map(\.node) == new.listeners.map(\.node) else { return }
            take("listen", \.listeners, new)
            var tls = new
            tls.tls.handshake = result.tls.handshake
            take("tls", \.tls, tls)
        }

        private mutating func wait<T: Equatable>(
            _ key: String, _ path: KeyPath<DaemonConfiguration, T>, _ new: DaemonConfiguration
        ) {
            if result[keyPath: path] != new[keyPath: path] { waiting.append(key) }
        }
    }
#endif
