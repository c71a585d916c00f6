#if Transport
    import E911Values
    import Foundation
    import NIOSSL
    import SIPCore
    @testable import SIPTransport
    import Testing

    @Suite(.timeLimit(.minutes(1)))
    struct TLSFileTests {
        @Test func newHandshakesHaveTheNewCertificateAndOldConnectionsStand() async throws {
            let server = try await ToyHost(.echo, on: [.tls])
            let client = try await ToyHost(on: [])
            let id = try await client.connect(to: server, by: .tls)
            let endpoint = try server.endpoint(.tls)
            let before = try await RawPeer.secure(to: endpoint)
            #expect(try await before.serial() == serial("server"))

            try await server.host.reload(TestCertificates.security(server: "server2"))
            let after = try await RawPeer.secure(to: endpoint)
            #expect(try await after.serial() == serial("server2"))
            client.submit(.send([10], on: .stream(id)))
            #expect(try await client.nextOctets() == ([10], .stream(id)))

            // What cannot be used changes nothing.
            for bad in ["missing", "expired", "later"] {
                await #expect(throws: TLSFileError.self) {
                    try await server.host.reload(TestCertificates.security(server: bad))
                }
            }
            let last = try await RawPeer.secure(to: endpoint)
            #expect(try await last.serial() == serial("server2"))
            client.submit(.send([10], on: .stream(id)))
            #expect(try await client.nextOctets() == ([10], .stream(id)))
            for peer in [before, after, last] { await peer.close() }
            await client.host.stop()
            await server.host.stop()
        }

        private func serial(_ name: String) -> [UInt8]? {
            try? NIOSSLCertificate.fromPEMFile(TestCertificates.path("\(name).pem")).first?.serialNumber
        }

        @Test(arguments: [
            ("expired", "the certificate expired 2"), ("soon", "the certificate expires 2"),
            ("later", "the certificate is not valid before 2099"),
        ])
        func aCertificateThatEndsOrHasNotBegunIsServedAndToldAgainAndAgain(name: String, reason: String) async throws {
            let (notes, told) = AsyncStream.makeStream(of: TransportNote.self)
            var limits = HostLimits()
            limits.certificateInterval = .milliseconds(10)
            let server = try await ToyHost(
                on: [.tls], limits: limits, security: TestCertificates.security(server: name),
                note: { told.yield($0) })
            var count = 0
            for await note in notes {
                guard case .certificateEnds(let error) = note else {
                    Issue.record("\(note)")
                    return
                }
                #expect(error.file == TestCertificates.path("\(name).pem"))
                #expect(error.reason.hasPrefix(reason))
                count += 1
                if count == 3 { break }
            }
            let peer = try await RawPeer.secure(to: try server.endpoint(.tls))
            await peer.close()
            await server.host.stop()
        }

        struct Fault: CustomTestStringConvertible {
            var certificate = "server.pem"
            var key = "server.key"
            var trust = "ca.pem"
            var file: String
            var reason: String

            var testDescription: String { "\(file): \(reason)" }
        }

        @Test(arguments: [
            Fault(certificate: "none.pem", file: "none.pem", reason: "No such file or directory"),
            Fault(certificate: "server.key", file: "server.key", reason: "it holds no certificate in PEM"),
            Fault(key: "none.key", file: "none.key", reason: "No such file or directory"),
            Fault(key: "server.pem", file: "server.pem", reason: "it holds no private key in PEM"),
            Fault(key: "secret.key", file: "secret.key", reason: "its key is protected by a password"),
            Fault(
                key: "client.key", file: "client.key",
                reason: "its key does not belong to the certificate in server.pem"
            ),
            Fault(trust: "none.pem", file: "none.pem", reason: "No such file or directory"),
            Fault(trust: "server.key", file: "server.key", reason: "it holds no certificate in PEM"),
            Fault(trust: ".", file: ".", reason: "Is a directory"),
            Fault(trust: "damaged.pem", file: "damaged.pem", reason: "its certificate number 2 cannot be read"),
        ])
        func whatCannotBeUsedIsNamed(fault: Fault) async throws {
            try await TestCertificates.make()
            let path = TestCertificates.path
            let files = TLSFiles(certificate: path(fault.certificate), key: path(fault.key))
            let error = #expect(throws: TLSFileError.self) {
                try TLSContexts(TransportSecurity(client: files, trust: path(fault.trust)))
            }
            #expect(error?.file == path(fault.file))
            #expect(error?.reason.replacing("\(TestCertificates.path(""))/", with: "") == fault.reason)
        }

        @Test func certificatesAreToldInTime() {
            let certificate = OwnCertificate(
                file: "a.pem", beginning: 0, beginningText: "once", end: 1000, endText: "then")
            #expect(certificate.problem(at: 0, notice: .seconds(1000)) == nil)
            #expect(
                certificate.problem(at: -1, notice: .zero)
                    == TLSFileError(
                        file: "a.pem", reason: "the certificate is not valid before once"))
            #expect(
                certificate.problem(at: 1, notice: .seconds(1000))
                    == TLSFileError(
                        file: "a.pem", reason: "the certificate expires then"))
            #expect(
                certificate.problem(at: 1001, notice: .zero)
                    == TLSFileError(
                        file: "a.pem", reason: "the certificate expired then"))
        }

        /// Names that cannot be read are no names, and keep the common name from counting.
        @Test func aCertificateWithBrokenNamesIsOfNobody() async throws {
            try await TestCertificates.make()
            let certificates = try PEMFile(TestCertificates.path("broken.pem")).certificates()
            let identities = try #require(certificates.first).identities
            #expect(identities == CertificateIdentities(commonName: "broken.test", hasAlternativeNames: true))
            #expect(identities.domains.isEmpty)
        }

        /// Whatever stands in a certificate that a peer shows.
        @Test func damagedCertificatesEndNothing() async throws {
            try await TestCertificates.make()
            let good = try NIOSSLCertificate.fromPEMFile(TestCertificates.path("server.pem"))
            let octets = try #require(good.first).toDERBytes()
            let roots = try TrustRoots(TestCertificates.path("ca.pem"))
            var generator = SeededGenerator(seed: 7)
            var read = 0
            for _ in 0..<3000 {
                var damaged = octets
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let place = Int.random(in: 0..<damaged.count, using: &generator)
                    damaged[place] = UInt8.random(in: 0...255, using: &generator)
                }
                if Bool.random(using: &generator) { damaged.removeLast(Int.random(in: 0..<40, using: &generator)) }
                guard damaged != octets, let certificate = X509Certificate(der: damaged) else { continue }
                read += 1
                _ = "\(certificate.identities) \(certificate.subject) \(certificate.issuer) \(certificate.expiresAt)"
                #expect(roots.refusal(of: [certificate, certificate], as: .server) != nil)
            }
            #expect(read > 100)
        }

        @Test func theSystemsRootsCanBeRead() throws {
            _ = try TrustRoots(nil)
        }

        @Test func listenersWithoutACertificateAreNotOpened() async throws {
            let listener = Listener(.tls, try #require(Endpoint("127.0.0.1:0")))
            await #expect(throws: ListenError(listener: listener, reason: "TLS is not set up")) {
                try await SIPHost.start(
                    HostConfiguration(listeners: [listener]), machine: { _ in ToyMachine(.silent) }, other: { _, _ in })
            }
        }
    }
#endif
