internal import E911Values

/// A stream connection as the engine sees it.
struct Connection: Sendable {
    let hop: NextHop
    /// Known once it stands.
    var local: Endpoint?
    /// Whose certificate the peer of an accepted connection has shown.
    var peer: CertificateIdentities?
    /// Where the peer listens, if requests of ours may go by this connection.
    var alias: Endpoint?
    var isOpen: Bool
    /// What waits for the opening.
    var queue: [Queued] = []
    var queuedOctets = 0
    /// When it was made.
    var madeAt: MonotonicTime
    /// When octets came last.
    var heardAt: MonotonicTime?
    /// When the next ping is due; `nil` on a connection that the peer made.
    var pingAt: MonotonicTime?
    /// When the ping went out whose pong may still come.
    var pingedAt: MonotonicTime?
    /// Whether the peer has answered a ping.
    var answersPings = false
    /// When the message began that is not whole yet.
    var messageBegunAt: MonotonicTime?
    var framer: StreamFramer

    var kind: SIPTransportKind { hop.kind }
    var remote: Endpoint { hop.endpoint }

    // In single steps, since each look into the table of connections moves all of this out and in.

    /// Octets have come. They may be the pong that is awaited.
    mutating func hear(_ bytes: Span<UInt8>, _ now: MonotonicTime) {
        framer.append(bytes)
        heardAt = now
        guard pingedAt != nil, framer.takePong() else { return }
        pingedAt = nil
        answersPings = true
    }

    /// What they hold next.
    mutating func nextFrame() -> Frame? {
        let frame = framer.next()
        switch frame {
        case .message, .unusable: messageBegunAt = nil
        case .keepAlive, .malformed, .lost, nil: break
        }
        return frame
    }

    /// All whole messages are taken: what is left is the beginning of the next one.
    mutating func noteProgress(_ now: MonotonicTime) {
        if !framer.isInsideMessage {
            messageBegunAt = nil
        } else if messageBegunAt == nil {
            messageBegunAt = now
        }
    }
}

/// A message that waits for a connection.
struct Queued: Sendable {
    let bytes: [UInt8]
    /// Its name in the counters.
    let name: String
    let owner: Owner
}
