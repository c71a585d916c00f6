#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// SIPp in the part of the SIP Server loses a tenth of what it sends and of what comes.
    @Suite(.timeLimit(.minutes(10)))
    struct LossTests {
        /// E911_CALLS sets another number. A busy machine loses more than it is told to above this rate.
        private static let calls =
            ProcessInfo.processInfo.environment["E911_CALLS"].flatMap { Int($0) } ?? 2_000
        private static let rate = 200

        @Test(.needs(.sipp, .setpriv))
        func everyCallIsAnsweredAndAcknowledgedAndNoTransactionStays() async throws {
            try await Rig.run("loss") { rig in
                let manager = try Ports.lease(on: try #require(IPAddress("127.0.0.70")))
                let server = try Ports.lease(on: try #require(IPAddress("127.0.0.71")))
                let daemon = try await DaemonPeer.start(
                    in: rig, try DaemonPeer.configure(in: rig, at: manager, [.udp]))
                try await daemon.apply(site: Self.site(server))
                try await call(manager, from: server, in: rig)

                // Each call of SIPp lasts 64*T1 from its ACK on, so nothing may be left.
                let status: NodeStatus = try await eventually("no transaction", within: .seconds(5)) {
                    let status: NodeStatus = try await daemon.json("status")
                    return status.counters.value("server-transactions") == 0 ? status : nil
                }
                #expect(status.counters.value("client-transactions") == 0)
                #expect(status.counters.value("unacknowledged") == 0)
                #expect(status.counters.value("misuses") == 0)
                // The loss was there, both ways.
                #expect(status.counters.value("repeated-requests") > 0)
                #expect(status.counters.value("retransmissions") > 0)

                let listing = try await daemon.run("calls", "--json", "--limit", "\(Self.calls + 1)")
                let calls = try JSONDecoder().decode([CallRecord].self, from: Data(listing.utf8))
                #expect(Set(calls.map(\.callID)).count == Self.calls)
                #expect(calls.count == Self.calls)
                #expect(calls.allSatisfy { $0.outcome == .acknowledged })
                #expect(await daemon.stop() == .exited(0))
            }
        }

        private func call(_ manager: Endpoint, from server: Endpoint, in rig: Rig) async throws {
            let folder = try rig.subfolder("sipp")
            let process = try await rig.start(
                try PeerProgram.sipp.required(),
                [
                    "\(manager)", "-sf", PackageFolder.fixture("sipp/redirected.xml").path, "-s", "911", "-i",
                    "\(server.address)", "-p", "\(server.port)", "-t", "u1", "-nostdin", "-lost", "10", "-m",
                    "\(Self.calls)", "-r", "\(Self.rate)", "-l", "\(Self.calls)", "-max_invite_retrans", "10",
                    "-buff_size", "4194304", "-trace_err", "-error_file", "errors.log",
                ], in: folder)
            let limit = Duration.seconds(Self.calls / Self.rate + 120)
            let end = try await process.end(within: limit)
            // 0 says that every call went as the scenario says.
            if end != .exited(0) {
                let errors = try? String(contentsOf: folder.appendingPathComponent("errors.log"), encoding: .utf8)
                throw PeerError("SIPp: \(end)\n\(errors?.suffix(2000) ?? "")\n\(process.output.tail)")
            }
        }

        private static func site(_ server: Endpoint) -> String {
            """
            site: { name: Example, time-zone: America/Chicago, default-call-server: main }
            call-servers:
              - name: main
                profile: rfc3680
                members: [ { address: \(server.address), port: \(server.port), transport: udp } ]
                username: "7911"
                default-location: hq
                default-elin: "+13125550100"
                onsite-notification: false
                subscription: { target: aors }
            locations: [ { id: hq, name: Headquarters } ]
            """
        }
    }

    extension [NodeStatus.Counter] {
        fileprivate func value(_ name: String) -> UInt64 { first { $0.name == name }?.value ?? 0 }
    }
#endif
