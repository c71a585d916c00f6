import E911Values

/// The octets of an ``OutboxRecord`` in the store: ``FieldWriter`` has the form. A tag is never
/// used again for something else.
extension OutboxRecord {
    private enum Tag {
        static let alert: UInt8 = 1
        static let count: UInt8 = 2
        static let laterCall: UInt8 = 3
        static let lastCall: UInt8 = 4
        static let state: UInt8 = 5
        static let delivery: UInt8 = 6
        static let acknowledgement: UInt8 = 7
        static let reminders: UInt8 = 8
        static let lastSounded: UInt8 = 9
        static let isQuiet: UInt8 = 10
        static let acknowledgedBy: UInt8 = 11
        static let allHaveAcknowledged: UInt8 = 12
        // Of a pair of nodes; a node without one writes none of them.
        static let claim: UInt8 = 13
        static let soundedThrough: UInt8 = 14
        static let joinedInto: UInt8 = 15
        static let attachedCall: UInt8 = 16
        static let forgottenOdd: UInt8 = 17
        static let forgottenEven: UInt8 = 18
        static let factsOf: UInt8 = 19
    }

    public func encoded() -> [UInt8] {
        var out = FieldWriter()
        out.record(Tag.alert) { alert.encode(into: &$0) }
        out.number(Tag.count, UInt64(max(0, count)))
        for key in laterCalls { out.key(Tag.laterCall, key) }
        out.signed(Tag.lastCall, lastCall.milliseconds)
        out.number(Tag.state, UInt64(state.rawValue))
        for delivery in deliveries { out.record(Tag.delivery) { delivery.encode(into: &$0) } }
        for acknowledgement in acknowledgements {
            out.record(Tag.acknowledgement) { acknowledgement.encode(into: &$0) }
        }
        out.number(Tag.reminders, UInt64(max(0, reminders)))
        out.signed(Tag.lastSounded, lastSounded.milliseconds)
        out.number(Tag.isQuiet, isQuiet ? 1 : 0)
        out.number(Tag.acknowledgedBy, UInt64(acknowledgedBy.rawValue))
        out.number(Tag.allHaveAcknowledged, acknowledgedBy == .all && isAcknowledged ? 1 : 0)
        if let claim { out.record(Tag.claim) { claim.encode(into: &$0) } }
        out.number(Tag.soundedThrough, soundedThrough)
        if let joinedInto { out.key(Tag.joinedInto, joinedInto) }
        for key in attachedCalls { out.key(Tag.attachedCall, key) }
        out.number(Tag.forgottenOdd, UInt64(forgotten.odd))
        out.number(Tag.forgottenEven, UInt64(forgotten.even))
        if let factsOf { out.key(Tag.factsOf, factsOf) }
        return out.octets
    }

    /// Reads what ``encoded()`` wrote; `nil` if the octets are no record.
    public init?(encoded octets: Span<UInt8>) {
        guard let fields = FieldReader.fields(octets), let first = fields.first, first.tag == Tag.alert,
            let alert = Alert(encoded: first.octets.span)
        else { return nil }
        var record = OutboxRecord(alert: alert)
        record.count = 0
        record.lastCall = WallTime(milliseconds: 0)
        record.lastSounded = WallTime(milliseconds: 0)
        var allHave = false
        for field in fields {
            switch field.tag {
            case Tag.count: record.count = field.smallNumber ?? 1
            case Tag.laterCall:
                guard let key = RecordKey(utf8: field.octets) else { return nil }
                record.laterCalls.append(key)
            case Tag.lastCall: record.lastCall = WallTime(milliseconds: field.signed ?? 0)
            case Tag.state: record.state = field.number.flatMap(State.init(number:)) ?? .open
            case Tag.delivery:
                guard let delivery = DeliveryRecord(encoded: field.octets.span) else { return nil }
                record.deliveries.append(delivery)
            case Tag.acknowledgement: record.acknowledgements.append(Acknowledgement(encoded: field.octets.span))
            case Tag.reminders: record.reminders = field.smallNumber ?? 0
            case Tag.lastSounded: record.lastSounded = WallTime(milliseconds: field.signed ?? 0)
            case Tag.isQuiet: record.isQuiet = field.number != 0
            case Tag.acknowledgedBy:
                record.acknowledgedBy = field.number.flatMap(AcknowledgementRule.init(number:)) ?? .one
            case Tag.allHaveAcknowledged: allHave = field.number != 0
            case Tag.claim: record.claim = Claim(encoded: field.octets.span)
            case Tag.soundedThrough: record.soundedThrough = field.number ?? 0
            case Tag.joinedInto: record.joinedInto = RecordKey(utf8: field.octets)
            case Tag.attachedCall: if let key = RecordKey(utf8: field.octets) { record.attachedCalls.append(key) }
            case Tag.factsOf: record.factsOf = RecordKey(utf8: field.octets)
            case Tag.forgottenOdd: record.forgotten.odd = UInt32(clamping: field.number ?? 0)
            case Tag.forgottenEven: record.forgotten.even = UInt32(clamping: field.number ?? 0)
            default: continue
            }
        }
        // Rows of a time before there was a choice say neither: one acknowledgement was enough.
        record.isAcknowledged = !record.acknowledgements.isEmpty && (record.acknowledgedBy == .one || allHave)
        self = record
    }
}

extension FieldReader.Field {
    /// A count, held to what can be counted on from there.
    fileprivate var smallNumber: Int? { number.map { Int(min($0, 1_000_000_000)) } }
}

extension RawRepresentable where RawValue == UInt8 {
    fileprivate init?(number: UInt64) {
        guard let raw = UInt8(exactly: number) else { return nil }
        self.init(rawValue: raw)
    }
}

