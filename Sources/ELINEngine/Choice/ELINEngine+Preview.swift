public import E911Values

/// Which ELIN a call would be given now, and why. Nothing is taken for it.
public struct ELINPreview: Equatable, Sendable {
    public var elin: TelephoneNumber
    /// The place that the record behind it names.
    public var place: PlaceKey
    public var source: ELINSource
    /// The device holds it since an earlier call.
    public var isRenewed: Bool
    /// It is of the other node's share: none of the node's own is free.
    public var isOfOtherShare: Bool
    /// Whose callback would be lost.
    public var displaced: Lease?
    /// The place gets its ELIN from a pool, and has none yet whose record is confirmed.
    public var isPending: Bool
    /// The number that is bound to the place and not confirmed yet.
    public var pendingELIN: TelephoneNumber?

    /// Why, as a sentence for people.
    public var reason: String {
        let held = isRenewed ? "; the device holds it since an earlier call" : ""
        let pending =
            pendingELIN.map { "the record of \($0), which is bound to the place, is not confirmed yet" }
            ?? "no number of the pool is bound to the place yet"
        switch source {
        case .own:
            if isRenewed { return "the device holds it since an earlier call" }
            if let displaced { return "no ELIN of the place is free: it would be taken from \(displaced.callerDN)" }
            if isOfOtherShare {
                return "no ELIN of this node's share is free: of the other's the one that was used longest ago"
            }
            return "of the place's free ELINs the one that was used longest ago"
        case .ancestor: return "\(pending), so that of '\(place)' is sent, which contains it\(held)"
        case .callServerDefault:
            return isPending
                ? "\(pending), and no place around it has an ELIN: the call server's default ELIN is sent"
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
    ///   - share: what of the place's ELINs is the node's own, in a pair.
    public func preview(
        place: PlaceKey?, callServer: String, device: DeviceKey, share: ELINShare? = nil, now: Now
    ) -> ELINPreview? {
        let own = place.flatMap { table.placeOfKey[$0] }.map { table.places[$0] }
        let isPending = own.map { $0.usesPool && $0.slots.isEmpty } ?? false
        let pending = isPending ? own?.bound.map { table.slots[$0].number } : nil
        if let serving = table.servingPlace(of: place),
            let slot = choose(from: serving.slots, for: device, share: share, now: now.monotonic)?.slot
        {
            let lease = table.slots[slot].lease.flatMap { $0.isLive(at: now.monotonic) ? $0 : nil }
            let isRenewed = lease?.device == device
            return ELINPreview(
                elin: table.slots[slot].number, place: serving.key, source: serving.key == place ? .own : .ancestor,
                isRenewed: isRenewed,
                isOfOtherShare: !isRenewed && share?.owns(serving.slots.firstIndex(of: slot) ?? 0) == false,
                displaced: isRenewed ? nil : lease.flatMap { $0.mapsCallback ? $0 : nil },
                isPending: isPending, pendingELIN: pending)
        }
        return unleasedDefault(callServer: callServer).map {
            ELINPreview(
                elin: $0.elin, place: $0.place, source: $0.source, isRenewed: false, isOfOtherShare: false,
                displaced: nil, isPending: isPending, pendingELIN: pending)
        }
    }
}
