#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Glibc
    import SIPCore
    import Testing

    /// The site calls its SIP Server by a name. DNS has two servers for it, of which the first one is dead.
    @Suite(.serialized, .timeLimit(.minutes(3)))
    struct NameTests {
        /// How the first server is dead.
        enum Death: String, CaseIterable {
            case nobodyListens, silent
        }

        @Test(
            .needs(.kamailio, .sipsak, .sqlite3, .setpriv, .dnsmasq),
            arguments: [
                (SIPTransportKind.udp, Death.nobodyListens), (.udp, .silent), (.tcp, .nobodyListens), (.tcp, .silent),
            ])
        func theCallServerIsReachedThroughTheOtherServer(_ transport: SIPTransportKind, _ death: Death) async throws {
            try await Rig.run("names-\(transport)-\(death)") { rig in
                var place = try await NamedPlace(rig, transport, death)
                try await place.reached()
                try await place.reachedAtOnce()
                try await place.askedAgain()
                try await place.reachedWithoutDNS()
                #expect(await place.daemon.stop() == .exited(0))
            }
        }
    }

    private struct NamedPlace {
        static let name = "sip.test"
        private let rig: Rig
        private let transport: SIPTransportKind
        private let server: SIPServerPeer
        private let names: NameServer
        private(set) var daemon: DaemonPeer
        private let dead: DeadServer?

        init(_ rig: Rig, _ transport: SIPTransportKind, _ death: NameTests.Death) async throws {
            self.rig = rig
            self.transport = transport
            let manager = try Ports.lease(on: try #require(IPAddress("127.0.0.7")))
            let nobody = try Ports.lease(on: try #require(IPAddress("127.0.0.8")))
            server = try await SIPServerPeer.start(
                in: rig, SIPServerPeer.Settings(transport, manager: manager, gateway: nobody, testGateway: nobody))
            dead = death == .silent ? try DeadServer(transport, at: nobody) : nil
            let service = Self.service(transport)
            names = try await NameServer.start(
                in: rig, timeToLive: 5,
                [
                    "--srv-host=\(service),dead.test,\(nobody.port),1,1",
                    "--srv-host=\(service),live.test,\(server.port),2,1",
                    "--host-record=dead.test,\(nobody.address)", "--host-record=live.test,\(SIPServerPeer.host)",
                ])
            let configuration = try DaemonPeer.configure(
                in: rig, at: manager, more: "dns: { servers: [ \"\(names.endpoint)\" ] }", "log: { level: debug }")
            daemon = try await DaemonPeer.start(in: rig, configuration)
        }

        private static func service(_ transport: SIPTransportKind) -> String { "_sip._\(transport).\(name)" }

        private func apply(aors: [String]) async throws {
            try await daemon.apply(member: "address: \(Self.name), transport: \(transport)", aors: aors)
        }

        private func status() async throws -> NodeStatus { try await daemon.json("status") }

        private func failovers() async throws -> UInt64 {
            try await status().counters.first { $0.name == "failovers" }?.value ?? 0
        }

        private func stand(_ count: Int, within limit: Duration) async throws {
            try await eventually(
                "\(count) subscriptions\n\(daemon.process.output.tail)", within: limit
            ) { () -> Bool? in
                try await status().callServers.first?.activeSubscriptions == count ? true : nil
            }
        }

        func reached() async throws {
            try await apply(aors: ["2001"])
            try await stand(1, within: .seconds(32))
            #expect(try await failovers() == 1)
            let line = try await daemon.process.output.first { $0.contains("member.passed-over") }
            #expect(line.contains("127.0.0.8"))
            #expect(try await status().callServers.first?.activeMember == Self.name)
        }

        /// The dead one is not tried again.
        func reachedAtOnce() async throws {
            try await apply(aors: ["2001", "2002"])
            try await stand(2, within: .seconds(10))
            #expect(try await failovers() == 1)
        }

        /// An answer is used for as long as it says.
        func askedAgain() async throws {
            let service = Self.service(transport)
            let count = names.queries("SRV", service)
            #expect(count >= 1)
            try await eventually("another question to DNS", within: .seconds(20)) {
                names.queries("SRV", service) > count && names.queries("A", "live.test") > 1 ? true : nil
            }
        }

        /// DNS is gone, and e911d starts anew: it knows where the server was, and that the other one is dead.
        mutating func reachedWithoutDNS() async throws {
            await names.process.stop()
            await daemon.kill()
            daemon = try await DaemonPeer.start(in: rig, daemon.configuration)
            try await stand(2, within: .seconds(10))
            #expect(try await failovers() == 0)
        }
    }

    /// A socket that takes everything and never says anything.
    private final class DeadServer: Sendable {
        private let socket: CInt

        init(_ transport: SIPTransportKind, at endpoint: Endpoint) throws {
            let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
            socket = Glibc.socket(AF_INET, CInt(kind.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: endpoint.address.bits).bigEndian
            let isBound = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isBound, transport == .udp || listen(socket, 8) == 0 else {
                close(socket)
                throw PeerError("\(endpoint) cannot be bound: \(String(cString: strerror(errno)))")
            }
        }

        deinit { close(socket) }
    }
#endif
