/// Device rows of a store that was opened when the node answered calls already: they are taken back a slice at a time.
struct RestoringDevices: Equatable, Sendable {
    static let perTurn = 256

    private var rows: [DeviceRow] = []
    private var next = 0

    var isEmpty: Bool { next == rows.count }

    mutating func append(_ more: [DeviceRow]) {
        rows += more
    }

    /// The rows of the next turn.
    mutating func take() -> [DeviceRow] {
        let end = min(rows.count, next + Self.perTurn)
        defer {
            next = end
            if isEmpty { self = RestoringDevices() }
        }
        return Array(rows[next..<end])
    }
}
