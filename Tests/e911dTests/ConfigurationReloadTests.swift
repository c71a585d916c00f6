#if Daemon
    import E911Configuration
    import E911Service
    import Foundation
    import SIPTransport
    import Synchronization
    import Testing

    @testable import e911d

    @Suite struct ConfigurationReloadTests {
        /// A daemon's configuration in a folder of its own, and what a reload does with it.
        private final class Place: Sendable {
            static let text = """
                node: a
                state: state
                listen:
                  - { transport: udp, address: 192.0.2.20, port: 5060 }
                  - { transport: tls, address: 192.0.2.20, port: 5061, certificate: sip.pem, key: sip.key }
                smtp: { url: "smtp://mail.example.com:587", username: e911d, password-file: smtp.secret,
                        from: "e911d@example.com" }
                log: { level: info }

                """

            let folder: URL
            let notes = Mutex<[Note]>([])
            let secured = Mutex<[TransportSecurity]>([])
            let adjusted = Mutex<[DaemonConfiguration]>([])
            /// What TLS finds wrong.
            let fault = Mutex<TLSFileError?>(nil)
            private let reload = Mutex<ConfigurationReload?>(nil)

            init() throws {
                folder = FileManager.default.temporaryDirectory.appendingPathComponent("reload-\(UUID().uuidString)")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                for name in ["sip.pem", "sip.key", "new.pem", "new.key"] { try write(name, "in PEM\n") }
                try write("smtp.secret", "secret\n")
                try write("e911d.yaml", Self.text)
                let configuration = try #require(DaemonFile.read(path).value)
                let made = ConfigurationReload(
                    configuration, path: path, channels: CurrentChannels(try Channels(configuration)),
                    secure: { [unowned self] security in
                        if let fault = fault.withLock({ $0 }) { throw fault }
                        secured.withLock { $0.append(security) }
                    },
                    adjust: { [unowned self] configuration in adjusted.withLock { $0.append(configuration) } },
                    note: { [unowned self] note in notes.withLock { $0.append(note) } })
                reload.withLock { $0 = made }
            }

            deinit { try? FileManager.default.removeItem(at: folder) }

            var path: String { folder.appendingPathComponent("e911d.yaml").path }

            func write(_ name: String, _ text: String) throws {
                let file = folder.appendingPathComponent(name)
                try text.write(to: file, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            }

            /// Changes the file, and gives the signal.
            func change(_ text: String, to other: String) async throws -> ConfigurationReload.Outcome {
                try write("e911d.yaml", Self.text.replacing(text, with: other))
                return try await signal()
            }

            func signal() async throws -> ConfigurationReload.Outcome {
                try await #require(reload.withLock { $0 }).perform(DaemonFile.read(path))
            }

            /// The code, and what stands in the first field.
            var told: [String] {
                notes.withLock { $0.map { "\($0.code) \($0.fields.first?.value ?? "")" } }
            }

            var adjustedCount: Int { adjusted.withLock { $0.count } }
        }

        @Test func aFileWithAnErrorIsRefusedByLineAndColumnAndTheOldOneStays() async throws {
            let place = try Place()
            let outcome = try await place.change("level: info", to: "level: noisy")
            let problem =
                "\(place.path):8:15: log.level: 'noisy' is not a choice here "
                + "(one of trace, debug, info, notice, warning, error, critical)"
            #expect(outcome == .refused(problem))
            #expect(place.told.first == "configuration.refused \(problem)")
            #expect(place.adjustedCount == 0)
            // The next good one is taken.
            #expect(try await place.change("level: info", to: "level: debug") == .taken(waiting: []))
            #expect(place.adjusted.withLock { $0.map(\.log.level) } == [.debug])
        }

        @Test func certificatesAreReadAgainThoughTheFileIsBad() async throws {
            let place = try Place()
            _ = try await place.change("node: a", to: "node: a\nnoise: 1")
            #expect(
                place.secured.withLock { $0.flatMap { $0.servers.values.map(\.files.certificate) } }
                    == [place.folder.appendingPathComponent("sip.pem").path])
            #expect(place.told.map { $0.prefix { $0 != " " } } == ["configuration.refused", "tls.reloaded"])
        }

        @Test func whatARunningProcessCanTakeIsTaken() async throws {
            let place = try Place()
            let outcome = try await place.change("sip.pem, key: sip.key", to: "new.pem, key: new.key")
            #expect(outcome == .taken(waiting: []))
            #expect(place.told == ["tls.reloaded ", "configuration.changed listen"])
            #expect(
                place.secured.withLock { $0.last?.servers.values.map(\.files.certificate) }
                    == [place.folder.appendingPathComponent("new.pem").path])
            // Nothing is left to take.
            _ = try await place.signal()
            #expect(place.told.last == "tls.reloaded ")
            #expect(place.adjustedCount == 1)
        }

        @Test func whatNeedsARestartIsNamedEachTimeAndTheRestTaken() async throws {
            let place = try Place()
            let outcome = try await place.change(
                "node: a", to: "node: b\nkeep-alive: 50s\nsyslog: { facility: auth }")
            #expect(outcome == .taken(waiting: ["node", "keep-alive"]))
            #expect("\(outcome)".contains("restart is needed for changes of node, keep-alive"))
            #expect(place.told.suffix(2) == ["configuration.changed syslog", "configuration.restart node, keep-alive"])
            #expect(place.adjusted.withLock { $0.map(\.node) } == ["a"])
            #expect(try await place.signal() == .taken(waiting: ["node", "keep-alive"]))
        }

        @Test func aSecretThatIsNoGoodRefusesAChangeAsAWhole() async throws {
            let place = try Place()
            try place.write("other.secret", "two\nlines\n")
            let outcome = try await place.change(
                "smtp.secret,\n", to: "other.secret,\n")
            let why = try #require(outcome.refusal)
            #expect(why.hasPrefix("\(place.path):6:77: smtp.password-file: "))
            #expect(why.contains("has to hold one line"))
            #expect(place.adjustedCount == 0)
        }

        @Test func aCertificateThatIsNoGoodRefusesAChangeAsAWhole() async throws {
            let place = try Place()
            let file = place.folder.appendingPathComponent("new.key").path
            place.fault.withLock { $0 = TLSFileError(file: file, reason: "it holds no key") }
            let outcome = try await place.change(
                "sip.pem, key: sip.key }", to: "new.pem, key: new.key }\nsyslog: { facility: auth }")
            let why = try #require(outcome.refusal)
            #expect(why.hasPrefix("\(place.path):5:83: listen[1].key: \(file): it holds no key"))
            #expect(place.told.map { $0.prefix { $0 != " " } } == ["configuration.refused", "tls.unchanged"])
            #expect(place.adjustedCount == 0)
        }

        @Test func aSecretThatIsGoneKeepsNoCertificateFromBeingRead() async throws {
            let place = try Place()
            try place.write("smtp.secret", "")
            #expect(try await place.signal() == .taken(waiting: []))
            #expect(place.told.map { $0.prefix { $0 != " " } } == ["channels.unchanged", "tls.reloaded"])
        }
    }

    extension ConfigurationReload.Outcome {
        fileprivate var refusal: String? { if case .refused(let why) = self { why } else { nil } }
    }
#endif
