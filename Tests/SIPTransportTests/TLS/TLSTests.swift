#if Transport
    import E911Values
    import NIOSSL
    import SIPCore
    @testable import SIPTransport
    import Testing

    @Suite(.timeLimit(.minutes(1)))
    struct TLSTests {
        struct Meeting: CustomTestStringConvertible {
            var server = "server"
            var trust = "ca"
            var domain: String?
            /// `nil`: the connection stands. Else parts of the reason.
            var refused: [String]?

            var testDescription: String { "\(server) for \(domain ?? "its address"), trusting \(trust)" }
        }

        static let meetings: [Meeting] = [
            Meeting(), Meeting(domain: "server.test"), Meeting(domain: "Server.TEST."),
            Meeting(server: "names", domain: "names.test"), Meeting(server: "common", domain: "common.test"),
            Meeting(
                domain: "other.test",
                refused: [
                    "it is of server.test, 127.0.0.1, ::1, not of other.test", "subject /O=Example/CN=server.test",
                ]
            ),
            // The common name counts for nothing beside a subjectAltName; nor does a wildcard ever.
            Meeting(server: "names", domain: "elsewhere.test", refused: ["it is of names.test, not of elsewhere.test"]),
            Meeting(server: "names", domain: "a.wild.test", refused: ["not of a.wild.test"]),
            Meeting(server: "names", refused: ["it is of names.test, not of 127.0.0.1"]),
            Meeting(
                server: "expired", domain: "server.test", refused: ["certificate has expired", "valid from", " to "]),
            Meeting(
                server: "stranger", domain: "server.test",
                refused: ["unable to get local issuer certificate", "issuer /O=Example/CN=Other Authority"]),
            Meeting(trust: "other", domain: "server.test", refused: ["unable to get local issuer certificate"]),
            Meeting(server: "client", domain: "client.test", refused: ["unsuitable certificate purpose"]),
        ]

        @Test(arguments: meetings)
        func aServerIsKnownByItsCertificate(meeting: Meeting) async throws {
            let notes = Collected<TransportNote>()
            let server = try await ToyHost(
                .echo, on: [.tls], security: TestCertificates.security(server: meeting.server))
            let client = try await ToyHost(
                on: [], security: TestCertificates.security(trust: meeting.trust), note: { notes.append($0) })
            let id = ConnectionID(rawValue: 1)
            let hop = try server.hop(.tls, domain: meeting.domain)
            client.submit(.all([.open(id, to: hop, from: nil), .send(Array("hi\n".utf8), on: .stream(id))]))
            let event = try await client.nextEvent()
            let counters = try await client.host.counters()
            if let parts = meeting.refused {
                guard case .openFailed(id, let reason) = event else {
                    Issue.record("\(event)")
                    return
                }
                for part in parts { #expect(reason.contains(part)) }
                #expect(notes.all == [.peerRefused(hop, reason: reason)])
                #expect(counters.handshakesFailed == 1 && counters.handshakes == 0 && counters.connections == 0)
            } else {
                guard case .opened(id, _) = event else {
                    Issue.record("\(event)")
                    return
                }
                #expect(try await client.nextOctets() == (Array("hi\n".utf8), .stream(id)))
                #expect(counters.handshakes == 1 && counters.handshakesFailed == 0)
            }
            await client.host.stop()
            await server.host.stop()
        }

        /// What is closed here in the middle of the handshake is not told as the peer's failure.
        @Test func aHandshakeThatIsLeftHasNotFailed() async throws {
            let notes = Collected<TransportNote>()
            let deaf = try await ToyHost(on: [.tcp])
            let client = try await ToyHost(on: [], note: { notes.append($0) })
            let id = ConnectionID(rawValue: 1)
            client.submit(.open(id, to: NextHop(kind: .tls, endpoint: try deaf.endpoint(.tcp)), from: nil))
            _ = try await deaf.nextOctets()
            client.submit(.close(id))
            #expect(try await client.nextEvent() == .closed(id, reason: "closed here"))
            _ = try await deaf.first { if case .happened(.closed(_, let reason)) = $0 { reason } else { nil } }
            // Then the channel is gone on this side too.
            let counters = try await client.host.counters()
            #expect(counters.handshakesFailed == 0 && counters.connections == 0)
            #expect(notes.all.isEmpty)
            await client.host.stop()
            await deaf.host.stop()
        }

        struct Question {
            var asks: TransportSecurity.ClientCertificate
            var name: String?
            var stands = true
            var isKnown = false
        }

        @Test(arguments: [
            Question(asks: .none, name: "client"), Question(asks: .optional),
            Question(asks: .optional, name: "client", isKnown: true),
            Question(asks: .optional, name: "stranger", stands: false),
            Question(asks: .required, name: "client", isKnown: true),
            Question(asks: .required, name: "server", isKnown: true), Question(asks: .required, stands: false),
            Question(asks: .required, name: "expired", stands: false),
        ])
        func aListenerAsksForCertificates(question: Question) async throws {
            let name = question.name
            let notes = Collected<TransportNote>()
            let server = try await ToyHost(
                .echo, on: [.tls], security: TestCertificates.security(question.asks), note: { notes.append($0) })
            let client = try await ToyHost(on: [], security: TestCertificates.security(client: name))
            let id = ConnectionID(rawValue: 1)
            client.submit(
                .all([.open(id, to: try server.hop(.tls), from: nil), .send(Array("hi\n".utf8), on: .stream(id))]))
            if question.stands {
                #expect(try await client.nextOctets() == (Array("hi\n".utf8), .stream(id)))
                let accepted = try await server.accepted()
                let next = try await server.first { $0 }
                if question.isKnown, let name {
                    guard case .happened(.identified(accepted, let peer)) = next else {
                        Issue.record("\(next)")
                        return
                    }
                    #expect(peer.domains == ["\(name).test"])
                } else {
                    guard case .received = next else {
                        Issue.record("\(next)")
                        return
                    }
                }
            } else {
                // With TLS 1.3 the client is done before it is refused; which of the two it learns is all the same.
                let end = try await client.first { told -> String? in
                    switch told {
                    case .happened(.openFailed(id, let reason)), .happened(.closed(id, let reason)): reason
                    default: nil
                    }
                }
                #expect(!end.isEmpty)
                let counters = try await server.host.counters()
                #expect(counters.handshakesFailed == 1 && counters.handshakes == 0)
                guard case .handshakeFailed(_, _, let reason)? = notes.all.first else {
                    Issue.record("\(notes.all)")
                    return
                }
                switch name {
                case "expired"?: #expect(reason.contains("certificate has expired"))
                case "stranger"?: #expect(reason.contains("unable to get local issuer certificate"))
                default: #expect(reason.contains("peer did not return a certificate"))
                }
            }
            await client.host.stop()
            await server.host.stop()
        }

        /// What is no TLS at all, and what stops in the middle of it.
        @Test(arguments: ["", "\u{16}\u{3}\u{1}", "OPTIONS sip:a@127.0.0.1 SIP/2.0\r\n\r\n"])
        func aPeerThatDoesNotShakeHandsIsClosed(says: String) async throws {
            let notes = Collected<TransportNote>()
            var limits = HostLimits()
            let isSlow = says.utf8.count < 4
            if isSlow { limits.handshakeTimeout = .milliseconds(50) }
            let server = try await ToyHost(on: [.tls], limits: limits, note: { notes.append($0) })
            // On a busy machine it may be closed before it is told that it stands.
            let peer = try? await RawPeer.silent(to: try server.endpoint(.tls))
            if !says.isEmpty { try? await peer?.send(Array(says.utf8)) }
            await peer?.closed()
            let counters = try await server.host.counters()
            #expect(counters.handshakesFailed == 1 && counters.handshakesTimedOut == (isSlow ? 1 : 0))
            #expect(counters.connectionsAccepted == 1 && counters.connections == 0)
            guard case .handshakeFailed(_, _, let reason)? = notes.all.first else {
                Issue.record("\(notes.all)")
                return
            }
            #expect(reason == (isSlow ? "no TLS handshake within 0.05 seconds" : "TLS: wrong version number"))
            // The machine never heard of it.
            server.submit(.mark(1))
            #expect(try await server.first { $0 } == .marked(1))
            await server.host.stop()
        }

        @Test func aServerThatDoesNotShakeHandsIsGivenUp() async throws {
            var limits = HostLimits()
            limits.handshakeTimeout = .milliseconds(50)
            let server = try await ToyHost(on: [.tcp])
            let client = try await ToyHost(on: [], limits: limits)
            let id = ConnectionID(rawValue: 1)
            client.submit(.open(id, to: NextHop(kind: .tls, endpoint: try server.endpoint(.tcp)), from: nil))
            #expect(
                try await client.nextEvent() == .openFailed(id, reason: "no TLS handshake within 0.05 seconds"))
            let counters = try await client.host.counters()
            #expect(counters.handshakesTimedOut == 1 && counters.connectionsNotOpened == 1 && counters.connections == 0)
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aConnectionThatIsClosedInItsHandshakeIsGone() async throws {
            let server = try await ToyHost(on: [.tcp])
            let client = try await ToyHost(on: [])
            let id = ConnectionID(rawValue: 1)
            client.submit(.open(id, to: NextHop(kind: .tls, endpoint: try server.endpoint(.tcp)), from: nil))
            // The greeting of TLS has come, so the handshake has begun.
            let (_, flow) = try await server.nextOctets()
            client.submit(.close(id))
            #expect(try await client.nextEvent() == .closed(id, reason: "closed here"))
            guard case .stream(let accepted) = flow else { return }
            _ = try await server.restOfStream(accepted)
            #expect(try await client.host.counters().connections == 0)
            await client.host.stop()
            await server.host.stop()
        }

        @Test func handshakesCountAgainstTheShareOfASource() async throws {
            let notes = Collected<TransportNote>()
            var limits = HostLimits()
            limits.connectionsPerSource = 2
            let server = try await ToyHost(on: [.tls], limits: limits, note: { notes.append($0) })
            let endpoint = try server.endpoint(.tls)
            let silent = [try await RawPeer.silent(to: endpoint), try await RawPeer.silent(to: endpoint)]
            let third = try await RawPeer.silent(to: endpoint)
            await third.closed()
            #expect(
                notes.all == [
                    .connectionRefused(
                        Listener(.tls, endpoint), source: "127.0.0.1", reason: "too many connections from this source")
                ])
            // One that goes makes room for one, which is served.
            await silent[0].close()
            while try await server.host.counters().connections > 1 {}
            let peer = try await RawPeer.secure(to: endpoint)
            try await peer.send([1])
            #expect(try await server.nextOctets().0 == [1])
            // A stop does not wait for those that never shook hands.
            await server.host.stop(within: .seconds(30))
            await silent[1].closed()
        }

        @Test func anExemptSourceThatShakesNoHandsLosesItsQuietestOne() async throws {
            var limits = HostLimits()
            limits.exemptConnections = 1
            limits.isExempt = { $0.isLoopback }
            let server = try await ToyHost(.echo, on: [.tls], limits: limits)
            let silent = try await RawPeer.silent(to: try server.endpoint(.tls))
            while try await server.host.counters().connections == 0 {}
            let client = try await ToyHost(on: [])
            let id = try await client.connect(to: server, by: .tls)
            await silent.closed()
            client.submit(.send([10], on: .stream(id)))
            #expect(try await client.nextOctets() == ([10], .stream(id)))
            #expect(try await server.host.counters().connectionsReplaced == 1)
            await client.host.stop()
            await server.host.stop()
        }

        @Test func aPeerThatDoesNotReadIsClosed() async throws {
            var limits = HostLimits()
            limits.streamOctetsWaiting = 100_000
            let server = try await ToyHost(on: [.tls], limits: limits)
            let deaf = try await RawPeer.secure(to: try server.endpoint(.tls))
            try await deaf.stopReading()
            let id = try await server.accepted()
            var sent = 0
            while try await server.host.counters().connectionsNotReading == 0, sent < 200 {
                server.submit(.send(Array(repeating: 0, count: 90_000), on: .stream(id)))
                sent += 1
            }
            #expect(try await server.nextEvent() == .closed(id, reason: "the peer does not read"))
            await deaf.close()
            await server.host.stop()
        }
    }
#endif
