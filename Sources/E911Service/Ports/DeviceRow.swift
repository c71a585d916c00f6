import E911Values

/// One registered device as the registry's own coding. The columns, which are for look-up, are read out of it when
/// somebody wants them: a first download makes a hundred thousand rows while calls wait, and the store has a thread of
/// its own.
public struct DeviceRow: Equatable, Sendable {
    /// What ``DeviceRecord/encoded()`` writes. The rows of one batch share their octets.
    public let payload: ArraySlice<UInt8>

    public init(payload: ArraySlice<UInt8>) {
        self.payload = payload
    }

    /// Call server, AOR, contact and instance.
    public var key: String {
        Self.joined([.callServer, .aor, .contactURI, .instance], payload.span)
    }

    public var callServer: String { Self.joined([.callServer], payload.span) }
    public var aor: String { Self.joined([.aor], payload.span) }

    /// The texts of fields with blanks between; of octets that are no record what can be read of them.
    private static func joined(_ tags: [DeviceFields.Tag], _ octets: Span<UInt8>) -> String {
        var texts: [Range<Int>] = Array(repeating: 0..<0, count: tags.count)
        var position = 0
        // They stand before all others.
        while let (tag, value) = FieldReader.field(at: position, octets), tag <= DeviceFields.Tag.instance.rawValue {
            if let place = tags.firstIndex(where: { $0.rawValue == tag }) { texts[place] = value }
            position = value.upperBound
        }
        let count = texts.reduce(tags.count - 1) { $0 + $1.count }
        return String(unsafeUninitializedCapacity: count) { buffer in
            var end = 0
            for (place, text) in texts.enumerated() {
                if place > 0 {
                    buffer[end] = UInt8(ascii: " ")
                    end += 1
                }
                for index in text {
                    buffer[end] = octets[index]
                    end += 1
                }
            }
            return end
        }
    }
}
