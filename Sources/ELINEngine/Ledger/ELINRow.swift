public import E911Values

/// What is remembered of one ELIN over restarts: the place that it is bound to, and what the ALI side has been told.
///
/// A number that has no row is free, and the ALI side has no record of it.
public struct ELINRow: Hashable, Sendable {
    public let elin: TelephoneNumber
    /// Set for a number of a pool that belongs to a place.
    public var binding: ELINBinding?
    /// The record that the ALI side is known to have.
    public var published: ELINRecord?
    /// What it was told since, which nobody has confirmed.
    public var offer: ELINOffer?

    public init(
        elin: TelephoneNumber, binding: ELINBinding? = nil, published: ELINRecord? = nil, offer: ELINOffer? = nil
    ) {
        self.elin = elin
        self.binding = binding
        self.published = published
        self.offer = offer
    }

    /// Nothing is bound, and the ALI side can have no record.
    var isEmpty: Bool { binding == nil && isUnpublished }

    /// The ALI side was told nothing, or has confirmed that it deleted all it was told.
    var isUnpublished: Bool { published == nil && offer == nil }

    /// A delete has been offered: it is carried through before the number is used again, since nobody knows whether it
    /// was done.
    var isBeingDeleted: Bool { offer?.function == .delete }
}

/// A number of a pool that belongs to a place.
public struct ELINBinding: Hashable, Sendable {
    public var place: PlaceKey
    public var pool: String
    public var boundAt: WallTime
    /// Since when there is no device at the place, and no lease; `nil` while there is one.
    public var idleSince: WallTime?
    /// It was idle long enough: it goes back to the pool when the ALI side has no record of it.
    public var isLeaving: Bool

    public init(
        place: PlaceKey, pool: String, boundAt: WallTime, idleSince: WallTime? = nil, isLeaving: Bool = false
    ) {
        self.place = place
        self.pool = pool
        self.boundAt = boundAt
        self.idleSince = idleSince
        self.isLeaving = isLeaving
    }
}

/// An ALI record, as far as the engine has to know it.
public struct ELINRecord: Hashable, Sendable {
    /// The place that it names.
    public var place: PlaceKey
    /// A hash of its text: two records with the same one are taken to say the same.
    public var digest: UInt64

    public init(place: PlaceKey, digest: UInt64) {
        self.place = place
        self.digest = digest
    }
}

/// A change of an ALI record that was pushed or exported.
public struct ELINOffer: Hashable, Sendable {
    /// The push or the export that it was part of.
    public var number: UInt64
    public var function: RecordFunction
    /// What the record says then; for a delete what it said.
    public var record: ELINRecord

    public init(number: UInt64, function: RecordFunction, record: ELINRecord) {
        self.number = number
        self.function = function
        self.record = record
    }
}

/// The function code of an ALI record (NENA 02-010).
public enum RecordFunction: String, Hashable, Sendable, CaseIterable, Codable {
    case insert = "I"
    case change = "C"
    case delete = "D"
}
