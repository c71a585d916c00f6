#if Daemon
    import E911Service

    /// Records that are written together.
    struct JournalGroup {
        private(set) var octets: [UInt8] = []
        private var records: [(kind: JournalFrame.Kind, token: JournalToken, end: Int)] = []

        var isEmpty: Bool { records.isEmpty }
        var firstToken: JournalToken { records.first?.token ?? .none }
        /// The tokens of the calls.
        var tokens: [JournalToken] { records.filter { $0.kind == .call }.map(\.token) }

        mutating func add(_ kind: JournalFrame.Kind, token: JournalToken, payload: [UInt8]) {
            JournalFrame.append(kind, token: token, payload: payload, to: &octets)
            records.append((kind, token, octets.count))
        }

        mutating func removeAll() {
            octets.removeAll(keepingCapacity: true)
            records.removeAll(keepingCapacity: true)
        }

        /// Takes away the records that lie wholly in the first `count` octets, and gives the tokens of the calls in them.
        mutating func removeWritten(_ count: Int) -> [JournalToken] {
            let whole = records.prefix { $0.end <= count }
            let written = whole.filter { $0.kind == .call }.map(\.token)
            guard whole.count < records.count else {
                removeAll()
                return written
            }
            let start = whole.last?.end ?? 0
            octets.removeFirst(start)
            records = records.dropFirst(whole.count).map { ($0.kind, $0.token, $0.end - start) }
            return written
        }
    }
#endif
