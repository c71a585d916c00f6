public import E911Values

/// An emergency call that wants an ELIN.
public struct ELINRequest: Equatable, Sendable {
    public var device: DeviceKey
    public var callerDN: String
    public var callerContact: String
    public var callServer: String
    /// Where the caller is; `nil` asks for the default ELIN at once (an ambiguous caller with `ambiguous: default`).
    public var place: PlaceKey?
    /// Its counter is greater than those of all calls that the node knows of.
    public var call: RecordKey
    /// What of a place's ELINs is the node's; `nil` for a node that is not one of a pair.
    public var share: ELINShare?

    public init(
        device: DeviceKey, callerDN: String, callerContact: String = "", callServer: String, place: PlaceKey?,
        call: RecordKey, share: ELINShare? = nil
    ) {
        self.device = device
        self.callerDN = callerDN
        self.callerContact = callerContact
        self.callServer = callServer
        self.place = place
        self.call = call
        self.share = share
    }
}

/// Whose ELIN a call was given.
public enum ELINSource: Equatable, Sendable {
    /// The place's own.
    case own
    /// That of the nearest ancestor with a confirmed one, since the place's own is pending.
    case ancestor
    /// The call server's default: the place has none. The alert is louder.
    case callServerDefault
    /// The call server's test ELIN.
    case test
}

/// The ELIN that an emergency call was given.
public struct ELINAssignment: Equatable, Sendable {
    public var lease: Lease
    public var source: ELINSource
    /// The same device held this ELIN already.
    public var renewed: Bool
    /// The lease that had to go for it: a callback to this ELIN now reaches another caller. Never set for the default
    /// ELIN, which is shared by its nature.
    public var displaced: Lease?
    /// The live lease that stood in its place, the device's own included.
    var before: Lease?
    /// How the ELIN stood in the order of use before.
    var previousUse: UseRank
    /// It was given by a node of a pair.
    var isShared: Bool

    /// The live lease of another device that stood in its place, the default ELIN's included: what holds again if the
    /// call is withdrawn.
    public var previous: Lease? { renewed ? nil : before }

    public var elin: TelephoneNumber { lease.elin }
    /// The place that the record behind the ELIN names.
    public var place: PlaceKey { lease.place }
}

/// An ELIN that is sent without being leased: to a test call, or to an untrusted source.
public struct UnleasedELIN: Equatable, Sendable {
    public var elin: TelephoneNumber
    /// The place that the record behind it names.
    public var place: PlaceKey
    public var source: ELINSource

    public init(elin: TelephoneNumber, place: PlaceKey, source: ELINSource) {
        self.elin = elin
        self.place = place
        self.source = source
    }
}

/// Who is behind a number that is called back.
public enum CallbackAnswer: Equatable, Sendable {
    /// The latest emergency caller that was given it, within the window.
    case caller(Lease)
    /// It is an ELIN of ours and the window is over, or there was none. `place` is the one that its record names, if
    /// it is bound to any; its security desk may take the call.
    case outsideWindow(place: PlaceKey?)
    /// It is none of our ELINs.
    case notOurs
}
