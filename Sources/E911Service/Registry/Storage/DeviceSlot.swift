import E911Values

/// The fixed part of one device, at most 64 octets. Its texts lie in the ``TextArena``, its sightings in arrays of
/// their own beside the table.
///
/// Seconds are counted from the registry's origin on the monotonic clock; `lastSeen` is on the wall clock.
struct DeviceSlot: Equatable, Sendable {
    struct Flags: OptionSet, Equatable, Sendable {
        let rawValue: UInt16
        static let retired = Flags(rawValue: 1)
        static let stale = Flags(rawValue: 2)
        static let hasAddress = Flags(rawValue: 4)
        static let isIPv4 = Flags(rawValue: 8)
        static let hasMAC = Flags(rawValue: 16)
        static let filtered = Flags(rawValue: 32)
    }

    /// The end of a chain, and no place.
    static let none = UInt32.max

    var addressHigh: UInt64 = 0
    var addressLow: UInt64 = 0
    /// Milliseconds on the wall clock.
    var registeredAt: Int64 = 0
    /// Where the texts lie; `none` marks a free slot.
    var text = none
    /// Of a free slot: the next free one.
    var nextFree = none
    /// Wall clock, seconds since 1970.
    var lastSeen: UInt32 = 0
    /// When the registration expires (0: not known), or, for a retired device, when it was retired.
    var mark: UInt32 = 0
    /// The second in which the ``DeadlineWheel`` looks at it; 0 for none.
    var wheelSecond: UInt32 = 0
    var macLow: UInt32 = 0
    var macHigh: UInt16 = 0
    var flags: Flags = []
    var callServer: UInt16 = 0
    var generation: UInt16 = 0

    var isFree: Bool { text == Self.none }

    var state: DeviceState {
        flags.contains(.retired) ? .retired : flags.contains(.stale) ? .stale : .active
    }

    var address: IPAddress? {
        get {
            guard flags.contains(.hasAddress) else { return nil }
            return flags.contains(.isIPv4)
                ? IPAddress(v4: UInt32(truncatingIfNeeded: addressLow))
                : IPAddress(v6: UInt128(addressHigh) << 64 | UInt128(addressLow))
        }
        set {
            flags.remove([.hasAddress, .isIPv4])
            addressHigh = UInt64(truncatingIfNeeded: (newValue?.bits ?? 0) >> 64)
            addressLow = UInt64(truncatingIfNeeded: newValue?.bits ?? 0)
            guard let newValue else { return }
            flags.insert(newValue.isIPv4 ? [.hasAddress, .isIPv4] : .hasAddress)
        }
    }

    var mac: MACAddress? {
        get { flags.contains(.hasMAC) ? MACAddress(bits: UInt64(macHigh) << 32 | UInt64(macLow)) : nil }
        set {
            macHigh = UInt16(truncatingIfNeeded: (newValue?.bits ?? 0) >> 32)
            macLow = UInt32(truncatingIfNeeded: newValue?.bits ?? 0)
            if newValue == nil { flags.remove(.hasMAC) } else { flags.insert(.hasMAC) }
        }
    }
}
