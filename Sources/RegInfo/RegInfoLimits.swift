/// What a reginfo document may cost. Reaching a limit refuses the document with ``RegInfoError/Code/limit``.
public struct RegInfoLimits: Equatable, Sendable {
    /// Octets of a whole document. 1 or more; default 64 MiB. The body limit of the transport is usually lower.
    public var documentOctets = 64 << 20
    /// How deep elements may nest, the root being 1. libxml2 sets no limit of its own in push mode. Default 256.
    public var depth = 256
    /// Attributes of one element, those of foreign namespaces included. Default 128.
    public var attributesPerElement = 128
    /// Octets of one attribute value, of one text and of one name. At most 65,535; default 8,192.
    public var valueOctets = 8192
    /// Octets of all values of one contact together. At most 65,535, the default.
    public var contactOctets = 65_535
    /// `unknown-param` elements, unknown attributes and GRUUs of one contact together. Default 256.
    public var parametersPerContact = 256
    /// Contacts of one registration. Default 10,000.
    public var contactsPerRegistration = 10_000
    /// Registrations of one document. Default 1,000,000.
    public var registrations = 1_000_000
    /// Contacts of one document. Default 1,000,000.
    public var contacts = 1_000_000
    /// Octets that the parser may hold because a tag, comment or text is not finished yet. Default 128 KiB.
    public var pendingOctets = 128 << 10

    public static let `default` = RegInfoLimits()

    public init() {}
}

/// What is read although RFC 3680's schema does not have it, each permission with the notifiers that need it.
///
/// Whatever else is wrong inside one registration or contact skips that element, counts it, and keeps the rest; what is
/// wrong with the document (not well-formed, a DOCTYPE, another root or namespace, no usable `version` or `state`)
/// refuses it as a whole.
public struct RegInfoLeniency: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// An `event` outside the nine values: one public server says `timeout`. The event is a label, the state decides.
    public static let unknownEvents = RegInfoLeniency(rawValue: 1)
    /// `expires`, `duration-registered` and `retry-after` that are no numbers, read as absent: Kamailio writes the
    /// remaining time of a contact that is over as a negative number.
    public static let unusableNumbers = RegInfoLeniency(rawValue: 2)
    /// A terminated contact without `uri`, whose id says what ends.
    public static let terminatedWithoutURI = RegInfoLeniency(rawValue: 4)

    public static let `default`: RegInfoLeniency = [.unknownEvents, .unusableNumbers, .terminatedWithoutURI]
}
