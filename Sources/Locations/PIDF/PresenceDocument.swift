public import E911Values

/// A location as a PIDF-LO document (RFC 4119, RFC 5139 for the civic address, RFC 5491 for the device).
///
/// The location is said of a device: `presence`, in it one `dm:device` (RFC 4479) with one `gp:geopriv`.
public struct PresenceDocument: Equatable, Sendable {
    /// The presentity: an address of record as a URI, `pres:` or `sip:`.
    public var entity: String
    /// The device's own name, a URI: `mac:001122334455` or `urn:uuid:…` (RFC 4479 section 3.3).
    public var device: String
    public var address: CivicAddress
    /// How the location was found, a token of the IANA registry of methods (RFC 4119 section 6.1): `Wiremap`, `802.11`,
    /// `Manual`. `nil` leaves it out.
    public var method: String?
    /// Whether who gets the document may pass it on (RFC 4119 section 2.2.2). An emergency network must.
    public var mayBeRetransmitted: Bool
    /// Until when it may be kept; `nil` leaves it out.
    public var retentionExpires: WallTime?
    /// When the location was determined.
    public var at: WallTime

    public init(
        entity: String, device: String, address: CivicAddress, method: String? = nil, mayBeRetransmitted: Bool = true,
        retentionExpires: WallTime? = nil, at: WallTime
    ) {
        self.entity = entity
        self.device = device
        self.address = address
        self.method = method
        self.mayBeRetransmitted = mayBeRetransmitted
        self.retentionExpires = retentionExpires
        self.at = at
    }

    /// The media type of ``xml``.
    public static let mediaType = "application/pidf+xml"

    private static let namespaces = [
        ("xmlns", "urn:ietf:params:xml:ns:pidf"),
        ("xmlns:dm", "urn:ietf:params:xml:ns:pidf:data-model"),
        ("xmlns:gp", "urn:ietf:params:xml:ns:pidf:geopriv10"),
        ("xmlns:gbp", "urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy"),
        ("xmlns:ca", "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"),
    ]

    /// The document in UTF-8.
    public var xml: String {
        var writer = XMLWriter()
        writer.element("presence", Self.namespaces + [("entity", entity)]) { writer in
            writer.element("dm:device", [("id", "device")]) { writer in
                writer.element("gp:geopriv") { writer in
                    writer.element("gp:location-info") { self.writeAddress(&$0) }
                    writer.element("gp:usage-rules") { self.writeRules(&$0) }
                    if let method { writer.element("gp:method", method) }
                }
                writer.element("dm:deviceID", device)
                writer.element("dm:timestamp", at.description)
            }
        }
        return writer.text
    }

    /// The elements in the order of the schema; the country as RFC 5139 section 3.1 wants it.
    private func writeAddress(_ writer: inout XMLWriter) {
        guard !address.isEmpty else { return writer.element("ca:civicAddress") }
        writer.element("ca:civicAddress") { writer in
            for field in address.fields {
                writer.element(
                    "ca:\(field.element.rawValue)",
                    field.element == .country ? field.value.uppercased() : field.value)
            }
        }
    }

    private func writeRules(_ writer: inout XMLWriter) {
        writer.element("gbp:retransmission-allowed", mayBeRetransmitted ? "true" : "false")
        if let retentionExpires { writer.element("gbp:retention-expiry", retentionExpires.description) }
    }
}

extension LocationResolver {
    /// The PIDF-LO document of an answer.
    ///
    /// - Parameters:
    ///   - evidence: what the answer was found by; it names the device too.
    ///   - now: the time of the document, less the age of the evidence.
    public func document(of answer: LocationAnswer, for evidence: DeviceEvidence, now: WallTime) -> PresenceDocument {
        let entity = evidence.aor ?? evidence.dn.map { "tel:\($0)" } ?? "pres:unknown@anonymous.invalid"
        let device =
            evidence.mac.map { "mac:" + $0.description.filter { $0 != ":" } }
            ?? evidence.instance.map(RuleKey.bare) ?? entity
        return PresenceDocument(
            entity: entity, device: device, address: tree.address(of: answer.location) ?? CivicAddress(),
            method: answer.rule.method, at: now - (answer.age ?? .zero))
    }
}

extension WallTime {
    fileprivate static func - (a: WallTime, b: Duration) -> WallTime { a + (.zero - b) }
}

extension MatchedRule {
    /// The IANA token of the method, as far as one fits (RFC 4119 section 6.1 and the registry).
    public var method: String? {
        switch self {
        case .rule(.bssid): "802.11"
        case .rule(.port): "Wiremap"
        case .rule(.device), .rule(.prefix): "Manual"
        case .offPremises, .callServerDefault: nil
        }
    }
}
