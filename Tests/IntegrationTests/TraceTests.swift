#if Daemon
    import E911Service
    import E911Simulation
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// Messages of a call server, kept by a running e911d and written to files.
    @Suite(.serialized, .timeLimit(.minutes(3)))
    struct TraceTests {
        @Test(
            .needs(.kamailio, .sipsak, .sqlite3, .setpriv, .tshark), arguments: [SIPTransportKind.udp, .tcp])
        func aTraceIsSwitchedOnAndOffAndOpensInWireshark(transport: SIPTransportKind) async throws {
            try await Rig.run("trace-\(transport)") { rig in
                let place = try await Place(rig, transport)
                try await place.unknownServers()
                try await place.recorded()
                try await place.stopped()
                try await place.openedByTshark()
                try await place.masked()
                try await place.cleared()
                #expect(await place.daemon.stop() == .exited(0))
            }
        }
    }

    private struct Place {
        let rig: Rig
        let manager: Endpoint
        let server: SIPServerPeer
        let daemon: DaemonPeer

        init(_ rig: Rig, _ transport: SIPTransportKind) async throws {
            self.rig = rig
            manager = try Ports.lease(on: try #require(IPAddress("127.0.0.12")))
            let nobody = try Ports.lease(on: try #require(IPAddress("127.0.0.2")))
            server = try await SIPServerPeer.start(
                in: rig, SIPServerPeer.Settings(transport, manager: manager, gateway: nobody, testGateway: nobody))
            daemon = try await DaemonPeer.start(in: rig, try DaemonPeer.configure(in: rig, at: manager))
            try await daemon.apply(
                member: "address: 127.0.0.1, port: \(server.port), transport: \(transport)", aors: ["2001"])
            try await counted("received.NOTIFY", above: 0)
        }

        private func counted(_ name: String, above value: UInt64) async throws {
            try await eventually("\(name) above \(value)") { () -> Bool? in
                let status: NodeStatus = try await daemon.json("status")
                return (status.counters.first { $0.name == name }?.value ?? 0) > value ? true : nil
            }
        }

        private func refreshed() async throws {
            let status: NodeStatus = try await daemon.json("status")
            let notifies = status.counters.first { $0.name == "received.NOTIFY" }?.value ?? 0
            try await daemon.run("download", "main")
            try await counted("received.NOTIFY", above: notifies)
        }

        private func traces() async throws -> [MessageTrace.Status] {
            try JSONDecoder().decode(
                [MessageTrace.Status].self, from: Data(try await daemon.run("trace", "show", "--json").utf8))
        }

        private func file(_ name: String) -> URL { rig.folder.appendingPathComponent(name) }

        private func written(_ name: String, _ options: String...) async throws -> URL {
            // `run` takes a list of words.
            switch options.first {
            case let option?: try await daemon.run("trace", "write", "main", file(name).path, option)
            case nil: try await daemon.run("trace", "write", "main", file(name).path)
            }
            return file(name)
        }

        func unknownServers() async throws {
            let error = await #expect(throws: (any Error).self) { try await daemon.run("trace", "start", "other") }
            #expect("\(String(describing: error))".contains("there is no call server 'other'"))
            await #expect(throws: (any Error).self) { try await daemon.run("trace", "stop", "main") }
        }

        /// The connection stands already when the trace is begun.
        func recorded() async throws {
            #expect(try await traces() == [])
            try await daemon.run("trace", "start", "main")
            try await refreshed()
            let trace = try #require(try await traces().first)
            #expect(trace.isOn && trace.entries >= 4 && trace.dropped == 0)
        }

        /// The same messages in both formats, whole ones, with their addresses and their direction.
        func openedByTshark() async throws {
            let text = try Data(contentsOf: try await written("main.trace"))
            let (entries, _, damage) = TraceReader.read(Array(text))
            #expect(damage == nil)
            let fields = ["sip.Method", "sip.Status-Code", "ip.src", "ip.dst", "frame.packet_flags_direction"]
            let packets = try await PacketFile(file: try await written("main.pcapng"), rig: rig).rows(
                "sip", fields: fields)
            let expected = try entries.map { entry in
                let (isReceived, octets): (Bool, [UInt8]) =
                    switch entry.what {
                    case .received(let octets): (true, octets)
                    case .sent(let octets): (false, octets)
                    default: (false, [])
                    }
                let message = try SIPMessage(parsing: octets)
                let names: [String] =
                    switch message.startLine {
                    case .request(let method, _): ["\(method)", ""]
                    case .response(let status, _): ["", "\(status)"]
                    }
                let ends = isReceived ? [entry.remote, entry.local] : [entry.local, entry.remote]
                return names + ends.map { "\($0.address)" } + [isReceived ? "1" : "2"]
            }
            #expect(expected.contains { $0[0] == "SUBSCRIBE" && $0[2] == "\(manager.address)" })
            #expect(expected.contains { $0[0] == "NOTIFY" && $0[4] == "1" })
            #expect(packets.map { $0.prefix(4) } == expected.map { $0.prefix(4) })
            #expect(packets.allSatisfy { Int($0[4].dropFirst($0[4].hasPrefix("0x") ? 2 : 0)) != nil })
            let attributes = try FileManager.default.attributesOfItem(atPath: file("main.pcapng").path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }

        func masked() async throws {
            let users = try await PacketFile(file: try await written("masked.pcapng", "--mask"), rig: rig).rows(
                "sip.Method == \"SUBSCRIBE\"", fields: ["sip.to.user", "sip.Call-ID"])
            #expect(users.first?[0].hasPrefix("user") == true && users.first?[1].isEmpty == false)
            let text = try String(contentsOf: try await written("masked.trace", "--mask"), encoding: .utf8)
            // Four digits alone stand in tags and ports, too.
            #expect(text.contains("@sipserver.test") && !text.contains("2001@") && !text.contains("\"2001"))
        }

        func stopped() async throws {
            try await daemon.run("trace", "stop", "main")
            let before = try await traces()
            try await refreshed()
            #expect(try await traces() == before)
            #expect(before.first?.isOn == false)
        }

        func cleared() async throws {
            try await daemon.run("trace", "clear", "main")
            #expect(try await traces() == [])
        }
    }
#endif
