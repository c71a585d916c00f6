#if Daemon
    import E911Values
    import Foundation

    /// dnsmasq with records of our own, on a port of loopback.
    struct NameServer {
        let endpoint: Endpoint
        let process: ChildProcess

        /// Starts it; it answers when this returns.
        ///
        /// - Parameter records: options of dnsmasq, for instance `--host-record=sip.test,127.0.0.1`.
        static func start(in rig: Rig, timeToLive: Int, _ records: [String]) async throws -> NameServer {
            let endpoint = try Ports.lease(on: IPAddress(v4: 0x7f00_0001))
            let process = try await rig.start(
                try PeerProgram.dnsmasq.required(),
                [
                    "--no-daemon", "--log-queries", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                    "--port=\(endpoint.port)", "--listen-address=\(endpoint.address)", "--bind-interfaces",
                    "--local-ttl=\(timeToLive)", "--local=/test/",
                ] + records)
            _ = try await process.output.first { $0.contains("started, version") }
            return NameServer(endpoint: endpoint, process: process)
        }

        /// How often it was asked so.
        func queries(_ type: String, _ name: String) -> Int {
            process.output.all.count { $0.contains("query[\(type)] \(name) from") }
        }
    }
#endif
