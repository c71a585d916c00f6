public import E911Values

/// Which ELIN a call would be given now, and why. Nothing is taken for it.
public struct ELINPreview: Equatable, Sendable {
    public var elin: TelephoneNumber
    /// The place that the record behind it names.
    public var place: PlaceKey
    public var source: ELINSource
    /// The device holds it since an earlier call.
    public var isRenewed: Bool
    /// Whose callback would be lost.
    public var displaced: Lease?
    /// The place gets its ELIN from a pool and has none that is confirmed.
    public var isPending: Bool

    /// Why, as a sentence for people.
    public var reason: String {
        switch source {
        case .own:
            if isRenewed { return "the device holds it since an earlier call" }
            if let displaced { return "no ELIN of the place is free: it would be taken from \(displaced.callerDN)" }
            return "of the place's free ELINs the one that was used longest ago"
        case .ancestor:
            let held = isRenewed ? "; the device holds it since an earlier call" : ""
            return "the place has no confirmed ELIN, so that of '\(place)' is sent, which contains it\(held)"
        case .callServerDefault:
            return isPending
                ? "the place has no confirmed ELIN, nor has one around it: the call server's default ELIN is sent"
                : "the place has no ELIN: the call server's default ELIN is sent"
        case .test: return "the call server's ELIN for test calls"
        }
    }
}

extension ELINEngine {
    /// What ``take(_:now:)`` would give a device at a place, and why.
    ///
    /// - Parameters:
    ///   - place: `nil` asks for the default ELIN.
    ///   - isPool: whether the place gets its ELIN from a pool.
    public func preview(
        place: PlaceKey?, isPool: Bool, callServer: String, device: DeviceKey, now: Now
    ) -> ELINPreview? {
        if let serving = table.servingPlace(of: place),
            let slot = choose(from: serving.slots, for: device, now: now.monotonic)
        {
            let lease = table.slots[slot].lease.flatMap { $0.isLive(at: now.monotonic) ? $0 : nil }
            let isRenewed = lease?.device == device
            return ELINPreview(
                elin: table.slots[slot].number, place: serving.key, source: serving.key == place ? .own : .ancestor,
                isRenewed: isRenewed, displaced: isRenewed ? nil : lease.flatMap { $0.mapsCallback ? $0 : nil },
                isPending: isPool && serving.key != place)
        }
        return unleasedDefault(callServer: callServer).map {
            ELINPreview(
                elin: $0.elin, place: $0.place, source: $0.source, isRenewed: false, displaced: nil, isPending: isPool)
        }
    }
}
