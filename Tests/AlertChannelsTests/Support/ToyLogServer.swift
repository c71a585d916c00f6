#if Daemon
    import Foundation
    import Glibc
    import Synchronization
    import Testing

    /// A log server on loopback, by UDP or by TCP, that keeps what it is sent.
    final class ToyLogServer: Sendable {
        let port: UInt16
        let isStream: Bool
        private let descriptor: Int32
        private let messages = Mutex<[[UInt8]]>([])
        private let came = DispatchSemaphore(value: 0)
        private let ended = DispatchGroup()

        init(stream: Bool) throws {
            isStream = stream
            let socket = try LoopbackListener(stream: stream)
            (descriptor, port) = (socket.descriptor, socket.port)
            ended.enter()
            Thread.detachNewThread { [self] in
                while let message = next() {
                    messages.withLock { $0.append(message) }
                    came.signal()
                }
                ended.leave()
            }
        }

        var url: String { "\(isStream ? "tcp" : "udp")://127.0.0.1:\(port)" }

        /// The messages since this was last asked; waits for one that is wanted.
        func take(atLeast count: Int) -> [[UInt8]] {
            for _ in 0..<count { _ = came.wait(timeout: .now() + 5) }
            return messages.withLock { messages in
                defer { messages = [] }
                return messages
            }
        }

        func close() {
            shutdown(descriptor, Int32(SHUT_RDWR))
            // Nobody is waked by the end of a socket without connections.
            if !isStream { _ = send(to: port) }
            ended.wait()
            Glibc.close(descriptor)
        }

        private func send(to port: UInt16) -> Int {
            let number = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            defer { Glibc.close(number) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            address.sin_port = port.bigEndian
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(number, nil, 0, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }

        /// `nil` at the end: an empty datagram, or no more connections.
        private func next() -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            guard isStream else {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                return count > 0 ? Array(buffer[..<count]) : nil
            }
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { return nil }
            defer { Glibc.close(connection) }
            var octets: [UInt8] = []
            while true {
                let count = read(connection, &buffer, buffer.count)
                guard count > 0 else { break }
                octets += buffer[..<count]
            }
            return octets
        }
    }
#endif
