#if Daemon
    import E911Configuration
    import E911Service
    import SIPTransport
    import Synchronization

    /// What SIGHUP does with `e911d.yaml`, and with the certificates and secrets that it names.
    ///
    /// A changed file is taken over as a whole, as far as a process can, or not at all. When it cannot be used, certificates
    /// and secrets are read again as the file before says: a certificate that was renewed must not wait until somebody has
    /// mended a spelling.
    final class ConfigurationReload: Sendable {
        /// What became of a reload, in words for people.
        enum Outcome: Equatable, Sendable, CustomStringConvertible {
            case taken(waiting: [String])
            case refused(String)

            var description: String {
                switch self {
                case .taken(let waiting):
                    waiting.isEmpty
                        ? "answers calls"
                        : "answers calls; a restart is needed for changes of \(waiting.joined(separator: ", "))"
                case .refused(let why): "answers calls; the changed configuration was refused: \(why)"
                }
            }
        }

        private let path: String
        private let inForce: Mutex<DaemonConfiguration>
        private let channels: CurrentChannels
        private let secure: @Sendable (TransportSecurity) async throws -> Void
        private let adjust: @Sendable (DaemonConfiguration) -> Void
        private let note: @Sendable (Note) -> Void

        /// - Parameters:
        ///   - path: of the file, to say where something is wrong.
        ///   - secure: takes over certificates and keys, or throws and changes nothing.
        ///   - adjust: takes over all else that is not a channel; it cannot fail.
        init(
            _ configuration: DaemonConfiguration, path: String, channels: CurrentChannels,
            secure: @escaping @Sendable (TransportSecurity) async throws -> Void,
            adjust: @escaping @Sendable (DaemonConfiguration) -> Void, note: @escaping @Sendable (Note) -> Void
        ) {
            self.path = path
            inForce = Mutex(configuration)
            (self.channels, self.secure, self.adjust, self.note) = (channels, secure, adjust, note)
        }

        /// One at a time.
        func perform(_ reading: Reading<DaemonConfiguration>) async -> Outcome {
            for problem in reading.problems { tell(problem) }
            let old = inForce.withLock { $0 }
            guard let new = reading.value else {
                await readAgain(old)
                return .refused(reading.problems.first { $0.severity == .error }.map { "\($0)" } ?? path)
            }
            let change = ConfigurationChange(from: old, to: new)
            if change.taken.isEmpty {
                await readAgain(old)
            } else if let problem = await take(change.result, as: new) {
                tell(problem)
                await readAgain(old)
                return .refused("\(problem)")
            } else {
                note(
                    Note(
                        .notice, "configuration.changed", "Changes of the configuration are in force",
                        [.init("keys", change.taken.joined(separator: ", "))]))
            }
            if !change.waiting.isEmpty {
                note(
                    Note(
                        .alarm, "configuration.restart", "Changes of the configuration need a restart",
                        [.init("keys", change.waiting.joined(separator: ", "))]))
            }
            return .taken(waiting: change.waiting)
        }

        /// All of it, or nothing and why.
        ///
        /// - Parameter file: as the file says, to find the place of what is wrong.
        private func take(
            _ configuration: DaemonConfiguration, as file: DaemonConfiguration
        ) async -> ConfigurationProblem? {
            do {
                let made = try Channels(configuration)
                if let security = TransportSecurity(configuration) {
                    try await secure(security)
                    tellSecured()
                }
                channels.replace(with: made)
            } catch {
                return .init(startFailure: error, of: file, at: path)
            }
            adjust(configuration)
            inForce.withLock { $0 = configuration }
            return nil
        }

        /// Certificates and secrets as they are on disk now; one that cannot be used keeps no other from being used.
        private func readAgain(_ configuration: DaemonConfiguration) async {
            do {
                channels.replace(with: try Channels(configuration))
            } catch {
                note(
                    Note(
                        .alarm, "channels.unchanged",
                        "A secret cannot be used; the ways to tell people stay as they were",
                        [.init("reason", "\(ConfigurationProblem(startFailure: error, of: configuration, at: path))")]))
            }
            guard let security = TransportSecurity(configuration) else { return }
            do {
                try await secure(security)
                tellSecured()
            } catch {
                note(
                    Note(
                        .alarm, "tls.unchanged", "The certificates on disk cannot be used; those before stay in force",
                        [.init("reason", "\(error)")]))
            }
        }

        private func tellSecured() {
            note(Note(.notice, "tls.reloaded", "New connections have the certificates as they are on disk now"))
        }

        private func tell(_ problem: ConfigurationProblem) {
            switch problem.severity {
            case .error:
                note(
                    Note(
                        .alarm, "configuration.refused",
                        "The configuration cannot be used; the one before stays in force",
                        [.init("reason", "\(problem)")]))
            case .warning:
                note(
                    Note(
                        .notice, "configuration.warning", "Something in the configuration is doubtful",
                        [.init("reason", "\(problem)")]))
            }
        }
    }

    extension ConfigurationProblem {
        /// What only shows when a configuration is used: secrets and certificates that are no good.
        init(startFailure error: any Error, of configuration: DaemonConfiguration, at path: String) {
            switch error {
            case let error as WrongConfiguration:
                self = DaemonFile.problem(
                    with: error.key, of: path, reason: error.what, remedy: "see e911d.yaml(5)")
            case let error as TLSFileError:
                self = DaemonFile.problem(
                    with: configuration.key(ofTLSFile: error.file) ?? "tls", of: path, reason: "\(error)",
                    remedy: "a PEM file that this user may read")
            default:
                self = DaemonFile.problem(with: "", of: path, reason: "\(error)", remedy: "see the log")
            }
        }
    }

    extension DaemonConfiguration {
        /// The key that names a file of TLS.
        fileprivate func key(ofTLSFile file: String) -> String? {
            func key(in files: TLSFiles?, at path: String) -> String? {
                if files?.certificate == file { return "\(path).certificate" }
                return files?.key == file ? "\(path).key" : nil
            }
            if tls.authorities == file { return "tls.ca" }
            for (index, listener) in listeners.enumerated() {
                if let key = key(in: listener.tls, at: "listen[\(index)]") { return key }
            }
            return key(in: tls.client, at: "tls")
        }
    }
#endif
