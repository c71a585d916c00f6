#if Daemon
    import E911Configuration
    import E911Service
    import E911Store
    import E911StorePostgres
    import SIPCore
    import SIPTransport

    extension StateFolder {
        /// Takes the state folder of a configuration, with the store that it names.
        ///
        /// - Throws: ``StoreError`` as ``open(_:settings:makeStore:report:)``; ``WrongConfiguration`` if the store's address is
        ///   none.
        static func open(
            _ configuration: DaemonConfiguration, settings: Settings = .ofCommands,
            report: @escaping @Sendable (Event) -> Void
        ) throws -> (folder: StateFolder, found: Opened) {
            var settings = settings
            // Whoever writes an entry of the audit log gives it its link.
            settings.store.sha256 = SHA256.hash
            guard let address = try configuration.store.address() else {
                return try open(configuration.state, settings: settings, report: report)
            }
            var shared = PostgresStore.Settings()
            shared.store = settings.store
            return try open(
                configuration.state, settings: settings,
                makeStore: { report in
                    PostgresStore(
                        address, node: configuration.node, settings: shared, onChange: { report(.changed($0)) },
                        report: report)
                },
                report: report)
        }
    }

    extension DaemonConfiguration.Store {
        /// Where the database of PostgreSQL is; `nil` for a store in the state folder.
        ///
        /// - Throws: ``WrongConfiguration`` if libpq cannot read it.
        func address() throws -> PostgresAddress? {
            guard case .postgres(let text) = self else { return nil }
            do throws(StoreError) {
                return try PostgresAddress(text)
            } catch {
                throw WrongConfiguration("store.postgres", error.reason)
            }
        }
    }

    extension DaemonConfiguration {
        /// The address of the store, if it has one; a command ends where that cannot be read.
        ///
        /// - Parameter path: where the configuration was read.
        func storeAddressOrExit(at path: String) throws -> PostgresAddress? {
            do {
                return try store.address()
            } catch {
                printError("\(ConfigurationProblem(startFailure: error, of: self, at: path))")
                throw ExitStatus.wrongFile
            }
        }
    }

    /// SHA-256 by libcrypto.
    enum SHA256 {
        static let hash: @Sendable ([UInt8]) -> [UInt8] = { DigestHash.openSSL.octets(.sha256, of: $0) }
    }
#endif
