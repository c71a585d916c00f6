public import E911Service
import E911Values

/// What call servers and this side said to each other of late, kept in memory while somebody wants to see it.
///
/// Each call server has room of its own, so that a talkative one does not push out what another one said; what is
/// oldest goes first. Pieces of streams are kept as they came: ``MessageCutter`` makes messages of them.
public struct MessageTrace: Sendable {
    /// How much there is of one call server.
    public struct Status: Equatable, Sendable, Codable {
        public var callServer: String
        /// Whether what comes is kept.
        public var isOn: Bool
        /// Entries that are there.
        public var entries: Int
        /// Octets that they take, ``MessageTrace/entryOctets`` for each one included.
        public var octets: Int
        /// What they may take.
        public var limit: Int
        /// Entries that had to go since the trace was begun.
        public var dropped: UInt64
    }

    /// A part of what is there.
    public struct Page: Equatable, Sendable {
        public var entries: [TraceEntry]
        /// Where to go on; `nil` at the end.
        public var next: UInt64?
    }

    /// Why something cannot be done.
    public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        public var description: String
    }

    fileprivate struct Book: Sendable {
        let name: String
        var sources: [IPPrefix] = []
        var isOn = true
        var limit: Int
        /// From `first` on; those before are gone.
        var entries: [TraceEntry] = []
        var first = 0
        var octets = 0
        var dropped: UInt64 = 0
    }

    /// Octets that an entry is reckoned for beside those that it carries.
    public static let entryOctets = 256
    /// Octets kept for one call server, where nothing else is said.
    public static let defaultLimit = 8 << 20
    /// The bounds of what may be asked for.
    public static let limits = 65_536...(256 << 20)

    private var sources: [CallServerSources] = []
    private var books: [Book] = []

    public init() {}

    /// Whether anything is kept: if not, there is no use in making entries.
    public var isOn: Bool { books.contains { $0.isOn } }

    /// The call servers of the site and their addresses, in the place of those before. Traces stay.
    public mutating func setSources(_ sources: [CallServerSources]) {
        self.sources = sources
        for index in books.indices {
            books[index].sources = sources.first { $0.name == books[index].name }?.prefixes ?? []
        }
    }

    /// Begins a trace anew.
    ///
    /// - Parameter octets: what it may take, within ``limits``.
    /// - Throws: ``Refusal`` when there is no such call server, or the room is out of bounds.
    public mutating func start(_ name: String, octets: Int = defaultLimit) throws(Refusal) {
        guard let server = sources.first(where: { $0.name == name }) else {
            let names = sources.map(\.name).joined(separator: ", ")
            throw Refusal(description: "there is no call server '\(name)' that is switched on; there are: \(names)")
        }
        guard Self.limits.contains(octets) else {
            throw Refusal(
                description:
                    "a trace takes \(Self.limits.lowerBound) to \(Self.limits.upperBound) octets, not \(octets)")
        }
        var book = Book(name: name, limit: octets)
        book.sources = server.prefixes
        if let index = index(of: name) { books[index] = book } else { books.append(book) }
    }

    /// Keeps nothing more; what is there stays.
    public mutating func stop(_ name: String) throws(Refusal) { books[try known(name)].isOn = false }

    /// Keeps nothing more, and forgets what is there.
    public mutating func clear(_ name: String) throws(Refusal) { books.remove(at: try known(name)) }

    public var status: [Status] {
        books.map {
            Status(
                callServer: $0.name, isOn: $0.isOn, entries: $0.entries.count - $0.first, octets: $0.octets,
                limit: $0.limit, dropped: $0.dropped)
        }
    }

    /// Keeps the entry, if it is about a call server whose trace is on.
    public mutating func record(_ entry: TraceEntry) {
        for index in books.indices where books[index].isOn {
            if books[index].sources.contains(where: { $0.contains(entry.remote.address) }) { books[index].add(entry) }
        }
    }

    /// Entries from the number on, the first being 0, with about so many octets at most, but one at least.
    public func page(of name: String, from number: UInt64, octets: Int) throws(Refusal) -> Page {
        let book = books[try known(name)]
        let skipped = number > book.dropped ? Int(clamping: number - book.dropped) : 0
        var at = book.first + min(skipped, book.entries.count - book.first)
        var page = Page(entries: [], next: nil)
        var taken = 0
        while at < book.entries.count, page.entries.isEmpty || taken < octets {
            page.entries.append(book.entries[at])
            taken += Book.weight(book.entries[at])
            at += 1
        }
        if at < book.entries.count { page.next = book.dropped + UInt64(at - book.first) }
        return page
    }

    private func index(of name: String) -> Int? { books.firstIndex { $0.name == name } }

    private func known(_ name: String) throws(Refusal) -> Int {
        guard let index = index(of: name) else {
            throw Refusal(description: "there is no trace of '\(name)': start one")
        }
        return index
    }
}

extension MessageTrace.Book {
    fileprivate static func weight(_ entry: TraceEntry) -> Int { entry.payload.count + MessageTrace.entryOctets }

    fileprivate mutating func add(_ entry: TraceEntry) {
        entries.append(entry)
        octets += Self.weight(entry)
        while octets > limit, first < entries.count {
            octets -= Self.weight(entries[first])
            // The octets are given back at once, the places of the array in one go.
            entries[first].what = .close
            first += 1
            dropped += 1
        }
        if first > 1024, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }
}
