#if Daemon
    import Glibc
    import Testing

    /// A socket at a free port of loopback: of TCP, which listens, or of UDP.
    struct LoopbackListener {
        let descriptor: Int32
        let port: UInt16

        init(stream: Bool = true) throws {
            let number = socket(AF_INET, Int32((stream ? SOCK_STREAM : SOCK_DGRAM).rawValue), 0)
            try #require(number >= 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(number, $0, length) == 0 && (!stream || listen(number, 64) == 0)
                        && getsockname(number, $0, &length) == 0
                }
            }
            try #require(isBound)
            descriptor = number
            port = UInt16(bigEndian: address.sin_port)
        }
    }
#endif
