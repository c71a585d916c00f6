/// A part of the site that an administrator keeps as a table: exported as CSV, imported as CSV.
public enum SiteTable: String, Sendable, CaseIterable {
    /// The places with their addresses.
    case locations
    /// Places of access points, switch ports and address prefixes.
    case rules
    /// Places of single devices, which go before all rules.
    case overrides
    /// The numbers of places.
    case elins
    /// Numbers that are bound to places as devices come there.
    case pools

    /// The names of its columns, in the order of an export.
    public var columns: [String] { layout.columns.map(\.name) }

    /// Those without which a file is refused.
    public var requiredColumns: [String] { layout.columns.filter(\.isRequired).map(\.name) }

    /// Writes the table of a site, the header first, in pieces of some 64 kB.
    public func export(_ site: SiteConfiguration, _ write: ([UInt8]) -> Void) {
        Self.export(layout, site, write)
    }

    /// How the table lies in a site.
    var layout: any TableLayout.Type {
        switch self {
        case .locations: LocationTable.self
        case .rules: RuleTable.self
        case .overrides: OverrideTable.self
        case .elins: ELINTable.self
        case .pools: PoolTable.self
        }
    }

    private static func export<Layout: TableLayout>(
        _ layout: Layout.Type, _ site: SiteConfiguration, _ write: ([UInt8]) -> Void
    ) {
        var writer = CSVWriter()
        writer.append(Layout.columns.map(\.name))
        let rows = TableRows<Layout>(site)
        for (index, row) in rows.list.enumerated() {
            writer.append(row.cells)
            if index % 1024 == 1023 { write(writer.take()) }
        }
        write(writer.take())
    }
}

/// The rows that a site has of a table.
struct TableRows<Layout: TableLayout> {
    struct Row {
        var name: String
        var cells: [String]
        var entry: Layout.Entry
    }

    /// In the order of the site; of two of one name the first.
    private(set) var list: [Row] = []
    /// Where the row of a name stands.
    private(set) var position: [String: Int] = [:]

    init(_ site: SiteConfiguration) {
        for entry in Layout.entries(of: site) {
            let cells = Layout.cells(of: entry)
            guard case .success(let name) = Layout.name(of: cells), position[name] == nil else { continue }
            position[name] = list.count
            list.append(Row(name: name, cells: cells, entry: entry))
        }
    }
}
