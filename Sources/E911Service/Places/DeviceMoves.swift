public import E911Values
import Locations

/// A device that was found somewhere else than before, for people: with the old and the new place.
public struct DeviceMove: Equatable, Sendable, Codable {
    /// Rises by one with every move since the start.
    public var number: UInt64 = 0
    public var at: WallTime
    public var callServer: String
    public var aor: String
    public var dn: String
    /// The contact URI that it has now.
    public var contact: String
    public var fromContact: String
    public var ip: String
    public var fromIP: String
    /// The ids of the locations.
    public var location: String
    public var fromLocation: String
    /// Whether a rule placed it.
    public var isLocated: Bool
    /// The ELIN that its next emergency call would be given first.
    public var elin: TelephoneNumber?

    /// Whether it is at another location, and not only at another address of the same one.
    public var changesLocation: Bool { location != fromLocation }

    init(
        from old: DeviceRecord, at before: LocationAnswer, to new: DeviceRecord, at answer: LocationAnswer,
        elin: TelephoneNumber?, time: WallTime
    ) {
        at = time
        callServer = new.callServer
        aor = new.aor
        dn = new.dn
        contact = new.contactURI
        fromContact = old.contactURI
        ip = new.ip?.description ?? ""
        fromIP = old.ip?.description ?? ""
        location = answer.location.rawValue
        fromLocation = before.location.rawValue
        isLocated = !answer.isDefault
        self.elin = elin
    }
}

/// The newest moves. They are not in the store: the devices are.
struct DeviceMoves: Equatable, Sendable {
    /// Most moves that are remembered.
    static let limit = 10_000

    private var moves: [DeviceMove] = []
    /// Where the oldest one is, once the room is full.
    private var oldest = 0
    private var count: UInt64 = 0

    mutating func append(_ move: DeviceMove) {
        count += 1
        var move = move
        move.number = count
        if moves.count < Self.limit {
            moves.append(move)
        } else {
            moves[oldest] = move
            oldest = (oldest + 1) % Self.limit
        }
    }

    /// The newest first, those with a smaller number than `before`.
    func page(before: UInt64?, limit: Int) -> (moves: [DeviceMove], more: Bool) {
        let first = count - UInt64(moves.count) + 1
        let end = min(before ?? count + 1, count + 1)
        guard end > first else { return ([], false) }
        let start = max(first, end - min(end, UInt64(max(0, limit))))
        let page = (start..<end).reversed().map { moves[(oldest + Int($0 - first)) % moves.count] }
        return (page, start > first)
    }
}
