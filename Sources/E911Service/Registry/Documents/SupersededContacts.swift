/// Contacts that belong to a device which is somewhere else now, as hashes: a registrar goes on listing where a phone
/// was until that registration ends, and some phones keep two. Without this memory such a device would move to and fro
/// with each download.
///
/// What a download did not list is forgotten at the end of the next one.
struct SupersededContacts: Equatable, Sendable {
    /// Most contacts that are remembered. Beyond it a contact is judged without memory.
    static let limit = 65_536

    // Looked up only, never iterated.
    private var before: Set<UInt64> = []
    private var now: Set<UInt64> = []

    var isEmpty: Bool { before.isEmpty && now.isEmpty }

    func contains(_ key: UInt64) -> Bool { now.contains(key) || before.contains(key) }

    mutating func insert(_ key: UInt64) {
        if now.count < Self.limit { now.insert(key) }
    }

    mutating func remove(_ key: UInt64) {
        now.remove(key)
        before.remove(key)
    }

    /// A download has completed.
    mutating func turn() {
        before = now
        now = []
    }
}
