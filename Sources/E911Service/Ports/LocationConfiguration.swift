public import E911Values
public import Locations

/// An emergency response location.
public struct LocationConfiguration: Equatable, Sendable, Codable {
    public var id: String
    public var name: String
    public var parent: String?
    /// RFC 5139 element names (`country`, `A1`, `RD`, `HNO`, `FLR`…) and values, in the file's order.
    public var address: [AddressField]
    public var elins: [TelephoneNumber]
    public var usesPool: Bool
    public var securityDesk: String?
    /// Names of recipients that hear of each call from here, whatever `alerts` says.
    public var contacts: [String]
    /// Who has judged the address, and how; `nil` while nobody has.
    public var validation: Validation?
    /// Devices here, and in the locations inside, are not at the site.
    public var isOffPremises: Bool

    public struct AddressField: Equatable, Sendable, Codable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        id: String, name: String, parent: String? = nil, address: [AddressField] = [], elins: [TelephoneNumber] = [],
        usesPool: Bool = false, securityDesk: String? = nil, contacts: [String] = [], validation: Validation? = nil,
        isOffPremises: Bool = false
    ) {
        self.id = id
        self.name = name
        self.parent = parent
        self.address = address
        self.elins = elins
        self.usesPool = usesPool
        self.securityDesk = securityDesk
        self.contacts = contacts
        self.validation = validation
        self.isOffPremises = isOffPremises
    }

    /// Reads sites of earlier versions too, which knew less.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        parent = try container.decodeIfPresent(String.self, forKey: .parent)
        address = try container.decode([AddressField].self, forKey: .address)
        elins = try container.decode([TelephoneNumber].self, forKey: .elins)
        usesPool = try container.decode(Bool.self, forKey: .usesPool)
        securityDesk = try container.decodeIfPresent(String.self, forKey: .securityDesk)
        contacts = try container.decodeIfPresent([String].self, forKey: .contacts) ?? []
        validation = try container.decodeIfPresent(Validation.self, forKey: .validation)
        isOffPremises = try container.decodeIfPresent(Bool.self, forKey: .isOffPremises) ?? false
    }
}

/// What is said of devices that are not at the site: at somebody's home, in a hotel, at the far end of a VPN.
public struct OffPremisesConfiguration: Equatable, Sendable, Codable {
    /// Networks whose devices are not at the site, VPN pools above all.
    public var networks: [IPPrefix]
    /// Whether a public address that no rule names counts as one.
    public var publicAddresses: Bool
    /// Where they are said to be; `nil` for the default location of their call server.
    public var location: String?

    public init(networks: [IPPrefix] = [], publicAddresses: Bool = true, location: String? = nil) {
        self.networks = networks
        self.publicAddresses = publicAddresses
        self.location = location
    }
}

extension OffPremisesPolicy {
    init(_ configuration: OffPremisesConfiguration) {
        self.init(
            networks: configuration.networks, includesPublicAddresses: configuration.publicAddresses,
            location: configuration.location.map { LocationID($0) })
    }
}
