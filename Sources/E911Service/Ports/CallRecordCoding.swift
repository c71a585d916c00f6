import E911Values

/// The octets of a ``CallRecord`` in the journal: fields by tag, so that an older reader skips what it does not know.
///
/// A record is a sequence of `tag (1 octet), length (LEB128), value`. Numbers are LEB128, texts UTF-8.
extension CallRecord {
    private enum Tag: UInt8 {
        case time = 1, node, counter, kind, flags, outcome, callServer, source, callID, fromTag, dialled, callerDN
        case callerName, device, deviceIP, deviceMAC, location, locationText, elinLocation, elinText, rule, elin
        case status, contact, otherPlaces, displacedDN, leaseSeconds, alerts
    }

    /// The record as octets.
    public func encoded() -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(512)
        func number(_ tag: Tag, _ value: UInt64) {
            guard value != 0 else { return }
            out.append(tag.rawValue)
            out.append(UInt8(Self.sizeOf(value)))
            Self.append(value, to: &out)
        }
        func text(_ tag: Tag, _ value: String) {
            guard !value.isEmpty else { return }
            out.append(tag.rawValue)
            Self.append(UInt64(value.utf8.count), to: &out)
            out.append(contentsOf: value.utf8)
        }
        number(.time, UInt64(bitPattern: key.time.milliseconds))
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
        number(.elin, elin?.digits ?? 0)
        number(.status, UInt64(status))
        text(.contact, contact)
        text(.otherPlaces, otherPlaces)
        text(.displacedDN, displacedDN)
        number(.leaseSeconds, UInt64(leaseSeconds))
        number(.alerts, alerts ? 1 : 0)
        return out
    }

    /// Reads what ``encoded()`` wrote; `nil` if the octets are no record.
    public init?(encoded: Span<UInt8>) {
        var position = 0
        func number(upTo end: Int) -> UInt64? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while position < end, shift < 64 {
                let octet = encoded[position]
                position += 1
                value |= UInt64(octet & 127) << shift
                if octet < 128 { return value }
                shift += 7
            }
            return nil
        }
        var record = CallRecord(
            key: RecordKey(time: WallTime(milliseconds: 0), node: "", counter: 0), kind: .emergency)
        var time: UInt64 = 0
        var node = ""
        var counter: UInt64 = 0
        record.status = 0
        while position < encoded.count {
            let tag = encoded[position]
            position += 1
            guard let length = number(upTo: encoded.count), length <= UInt64(encoded.count - position) else {
                return nil
            }
            let end = position + Int(length)
            guard let known = Tag(rawValue: tag) else {
                position = end
                continue
            }
            var octets: [UInt8] = []
            switch known {
            case .time, .counter, .kind, .flags, .outcome, .elin, .status, .leaseSeconds, .alerts:
                guard let value = number(upTo: end), position == end else { return nil }
                switch known {
                case .time: time = value
                case .counter: counter = value
                case .kind: record.kind = Kind(rawValue: UInt8(truncatingIfNeeded: value)) ?? .emergency
                case .flags: record.flags = Flags(rawValue: UInt16(truncatingIfNeeded: value))
                case .outcome: record.outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: value)) ?? .answered
                case .elin: record.elin = TelephoneNumber(digits: value)
                case .status: record.status = UInt16(truncatingIfNeeded: value)
                case .leaseSeconds: record.leaseSeconds = UInt32(truncatingIfNeeded: value)
                default: record.alerts = value != 0
                }
                continue
            default:
                octets.reserveCapacity(Int(length))
                for index in position..<end { octets.append(encoded[index]) }
                position = end
            }
            let text = String(decoding: octets, as: UTF8.self)
            if known == .node { node = text } else { record.set(known, text) }
        }
        guard !node.isEmpty else { return nil }
        record.key = RecordKey(
            time: WallTime(milliseconds: Int64(bitPattern: time)), node: node, counter: counter)
        self = record
    }

    private mutating func set(_ tag: Tag, _ text: String) {
        switch tag {
        case .callServer: callServer = text
        case .source: source = text
        case .callID: callID = text
        case .fromTag: fromTag = text
        case .dialled: dialled = text
        case .callerDN: callerDN = text
        case .callerName: callerName = text
        case .device: device = text
        case .deviceIP: deviceIP = text
        case .deviceMAC: deviceMAC = text
        case .location: location = text
        case .locationText: locationText = text
        case .elinLocation: elinLocation = text
        case .elinText: elinText = text
        case .rule: rule = text
        case .contact: contact = text
        case .otherPlaces: otherPlaces = text
        case .displacedDN: displacedDN = text
        case .time, .node, .counter, .kind, .flags, .outcome, .elin, .status, .leaseSeconds, .alerts: break
        }
    }

    private static func sizeOf(_ value: UInt64) -> Int {
        max(1, (64 - value.leadingZeroBitCount + 6) / 7)
    }

    private static func append(_ value: UInt64, to out: inout [UInt8]) {
        var rest = value
        while rest > 127 {
            out.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        out.append(UInt8(rest))
    }
}
