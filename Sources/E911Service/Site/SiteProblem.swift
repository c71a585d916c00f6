/// Something about a site that does not hold together, and what would.
public struct SiteProblem: Equatable, Sendable, CustomStringConvertible {
    public enum Severity: UInt8, Sendable {
        /// The site is refused; nothing changes.
        case error
        /// The site is taken, but hardly does what was meant.
        case warning
    }

    /// A list of the site whose entries are named in other places.
    public enum Section: String, Sendable, CaseIterable {
        case callServers = "call-servers"
        case pools = "elin-pools"
        case locations, recipients
    }

    public var severity: Severity
    /// Where it is, in the names of `site.yaml` with indexes from 0: `call-servers[0].username`. Locations count in
    /// the order of ``SiteConfiguration/locations``, nested or not.
    public var path: String
    /// What is wrong.
    public var reason: String
    /// What would be right.
    public var remedy: String
    /// The list in which a name was looked for in vain: a caller that knows this list to be incomplete (an entry of it
    /// could not be read) leaves the problem out.
    public var missingFrom: Section?

    public init(
        _ path: String, _ reason: String, remedy: String, severity: Severity = .error, missingFrom: Section? = nil
    ) {
        self.severity = severity
        self.path = path
        self.reason = reason
        self.remedy = remedy
        self.missingFrom = missingFrom
    }

    /// `PATH: REASON (REMEDY)`, a warning marked as one.
    public var description: String {
        "\(severity == .warning ? "warning: " : "")\(path): \(reason) (\(remedy))"
    }
}
