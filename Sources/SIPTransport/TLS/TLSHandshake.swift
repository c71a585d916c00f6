#if Transport
    import NIOCore
    import NIOSSL
    import NIOTLS

    /// Stands between TLS and a ``StreamConnection``, which learns that its channel is active when the handshake is done.
    ///
    /// The connection counts against the limits from the first octet on, so that a peer which does nothing in the
    /// handshake holds no more than its share, and holds it no longer than ``HostLimits/handshakeTimeout``.
    final class TLSHandshake: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let connection: StreamConnection
        private let tls: NIOSSLHandler
        private let judgement: PeerJudgement
        private let wire: Wire
        private var timeout: Scheduled<Void>?
        private var isOver = false

        init(_ connection: StreamConnection, _ tls: NIOSSLHandler, _ judgement: PeerJudgement, wire: Wire) {
            self.connection = connection
            self.tls = tls
            self.judgement = judgement
            self.wire = wire
        }

        func channelActive(context: ChannelHandlerContext) {
            guard connection.beginHandshake(on: context.channel, tls) else {
                isOver = true
                context.close(promise: nil)
                return
            }
            let limit = wire.limits.handshakeTimeout
            let this = NIOLoopBound(self, eventLoop: wire.loop)
            timeout = wire.loop.scheduleTask(in: TimeAmount(limit)) {
                this.value.wire.counters.handshakesTimedOut += 1
                this.value.fail("no TLS handshake within \(limit)")
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if !isOver, case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
                guard judgement.conclude(tls.peerCertificate) else { return fail("the peer showed no certificate") }
                end()
                wire.counters.handshakes += 1
                connection.peer = judgement.identities
                context.fireChannelActive()
            }
            context.fireUserInboundEventTriggered(event)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            guard !isOver else { return context.fireErrorCaught(error) }
            fail(judgement.refusal?.description ?? TLSReason.text(of: error))
        }

        func channelInactive(context: ChannelHandlerContext) {
            if isOver {
                context.fireChannelInactive()
            } else {
                fail("closed by the peer during the TLS handshake")
            }
        }

        func handlerRemoved(context: ChannelHandlerContext) { end() }

        private func end() {
            isOver = true
            timeout?.cancel()
            timeout = nil
        }

        private func fail(_ reason: String) {
            guard !isOver else { return }
            end()
            // Left by us: whoever wanted to know was told, and TLS has not failed.
            if !connection.isGone { connection.handshakeFailed(reason) }
        }
    }
#endif
