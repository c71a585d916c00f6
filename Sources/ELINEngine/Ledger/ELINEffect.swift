public import E911Values

/// What the engine wants done, or tells.
public enum ELINEffect: Equatable, Sendable {
    /// Write this row to the store, in place of the one that the number had.
    case keep(ELINRow)
    /// The number has no row any more.
    case forget(TelephoneNumber)
    case event(ELINEvent)
}

/// What became of the numbers of pools.
public enum ELINEvent: Equatable, Sendable {
    /// A number of a pool belongs to a place from now on. Unless the pool needs no ALI record, it is not sent yet.
    case bound(TelephoneNumber, PlaceKey, pool: String)
    /// The ALI side has the record: the number is sent for calls from the place.
    case confirmed(TelephoneNumber, PlaceKey)
    /// The place had no device and no lease for long enough. If the ALI side may have a record, a delete is owed.
    case leaving(TelephoneNumber, PlaceKey)
    /// The number is free again.
    case returned(TelephoneNumber, pool: String)
    /// An alarm: the pool has no free number for a place with devices; its ancestor's or the default is sent.
    case exhausted(pool: String, PlaceKey)
    /// A number went to a place that waited for one.
    case relieved(pool: String)
}
