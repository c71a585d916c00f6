#if Daemon
    import E911Store
    import Foundation
    import Synchronization
    import Testing

    /// A way to a server of PostgreSQL that can be cut when the server has answered and before the answer has come through.
    final class PostgresCutter: Sendable {
        /// In a folder of its own, where clients look for a server.
        let folder: TemporaryFolder
        private let server: String
        private let listener: Int32
        /// The next answers that are complete are let fall, with their connections.
        private let cuts = Atomic<Int>(0)
        private let made = Atomic<Int>(0)

        /// How many connections were cut.
        var cut: Int { made.load(ordering: .sequentiallyConsistent) }

        init(to server: PostgresPeer) throws {
            folder = try TemporaryFolder()
            chmod(folder.path, 0o755)
            self.server = server.folder + "/.s.PGSQL.5432"
            listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let listener = listener
            try #require(Self.withAddress(folder.path + "/.s.PGSQL.5432") { bind(listener, $0, $1) } == 0)
            try #require(listen(listener, 16) == 0)
            _ = DedicatedThread(name: "cutter") { [self] in
                while case let client = accept(listener, nil, nil), client >= 0 {
                    _ = DedicatedThread(name: "cutter") { self.carry(client) }
                }
            }
        }

        /// Cuts the connection whose answer is complete next.
        func cutNextAnswer() { cuts.add(1, ordering: .sequentiallyConsistent) }

        private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32
        {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
            return withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }

        private func carry(_ client: Int32) {
            let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer {
                close(client)
                close(upstream)
            }
            guard Self.withAddress(server, { connect(upstream, $0, $1) }) == 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            /// What the server has said and the client has not heard.
            var held: [UInt8] = []
            while true {
                var waited = [
                    pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
                ]
                guard poll(&waited, 2, -1) >= 0 else { return }
                if waited[0].revents != 0 {
                    let count = read(client, &buffer, buffer.count)
                    guard count > 0, Self.writeAll(upstream, buffer[..<count]) else { return }
                }
                guard waited[1].revents != 0 else { continue }
                let count = read(upstream, &buffer, buffer.count)
                guard count > 0 else { return }
                held += buffer[..<count]
                if cuts.load(ordering: .sequentiallyConsistent) > 0 {
                    // ReadyForQuery, idle: whatever was asked is done, and committed.
                    guard held.suffix(6) == [0x5a, 0, 0, 0, 5, 0x49] else { continue }
                    cuts.subtract(1, ordering: .sequentiallyConsistent)
                    made.add(1, ordering: .sequentiallyConsistent)
                    return
                }
                guard Self.writeAll(client, held[...]) else { return }
                held = []
            }
        }

        private static func writeAll(_ descriptor: Int32, _ octets: ArraySlice<UInt8>) -> Bool {
            var rest = octets
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
#endif
