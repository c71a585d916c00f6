import E911Values
import ELINEngine
import Locations

extension SiteModel {
    var ali: ALIConfiguration { configuration.ali ?? ALIConfiguration() }

    /// The record of a number that stands for a place. Of a place that is not there any more only the number is said.
    ///
    /// - Parameter day: `YYYY-MM-DD`, in the site's zone.
    func record(of elin: TelephoneNumber, at place: PlaceKey, function: RecordFunction, day: String) -> ALIRecord {
        var record = ALIRecord(elin: elin, function: function)
        let ali = ali
        record.split(elin, area: .npa, number: .callingNumber)
        let main = ali.mainNumber ?? servers[defaultServer].configuration.defaultELIN
        record.split(main, area: .mainNPA, number: .mainNumber)
        record[.customerName] = ali.customerName ?? configuration.name
        record[.classOfService] = ali.classOfService
        record[.typeOfService] = ali.typeOfService
        record[.exchange] = ali.exchange ?? ""
        record[.esn] = ali.esn ?? ""
        record[.countyID] = ali.countyID ?? ""
        record[.companyID] = ali.companyID ?? ""
        record[.sourceID] = ali.sourceID ?? ""
        let digits = Array(day.utf8.filter { $0 != UInt8(ascii: "-") })
        if digits.count == 8 {
            record[.expandedExtractDate] = String(decoding: digits, as: UTF8.self)
            record[.extractDate] = String(decoding: digits[4...] + digits[2..<4], as: UTF8.self)
        }
        record[.locationID] = place.rawValue
        let id = LocationID(place.rawValue)
        if let address = tree.address(of: id) {
            record.set(address, name: tree[id]?.name ?? "")
            record[.place] = text(of: id)
        }
        return record
    }
}

extension ALIRecord {
    fileprivate mutating func split(_ elin: TelephoneNumber, area: ALIField, number: ALIField) {
        guard let ten = elin.tenDigits else { return }
        self[area] = String(ten.prefix(3))
        self[number] = String(ten.suffix(7))
    }

    fileprivate mutating func set(_ address: CivicAddress, name: String) {
        func text(_ elements: CivicElement...) -> String {
            elements.compactMap { address[$0] }.joined(separator: " ")
        }
        self[.houseNumber] = text(.hno)
        self[.houseNumberSuffix] = text(.hns)
        self[.prefixDirectional] = text(.prd)
        self[.streetName] = ([address[.prm], address[.rd] ?? address[.a6], address[.pom]] as [String?])
            .compactMap(\.self).joined(separator: " ")
        self[.streetSuffix] = text(.sts)
        self[.postDirectional] = text(.pod)
        self[.community] = address[.a3] ?? address[.pcn] ?? address[.a4] ?? ""
        self[.state] = text(.a1)
        let postal = text(.pc).split(separator: "-", maxSplits: 1)
        self[.zipCode] = postal.first.map { String($0) } ?? ""
        self[.zipPlus4] = postal.count > 1 ? String(postal[1]) : ""
        let inside = [
            address[.bld], Self.labelled("Floor", address[.flr]), Self.labelled("Unit", address[.unit]),
            Self.labelled("Room", address[.room]), Self.labelled("Seat", address[.seat]), address[.loc],
        ].compactMap(\.self).joined(separator: ", ")
        self[.location] = inside.isEmpty ? name : inside
    }

    /// `2` becomes `Floor 2`; what says already what it is stays.
    private static func labelled(_ label: String, _ value: String?) -> String? {
        guard let value else { return nil }
        let isBare = value.utf8.count <= 6 && !value.utf8.contains(UInt8(ascii: " "))
        return isBare && !value.lowercased().contains(label.lowercased()) ? "\(label) \(value)" : value
    }
}
