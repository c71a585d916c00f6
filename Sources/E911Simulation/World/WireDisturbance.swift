public import E911Values

/// Something that befalls messages for a while, beside what ``WireConditions`` say of a wire.
public struct WireDisturbance: Equatable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A datagram never arrives; a segment is sent again by its stream, which takes time.
        case loss
        /// A datagram arrives twice.
        case duplication
        /// One is held back for a while, so that others overtake it; nothing overtakes on a stream.
        case reordering
        /// The same, for everything.
        case delay
        /// The wire is cut (``World/partition(_:from:)``).
        case partition
    }

    public var kind: Kind
    /// Whose messages, those to it and those from it.
    public var host: HostID
    /// Of a message to be struck, 0 to 1.
    public var probability: Double
    /// How long it is held back.
    public var delay: ClosedRange<Duration> = .zero ... .zero
    public var until: MonotonicTime

    public init(
        _ kind: Kind, of host: Host, probability: Double = 1, delay: ClosedRange<Duration> = .zero ... .zero,
        until: MonotonicTime
    ) {
        self.kind = kind
        self.host = host.id
        self.probability = probability
        self.delay = delay
        self.until = until
    }
}

extension World {
    /// Lets something befall messages from now on.
    public func disturb(_ disturbance: WireDisturbance) {
        disturbances.removeAll { $0.until <= now.monotonic }
        disturbances.append(disturbance)
    }

    /// What the disturbances do to one message.
    struct Fate {
        var isLost = false
        var copies = 1
        var delay: Duration = .zero
    }

    func fate(of octets: [UInt8], from: HostID, to: HostID) -> Fate {
        var fate = Fate()
        guard !disturbances.isEmpty else { return fate }
        for disturbance in disturbances
        where disturbance.until > now.monotonic && (disturbance.host == from || disturbance.host == to) {
            guard generator.chance(disturbance.probability) else { continue }
            switch disturbance.kind {
            case .loss: fate.isLost = true
            case .duplication: fate.copies += 1
            case .reordering, .delay: fate.delay += generator.duration(in: disturbance.delay)
            case .partition: continue
            }
            onStrike?(disturbance.kind, octets)
        }
        return fate
    }
}