extension OutboxRecord.Claim {
    fileprivate func encode(into out: inout FieldWriter) {
        out.text(1, holder)
        out.number(2, stamp)
    }

    /// A stamp is held to what can be counted on from there.
    fileprivate init(encoded octets: Span<UInt8>) {
        self.init(holder: "", stamp: 0)
        for field in FieldReader.fields(octets) ?? [] {
            switch field.tag {
            case 1: holder = field.text
            case 2: stamp = min(field.number ?? 0, 1 << 62)
            default: continue
            }
        }
    }
}

extension OutboxRecord.Acknowledgement {
    fileprivate func encode(into out: inout FieldWriter) {
        out.text(1, by)
        out.signed(2, at.milliseconds)
        out.text(3, comment)
        if let recipient { out.element(4, recipient) }
    }

    fileprivate init(encoded octets: Span<UInt8>) {
        self.init(by: "", at: WallTime(milliseconds: 0), comment: "")
        for field in FieldReader.fields(octets) ?? [] {
            switch field.tag {
            case 1: by = field.text
            case 2: at = WallTime(milliseconds: field.signed ?? 0)
            case 3: comment = field.text
            case 4: recipient = field.text
            default: continue
            }
        }
    }
}

extension Alert {
    func encoded() -> [UInt8] {
        var out = FieldWriter()
        encode(into: &out)
        return out.octets
    }

    fileprivate func encode(into out: inout FieldWriter) {
        out.key(1, key)
        out.number(2, UInt64(flags.rawValue))
        out.text(3, device)
        out.text(4, callerDN)
        out.text(5, callerName)
        out.number(6, elin?.digits ?? 0)
        out.text(7, psapText)
        out.text(8, placeText)
        out.text(9, otherPlaces)
        out.text(10, rule)
        out.signed(11, Int64(zoneOffsetMinutes))
        out.text(12, zoneName)
        out.text(13, dialled)
        out.text(14, callServer)
        out.text(15, callID)
        for part in locationPath { out.element(16, part) }
        for name in contacts { out.element(17, name) }
        out.text(18, placeValidation)
    }

    fileprivate init?(encoded octets: Span<UInt8>) {
        guard let fields = FieldReader.fields(octets), let first = fields.first, first.tag == 1,
            let key = RecordKey(utf8: first.octets)
        else { return nil }
        self.init(key: key)
        for field in fields {
            switch field.tag {
            case 2: flags = Flags(rawValue: UInt16(truncatingIfNeeded: field.number ?? 0))
            case 3: device = field.text
            case 4: callerDN = field.text
            case 5: callerName = field.text
            case 6: elin = field.number.flatMap { TelephoneNumber(digits: $0) }
            case 7: psapText = field.text
            case 8: placeText = field.text
            case 9: otherPlaces = field.text
            case 10: rule = field.text
            case 11: zoneOffsetMinutes = Int(field.signed ?? 0)
            case 12: zoneName = field.text
            case 13: dialled = field.text
            case 14: callServer = field.text
            case 15: callID = field.text
            case 16: locationPath.append(field.text)
            case 17: contacts.append(field.text)
            case 18: placeValidation = field.text
            default: continue
            }
        }
        guard (-1440...1440).contains(zoneOffsetMinutes) else { return nil }
    }
}

extension DeliveryRecord {
    fileprivate func encode(into out: inout FieldWriter) {
        out.number(1, UInt64(number))
        out.text(2, channel.rawValue)
        out.text(3, recipient)
        out.text(4, address)
        out.number(5, UInt64(reason.rawValue))
        out.number(6, UInt64(state.rawValue))
        out.number(7, UInt64(max(0, attempts)))
        for entry in log { out.record(8) { entry.encode(into: &$0) } }
    }

    fileprivate init?(encoded octets: Span<UInt8>) {
        guard let fields = FieldReader.fields(octets) else { return nil }
        var number: UInt32?
        var channel: AlertChannelKind?
        self.init(number: 0, channel: .email, recipient: "", address: "", reason: .first)
        for field in fields {
            switch field.tag {
            case 1: number = field.number.flatMap { UInt32(exactly: $0) }
            case 2: channel = AlertChannelKind(rawValue: field.text)
            case 3: recipient = field.text
            case 4: address = field.text
            case 5: reason = field.number.flatMap(DeliveryReason.init(number:)) ?? .first
            case 6: state = field.number.flatMap(State.init(number:)) ?? .owed
            case 7: attempts = field.smallNumber ?? 0
            case 8: log.append(Entry(encoded: field.octets.span))
            default: continue
            }
        }
        guard let number, let channel else { return nil }
        self.number = number
        self.channel = channel
    }
}

extension DeliveryRecord.Entry {
    fileprivate func encode(into out: inout FieldWriter) {
        out.signed(1, at.milliseconds)
        out.number(2, UInt64(max(0, attempt)))
        switch result {
        case .delivered(let answer): out.element(3, answer)
        case .temporary(let reason): out.element(4, reason)
        case .permanent(let reason): out.element(5, reason)
        }
    }

    fileprivate init(encoded octets: Span<UInt8>) {
        self.init(at: WallTime(milliseconds: 0), attempt: 0, result: .temporary(reason: ""))
        for field in FieldReader.fields(octets) ?? [] {
            switch field.tag {
            case 1: at = WallTime(milliseconds: field.signed ?? 0)
            case 2: attempt = field.smallNumber ?? 0
            case 3: result = .delivered(providerAnswer: field.text)
            case 4: result = .temporary(reason: field.text)
            case 5: result = .permanent(reason: field.text)
            default: continue
            }
        }
    }
}
