import E911Values

/// The octets of a ``DeviceRecord`` in the store (``FieldWriter`` has the form).
extension DeviceRecord {
    /// The row that the store keeps.
    public var row: DeviceRow {
        DeviceRow(payload: encoded()[...])
    }

    /// Reads the row back; `nil` if its octets are no record.
    public init?(_ row: DeviceRow) {
        self.init(encoded: row.payload.span)
    }

    /// The record as octets.
    public func encoded() -> [UInt8] {
        let fields = DeviceFields(
            ip: ip, mac: mac, state: state, isFiltered: isFiltered, registeredAt: registeredAt, lastSeen: lastSeen,
            expiresAt: expiresAt, retiredAt: retiredAt)
        let names = DeviceNames(callServer: callServer, members: members)
        var octets: [UInt8] = []
        DeviceRegistry.withTexts([aor, contactURI, instance, received, path, userAgent].map { Array($0.utf8) }) {
            fields.append($0, names, to: &octets)
        }
        for member in names.members { octets += member }
        return octets
    }

    /// Reads what ``encoded()`` wrote; `nil` if the octets are no record.
    public init?(encoded: Span<UInt8>) {
        guard let fields = FieldReader.fields(encoded) else { return nil }
        self.init(
            callServer: "", aor: "", contactURI: "", registeredAt: WallTime(milliseconds: 0),
            lastSeen: WallTime(milliseconds: 0))
        for field in fields {
            guard let tag = DeviceFields.Tag(rawValue: field.tag) else { continue }
            switch tag {
            case .callServer: callServer = field.text
            case .aor: aor = field.text
            case .contactURI: contactURI = field.text
            case .instance: instance = field.text
            case .received: received = field.text
            case .path: path = field.text
            case .userAgent: userAgent = field.text
            case .ip: ip = IPAddress(field.text)
            case .member: members.append(field.text)
            case .mac, .state, .isFiltered, .registeredAt, .lastSeen, .expiresAt, .retiredAt:
                guard let number = field.number else { return nil }
                take(tag, number)
            }
        }
        guard !callServer.isEmpty, !aor.isEmpty else { return nil }
    }

    private mutating func take(_ tag: DeviceFields.Tag, _ number: UInt64) {
        let time = WallTime(milliseconds: Int64(bitPattern: number))
        switch tag {
        case .mac: mac = number == 0 ? nil : MACAddress(bits: number - 1)
        case .state: state = DeviceState(rawValue: UInt8(truncatingIfNeeded: number)) ?? .active
        case .isFiltered: isFiltered = number != 0
        case .registeredAt: registeredAt = time
        case .lastSeen: lastSeen = time
        case .expiresAt: expiresAt = time
        case .retiredAt: retiredAt = time
        case .callServer, .aor, .contactURI, .instance, .received, .path, .userAgent, .ip, .member: break
        }
    }
}
