import E911Values
import Locations

/// `locations`: the places, a row each; their ELINs are another table.
enum LocationTable: TableLayout {
    static let table = SiteTable.locations
    static var section: SiteProblem.Section? { .locations }

    private static let elements = CivicElement.allCases
    private static let first = 5

    static let columns: [TableColumn] =
        [
            TableColumn("id", isRequired: true), TableColumn("name"), TableColumn("parent"), .boolean("pool"),
            TableColumn("security-desk"),
        ] + elements.map { TableColumn($0.rawValue) }

    static func name(of cells: [String]) -> Result<String, CellFault> {
        cells[0].isEmpty
            ? .failure(CellFault(column: "id", reason: "is empty", remedy: "each location needs its own id"))
            : .success(cells[0])
    }

    static func entries(of site: SiteConfiguration) -> [LocationConfiguration] { site.locations }

    static func cells(of location: LocationConfiguration) -> [String] {
        var values: [CivicElement: String] = [:]
        for field in location.address {
            if let element = CivicElement(name: field.name) { values[element] = field.value }
        }
        return [
            location.id, location.name, location.parent ?? "", location.usesPool ? "true" : "",
            location.securityDesk ?? "",
        ] + elements.map { values[$0] ?? "" }
    }

    static func entry(of cells: [String], was old: LocationConfiguration?) -> LocationConfiguration? {
        var location = old ?? LocationConfiguration(id: cells[0], name: "")
        location.name = cells[1]
        location.parent = cells[2].isEmpty ? nil : cells[2]
        location.usesPool = cells[3] == "true"
        location.securityDesk = cells[4].isEmpty ? nil : cells[4]
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
        let key = path.rest.hasPrefix("address.") ? path.rest.dropFirst("address.".count) : path.rest
        return (site.locations[path.index].id, column(String(key)).map { columns[$0].name })
    }
}
