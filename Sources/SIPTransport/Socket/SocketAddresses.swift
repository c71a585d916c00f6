#if Transport
    import E911Values
    import Glibc
    import NIOCore
    import NIOPosix
    import SIPCore

    // The fields of the system's address structures are read and written as octets: whether the compiler takes the members
    // of a `sockaddr_in` for Glibc's or for a module inside NIO depends on which of them it happens to load first. Both
    // structures begin with the family and the port; the address follows at these places.
    private let v4Address = 4
    private let v6Address = 8
    private let v6Octets = 28
    private let v4Octets = 16

    // Zone ids are not carried: link-local peers are not supported.
    extension Endpoint {
        /// `nil` for an address that is no IP address.
        init?(_ address: SocketAddress) {
            func port(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
                UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            }
            switch address {
            case .v4(let v4):
                self = withUnsafeBytes(of: v4.address) { bytes in
                    let bits = bytes.loadUnaligned(fromByteOffset: v4Address, as: UInt32.self)
                    return Endpoint(IPAddress(v4: UInt32(bigEndian: bits)), port(bytes))
                }
            case .v6(let v6):
                self = withUnsafeBytes(of: v6.address) { bytes in
                    let bits = bytes.loadUnaligned(fromByteOffset: v6Address, as: UInt128.self)
                    return Endpoint(IPAddress(v6: UInt128(bigEndian: bits)), port(bytes))
                }
            case .unixDomainSocket:
                return nil
            }
        }

        /// Calls `body` with the form that system calls take.
        func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
            var storage: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
            withUnsafeMutableBytes(of: &storage) { bytes in
                bytes.storeBytes(of: UInt16(address.isIPv4 ? AF_INET : AF_INET6), as: UInt16.self)
                bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
                if address.isIPv4 {
                    let bits = UInt32(truncatingIfNeeded: address.bits)
                    bytes.storeBytes(of: bits.bigEndian, toByteOffset: v4Address, as: UInt32.self)
                } else {
                    bytes.storeBytes(of: address.bits.bigEndian, toByteOffset: v6Address, as: UInt128.self)
                }
            }
            return withUnsafePointer(to: storage) { pointer in
                body(
                    UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                    socklen_t(address.isIPv4 ? v4Octets : v6Octets))
            }
        }
    }

    extension SocketAddress {
        init(_ endpoint: Endpoint) throws {
            var packed = ByteBuffer()
            if endpoint.address.isIPv4 {
                packed.writeInteger(UInt32(truncatingIfNeeded: endpoint.address.bits))
            } else {
                packed.writeInteger(endpoint.address.bits)
            }
            try self.init(packedIPAddress: packed, port: Int(endpoint.port))
        }
    }

    /// What the system says about an error number.
    func systemReason(_ code: CInt) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    func systemReason(_ error: any Error) -> String {
        if let error = error as? IOError { return systemReason(error.errnoCode) }
        if case ChannelError.connectTimeout? = error as? ChannelError {
            return "no answer within the time for connecting"
        }
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
            return systemReason(first.error)
        }
        return "\(error)"
    }

    extension Listener {
        /// This listener, or one for each local address that its unspecified address stands for.
        func expanded() throws(ListenError) -> [Listener] {
            guard endpoint.address.isUnspecified else { return [self] }
            let devices: [NIONetworkDevice]
            do {
                devices = try System.enumerateDevices()
            } catch {
                throw ListenError(listener: self, reason: systemReason(error))
            }
            let linkLocal = IPPrefix("fe80::/10")
            let found = devices.compactMap { $0.address.flatMap(Endpoint.init)?.address }
                .filter { $0.isIPv4 == endpoint.address.isIPv4 && linkLocal?.contains($0) == false }
            return Set(found).sorted().map { Listener(kind, Endpoint($0, endpoint.port)) }
        }
    }
#endif
