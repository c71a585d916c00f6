/// How the members of a call server are watched, and when another one becomes the source of events (contract section 7).
public struct ClusterChoices: Equatable, Sendable, Codable {
    /// Seconds between two OPTIONS to a member; 0 sends none. A call server of one member is sent none.
    public var check: Double = 10
    /// OPTIONS in a row that have no answer, and the member has failed.
    public var misses: Int = 3
    /// Seconds for which a member that had failed must be well before it may become the source of events.
    public var holdDown: Double = 30
    /// Whether a member that is named earlier becomes the source again when it is well.
    public var switchBack: Bool = false

    public init() {}
}
