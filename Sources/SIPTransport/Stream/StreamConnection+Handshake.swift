#if Transport
    import NIOCore
    import NIOSSL

    /// What a connection is while TLS is being agreed on, told by ``TLSHandshake``.
    extension StreamConnection {
        /// Accepted, and busy with TLS.
        var isShakingHands: Bool { handshaking != nil && wanted == nil }

        /// The channel is active, and TLS is agreed on before anybody is told. False: the connection is not wanted.
        func beginHandshake(on channel: any Channel, _ tls: NIOSSLHandler) -> Bool {
            learnAddresses(of: channel)
            self.tls = tls
            switch state {
            case .arriving(let listener): guard admit(by: listener) != nil else { return false }
            case .connecting: break
            case .open, .closing, .gone: return false
            }
            handshaking = channel
            // Another connection may have been closed to make room.
            wire.receiver?.endTurn()
            return true
        }

        /// TLS was not agreed on, or its peer is not who it should be.
        func handshakeFailed(_ reason: String) {
            wire.noteHandshake(of: self, failed: reason)
            switch state {
            case .connecting: couldNotOpen(reason)
            case .arriving: leaveHandshake()
            case .open, .closing, .gone: break
            }
        }

        func leaveHandshake() {
            state = .gone
            let channel = handshaking
            handshaking = nil
            wire.remove(self)
            if let channel { cut(channel) }
        }

        /// Closes past the handler of TLS, which would wait for the peer to agree.
        func cut(_ channel: any Channel) {
            guard let tls, let context = try? channel.pipeline.syncOperations.context(handler: tls) else {
                return channel.close(mode: .all, promise: nil)
            }
            context.close(mode: .all, promise: nil)
        }
    }
#endif
