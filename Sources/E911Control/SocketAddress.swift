#if Transport
    import Glibc

    extension ControlSocket {
        /// Gives the address of a Unix socket as the system calls want it.
        static func withAddress<Value>(
            of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
        ) throws(ControlError) -> Value {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let octets = Array(path.utf8)
            let room = MemoryLayout.size(ofValue: address.sun_path)
            guard octets.count < room else {
                throw ControlError("\(path): a Unix socket's path has at most \(room - 1) octets")
            }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: octets) }
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    extension ControlError {
        /// What the last system call said.
        static func system(_ path: String) -> ControlError {
            ControlError("\(path): \(String(cString: strerror(errno)))")
        }
    }
#endif
