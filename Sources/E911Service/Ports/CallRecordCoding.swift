import E911Values

/// The octets of a ``CallRecord`` in the journal (``FieldWriter`` has the form).
extension CallRecord {
    private enum Tag: UInt8 {
        case time = 1, node, counter, kind, flags, outcome, callServer, source, callID, fromTag, dialled, callerDN
        case callerName, device, deviceIP, deviceMAC, location, locationText, elinLocation, elinText, rule, elin
        case status, contact, otherPlaces, displacedDN, leaseSeconds, alerts, supersedes

        var isText: Bool {
            switch self {
            case .time, .counter, .kind, .flags, .outcome, .elin, .status, .leaseSeconds, .alerts: false
            case .node, .callServer, .source, .callID, .fromTag, .dialled, .callerDN, .callerName, .device, .deviceIP,
                .deviceMAC, .location, .locationText, .elinLocation, .elinText, .rule, .contact, .otherPlaces,
                .displacedDN, .supersedes:
                true
            }
        }
    }

    /// The record as octets.
    public func encoded() -> [UInt8] {
        var writer = FieldWriter()
        func number(_ tag: Tag, _ value: UInt64) { writer.number(tag.rawValue, value) }
        func text(_ tag: Tag, _ value: String) { writer.text(tag.rawValue, value) }
        writer.signed(Tag.time.rawValue, key.time.milliseconds)
        text(.node, key.node)
        number(.counter, key.counter)
        number(.kind, UInt64(kind.rawValue))
        number(.flags, UInt64(flags.rawValue))
        number(.outcome, UInt64(outcome.rawValue))
        text(.callServer, callServer)
        text(.source, source)
        text(.callID, callID)
        text(.fromTag, fromTag)
        text(.dialled, dialled)
        text(.callerDN, callerDN)
        text(.callerName, callerName)
        text(.device, device)
        text(.deviceIP, deviceIP)
        text(.deviceMAC, deviceMAC)
        text(.location, location)
        text(.locationText, locationText)
        text(.elinLocation, elinLocation)
        text(.elinText, elinText)
        text(.rule, rule)
        text(.contact, contact)
        text(.otherPlaces, otherPlaces)
        text(.displacedDN, displacedDN)
        number(.elin, elin?.digits ?? 0)
        number(.status, UInt64(status))
        number(.leaseSeconds, UInt64(leaseSeconds))
        number(.alerts, alerts ? 1 : 0)
        if let supersedes { text(.supersedes, supersedes.description) }
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
            var value: UInt64 = 0
            if !tag.isText {
                guard let number = field.number else { return nil }
                value = number
            }
            switch tag {
            case .time: time = Int64(bitPattern: value)
            case .node: node = field.text
            case .counter: counter = value
            case .kind: kind = Kind(rawValue: UInt8(truncatingIfNeeded: value)) ?? .emergency
            case .flags: flags = Flags(rawValue: UInt16(truncatingIfNeeded: value))
            case .outcome: outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: value)) ?? .answered
            case .callServer: callServer = field.text
            case .source: source = field.text
            case .callID: callID = field.text
            case .fromTag: fromTag = field.text
            case .dialled: dialled = field.text
            case .callerDN: callerDN = field.text
            case .callerName: callerName = field.text
            case .device: device = field.text
            case .deviceIP: deviceIP = field.text
            case .deviceMAC: deviceMAC = field.text
            case .location: location = field.text
            case .locationText: locationText = field.text
            case .elinLocation: elinLocation = field.text
            case .elinText: elinText = field.text
            case .rule: rule = field.text
            case .contact: contact = field.text
            case .otherPlaces: otherPlaces = field.text
            case .displacedDN: displacedDN = field.text
            case .elin: elin = TelephoneNumber(digits: value)
            case .status: status = UInt16(truncatingIfNeeded: value)
            case .leaseSeconds: leaseSeconds = UInt32(truncatingIfNeeded: value)
            case .alerts: alerts = value != 0
            case .supersedes: supersedes = RecordKey(utf8: field.octets)
            }
        }
        guard !node.isEmpty else { return nil }
        key = RecordKey(time: WallTime(milliseconds: time), node: node, counter: counter)
    }
}
