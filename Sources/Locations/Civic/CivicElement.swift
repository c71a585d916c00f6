/// An element of a civic address (RFC 4119 section 2.2.1 and RFC 5139 section 3), in the order of RFC 5139 section 3.4.
/// The raw value is the element's name.
public enum CivicElement: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
    /// Two letters (ISO 3166-1 alpha-2).
    case country
    /// State, region or province.
    case a1 = "A1"
    /// County or parish.
    case a2 = "A2"
    /// City or township.
    case a3 = "A3"
    /// City division or borough.
    case a4 = "A4"
    /// Neighbourhood or block.
    case a5 = "A5"
    /// Street group; before RFC 5139 the street (now ``rd``).
    case a6 = "A6"
    /// Road pre-modifier (`Old`).
    case prm = "PRM"
    /// Leading street direction (`N`).
    case prd = "PRD"
    /// Primary road or street.
    case rd = "RD"
    /// Street suffix (`Ave`).
    case sts = "STS"
    /// Trailing street direction.
    case pod = "POD"
    /// Road post-modifier (`Extended`).
    case pom = "POM"
    /// Road section.
    case rdsec = "RDSEC"
    /// Road branch.
    case rdbr = "RDBR"
    /// Road sub-branch.
    case rdsubbr = "RDSUBBR"
    /// House number.
    case hno = "HNO"
    /// House number suffix (`A`, `1/2`).
    case hns = "HNS"
    /// Landmark or vanity address.
    case lmk = "LMK"
    /// Additional location information (`East wing`).
    case loc = "LOC"
    /// Floor.
    case flr = "FLR"
    /// Name of a residence, business or office occupant.
    case nam = "NAM"
    /// Postal code.
    case pc = "PC"
    /// Building (structure).
    case bld = "BLD"
    /// Unit (apartment, suite).
    case unit = "UNIT"
    /// Room.
    case room = "ROOM"
    /// Seat (desk, cubicle).
    case seat = "SEAT"
    /// Type of place (RFC 4589).
    case plc = "PLC"
    /// Postal community name.
    case pcn = "PCN"
    /// Post office box.
    case pobox = "POBOX"
    /// Additional code (`Additional Code`, for example a Japanese address code).
    case addcode = "ADDCODE"

    /// Reads an element's name, in any case.
    public init?(name: some StringProtocol) {
        let upper = name.uppercased()
        guard let element = Self.allCases.first(where: { $0.rawValue.uppercased() == upper }) else { return nil }
        self = element
    }

    /// Whether it tells of a place inside of a building or lot whose street address stays the same.
    public var isInside: Bool {
        switch self {
        case .loc, .flr, .nam, .bld, .unit, .room, .seat, .plc, .lmk: true
        case .country, .a1, .a2, .a3, .a4, .a5, .a6, .prm, .prd, .rd, .sts, .pod, .pom, .rdsec, .rdbr, .rdsubbr, .hno,
            .hns, .pc, .pcn, .pobox, .addcode:
            false
        }
    }

    /// Place in the order of RFC 5139 section 3.4.
    public var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (a: CivicElement, b: CivicElement) -> Bool { a.order < b.order }
}
