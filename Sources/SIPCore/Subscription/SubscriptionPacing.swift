internal import E911Values

/// When a subscription is refreshed and tried again.
///
/// - A refresh comes at 80 % of the granted time, or 30 s before its end if that is earlier, never before half of it; in
///   the scope of one address of record up to a tenth of the time earlier.
/// - A passing failure (408, 5xx, no answer, no transport) is tried again after a random pause of at least 1 s, whose
///   upper bound doubles from 2 s to 60 s: exponential back-off with full jitter.
/// - A refusal is tried again after 60 s, doubling to 15 min: a repaired configuration must not need a restart.
/// - Retry-After and `retry-after` make a pause longer, up to one hour, so that no peer can silence us for good.
package enum SubscriptionPacing {
    package static let longestWish: Duration = .seconds(3600)
    /// The longest Min-Expires that is followed, one week: a refresh is a resync, and must come some day.
    package static let longestExpires: UInt32 = 604_800
    /// 423 is followed so many times in a row.
    package static let mostRaises = 3
    package static let afterRejection: Duration = .seconds(900)
    package static let afterNoResourceOfOneAOR: Duration = .seconds(60)
    /// A subscription that lived so long was a healthy one: when it ends, the next one is made at once.
    package static let healthyAge: Duration = .seconds(60)

    package static func refreshDelay(granted: Duration) -> Duration {
        max(granted / 2, min(granted * 4 / 5, granted - .seconds(30)))
    }

    /// The same for one of many subscriptions at one server, earlier by up to a tenth of the time, so that those that were
    /// begun together are not refreshed together; never before half of it.
    package static func refreshDelay(granted: Duration, jitter: UInt64) -> Duration {
        max(granted / 2, refreshDelay(granted: granted) - granted / 10 * Int(jitter % 1024) / 1024)
    }

    /// - Parameters:
    ///   - failures: how many failures came before this one.
    ///   - jitter: random bits.
    package static func backOff(failures: Int, jitter: UInt64) -> Duration {
        let ceiling: Int64 = failures < 5 ? 2000 << failures : 60_000
        return .milliseconds(1000 + Int64(jitter % UInt64(ceiling - 1000 + 1)))
    }

    /// - Parameter refusals: how many refusals came before this one.
    package static func slowly(refusals: Int) -> Duration {
        refusals < 4 ? .seconds(60 << refusals) : .seconds(900)
    }

    /// What the peer wishes, in seconds, cut to ``longestWish``; 0 without a wish.
    package static func wish(_ seconds: UInt32?) -> Duration {
        min(.seconds(Int64(seconds ?? 0)), longestWish)
    }
}
