import E911Values

/// An IP datagram, or a piece of one.
struct IPDatagram: Equatable {
    var source: IPAddress
    var destination: IPAddress
    /// Of the protocol that it carries.
    var number: UInt8
    var identification: UInt32
    /// Octets of the payload before this piece.
    var offset: Int
    var hasMore: Bool
    var payload: ArraySlice<UInt8>
    /// Octets of the payload that the capture does not have.
    var cut: Int
    /// Its header names no length: the card that cuts it up was to fill that in.
    var isOfNoLength = false
    /// Behind an IPv6 header of a fragment, be it the only one.
    var isFragment = false
}

/// Puts the fragments of IP datagrams together (RFC 791 section 3.2, RFC 8200 section 4.5). Where pieces overlap, what stands
/// further ahead counts, and of two at one place the one that came first.
struct FragmentTable {
    private struct Key: Hashable {
        let source: IPAddress
        let destination: IPAddress
        /// Of the protocol; in IPv6 each piece may name another header.
        let number: UInt8?
        let identification: UInt32
    }

    private struct Pieces {
        let began: TraceTime
        var list: [IPDatagram] = []
        var octets = 0
    }

    /// More than a capture of one site has at a time; the oldest goes.
    static let capacity = 1024
    /// Of a datagram: its length has 16 bits.
    static let mostOctets = 65_535
    /// Of one datagram. So many octets in the smallest pieces of the smallest path are fewer.
    static let mostPieces = 2048
    /// Identifiers are used again: what is older belongs to another datagram (RFC 8200: 60 seconds from the first piece on).
    static let patience: Int64 = 60_000_000
    private var pieces: [Key: Pieces] = [:]
    private var order: [Key] = []
    private var lost = 0

    /// How many datagrams miss a piece.
    var incomplete: Int { lost + pieces.count }

    /// The datagram that is whole with this piece.
    mutating func whole(_ datagram: IPDatagram, _ time: TraceTime) -> IPDatagram? {
        guard datagram.hasMore || datagram.offset > 0 else { return datagram }
        guard datagram.offset + datagram.payload.count <= Self.mostOctets else {
            lost += 1
            return nil
        }
        let key = Key(
            source: datagram.source, destination: datagram.destination,
            number: datagram.source.isIPv4 ? datagram.number : nil, identification: datagram.identification)
        if let known = pieces[key],
            time.microseconds &- known.began.microseconds > Self.patience || known.list.count >= Self.mostPieces
        {
            forget(key)
            lost += 1
        }
        if pieces[key] == nil {
            order.append(key)
            if order.count > Self.capacity {
                forget(order[0])
                lost += 1
            }
        }
        var known = pieces[key] ?? Pieces(began: time)
        known.list.append(datagram)
        known.octets += datagram.payload.count
        pieces[key] = known
        guard let whole = Self.joined(known) else { return nil }
        forget(key)
        return whole
    }

    private mutating func forget(_ key: Key) {
        pieces[key] = nil
        order.removeAll { $0 == key }
    }

    private static func joined(_ pieces: Pieces) -> IPDatagram? {
        guard let last = pieces.list.first(where: { !$0.hasMore }),
            pieces.octets >= last.offset + last.payload.count,
            var whole = pieces.list.first(where: { $0.offset == 0 })
        else { return nil }
        var payload: [UInt8] = []
        let sorted = pieces.list.enumerated().sorted {
            ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
        }
        for (_, piece) in sorted {
            guard piece.offset <= payload.count else { return nil }
            payload += piece.payload.dropFirst(payload.count - piece.offset)
            whole.cut = max(whole.cut, piece.cut)
            if !piece.hasMore {
                (whole.payload, whole.hasMore) = (payload[...], false)
                return whole
            }
        }
        return nil
    }
}
