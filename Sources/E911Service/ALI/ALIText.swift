/// A record as NENA 02-010 version 2.1 has it.
public enum NENA21 {
    public static let recordOctets = 512

    /// 512 octets, each field at its place, left-aligned, what is left of it blank. A value that is too long is cut: see
    /// ``ALIRecord/problems(in:)``.
    public static func octets(of record: ALIRecord) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(recordOctets)
        for field in ALIField.allCases {
            let value = record[field].utf8.prefix(field.width)
            octets.append(contentsOf: value)
            octets.append(contentsOf: repeatElement(UInt8(ascii: " "), count: field.width - value.count))
        }
        return octets
    }
}

/// What stands behind each record of a file.
public enum ALILineEnd: String, Hashable, Sendable, Codable, CaseIterable {
    case none, lf, crlf

    public var octets: [UInt8] {
        switch self {
        case .none: []
        case .lf: [10]
        case .crlf: [13, 10]
        }
    }
}

/// A column of a CSV export.
public struct ALIColumn: Hashable, Sendable, Codable {
    /// What stands in the first line.
    public var name: String
    public var field: ALIField

    public init(name: String, field: ALIField) {
        self.name = name
        self.field = field
    }

    /// The columns of a site that says none.
    public static let standard = [
        ALIField.functionCode, .number, .houseNumber, .houseNumberSuffix, .prefixDirectional, .streetName,
        .streetSuffix, .postDirectional, .community, .state, .zipCode, .zipPlus4, .location, .customerName,
        .classOfService, .typeOfService, .locationID,
    ].map { ALIColumn(name: $0.rawValue, field: $0) }
}

/// Records as comma-separated values (RFC 4180), lines ended by CR LF.
public enum ALITable {
    public static func text(of records: [ALIRecord], columns: [ALIColumn]) -> String {
        var writer = CSVWriter()
        writer.append(columns.map(\.name))
        for record in records { writer.append(columns.map { record[$0.field] }) }
        return String(decoding: writer.take(), as: UTF8.self)
    }
}
