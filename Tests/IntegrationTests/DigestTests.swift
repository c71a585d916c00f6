#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// Kamailio wants a password for SUBSCRIBE.
    @Suite(.serialized, .timeLimit(.minutes(3)))
    struct DigestTests {
        @Test(
            .needs(.kamailio, .sipsak, .sqlite3, .setpriv),
            arguments: [(DigestAlgorithm.md5, SIPTransportKind.udp), (.sha256, .tcp)])
        func theSubscriptionStandsWithTheRightPasswordOnly(
            algorithm: DigestAlgorithm, transport: SIPTransportKind
        ) async throws {
            try await Rig.run("digest-\(transport)") { rig in
                let place = try await Place(rig, algorithm, transport)
                try await place.accepted()
                try await place.refreshed()
                try await place.refused()
                try await place.mended()
                try await place.keptSecret()
            }
        }
    }

    private struct Place {
        let rig: Rig
        let transport: SIPTransportKind
        let server: SIPServerPeer
        let daemon: DaemonPeer

        init(_ rig: Rig, _ algorithm: DigestAlgorithm, _ transport: SIPTransportKind) async throws {
            self.rig = rig
            self.transport = transport
            // Not the address that KamailioChainTests captures.
            let manager = try Ports.lease(on: try #require(IPAddress("127.0.0.6")))
            let nobody = try Ports.lease(on: try #require(IPAddress("127.0.0.2")))
            var settings = SIPServerPeer.Settings(transport, manager: manager, gateway: nobody, testGateway: nobody)
            settings.digest = algorithm
            server = try await SIPServerPeer.start(in: rig, settings)
            let configuration = try DaemonPeer.configure(in: rig, at: manager, more: "log: { level: debug }")
            daemon = try await DaemonPeer.start(in: rig, configuration, ["--record", "wire.trace"])
            try await apply(password: SIPServerPeer.digestPassword + "\n")
        }

        private var folder: URL { daemon.configuration.deletingLastPathComponent() }

        private func apply(password: String) async throws {
            let file = folder.appendingPathComponent("sip.secret")
            try Data(password.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            try await daemon.apply(
                member: "address: 127.0.0.1, port: \(server.port), transport: \(transport)", aors: ["2001"],
                more: "username: \(SIPServerPeer.digestUser)", "password-file: sip.secret")
        }

        private func status() async throws -> NodeStatus { try await daemon.json("status") }

        private func counter(_ name: String) async throws -> UInt64 {
            try await status().counters.first { $0.name == name }?.value ?? 0
        }

        private func stands(_ what: String) async throws {
            try await eventually(what) { () -> Bool? in
                let main = try await status().callServers.first
                return main?.activeSubscriptions == 1 && main?.subscriptionFailure == nil ? true : nil
            }
        }

        func accepted() async throws {
            try await stands("the subscription that Kamailio accepted\n\(server.process.output.tail)")
            #expect(try await counter("challenges-answered") == 1)
            #expect(try await counter("challenges-refused") == 0)
            #expect(try await counter("received.401") == 1)
        }

        /// Refreshes carry credentials unasked, until the nonce is too old; then the new one is taken. (Kamailio 5.6 does not
        /// say `stale` then.)
        func refreshed() async throws {
            try await eventually("a refresh with a nonce that is too old") { () -> Bool? in
                let before = try await counter("sent.SUBSCRIBE")
                try await daemon.run("download", "main")
                try await eventually("a refresh") { try await counter("sent.SUBSCRIBE") > before ? true : nil }
                return try await counter("challenges-answered") > 1 ? true : nil
            }
            try await stands("the subscription after it")
            #expect(try await counter("challenges-refused") == 0)
        }

        /// A wrong password is told: log, counter, status.
        func refused() async throws {
            try await apply(password: "hakuna matata")
            try await daemon.run("download", "main")
            let said = try await eventually("a refused password") {
                try await status().callServers.first?.subscriptionFailure
            }
            #expect(
                said.hasPrefix("401 ") && said.contains("user or password is wrong; check username and password-file"))
            #expect(try await counter("challenges-refused") == 1)
            let line = try await daemon.process.output.first { $0.contains("subscription.failed") }
            #expect(line.contains("user or password is wrong"))
            let shown = try await daemon.run("status")
            #expect(shown.contains("subscription: 401"))
        }

        /// The right one again: no restart, and no minute of waiting.
        func mended() async throws {
            try await apply(password: SIPServerPeer.digestPassword)
            try await stands("the subscription with the mended password")
        }

        /// No password stands in log, trace, state or listing.
        func keptSecret() async throws {
            let listings = try await daemon.run("devices", "--json") + daemon.run("status", "--json")
            #expect(await daemon.stop() == .exited(0))
            var texts = [listings, daemon.process.output.all.joined(separator: "\n")]
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where name != "sip.secret" {
                let octets = (try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data()
                texts.append(String(decoding: octets, as: UTF8.self))
            }
            #expect(texts.count > 4)
            for word in [SIPServerPeer.digestPassword, "hakuna matata"] {
                #expect(!texts.contains { $0.contains(word) })
            }
        }
    }
#endif
