import E911Values
public import ELINEngine

/// The octets of an ``ELINRow`` in the store and its copy (``FieldWriter`` has the form). A tag is never used again for
/// something else.
extension ELINRow {
    private enum Tag: UInt8 {
        case elin = 1, place, pool, boundAt, idleSince, isIdle, isLeaving
        case publishedPlace, publishedDigest, isPublished
        case offer, function, offeredPlace, offeredDigest
    }

    public func encoded() -> [UInt8] {
        var out = FieldWriter(capacity: 96)
        out.number(Tag.elin.rawValue, elin.digits)
        if let binding {
            out.text(Tag.pool.rawValue, binding.pool)
            out.text(Tag.place.rawValue, binding.place.rawValue)
            out.signed(Tag.boundAt.rawValue, binding.boundAt.milliseconds)
            if let idleSince = binding.idleSince {
                out.number(Tag.isIdle.rawValue, 1)
                out.signed(Tag.idleSince.rawValue, idleSince.milliseconds)
            }
            out.number(Tag.isLeaving.rawValue, binding.isLeaving ? 1 : 0)
        }
        if let published {
            out.number(Tag.isPublished.rawValue, 1)
            out.text(Tag.publishedPlace.rawValue, published.place.rawValue)
            out.number(Tag.publishedDigest.rawValue, published.digest)
        }
        if let offer {
            out.text(Tag.function.rawValue, offer.function.rawValue)
            out.number(Tag.offer.rawValue, offer.number)
            out.text(Tag.offeredPlace.rawValue, offer.record.place.rawValue)
            out.number(Tag.offeredDigest.rawValue, offer.record.digest)
        }
        return out.octets
    }

    /// Reads what ``encoded()`` wrote; `nil` if the octets are no row.
    public init?(encoded octets: Span<UInt8>) {
        guard let fields = FieldReader.fields(octets) else { return nil }
        var number: TelephoneNumber?
        var binding = ELINBinding(place: PlaceKey(""), pool: "", boundAt: WallTime(milliseconds: 0))
        var published = ELINRecord(place: PlaceKey(""), digest: 0)
        var offer = ELINOffer(number: 0, function: .insert, record: published)
        var (isIdle, isPublished, isOffered) = (false, false, false)
        for field in fields {
            guard let tag = Tag(rawValue: field.tag) else { continue }
            switch tag {
            case .elin: number = field.number.flatMap { TelephoneNumber(digits: $0) }
            case .place: binding.place = PlaceKey(field.text)
            case .pool: binding.pool = field.text
            case .boundAt: binding.boundAt = WallTime(milliseconds: field.signed ?? 0)
            case .idleSince: binding.idleSince = WallTime(milliseconds: field.signed ?? 0)
            case .isIdle: isIdle = field.number != 0
            case .isLeaving: binding.isLeaving = field.number != 0
            case .publishedPlace: published.place = PlaceKey(field.text)
            case .publishedDigest: published.digest = field.number ?? 0
            case .isPublished: isPublished = field.number != 0
            case .offer: offer.number = field.number ?? 0
            case .function:
                guard let function = RecordFunction(rawValue: field.text) else { return nil }
                offer.function = function
                isOffered = true
            case .offeredPlace: offer.record.place = PlaceKey(field.text)
            case .offeredDigest: offer.record.digest = field.number ?? 0
            }
        }
        guard let number else { return nil }
        if isIdle { binding.idleSince = binding.idleSince ?? WallTime(milliseconds: 0) }
        self.init(
            elin: number, binding: binding.place.rawValue.isEmpty ? nil : binding,
            published: isPublished ? published : nil, offer: isOffered ? offer : nil)
    }
}

/// All rows of ELINs at one moment: what a start finds.
public struct StoredELINs: Equatable, Sendable {
    public var rows: [ELINRow]
    /// The highest counter of a row, deletions included: of two sets the one with the higher counter is the newer one.
    public var counter: UInt64

    private static let version: UInt64 = 1

    private enum Tag {
        static let version: UInt8 = 1
        static let counter: UInt8 = 2
        static let row: UInt8 = 3
    }

    public init(rows: [ELINRow] = [], counter: UInt64 = 0) {
        self.rows = rows
        self.counter = counter
    }

    /// The octets of the copy beside the journal.
    public func encoded() -> [UInt8] {
        var out = FieldWriter(capacity: 64 + rows.count * 96)
        out.number(Tag.version, Self.version)
        out.number(Tag.counter, counter)
        for row in rows { out.element(Tag.row, row.encoded()) }
        return out.octets
    }

    /// Reads what ``encoded()`` wrote; `nil` if the octets are something else.
    public init?(encoded octets: Span<UInt8>) {
        guard let fields = FieldReader.fields(octets), let first = fields.first, first.tag == Tag.version,
            first.number == Self.version
        else { return nil }
        self.init()
        for field in fields {
            switch field.tag {
            case Tag.counter: counter = field.number ?? 0
            case Tag.row:
                guard let row = ELINRow(encoded: field.octets.span) else { return nil }
                rows.append(row)
            default: continue
            }
        }
    }
}
