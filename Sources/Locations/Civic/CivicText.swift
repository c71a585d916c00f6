/// A civic address as people read and say it.
extension CivicAddress {
    /// The whole address on one line, from the seat to the country:
    /// `Floor 2, East wing, 100 W Main St, Chicago IL 60601`. `US` is left out.
    public var text: String {
        let inside = [self[.nam], self[.seat].map { Self.labelled("Seat", $0) }]
        let parts = inside + details.map(\.text).map(Optional.some) + [self[.loc], self[.lmk], street, city, abroad]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// House number and street: `100 W Main St`, or `Hauptstr. 5` where the number stands last.
    public var street: String? {
        let number = Self.joined([self[.hno], self[.hns]])
        let road = Self.joined([
            self[.prm], self[.prd], self[.rd] ?? self[.a6], self[.sts], self[.pod], self[.pom], self[.rdsec],
            self[.rdbr], self[.rdsubbr],
        ])
        return Self.joined(numberStandsFirst ? [number, road] : [road, number])
            ?? self[.pobox].map { "PO Box \($0)" }
    }

    /// City, state and postal code: `Chicago IL 60601`, or `10115 Berlin`.
    public var city: String? {
        let city = self[.a3] ?? self[.pcn] ?? self[.a4] ?? self[.a2]
        return Self.joined(numberStandsFirst ? [city, self[.a1], self[.pc]] : [self[.pc], city])
    }

    /// The country, unless it is the one that everybody takes for granted.
    var abroad: String? {
        guard let country = self[.country], country.uppercased() != "US" else { return nil }
        return country.uppercased()
    }

    /// What finds the way inside of a house, the outermost last, each with the bare value beside its text.
    var details: [(value: String, text: String)] {
        let labels: [(CivicElement, String)] = [(.room, "Room"), (.unit, "Unit"), (.flr, "Floor"), (.bld, "")]
        return labels.compactMap { element, label in
            self[element].map { ($0, label.isEmpty ? $0 : Self.labelled(label, $0)) }
        }
    }

    /// The English-speaking countries and France write the number before the street.
    private var numberStandsFirst: Bool {
        guard let country = self[.country]?.uppercased() else { return true }
        return ["US", "CA", "GB", "IE", "AU", "NZ", "FR", "PR", "VI", "GU", "AS", "MP"].contains(country)
    }

    /// `2` becomes `Floor 2`; what says already what it is (`Ground floor`, `Suite 300`) stays.
    private static func labelled(_ label: String, _ value: String) -> String {
        let isBare = value.utf8.allSatisfy { $0 != UInt8(ascii: " ") } && value.utf8.count <= 6
        return isBare && !value.lowercased().contains(label.lowercased()) ? "\(label) \(value)" : value
    }

    private static func joined(_ parts: [String?]) -> String? {
        let present = parts.compactMap { $0 }
        return present.isEmpty ? nil : present.joined(separator: " ")
    }
}
