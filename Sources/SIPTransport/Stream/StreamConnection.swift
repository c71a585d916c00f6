#if Transport
    import E911Values
    import NIOCore
    import NIOSSL
    import SIPCore

    /// One stream connection, from the wish to have it until it is gone; the handler of its channel.
    final class StreamConnection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        enum State {
            /// Accepted, not yet admitted.
            case arriving(Listener)
            /// Asked for by the machine; what it sent in the meantime waits.
            case connecting(waiting: [[UInt8]], octets: Int)
            case open(any Channel)
            /// Closed by the machine or by us, and the machine knows: what is queued is sent, what comes is thrown away.
            case closing(any Channel)
            case gone
        }

        /// Set at once for a connection that the machine asked for, else when it is admitted.
        private(set) var id: ConnectionID?
        let kind: SIPTransportKind
        /// Whom the machine wants to reach; `nil` for a connection that came.
        let wanted: NextHop?
        /// Which listener took it.
        let listener: Listener?
        private(set) var local: Endpoint
        private(set) var remote: Endpoint
        /// Against which limit it counts.
        enum Share { case none, common, exempt }
        var share = Share.none
        /// Whose certificate the peer has shown.
        var peer: CertificateIdentities?
        /// The handler of TLS in front of this one, from the beginning of the handshake on.
        var tls: NIOSSLHandler?
        /// The channel, while the handshake runs.
        var handshaking: (any Channel)?
        /// When octets went either way last.
        private(set) var usedAt = NIODeadline.now()
        let wire: Wire
        var state: State
        /// Why the channel is gone, if it is the peer or the network that ends it.
        private var reason = "closed by the peer"

        init(acceptedBy listener: Listener, wire: Wire) {
            kind = listener.kind
            wanted = nil
            self.listener = listener
            local = listener.endpoint
            remote = listener.endpoint
            self.wire = wire
            state = .arriving(listener)
        }

        init(opening id: ConnectionID, to hop: NextHop, from local: Endpoint?, wire: Wire) {
            self.id = id
            kind = hop.kind
            wanted = hop
            listener = nil
            self.local = local ?? hop.endpoint
            remote = hop.endpoint
            self.wire = wire
            state = .connecting(waiting: [], octets: 0)
        }

        var isOpen: Bool {
            if case .open = state { true } else { false }
        }

        var isGone: Bool {
            if case .gone = state { true } else { false }
        }

        // MARK: From the machine

        func transmit(_ bytes: [UInt8]) {
            switch state {
            case .connecting(var waiting, let octets):
                let all = octets + bytes.count
                guard all <= wire.limits.streamOctetsWaiting else {
                    return couldNotOpen("\(all) octets wait for it")
                }
                state = .gone
                waiting.append(bytes)
                state = .connecting(waiting: waiting, octets: all)
            case .open(let channel):
                write(bytes, to: channel)
            case .arriving, .closing, .gone:
                wire.counters.streamPiecesNotSent += 1
            }
        }

        private func write(_ bytes: [UInt8], to channel: any Channel) {
            usedAt = .now()
            wire.counters.streamOctetsSent += UInt64(bytes.count)
            wire.observe(.sent, kind, local, remote, id, bytes.span)
            channel.write(channel.allocator.buffer(bytes: bytes), promise: nil)
        }

        /// Hands to the system what was written in this turn.
        func flush() {
            switch state {
            case .open(let channel):
                channel.flush()
                // What the system did not take now is what the peer has not read.
                if !channel.isWritable {
                    wire.counters.connectionsNotReading += 1
                    end(channel, reason: "the peer does not read")
                    abort()
                }
            case .closing(let channel):
                channel.flush()
                // Ends our direction when all is sent. A close of both would reset the connection if the peer sent
                // anything more, and the reset would take the last answer with it.
                channel.close(mode: .output, promise: nil)
            case .arriving, .connecting, .gone:
                return
            }
        }

        /// Sends what is queued, then closes. A flush must follow.
        func close() {
            switch state {
            case .open(let channel):
                end(channel, reason: "closed here")
                let this = NIOLoopBound(self, eventLoop: wire.loop)
                let timeout = wire.loop.scheduleTask(in: TimeAmount(wire.limits.closeTimeout)) { this.value.abort() }
                channel.closeFuture.whenComplete { _ in timeout.cancel() }
            case .connecting:
                giveUp()
                if let id { wire.receiver?.happened(.closed(id, reason: "closed here")) }
            case .arriving:
                leaveHandshake()
            case .closing, .gone:
                return
            }
        }

        /// Closes at once, whatever is queued.
        func abort() {
            switch state {
            case .open(let channel), .closing(let channel):
                state = .closing(channel)
                cut(channel)
            case .connecting:
                giveUp()
            case .arriving:
                leaveHandshake()
            case .gone:
                return
            }
        }

        /// Tells the machine that the connection is over; the channel may need longer.
        private func end(_ channel: any Channel, reason: String) {
            state = .closing(channel)
            if let id { wire.receiver?.happened(.closed(id, reason: reason)) }
        }

        /// The connection is not wanted or cannot be had; a channel that comes all the same is closed when it is active.
        private func giveUp() {
            wire.counters.connectionsNotOpened += 1
            leaveHandshake()
        }

        func couldNotOpen(_ reason: String) {
            guard case .connecting = state, let id else { return }
            giveUp()
            wire.receiver?.happened(.openFailed(id, reason: reason))
            wire.receiver?.endTurn()
        }

        // MARK: From the channel

        func learnAddresses(of channel: any Channel) {
            local = channel.localAddress.flatMap(Endpoint.init) ?? local
            remote = channel.remoteAddress.flatMap(Endpoint.init) ?? remote
        }

        /// The number of an accepted connection, which counts against the limits from now on; `nil` if one is reached.
        func admit(by listener: Listener) -> ConnectionID? {
            if id == nil { id = wire.accept(self, by: listener) }
            if id == nil { state = .gone }
            return id
        }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            learnAddresses(of: channel)
            handshaking = nil
            switch state {
            case .arriving(let listener):
                guard let id = admit(by: listener) else {
                    channel.close(promise: nil)
                    return
                }
                state = .open(channel)
                wire.receiver?.happened(.accepted(id, kind, local: local, remote: remote))
                if let peer { wire.receiver?.happened(.identified(id, peer)) }
            case .connecting(let waiting, _):
                guard let id else { return }
                state = .open(channel)
                wire.counters.connectionsOpened += 1
                for bytes in waiting { write(bytes, to: channel) }
                if !waiting.isEmpty { channel.flush() }
                wire.receiver?.happened(.opened(id, local: local))
            case .open, .closing, .gone:
                channel.close(promise: nil)
                return
            }
            wire.receiver?.endTurn()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .open = state, let id else { return }
            let buffer = unwrapInboundIn(data)
            usedAt = .now()
            wire.counters.streamOctetsReceived += UInt64(buffer.readableBytes)
            let span = buffer.readableBytesUInt8Span
            wire.observe(.received, kind, local, remote, id, span)
            wire.receiver?.receive(span, on: .stream(id))
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            wire.receiver?.endTurn()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            reason = TLSReason.text(of: error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            switch state {
            case .open:
                state = .gone
                wire.remove(self)
                if let id { wire.receiver?.happened(.closed(id, reason: reason)) }
                wire.receiver?.endTurn()
            case .closing:
                state = .gone
                wire.remove(self)
            case .arriving, .connecting, .gone:
                state = .gone
            }
        }
    }
#endif
