#if Daemon
    public import E911Service

    /// What the console asks of the house it belongs to. The wiring of the program gives it; a test gives its own.
    public struct ConsoleHouse: Sendable {
        public var version: String
        /// A question to the node.
        public var ask: @Sendable (NodeQuery) async -> NodeAnswer
        /// The node's state with what the transport counts.
        public var status: @Sendable () async -> NodeStatus?
        public var drain: @Sendable (Bool) -> Void
        /// What the store remembers.
        public var archive: any CallArchive
        public var site: SiteForms
        /// Where the node listens: no call server may be there.
        public var listeners: @Sendable () -> [NodeConfiguration.Listener]
        /// Problems that only the running program sees: certificates that end, for one.
        public var findings: @Sendable () async -> [LintFinding]
        /// The folder of the floor plans.
        public var floorPlans: String
        /// For the log.
        public var note: @Sendable (Note) -> Void
        /// The wall clock, in milliseconds since 1970.
        public var clock: @Sendable () -> Int64

        public init(
            version: String, ask: @escaping @Sendable (NodeQuery) async -> NodeAnswer,
            status: @escaping @Sendable () async -> NodeStatus?, drain: @escaping @Sendable (Bool) -> Void,
            archive: any CallArchive, site: SiteForms,
            listeners: @escaping @Sendable () -> [NodeConfiguration.Listener],
            findings: @escaping @Sendable () async -> [LintFinding], floorPlans: String,
            note: @escaping @Sendable (Note) -> Void, clock: @escaping @Sendable () -> Int64
        ) {
            self.version = version
            self.ask = ask
            self.status = status
            self.drain = drain
            self.archive = archive
            self.site = site
            self.listeners = listeners
            self.findings = findings
            self.floorPlans = floorPlans
            self.note = note
            self.clock = clock
        }
    }

    /// How a site is written and read.
    public struct SiteForms: Sendable {
        /// What was read.
        public struct Reading: Sendable {
            /// `nil` if there is an error.
            public var site: SiteConfiguration?
            public var problems: [LintFinding]

            public init(site: SiteConfiguration?, problems: [LintFinding]) {
                self.site = site
                self.problems = problems
            }
        }

        /// With the names of `site.yaml`, locations not nested.
        public var json: @Sendable (SiteConfiguration) -> [UInt8]
        public var yaml: @Sendable (SiteConfiguration) -> [UInt8]
        /// Reads either, and checks whether the site holds together.
        public var read: @Sendable ([UInt8]) -> Reading
        public var changes: @Sendable (SiteConfiguration?, SiteConfiguration) -> [SiteChange]

        public init(
            json: @escaping @Sendable (SiteConfiguration) -> [UInt8],
            yaml: @escaping @Sendable (SiteConfiguration) -> [UInt8],
            read: @escaping @Sendable ([UInt8]) -> Reading,
            changes: @escaping @Sendable (SiteConfiguration?, SiteConfiguration) -> [SiteChange]
        ) {
            self.json = json
            self.yaml = yaml
            self.read = read
            self.changes = changes
        }
    }

    /// Something about the configuration that hardly is what was meant.
    public struct LintFinding: Equatable, Sendable, Codable {
        public enum Severity: String, Sendable, Codable, CaseIterable {
            case error, warning
        }

        public var severity: Severity
        /// In the names of `site.yaml` or `e911d.yaml`.
        public var path: String
        public var reason: String
        public var remedy: String

        public init(_ severity: Severity, _ path: String, _ reason: String, remedy: String) {
            self.severity = severity
            self.path = path
            self.reason = reason
            self.remedy = remedy
        }

        public init(_ problem: SiteProblem) {
            self.init(
                problem.severity == .error ? .error : .warning, problem.path, problem.reason, remedy: problem.remedy)
        }
    }
#endif
