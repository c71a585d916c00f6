import E911Values

/// The octets of a ``CallRecord`` in the journal (``FieldWriter`` has the form).
extension CallRecord {
    private enum Tag: UInt8 {
        case time = 1, node, counter, kind, flags, outcome, callServer, source, callID, fromTag, dialled, callerDN
        case callerName, device, deviceIP, deviceMAC, location, locationText, elinLocation, elinText, rule, elin
        case status, contact, otherPlaces, displacedDN, leaseSeconds, alerts
    }

    /// The texts and their tags, for writing and reading alike.
    private static let texts: [(Tag, any WritableKeyPath<CallRecord, String> & Sendable)] = [
        (.callServer, \.callServer), (.source, \.source), (.callID, \.callID), (.fromTag, \.fromTag),
        (.dialled, \.dialled), (.callerDN, \.callerDN), (.callerName, \.callerName), (.device, \.device),
        (.deviceIP, \.deviceIP), (.deviceMAC, \.deviceMAC), (.location, \.location), (.locationText, \.locationText),
        (.elinLocation, \.elinLocation), (.elinText, \.elinText), (.rule, \.rule), (.contact, \.contact),
        (.otherPlaces, \.otherPlaces), (.displacedDN, \.displacedDN),
    ]

    /// The record as octets.
    public func encoded() -> [UInt8] {
        var writer = FieldWriter()
        func number(_ tag: Tag, _ value: UInt64) { writer.number(tag.rawValue, value) }
        writer.signed(Tag.time.rawValue, key.time.milliseconds)
        writer.text(Tag.node.rawValue, key.node)
        number(.counter, key.counter)
        number(.kind, UInt64(kind.rawValue))
        number(.flags, UInt64(flags.rawValue))
        number(.outcome, UInt64(outcome.rawValue))
        for (tag, path) in Self.texts { writer.text(tag.rawValue, self[keyPath: path]) }
        number(.elin, elin?.digits ?? 0)
        number(.status, UInt64(status))
        number(.leaseSeconds, UInt64(leaseSeconds))
        number(.alerts, alerts ? 1 : 0)
        return writer.octets
    }

    /// Reads what ``encoded()`` wrote; `nil` if the octets are no record.
    public init?(encoded: Span<UInt8>) {
        guard let fields = FieldReader.fields(encoded) else { return nil }
        var time: Int64 = 0
        var node = ""
        var counter: UInt64 = 0
        self.init(key: RecordKey(time: WallTime(milliseconds: 0), node: "", counter: 0), kind: .emergency)
        status = 0
        for field in fields {
            guard let tag = Tag(rawValue: field.tag) else { continue }
            if let path = Self.texts.first(where: { $0.0 == tag })?.1 {
                self[keyPath: path] = field.text
                continue
            }
            if tag == .node {
                node = field.text
                continue
            }
            guard let value = field.number else { return nil }
            switch tag {
            case .time: time = Int64(bitPattern: value)
            case .counter: counter = value
            case .kind: kind = Kind(rawValue: UInt8(truncatingIfNeeded: value)) ?? .emergency
            case .flags: flags = Flags(rawValue: UInt16(truncatingIfNeeded: value))
            case .outcome: outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: value)) ?? .answered
            case .elin: elin = TelephoneNumber(digits: value)
            case .status: status = UInt16(truncatingIfNeeded: value)
            case .leaseSeconds: leaseSeconds = UInt32(truncatingIfNeeded: value)
            case .alerts: alerts = value != 0
            case .node, .callServer, .source, .callID, .fromTag, .dialled, .callerDN, .callerName, .device, .deviceIP,
                .deviceMAC, .location, .locationText, .elinLocation, .elinText, .rule, .contact, .otherPlaces,
                .displacedDN:
                break
            }
        }
        guard !node.isEmpty else { return nil }
        key = RecordKey(time: WallTime(milliseconds: time), node: node, counter: counter)
    }
}
