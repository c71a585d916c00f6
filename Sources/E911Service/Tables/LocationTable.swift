import E911Values
import Locations

/// `locations`: the places, a row each; their ELINs are another table.
enum LocationTable: TableLayout {
    static let table = SiteTable.locations
    static var section: SiteProblem.Section? { .locations }

    private static let elements = CivicElement.allCases
    /// Where the elements of the address begin.
    private static let first = 10

    static let columns: [TableColumn] =
        [
            TableColumn("id", isRequired: true), TableColumn("name"), TableColumn("parent"), .boolean("pool"),
            TableColumn("security-desk"), .list("contacts", "a name", "security") { $0 },
            .choice("validation", Validation.State.self), TableColumn("validated-by"),
            .of("validated-at", "a time", "2026-11-24 or 2026-11-24T16:03:34Z") { WallTime($0)?.description },
            .boolean("off-premises"),
        ] + elements.map { TableColumn($0.rawValue) }

    static func name(of cells: [String]) -> Result<String, CellFault> {
        cells[0].isEmpty
            ? .failure(CellFault(column: "id", reason: "is empty", remedy: "each location needs its own id"))
            : .success(cells[0])
    }

    static func fault(of cells: [String], in site: TableContext) -> CellFault? {
        guard cells[6].isEmpty, !cells[7].isEmpty || !cells[8].isEmpty else { return nil }
        return CellFault(
            column: "validation", reason: "is empty, but somebody judged the address",
            remedy: "one of \(Validation.State.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    static func entries(of site: SiteConfiguration) -> [LocationConfiguration] { site.locations }

    static func cells(of location: LocationConfiguration) -> [String] {
        var values: [CivicElement: String] = [:]
        for field in location.address {
            if let element = CivicElement(name: field.name) { values[element] = field.value }
        }
        return [
            location.id, location.name, location.parent ?? "", location.usesPool ? "true" : "",
            location.securityDesk ?? "", location.contacts.joined(separator: "; "),
            location.validation?.state.rawValue ?? "", location.validation?.who ?? "",
            location.validation?.when?.description ?? "", location.isOffPremises ? "true" : "",
        ] + elements.map { values[$0] ?? "" }
    }

    static func entry(of cells: [String], was old: LocationConfiguration?) -> LocationConfiguration? {
        var location = old ?? LocationConfiguration(id: cells[0], name: "")
        location.name = cells[1]
        location.parent = cells[2].isEmpty ? nil : cells[2]
        location.usesPool = cells[3] == "true"
        location.securityDesk = cells[4].isEmpty ? nil : cells[4]
        location.contacts = cells[5].split(separator: ";").map { TableColumn.trimmed($0) }
        location.validation = Validation.State(rawValue: cells[6]).map {
            Validation(state: $0, who: cells[7], when: WallTime(cells[8]))
        }
        location.isOffPremises = cells[9] == "true"
        if old.map({ self.cells(of: $0)[first...].elementsEqual(cells[first...]) }) ?? false { return location }
        location.address = zip(elements, cells[first...]).compactMap { element, value in
            value.isEmpty ? nil : LocationConfiguration.AddressField(name: element.rawValue, value: value)
        }
        return location
    }

    /// Parents before their parts, else in the order given.
    static func put(_ entries: [LocationConfiguration], into site: inout SiteConfiguration) {
        let order = LocationOrder(entries)
        site.locations = order.positions.map { entries[$0] }
    }

    static func faults(among entries: [LocationConfiguration]) -> [(name: String, fault: CellFault)] {
        LocationOrder(entries).ring.map { position in
            let parent = entries[position].parent ?? ""
            return (
                entries[position].id,
                CellFault(
                    column: "parent", reason: "'\(parent)' lies in '\(entries[position].id)' itself",
                    remedy: "the location that it is a part of")
            )
        }
    }

    static func subject(of path: SitePath, in site: SiteConfiguration) -> (name: String, column: String?)? {
        guard path.section == "locations", site.locations.indices.contains(path.index), !path.rest.hasPrefix("elins")
        else { return nil }
        let key =
            switch path.rest {
            case "validation.by": "validated-by"
            case "validation.at": "validated-at"
            case _ where path.rest.hasPrefix("address."): String(path.rest.dropFirst("address.".count))
            default: String(path.rest.prefix { $0 != "[" })
            }
        return (site.locations[path.index].id, column(key).map { columns[$0].name })
    }
}
