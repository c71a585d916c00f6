public import E911Values

/// An ELIN that stands for an emergency caller, from the 302 until its window is over.
public struct Lease: Equatable, Sendable {
    /// The longest `sip-elin-timeout`.
    public static let longestWindow: Duration = .seconds(3600)
    /// How long a caller is remembered where `sip-elin-timeout` is 0, so that a repeated call gets the same ELIN.
    public static let matchingWindow: Duration = .seconds(120)

    public let elin: TelephoneNumber
    /// The latest call that it was given to.
    public let call: RecordKey
    public let device: DeviceKey
    /// Where a callback goes.
    public let callerDN: String
    /// The contact that called.
    public let callerContact: String
    public let callServer: String
    /// The place that the record behind the ELIN names; not always where the caller is.
    public let place: PlaceKey
    /// When it was taken or renewed.
    public let takenAt: WallTime
    /// For people and for the store; ``deadline`` decides.
    public let expiresAt: WallTime
    /// The lease is live before this time.
    public let deadline: MonotonicTime
    /// Whether a call to the ELIN goes to the caller. `false` where `sip-elin-timeout` is 0: then it is only remembered
    /// who called, and the ELIN is free for others.
    public let mapsCallback: Bool

    public func isLive(at now: MonotonicTime) -> Bool { now < deadline }

    /// The window that it was given at the last call.
    public var window: Duration { expiresAt - takenAt }
}

/// A lease as store and journal remember it, by the wall clock alone.
public struct StoredLease: Equatable, Sendable {
    public var elin: TelephoneNumber
    public var call: RecordKey
    public var device: DeviceKey
    public var callerDN: String
    public var callerContact: String
    public var callServer: String
    public var place: PlaceKey
    public var takenAt: WallTime
    public var expiresAt: WallTime

    public init(
        elin: TelephoneNumber, call: RecordKey, device: DeviceKey, callerDN: String, callerContact: String = "",
        callServer: String, place: PlaceKey, takenAt: WallTime, expiresAt: WallTime
    ) {
        self.elin = elin
        self.call = call
        self.device = device
        self.callerDN = callerDN
        self.callerContact = callerContact
        self.callServer = callServer
        self.place = place
        self.takenAt = takenAt
        self.expiresAt = expiresAt
    }

    public init(_ lease: Lease) {
        self.init(
            elin: lease.elin, call: lease.call, device: lease.device, callerDN: lease.callerDN,
            callerContact: lease.callerContact, callServer: lease.callServer, place: lease.place,
            takenAt: lease.takenAt, expiresAt: lease.expiresAt)
    }
}
