/// How a table lies in a site: which entries it shows, a row each, and what its cells say of them.
///
/// A row is known by its name, which some of its columns make up. Cells are in one spelling (``TableColumn/read``), so
/// that rows are compared by their cells.
protocol TableLayout: Sendable {
    associatedtype Entry: Sendable

    static var table: SiteTable { get }
    static var columns: [TableColumn] { get }
    /// The list of the site that its rows are, if other places refer to them by name.
    static var section: SiteProblem.Section? { get }

    /// What the row is known by, or why it is known by nothing.
    static func name(of cells: [String]) -> Result<String, CellFault>
    /// What is wrong with a row that is well spelt, and that the check of the site does not see.
    static func fault(of cells: [String], in site: TableContext) -> CellFault?
    /// The same, for entries that do not go together; with the names of their rows.
    static func faults(among entries: [Entry]) -> [(name: String, fault: CellFault)]

    static func entries(of site: SiteConfiguration) -> [Entry]
    static func cells(of entry: Entry) -> [String]
    /// The entry of a row; `nil` only for cells that are not in their spelling.
    static func entry(of cells: [String], was old: Entry?) -> Entry?
    /// Puts entries in the place of those that the site has.
    static func put(_ entries: [Entry], into site: inout SiteConfiguration)

    /// The row, and the column, that a problem of the site's check is about; `nil` if it is another table's.
    static func subject(of path: SitePath, in site: SiteConfiguration) -> (name: String, column: String?)?
}

extension TableLayout {
    static var section: SiteProblem.Section? { nil }
    static func fault(of cells: [String], in site: TableContext) -> CellFault? { nil }
    static func faults(among entries: [Entry]) -> [(name: String, fault: CellFault)] { [] }

    static func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
}

/// What is wrong with a row, and in which column.
struct CellFault: Error {
    var column: String?
    var reason: String
    var remedy: String
}

/// What the rows of a table may refer to in the rest of the site.
struct TableContext {
    private let list: [String]
    private let set: Set<String>

    init(_ site: SiteConfiguration) {
        list = site.locations.map(\.id)
        set = Set(list)
    }

    /// Why a location cannot be referred to.
    func unknown(location id: String, column: String) -> CellFault? {
        set.contains(id)
            ? nil
            : CellFault(
                column: column, reason: "there is no location '\(id)'", remedy: NearestName.advice(id, among: list))
    }
}

/// A path of ``SiteProblem`` taken apart: `rules[12].device.mac` is the section `rules`, the index 12 and `device.mac`.
struct SitePath {
    let section: Substring
    let index: Int
    let rest: Substring

    /// `nil` for a path without an index.
    init?(_ path: String) {
        guard let open = path.firstIndex(of: "["), let close = path[open...].firstIndex(of: "]"),
            let index = Int(path[path.index(after: open)..<close])
        else { return nil }
        section = path[..<open]
        self.index = index
        rest = path[path.index(after: close)...].drop { $0 == "." }
    }
}
