#if Daemon
    import E911Simulation
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// Our reader of captures beside tshark, on what real programs said and dumpcap recorded.
    @Suite(.timeLimit(.minutes(3)))
    struct CaptureReadingTests {
        private static let calls = 20

        /// Twenty calls of SIPp. Loopback is recorded as Ethernet, "any" as Linux' cooked packets.
        @Test(
            .needs(.sipp, .dumpcap, .tshark, .setpriv), arguments: [SIPTransportKind.udp, .tcp], ["lo", "any"])
        func callsAreTheSameToTshark(transport: SIPTransportKind, interface: String) async throws {
            try await Rig.run("capture-\(transport)-\(interface)") { rig in
                let callee = try Ports.lease(on: try #require(IPAddress("127.0.0.72")))
                let caller = try Ports.lease(on: try #require(IPAddress("127.0.0.73")))
                let capture = try await Capture.start(in: rig, "port \(callee.port)", on: interface)
                try await call(callee, from: caller, transport, in: rig)
                try await capture.stop()

                let trace = try messages(of: capture.file, at: callee)
                let frames = try await capture.dissected(ports: [callee.port])
                // INVITE, 180, 200, ACK, BYE, 200.
                #expect(frames.count >= Self.calls * 6)
                #expect(try trace.map(Self.line).sorted() == frames.map(Self.line).sorted())
                for (address, isReceived) in [(caller.address, true), (callee.address, false)] {
                    let ours = trace.compactMap { $0.octets(received: isReceived) }
                    #expect(try await Self.sorted(capture.octetsSent(from: "\(address)")) == Self.sorted(ours))
                }
                try await otherForms(of: capture.file, at: callee, transport, are: trace, in: rig)
            }
        }

        /// A datagram in ten fragments, and a stream that is cut in the middle of lines.
        @Test(.needs(.python, .dumpcap, .tshark, .setpriv), .needsRoot)
        func fragmentsAndPiecesAreTheSameToTshark() async throws {
            try await Rig.run("capture-wire") { rig in
                let (a, b) = try await NetworkNamespace.pair(in: rig)
                let capture = try await Capture.start(in: rig, "port 5060", on: NetworkNamespace.interface, of: a)
                let server = b.command(try PeerProgram.python.required(), ["-c", Self.listener])
                let listening = try await rig.start(server.0, server.1)
                _ = try await listening.output.first { $0 == "ready" }
                let client = a.command(try PeerProgram.python.required(), ["-c", Self.sender, b.address])
                try await ChildProcess.run(client.0, client.1, in: rig.folder)
                #expect(try await listening.end() == .exited(0))
                try await capture.stop()

                let trace = try messages(of: capture.file, at: Endpoint(try #require(IPAddress(b.address)), 5060))
                let frames = try await capture.dissected(ports: [])
                #expect(try trace.map(Self.line).sorted() == frames.map(Self.line).sorted())
                #expect(try trace.map { try SIPMessage(parsing: $0.octets ?? []).body.count } == [14_000, 5_000, 0, 9])
                #expect(
                    try await Self.sorted(capture.octetsSent(from: a.address))
                        == Self.sorted(trace.compactMap(\.octets)))
            }
        }

        private func call(
            _ callee: Endpoint, from caller: Endpoint, _ transport: SIPTransportKind, in rig: Rig
        ) async throws {
            func arguments(_ name: String, _ end: Endpoint) -> [String] {
                [
                    "-sn", name, "-i", "\(end.address)", "-p", "\(end.port)", "-t", transport == .udp ? "u1" : "t1",
                    "-nostdin", "-m", "\(Self.calls)", "-r", "100",
                ]
            }
            let sipp = try PeerProgram.sipp.required()
            let answering = try await rig.start(sipp, arguments("uas", callee), in: try rig.subfolder("uas"))
            try await eventually("SIPp at \(callee)") {
                guard answering.isRunning else { throw PeerError("SIPp ended:\n\(answering.output.tail)") }
                return Ports.isOpen(callee.port) ? true : nil
            }
            let calling = try await rig.start(
                sipp, ["\(callee)"] + arguments("uac", caller), in: try rig.subfolder("uac"))
            #expect(try await calling.end() == .exited(0))
            await answering.stop()
        }

        /// Wireshark's own programs write the same packets in other forms, and each of them twice.
        private func otherForms(
            of file: URL, at local: Endpoint, _ transport: SIPTransportKind, are trace: [TraceEntry], in rig: Rig
        ) async throws {
            for form in ["pcap", "nsecpcap"] {
                let other = rig.folder.appending(path: "capture.\(form)")
                try await ChildProcess.run("/usr/bin/editcap", ["-F", form, file.path, other.path], in: rig.folder)
                #expect(try messages(of: other, at: local) == trace)
            }
            let twice = rig.folder.appending(path: "twice.pcapng")
            try await ChildProcess.run("/usr/bin/mergecap", ["-w", twice.path, file.path, file.path], in: rig.folder)
            // What TCP carries twice is the same octets again.
            let expected = transport == .udp ? trace + trace : trace
            #expect(
                Self.sorted(try messages(of: twice, at: local).compactMap(\.octets))
                    == Self.sorted(expected.compactMap(\.octets)))
        }

        /// The whole messages that our reader finds.
        private func messages(of file: URL, at local: Endpoint) throws -> [TraceEntry] {
            let reader = CaptureReader(Array(try Data(contentsOf: file)))
            #expect(reader.endpoints.contains { $0.endpoint == local })
            let trace = reader.trace(of: local)
            #expect(trace.damage == nil && trace.notes == [])
            return MessageCutter.messages(of: trace.entries).filter { $0.octets != nil }
        }

        private static func sorted(_ messages: [[UInt8]]) -> [String] {
            messages.map { String(decoding: $0, as: UTF8.self) }.sorted()
        }

        private static func line(_ entry: TraceEntry) throws -> String {
            let isReceived = entry.octets(received: true) != nil
            let (from, to) = isReceived ? (entry.remote, entry.local) : (entry.local, entry.remote)
            return try "\(from) > :\(to.port) \(SentComparison.summary(SIPMessage(parsing: entry.octets ?? [])))"
        }

        private static func line(_ frame: DissectedMessage) -> String {
            "\(frame.sourceAddress):\(frame.sourcePort) > :\(frame.destinationPort) \(SentComparison.summary(frame))"
        }

        /// Takes one datagram and one connection, and says when it is there.
        private static let listener = """
            import socket
            d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            d.bind(("0.0.0.0", 5060))
            s = socket.create_server(("0.0.0.0", 5060))
            print("ready", flush=True)
            d.recv(65536)
            c, _ = s.accept()
            while c.recv(65536): pass
            """

        /// Of the octets of a stream each piece is on its way before the next is sent.
        private static let sender = """
            import socket, sys
            def message(number, size):
                body = b"b" * size
                return (f"MESSAGE sip:b@example.com SIP/2.0\\r\\nVia: SIP/2.0/UDP 10.99.0.1:5060;branch=z9hG4bK{number}\\r\\n"
                    f"From: <sip:a@example.com>;tag=f{number}\\r\\nTo: <sip:b@example.com>\\r\\nCall-ID: c{number}\\r\\n"
                    f"CSeq: {number} MESSAGE\\r\\nContent-Type: text/plain\\r\\nContent-Length: {size}\\r\\n\\r\\n").encode() + body
            d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            d.bind(("10.99.0.1", 5060))
            d.sendto(message(1, 14000), (sys.argv[1], 5060))
            s = socket.create_connection((sys.argv[1], 5060))
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            octets = message(2, 5000) + message(3, 0) + message(4, 9)
            for start in range(0, len(octets), 333): s.sendall(octets[start:start + 333])
            s.close()
            """
    }

    extension TraceEntry {
        fileprivate var octets: [UInt8]? { octets(received: true) ?? octets(received: false) }

        fileprivate func octets(received: Bool) -> [UInt8]? {
            switch what {
            case .received(let octets): received ? octets : nil
            case .sent(let octets): received ? nil : octets
            default: nil
            }
        }
    }
#endif
