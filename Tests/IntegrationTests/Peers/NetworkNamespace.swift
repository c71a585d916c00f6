#if Daemon
    import Foundation

    /// A host of its own on this machine: a network namespace with a loopback and one interface.
    struct NetworkNamespace: Sendable {
        let name: String
        let address: String
        /// Of the other host.
        let peer: String
        static let interface = "veth0"

        /// What to start so that a program runs in it.
        func command(_ path: String, _ arguments: [String]) -> (String, [String]) {
            (Self.ip, ["netns", "exec", name, path] + arguments)
        }

        private static let ip =
            ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"]
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/sbin/ip"

        /// Two hosts with a wire between them that carries 1500 octets, so that long datagrams travel in fragments.
        static func pair(in rig: Rig) async throws -> (NetworkNamespace, NetworkNamespace) {
            let mark = UUID().uuidString.prefix(6).lowercased()
            let hosts = [("a", "10.99.0.1", "10.99.0.2"), ("b", "10.99.0.2", "10.99.0.1")].map {
                NetworkNamespace(name: "e911-\(mark)-\($0.0)", address: $0.1, peer: $0.2)
            }
            func run(_ words: String...) async throws { try await ChildProcess.run(Self.ip, words, in: rig.folder) }
            for host in hosts {
                try await run("netns", "add", host.name)
                let folder = rig.folder
                rig.atEnd { _ = try? await ChildProcess.run(Self.ip, ["netns", "delete", host.name], in: folder) }
            }
            try await run(
                "link", "add", interface, "netns", hosts[0].name, "mtu", "1500", "type", "veth", "peer", "name",
                interface,
                "netns", hosts[1].name, "mtu", "1500")
            for host in hosts {
                try await run("-n", host.name, "address", "add", "\(host.address)/24", "dev", interface)
                try await run("-n", host.name, "link", "set", "lo", "up")
                try await run("-n", host.name, "link", "set", interface, "up")
            }
            return (hosts[0], hosts[1])
        }
    }
#endif
