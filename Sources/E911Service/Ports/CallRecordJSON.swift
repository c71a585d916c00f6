import E911Values

/// How a call stands on the control socket: its properties by their names.
extension CallRecord: Codable {
    private enum Key: String, CodingKey {
        case key, kind, flags, outcome, callServer, source, callID, fromTag, dialled, callerDN, callerName, device
        case deviceIP, deviceMAC, location, locationText, elinLocation, elinText, rule, elin, status, contact
        case otherPlaces, displacedDN, leaseSeconds, alerts, supersedes
    }

    private static let texts: [(key: Key, path: any WritableKeyPath<CallRecord, String> & Sendable)] = [
        (.callServer, \.callServer), (.source, \.source), (.callID, \.callID), (.fromTag, \.fromTag),
        (.dialled, \.dialled), (.callerDN, \.callerDN), (.callerName, \.callerName), (.device, \.device),
        (.deviceIP, \.deviceIP), (.deviceMAC, \.deviceMAC), (.location, \.location), (.locationText, \.locationText),
        (.elinLocation, \.elinLocation), (.elinText, \.elinText), (.rule, \.rule), (.contact, \.contact),
        (.otherPlaces, \.otherPlaces), (.displacedDN, \.displacedDN),
    ]

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            key: try values.decode(RecordKey.self, forKey: .key), kind: try values.decode(Kind.self, forKey: .kind))
        flags = try values.decode(Flags.self, forKey: .flags)
        outcome = try values.decode(Outcome.self, forKey: .outcome)
        elin = try values.decodeIfPresent(TelephoneNumber.self, forKey: .elin)
        status = try values.decode(UInt16.self, forKey: .status)
        leaseSeconds = try values.decode(UInt32.self, forKey: .leaseSeconds)
        alerts = try values.decode(Bool.self, forKey: .alerts)
        supersedes = try values.decodeIfPresent(RecordKey.self, forKey: .supersedes)
        for text in Self.texts { self[keyPath: text.path] = try values.decode(String.self, forKey: text.key) }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(key, forKey: .key)
        try values.encode(kind, forKey: .kind)
        try values.encode(flags, forKey: .flags)
        try values.encode(outcome, forKey: .outcome)
        try values.encodeIfPresent(elin, forKey: .elin)
        try values.encode(status, forKey: .status)
        try values.encode(leaseSeconds, forKey: .leaseSeconds)
        try values.encode(alerts, forKey: .alerts)
        try values.encodeIfPresent(supersedes, forKey: .supersedes)
        for text in Self.texts { try values.encode(self[keyPath: text.path], forKey: text.key) }
    }
}
