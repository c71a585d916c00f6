public import Locations

/// Rows of evidence that are taken over together, or not at all.
public struct EvidenceBatch: Equatable, Sendable, Codable {
    public var rows: [EvidenceSighting]
    /// Whether what is known of other devices goes: the batch is the whole network.
    public var replaces: Bool
    /// Where the rows come from, for people: `import evidence.csv`.
    public var source: String
    /// Who gives them.
    public var by: String
    /// Judge the batch and count what would change, and change nothing.
    public var isDryRun: Bool

    public init(
        rows: [EvidenceSighting], replaces: Bool = false, source: String, by: String, isDryRun: Bool = false
    ) {
        self.rows = rows
        self.replaces = replaces
        self.source = source
        self.by = by
        self.isDryRun = isDryRun
    }
}

/// What a batch of evidence changed, or would.
public struct EvidenceReport: Equatable, Sendable, Codable {
    /// Sightings of devices that none was known of.
    public var added = 0
    /// Later ones, instead of those known before.
    public var changed = 0
    public var unchanged = 0
    /// Rows that were left out, since a later sighting is known.
    public var older = 0
    /// Sightings that are gone, since the batch replaces all.
    public var removed = 0
    public var isDryRun = false

    public init() {}
}

/// A sighting as a row of the store.
public struct EvidenceRow: Equatable, Sendable {
    /// ``EvidenceSighting/key``.
    public var key: String
    public var sighting: EvidenceSighting

    public init(_ sighting: EvidenceSighting) {
        key = sighting.key
        self.sighting = sighting
    }
}
