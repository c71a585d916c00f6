import E911Values
import ELINEngine

/// A site made ready for answering: what takes time, checking it and building its tables, is done before a node takes it
/// over (``NodeQuery/adopt(_:_:)``), on whatever thread that is.
public struct PreparedSite: Sendable {
    let model: SiteModel
    let elins: ELINTables

    /// Why a site is not taken over.
    public struct Refusal: Error, Equatable, Sendable {
        /// A line each.
        public var problems: [String]
    }

    /// The site as it was given.
    public var configuration: SiteConfiguration { model.configuration }

    /// Checks a site and makes it ready.
    ///
    /// - Parameter listeners: our own; a call server must not be one of them.
    public static func prepare(
        _ site: SiteConfiguration, listeners: [NodeConfiguration.Listener]
    ) -> Result<PreparedSite, Refusal> {
        let errors = SiteCheck.problems(of: site, listeners: listeners).filter { $0.severity == .error }
        guard errors.isEmpty, let prepared = PreparedSite(site) else {
            return .failure(Refusal(problems: errors.map(\.description)))
        }
        return .success(prepared)
    }

    /// Makes ready what can be used of a site; `nil` when it has no call server.
    public init?(_ site: SiteConfiguration) {
        guard let model = SiteModel(site) else { return nil }
        self.model = model
        elins = ELINTables(model.elins)
    }
}

extension PreparedSite: Equatable {
    public static func == (a: PreparedSite, b: PreparedSite) -> Bool {
        // All else follows from it.
        a.configuration == b.configuration
    }
}

/// Who changes a site, and on which terms.
public struct SiteEdit: Equatable, Sendable {
    public var by: String
    /// For the audit: `apply`, `import`…
    public var action: String
    /// For the audit; the site's name if it is empty.
    public var detail: String
    /// The counter of the site that the change was made from (``NodeAnswer/site(_:counter:)``): refused if another one
    /// answers by now. `nil` for whatever answers.
    public var expected: UInt64?
    /// Whether a site that a file declared may become one that is edited here.
    public var takesOver: Bool
    /// For the audit: where it was asked from (``AuditRecord/source``).
    public var source: String
    /// For the audit: what was before and after (``AuditRecord/changes``).
    public var changes: String

    public init(
        by: String, action: String, detail: String = "", expected: UInt64? = nil, takesOver: Bool = false,
        source: String = "", changes: String = ""
    ) {
        self.source = source
        self.changes = changes
        self.by = by
        self.action = action
        self.detail = detail
        self.expected = expected
        self.takesOver = takesOver
    }

    /// What is said of a change to a site that belongs to a file (contract section 8).
    public static let declaredElsewhere =
        "the site is declared by a file, so it is changed there and applied: e911d apply site.yaml"
}
