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
    var isCut: Bool
}

/// Puts the fragments of IP datagrams together (RFC 791 section 3.2, RFC 8200 section 4.5).
struct FragmentTable {
    private struct Key: Hashable {
        let source: IPAddress
        let destination: IPAddress
        let number: UInt8
        let identification: UInt32
    }

    /// More than a capture of one site has at a time; the oldest goes.
    static let capacity = 1024
    private var pieces: [Key: [IPDatagram]] = [:]
    private var order: [Key] = []

    /// How many datagrams miss a piece.
    var incomplete: Int { pieces.count }

    /// The datagram that is whole with this piece.
    mutating func whole(_ datagram: IPDatagram) -> IPDatagram? {
        guard datagram.hasMore || datagram.offset > 0 else { return datagram }
        let key = Key(
            source: datagram.source, destination: datagram.destination, number: datagram.number,
            identification: datagram.identification)
        if pieces[key] == nil {
            order.append(key)
            if order.count > Self.capacity { pieces[order.removeFirst()] = nil }
        }
        pieces[key, default: []].append(datagram)
        guard let whole = Self.joined(pieces[key] ?? []) else { return nil }
        pieces[key] = nil
        order.removeAll { $0 == key }
        return whole
    }

    private static func joined(_ pieces: [IPDatagram]) -> IPDatagram? {
        guard pieces.contains(where: { !$0.hasMore }), var whole = pieces.first(where: { $0.offset == 0 }) else {
            return nil
        }
        var payload: [UInt8] = []
        for piece in pieces.sorted(by: { $0.offset < $1.offset }) {
            guard piece.offset <= payload.count else { return nil }
            let known = payload.count - piece.offset
            payload += piece.payload.dropFirst(known)
            whole.isCut = whole.isCut || piece.isCut
            if !piece.hasMore {
                (whole.payload, whole.hasMore) = (payload[...], false)
                return whole
            }
        }
        return nil
    }
}
