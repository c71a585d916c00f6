/// A field of an ALI record. The raw value is its name in configuration, CSV and errors.
///
/// The layout is that of NENA 02-010, version 2.1: 512 octets. It has been compared with public descriptions of the
/// format, and not with any one provider's; many deviate.
public enum ALIField: String, Hashable, Sendable, CaseIterable, Codable {
    case functionCode = "function-code"
    case npa
    case callingNumber = "calling-number"
    case houseNumber = "house-number"
    case houseNumberSuffix = "house-number-suffix"
    case prefixDirectional = "prefix-directional"
    case streetName = "street-name"
    case streetSuffix = "street-suffix"
    case postDirectional = "post-directional"
    case community
    case state
    case location
    case customerName = "customer-name"
    case classOfService = "class-of-service"
    case typeOfService = "type-of-service"
    case exchange
    case esn
    case mainNPA = "main-npa"
    case mainNumber = "main-number"
    case orderNumber = "order-number"
    case extractDate = "extract-date"
    case countyID = "county-id"
    case companyID = "company-id"
    case sourceID = "source-id"
    case zipCode = "zip-code"
    case zipPlus4 = "zip-plus-4"
    case generalUse = "general-use"
    case customerCode = "customer-code"
    case comments
    case longitude
    case latitude
    case elevation
    case cellID = "cell-id"
    case sectorID = "sector-id"
    case tarCode = "tar-code"
    case reserved
    case alternateNumber = "alternate-number"
    case expandedExtractDate = "expanded-extract-date"
    case reservedByNENA = "reserved-by-nena"
    case companyID2 = "company-id-2"
    case reserved2 = "reserved-2"
    case endOfRecord = "end-of-record"

    // Of no use to NENA's record, but to a CSV.

    /// The number as `+` and its digits.
    case number
    /// The id of the location.
    case locationID = "location-id"
    /// The place as people say it.
    case place

    /// Octets of NENA 2.1's record; 0 for a field that it does not have.
    public var width: Int {
        switch self {
        case .functionCode, .classOfService, .typeOfService, .sourceID, .sectorID, .endOfRecord: 1
        case .prefixDirectional, .postDirectional, .state: 2
        case .npa, .mainNPA, .customerCode: 3
        case .houseNumberSuffix, .streetSuffix, .exchange, .countyID, .zipPlus4: 4
        case .esn, .companyID, .companyID2, .zipCode, .elevation: 5
        case .extractDate, .cellID, .tarCode: 6
        case .callingNumber, .mainNumber: 7
        case .expandedExtractDate: 8
        case .longitude, .latitude: 9
        case .houseNumber, .orderNumber, .alternateNumber: 10
        case .generalUse: 11
        case .reserved: 21
        case .comments: 30
        case .reserved2: 31
        case .community, .customerName: 32
        case .streetName, .location: 60
        case .reservedByNENA: 81
        case .number, .locationID, .place: 0
        }
    }

    /// Whether every record of a place has it.
    var isRequired: Bool {
        switch self {
        case .streetName, .community, .state, .customerName: true
        default: false
        }
    }

    /// Its place among all fields.
    var index: Int { Self.indexes[self] ?? 0 }

    /// Looked up, never iterated.
    private static let indexes = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
