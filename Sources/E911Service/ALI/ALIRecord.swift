public import E911Values
public import ELINEngine

/// What the ALI side is told of one number: the place that it stands for, field by field.
public struct ALIRecord: Equatable, Sendable {
    public let elin: TelephoneNumber
    public private(set) var function: RecordFunction
    private var values: [String]

    public init(elin: TelephoneNumber, function: RecordFunction) {
        self.elin = elin
        self.function = function
        values = Array(repeating: "", count: ALIField.allCases.count)
        self[.functionCode] = function.rawValue
        self[.number] = elin.description
        self[.endOfRecord] = "*"
    }

    /// The text of a field; empty when there is none.
    public subscript(field: ALIField) -> String {
        get { values[field.index] }
        set { values[field.index] = newValue }
    }

    mutating func setFunction(_ function: RecordFunction) {
        self.function = function
        self[.functionCode] = function.rawValue
    }

    /// A hash (FNV-1a, 64 bits) of what it says of the place: neither the function nor the day of the export.
    public var digest: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ octet: UInt8) { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01b3 }
        for field in ALIField.allCases {
            switch field {
            case .functionCode, .extractDate, .expandedExtractDate, .orderNumber, .endOfRecord, .place: continue
            default:
                for octet in self[field].utf8 { add(octet) }
                add(0)
            }
        }
        return hash
    }
}

extension ALIRecord: Codable {
    private enum CodingKeys: String, CodingKey { case elin, function, fields }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            elin: try container.decode(TelephoneNumber.self, forKey: .elin),
            function: try container.decode(RecordFunction.self, forKey: .function))
        let fields = try container.decode([String: String].self, forKey: .fields)
        for field in ALIField.allCases { self[field] = fields[field.rawValue] ?? "" }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(elin, forKey: .elin)
        try container.encode(function, forKey: .function)
        var fields: [String: String] = [:]
        for field in ALIField.allCases where !self[field].isEmpty { fields[field.rawValue] = self[field] }
        try container.encode(fields, forKey: .fields)
    }
}

/// Something about a record that the format, or whoever sends help, could not work with.
public struct ALIProblem: Hashable, Sendable, Codable, CustomStringConvertible {
    public var elin: TelephoneNumber
    /// The id of the location.
    public var location: String
    public var field: ALIField
    public var value: String
    public var reason: String

    public init(elin: TelephoneNumber, location: String, field: ALIField, value: String, reason: String) {
        self.elin = elin
        self.location = location
        self.field = field
        self.value = value
        self.reason = reason
    }

    /// `+13125550101 (location hq-3): street-suffix 'Avenue': is longer than 4 characters`
    public var description: String { "\(elin) (location \(location)): \(field.rawValue) '\(value)': \(reason)" }
}

/// The form of an export.
public enum ALIFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// NENA 02-010, version 2.1.
    case nena21 = "nena-2.1"
    /// Comma-separated values (RFC 4180), by the columns of the site.
    case csv
}
