public import E911Values

/// How a channel has done of late.
public struct ChannelHealth: Equatable, Sendable {
    public var lastSuccess: WallTime?
    public var lastFailure: WallTime?
    /// Why the last one failed; empty if none has.
    public var lastReason = ""
    /// Attempts that have failed since the last success.
    public var consecutiveFailures = 0

    /// So many failures in a row are told as an alarm.
    public static let alarmAt = 3

    public init() {}

    public var isFailing: Bool { consecutiveFailures >= Self.alarmAt }
}

/// What a channel has to do, and how it has done of late.
public struct ChannelState: Equatable, Sendable {
    public var kind: AlertChannelKind
    public var inFlight: Int
    /// Deliveries that wait for their turn or their next attempt.
    public var waiting: Int
    public var health: ChannelHealth
}

extension AlertDesk {
    /// Each channel, in the order of `AlertChannelKind.allCases`.
    public var channels: [ChannelState] {
        AlertChannelKind.allCases.map { kind in
            let queue = queues[kind.index]
            return ChannelState(
                kind: kind, inFlight: queue.inFlight, waiting: queue.owed - queue.inFlight, health: queue.health)
        }
    }

    /// What came of an attempt that was not the desk's own; it counts for the channel all the same.
    public mutating func observe(_ result: DeliveryResult, on channel: AlertChannelKind, now: Now) -> [AlertEffect] {
        var effects: [AlertEffect] = []
        observe(result, on: channel, at: now.wall, into: &effects)
        return effects
    }

    mutating func observe(
        _ result: DeliveryResult, on channel: AlertChannelKind, at time: WallTime, into effects: inout [AlertEffect]
    ) {
        var health = queues[channel.index].health
        switch result {
        case .delivered:
            if health.isFailing { effects.append(.event(.channelRecovered(channel))) }
            health.lastSuccess = time
            health.consecutiveFailures = 0
        case .temporary(let reason), .permanent(let reason):
            health.lastFailure = time
            health.lastReason = reason.plainLine()
            health.consecutiveFailures += 1
            if health.consecutiveFailures == ChannelHealth.alarmAt {
                effects.append(
                    .event(.channelFailing(channel, failures: health.consecutiveFailures, reason: health.lastReason)))
            }
        }
        queues[channel.index].health = health
    }
}
