/// Which header names a message has, so that one that it has not costs no search of its rows.
struct HeaderSet: Sendable, Equatable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Puts the number of a name in; 0 stands for all that are not known. Numbers are below 128.
    @inline(__always)
    mutating func insert(_ id: UInt8) {
        if id < 64 { low |= 1 << UInt64(id) } else { high |= 1 << UInt64(id & 63) }
    }

    @inline(__always)
    func contains(_ id: UInt8) -> Bool {
        (id < 64 ? low >> UInt64(id) : high >> UInt64(id & 63)) & 1 == 1
    }
}
