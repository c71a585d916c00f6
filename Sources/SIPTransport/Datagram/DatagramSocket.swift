#if Transport
    import E911Values
    import Glibc
    import NIOCore
    import NIOPosix
    import SIPCore

    /// One bound UDP socket. NIO reads it; we write it.
    ///
    /// NIO closes a datagram channel when a send fails with anything but EMSGSIZE or EHOSTUNREACH. Peers choose where our
    /// answers go, so a Via with port 0, a broadcast address or an unreachable network would cost the listener. Here a
    /// datagram that the system refuses is counted and forgotten, and the socket stands.
    final class DatagramSocket {
        let local: Endpoint
        private let wire: Wire
        /// Owned by `channel`, and valid as long as that is set.
        private let descriptor: CInt
        private var channel: (any Channel)?
        /// Datagrams that the network had no room for, oldest first.
        private var waiting: CircularBuffer<(bytes: [UInt8], remote: Endpoint)> = []
        private var octetsWaiting = 0
        /// How soon room is looked for again. UDP has no flow control: a full send buffer drains at line speed.
        private static let retryDelay = TimeAmount.milliseconds(1)

        private init(local: Endpoint, descriptor: CInt, channel: any Channel, wire: Wire) {
            self.local = local
            self.descriptor = descriptor
            self.channel = channel
            self.wire = wire
        }

        /// Opens and binds a socket and adds it to `wire`; it reads nothing before ``startReading()``. The answer is the
        /// listener with the port that it has got.
        static func open(_ listener: Listener, on wire: Wire) -> EventLoopFuture<Listener> {
            let loop = wire.loop
            let limits = wire.limits
            let descriptor: CInt
            do {
                descriptor = try bind(listener, receiveBuffer: limits.datagramBufferOctets)
            } catch {
                return loop.makeFailedFuture(error)
            }
            let wire = NIOLoopBound(wire, eventLoop: loop)
            // Room for one octet more than the limit shows which datagrams were longer. NIO divides the buffer evenly,
            // and rounds its size up to a power of two.
            let slot = powerOfTwo(atLeast: min(max(limits.datagramOctets, 1), 65_535) + 1)
            let count = powerOfTwo(atLeast: min(max(limits.datagramsPerRead, 1), 64))
            return DatagramBootstrap(group: loop)
                .channelOption(.autoRead, value: false)
                .channelOption(.datagramVectorReadMessageCount, value: count)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: slot * count))
                // One read for each time that the socket is ready, so that other sockets have their turn.
                .channelOption(.maxMessagesPerRead, value: 1)
                .withBoundSocket(descriptor)
                .flatMapThrowing { channel in
                    guard let local = channel.localAddress.flatMap(Endpoint.init) else {
                        throw ListenError(listener: listener, reason: "the socket has no address")
                    }
                    let socket = DatagramSocket(
                        local: local, descriptor: descriptor, channel: channel, wire: wire.value)
                    try channel.pipeline.syncOperations.addHandler(DatagramReader(socket, wire: wire.value))
                    wire.value.add(socket)
                    return Listener(.udp, local)
                }
                .flatMapErrorThrowing { error in
                    throw error as? ListenError ?? ListenError(listener: listener, reason: systemReason(error))
                }
        }

        /// A new UDP socket on an address. SO_REUSEADDR is not set: on UDP it would let a second process take the
        /// datagrams of the first.
        private static func bind(_ listener: Listener, receiveBuffer: Int) throws(ListenError) -> CInt {
            let family = listener.endpoint.address.isIPv4 ? AF_INET : AF_INET6
            let descriptor = socket(family, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw ListenError(listener: listener, reason: systemReason(errno)) }

            func set(_ option: CInt, _ value: CInt) -> Bool {
                withUnsafeBytes(of: value) {
                    setsockopt(descriptor, SOL_SOCKET, option, $0.baseAddress, socklen_t($0.count)) == 0
                }
            }
            let octets = CInt(clamping: receiveBuffer)
            // The first needs CAP_NET_ADMIN; the second is cut to the system's limit, which serves.
            _ = set(SO_RCVBUFFORCE, octets) || set(SO_RCVBUF, octets)

            guard listener.endpoint.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
                let code = errno
                Glibc.close(descriptor)
                throw ListenError(listener: listener, reason: systemReason(code))
            }
            return descriptor
        }

        private static func powerOfTwo(atLeast value: Int) -> Int {
            value <= 1 ? 1 : 1 << (Int.bitWidth - (value - 1).leadingZeroBitCount)
        }

        func startReading() {
            channel?.setOption(.autoRead, value: true).whenFailure { _ in }
        }

        func close() {
            channel?.close(promise: nil)
        }

        /// Whether nothing waits for the network.
        var isIdle: Bool { waiting.isEmpty }

        func send(_ bytes: [UInt8], to remote: Endpoint) {
            if !waiting.isEmpty || !sendNow(bytes, to: remote) { wait(bytes, remote) }
        }

        /// `false` if there is no room at present.
        private func sendNow(_ bytes: [UInt8], to remote: Endpoint) -> Bool {
            guard channel != nil, remote.address.isIPv4 == local.address.isIPv4 else {
                wire.counters.datagramsNotSent += 1
                return true
            }
            let sent = remote.withSockaddr { address, length in
                bytes.withUnsafeBytes { sendto(descriptor, $0.baseAddress, $0.count, 0, address, length) }
            }
            if sent >= 0 {
                wire.counters.datagramsSent += 1
                wire.counters.datagramOctetsSent += UInt64(bytes.count)
                wire.observe(.sent, .udp, local, remote, nil, bytes.span)
                return true
            }
            switch errno {
            case EAGAIN, ENOBUFS, EINTR:
                return false
            default:
                wire.counters.datagramsNotSent += 1
                return true
            }
        }

        private func wait(_ bytes: [UInt8], _ remote: Endpoint) {
            guard octetsWaiting + bytes.count <= wire.limits.datagramOctetsWaiting else {
                wire.counters.datagramsNotSent += 1
                return
            }
            waiting.append((bytes, remote))
            octetsWaiting += bytes.count
            if waiting.count == 1 { retryLater() }
        }

        private func retryLater() {
            let this = NIOLoopBound(self, eventLoop: wire.loop)
            wire.loop.scheduleTask(in: Self.retryDelay) { this.value.retry() }
        }

        private func retry() {
            while let first = waiting.first {
                guard sendNow(first.bytes, to: first.remote) else { return retryLater() }
                waiting.removeFirst()
                octetsWaiting -= first.bytes.count
            }
        }

        fileprivate func lost(_ reason: String) {
            channel = nil
            wire.lost(Listener(.udp, local), reason: reason)
        }
    }

    /// Reads what comes to a ``DatagramSocket``.
    private final class DatagramReader: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private let socket: DatagramSocket
        private let wire: Wire
        private var reason = "closed"

        init(_ socket: DatagramSocket, wire: Wire) {
            self.socket = socket
            self.wire = wire
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let octets = envelope.data.readableBytes
            wire.counters.datagramsReceived += 1
            wire.counters.datagramOctetsReceived += UInt64(octets)
            guard octets <= wire.limits.datagramOctets else {
                wire.counters.datagramsTooLong += 1
                return
            }
            guard let remote = Endpoint(envelope.remoteAddress) else { return }
            let span = envelope.data.readableBytesUInt8Span
            wire.observe(.received, .udp, socket.local, remote, nil, span)
            wire.receiver?.receive(span, on: .datagram(local: socket.local, remote: remote))
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            wire.receiver?.endTurn()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            // After some errors NIO goes on reading; after the others channelInactive follows.
            reason = systemReason(error)
        }

        func channelInactive(context: ChannelHandlerContext) {
            socket.lost(reason)
        }
    }
#endif
