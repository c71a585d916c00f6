/// The bounds within which answers of DNS are believed and kept.
public struct ResolutionLimits: Equatable, Sendable {
    /// Records of one answer; of more, those of the best priority are kept.
    public var recordsPerAnswer = 32
    /// Next hops of one target.
    public var hops = 64
    /// Answers in the cache. Above it the one that was used longest ago goes.
    public var answers = 1024
    /// Hops that are remembered as failed.
    public var failedHops = 256
    /// Records are asked for again after their time to live, but never sooner nor later than this.
    public var timeToLive: ClosedRange<Duration> = .seconds(5) ... .seconds(86_400)
    /// How long an answer "there is none" holds at most.
    public var absence: Duration = .seconds(60)
    /// After a failure, how long until the same question is asked again.
    public var retry: Duration = .seconds(30)
    /// A question that is not answered within this time has failed.
    public var questionTimeout: Duration = .seconds(10)
    /// How long a hop that failed is passed over: the first of these, doubling with each failure to the second.
    public var passOver: ClosedRange<Duration> = .seconds(60) ... .seconds(600)

    public init() {}

    public static let `default` = ResolutionLimits()
}
