/// Reads a table and works out what the site becomes by it. Nothing here changes a site.
///
/// Rows are known by what names them: an id, a number, the condition of a rule. A row of the file that the site has not
/// is added; of one that it has, the columns of the file are taken over, and those that the file has not stay. Rows of
/// the site that the file has not stay too, unless the file replaces the table. An empty cell says that there is none.
///
/// Whatever is wrong, the rest is still looked at, so that all of it is told at once; and nothing is taken over.
public final class TableImport {
    /// How much is read and told.
    public struct Limits: Sendable {
        public var csv = CSVLimits()
        /// Most problems that are told; more are counted.
        public var problems = 1000

        public init() {}
    }

    /// What becomes of the site.
    public struct Outcome: Sendable {
        /// `nil` exactly when there is an error.
        public var site: SiteConfiguration?
        /// What differs, in the order of the file; what goes is last, in the order of the site.
        public var changes: [SiteChange] = []
        /// Rows of the table that stay as they are.
        public var unchanged = 0
        /// In the order of the rows, at most ``Limits/problems``.
        public var problems: [TableProblem] = []
        /// Problems that are not in ``problems``.
        public var problemsLeftOff = 0

        public func count(_ kind: SiteChange.Kind) -> Int { changes.count { $0.kind == kind } }
    }

    private let run: any ImportRun

    /// - Parameters:
    ///   - site: what answers at present.
    ///   - replacing: whether rows that the file has not go.
    ///   - listeners: our own; no call server may be one of them.
    public init(
        _ table: SiteTable, into site: SiteConfiguration, replacing: Bool,
        listeners: [NodeConfiguration.Listener] = [], limits: Limits = Limits()
    ) {
        run = Self.run(
            table.layout,
            ImportTask(site: site, isReplacing: replacing, listeners: listeners, limits: limits))
    }

    /// Reads on. Behind what is no CSV nothing more is read.
    public func read(_ piece: Span<UInt8>) { run.read(piece) }

    /// The file has ended.
    public func finish() -> Outcome { run.finish() }

    private static func run<Layout: TableLayout>(_ layout: Layout.Type, _ task: ImportTask) -> any ImportRun {
        LayoutImport<Layout>(task)
    }
}

/// What an import was asked for.
struct ImportTask {
    var site: SiteConfiguration
    var isReplacing: Bool
    var listeners: [NodeConfiguration.Listener]
    var limits: TableImport.Limits
}

/// An import of one table.
protocol ImportRun: AnyObject {
    func read(_ piece: Span<UInt8>)
    func finish() -> TableImport.Outcome
}
