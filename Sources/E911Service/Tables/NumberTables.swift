import E911Values

/// `elins`: the numbers of fixed locations, a row each, in the order in which a location has them.
enum ELINTable: TableLayout {
    struct Entry: Sendable {
        var elin: TelephoneNumber
        var location: String
    }

    static let table = SiteTable.elins

    static let columns: [TableColumn] = [
        .of("elin", isRequired: true, "a telephone number", "+13125550101") { TelephoneNumber($0)?.description },
        TableColumn("location", isRequired: true),
    ]

    static func name(of cells: [String]) -> Result<String, CellFault> {
        cells[0].isEmpty
            ? .failure(CellFault(column: "elin", reason: "is empty", remedy: "a telephone number"))
            : .success(cells[0])
    }

    static func fault(of cells: [String], in site: TableContext) -> CellFault? {
        site.unknown(location: cells[1], column: "location")
    }

    static func entries(of site: SiteConfiguration) -> [Entry] {
        site.locations.flatMap { location in location.elins.map { Entry(elin: $0, location: location.id) } }
    }

    static func cells(of entry: Entry) -> [String] { [entry.elin.description, entry.location] }

    static func entry(of cells: [String], was old: Entry?) -> Entry? {
        TelephoneNumber(cells[0]).map { Entry(elin: $0, location: cells[1]) }
    }

    static func put(_ entries: [Entry], into site: inout SiteConfiguration) {
        var elins: [String: [TelephoneNumber]] = [:]
        for entry in entries { elins[entry.location, default: []].append(entry.elin) }
        for index in site.locations.indices { site.locations[index].elins = elins[site.locations[index].id] ?? [] }
    }

    static func subject(of path: SitePath, in site: SiteConfiguration) -> (name: String, column: String?)? {
        guard path.section == "locations", site.locations.indices.contains(path.index) else { return nil }
        let location = site.locations[path.index]
        if path.rest == "pool" { return location.elins.first.map { ($0.description, "location") } }
        guard let position = SitePath(String(path.rest)), position.section == "elins",
            location.elins.indices.contains(position.index)
        else { return nil }
        return (location.elins[position.index].description, "elin")
    }
}

/// `pools`: numbers that are bound to places as devices come there, a pool each.
enum PoolTable: TableLayout {
    static let table = SiteTable.pools
    static var section: SiteProblem.Section? { .pools }

    static let columns: [TableColumn] = [
        TableColumn("name", isRequired: true),
        .list(
            "numbers", isRequired: true, "a telephone number or a range of them",
            "+13125550110; +13125550120-+13125550139"
        ) { ClosedNumberRange($0)?.description },
        .choice("ali", ELINPoolConfiguration.Publication.self),
    ]

    static func name(of cells: [String]) -> Result<String, CellFault> {
        cells[0].isEmpty
            ? .failure(CellFault(column: "name", reason: "is empty", remedy: "each pool needs its own name"))
            : .success(cells[0])
    }

    static func entries(of site: SiteConfiguration) -> [ELINPoolConfiguration] { site.pools }

    static func cells(of pool: ELINPoolConfiguration) -> [String] {
        [pool.name, pool.numbers.map(\.description).joined(separator: "; "), pool.ali.rawValue]
    }

    static func fault(of cells: [String], in site: TableContext) -> CellFault? {
        cells[2].isEmpty
            ? CellFault(
                column: "ali", reason: "is empty",
                remedy: "one of \(ELINPoolConfiguration.Publication.allCases.map(\.rawValue).joined(separator: ", "))")
            : nil
    }

    static func entry(of cells: [String], was old: ELINPoolConfiguration?) -> ELINPoolConfiguration? {
        guard let ali = ELINPoolConfiguration.Publication(rawValue: cells[2]) else { return nil }
        let ranges = cells[1].split(separator: ";").map { ClosedNumberRange(TableColumn.trimmed($0)) }
        guard !ranges.contains(where: { $0 == nil }) else { return nil }
        var pool = old ?? ELINPoolConfiguration(name: cells[0], numbers: [], ali: ali)
        pool.numbers = ranges.compactMap(\.self)
        pool.ali = ali
        return pool
    }

    static func put(_ entries: [ELINPoolConfiguration], into site: inout SiteConfiguration) { site.pools = entries }

    static func subject(of path: SitePath, in site: SiteConfiguration) -> (name: String, column: String?)? {
        guard path.section == "elin-pools", site.pools.indices.contains(path.index) else { return nil }
        let key = path.rest.prefix { $0 != "[" && $0 != "." }
        return (site.pools[path.index].name, column(String(key)).map { columns[$0].name })
    }
}
