#if Daemon
    import Glibc

    /// Tells the service manager that started this process how it is, by the protocol of sd_notify(3): datagrams of
    /// `NAME=VALUE` lines to the socket that `NOTIFY_SOCKET` names.
    struct ServiceNotifier: Sendable {
        enum State: Equatable, Sendable {
            /// Calls are answered.
            case ready
            /// Begun at this time of CLOCK_MONOTONIC; ``ready`` ends it.
            case reloading(microseconds: UInt64)
            case stopping
            /// The process does what it is for; not a word of it for too long, and the manager starts it anew.
            case alive
            /// One line for people.
            case status(String)

            var line: String {
                switch self {
                case .ready: "READY=1"
                case .reloading(let microseconds): "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
                case .stopping: "STOPPING=1"
                case .alive: "WATCHDOG=1"
                // A line break would begin a variable of its own.
                case .status(let text): "STATUS=\(text.split(whereSeparator: \.isNewline).joined(separator: " "))"
                }
            }
        }

        /// Why something could not be told.
        struct Failure: Error, Equatable, CustomStringConvertible {
            let code: Int32
            var description: String { String(cString: strerror(code)) }
        }

        private let address: [UInt8]

        /// `nil` when nobody wants to be told.
        init?(socket: String?) {
            guard let socket, !socket.isEmpty else { return nil }
            var address = Array(socket.utf8)
            // An abstract address has NUL as its first octet, which no environment can hold.
            if address[0] == UInt8(ascii: "@") { address[0] = 0 }
            self.address = address
        }

        /// In one datagram. It waits while the manager's queue is full, so it is nothing for an event loop.
        func tell(_ states: [State]) throws(Failure) {
            let octets = Array(states.map(\.line).joined(separator: "\n").utf8)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw Failure(code: errno) }
            defer { close(descriptor) }
            var to = sockaddr_un()
            to.sun_family = sa_family_t(AF_UNIX)
            let room = MemoryLayout.size(ofValue: to.sun_path)
            guard address.count <= room else { throw Failure(code: ENAMETOOLONG) }
            withUnsafeMutableBytes(of: &to.sun_path) { $0.copyBytes(from: address) }
            // The length counts what is there alone: an abstract address may hold NULs, and none is added to it.
            let length = socklen_t(MemoryLayout<sockaddr_un>.size - room + address.count)
            var sent: Int
            repeat {
                sent = withUnsafePointer(to: &to) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL), $0, length)
                    }
                }
            } while sent < 0 && errno == EINTR
            guard sent == octets.count else { throw Failure(code: sent < 0 ? errno : EMSGSIZE) }
        }

        /// The present, as ``State/reloading(microseconds:)`` wants it.
        static func monotonicMicroseconds() -> UInt64 {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(clamping: time.tv_sec) * 1_000_000 + UInt64(clamping: time.tv_nsec / 1000)
        }
    }
#endif
