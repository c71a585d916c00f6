import E911Values
import RegInfo
import SIPCore

/// The subscriptions that a site wants: one per member, or one per member and address of record (contract section 2).
struct SubscriptionTable {
    /// What one subscription is about. Two with equal scopes are the same subscription over a change of the site.
    struct Scope: Hashable, Sendable {
        var callServer: String
        var member: MemberConfiguration
        /// `nil` is the whole server.
        var aor: String?
    }

    struct Entry {
        var scope: Scope
        /// Index of the call server in the site, and of the member in it.
        var server: Int
        var member: Int
        var expires: UInt32
        var id: SubscriptionID?
        var registry: RegistrySubscription?
        var isAccepted = false
        /// Why it failed the last time; `nil` when it stands.
        var failure: String?
        /// When it starts: many do not start at once.
        var startAt: MonotonicTime
        var isActive: Bool { id != nil && isAccepted }
    }

    /// How far apart the starts of many subscriptions lie: ten thousand take ten seconds.
    static let pace: Duration = .milliseconds(1)

    private(set) var entries: [Entry] = []
    // Looked up only, never iterated.
    private var index: [SubscriptionID: Int] = [:]
    private var registered: [RegistrySubscription: Int] = [:]
    private var firstUnstarted = 0

    init() {}

    subscript(id: SubscriptionID) -> Entry? {
        index[id].map { entries[$0] }
    }

    /// Takes over the wanted scopes in their order; those that stand already stay.
    ///
    /// - Returns: the subscriptions that are not wanted any more.
    mutating func replace(with wanted: [Entry]) -> [Entry] {
        var old: [Scope: Entry] = [:]
        for entry in entries { old[entry.scope] = entry }
        var next: [Entry] = []
        index = [:]
        registered = [:]
        for entry in wanted {
            var entry = entry
            if let known = old.removeValue(forKey: entry.scope), known.expires == entry.expires {
                entry.id = known.id
                entry.registry = known.registry
                entry.isAccepted = known.isAccepted
                entry.failure = known.failure
                if let id = known.id { index[id] = next.count }
                if let known = known.registry { registered[known] = next.count }
            }
            next.append(entry)
        }
        let ended = entries.filter { entry in
            entry.id.map { index[$0] == nil } ?? false
        }
        entries = next
        firstUnstarted = 0
        skipStarted()
        return ended
    }

    /// When the next subscription starts.
    var nextDeadline: MonotonicTime? {
        firstUnstarted < entries.count ? entries[firstUnstarted].startAt : nil
    }

    /// The next one whose time has come.
    func due(_ now: MonotonicTime) -> Int? {
        nextDeadline.map { $0 <= now } ?? false ? firstUnstarted : nil
    }

    mutating func started(_ position: Int, as id: SubscriptionID, registry: RegistrySubscription?) {
        entries[position].id = id
        entries[position].registry = registry
        index[id] = position
        if let registry { registered[registry] = position }
        skipStarted()
    }

    /// The engine has nothing more to do for it.
    mutating func ended(_ id: SubscriptionID) {
        guard let position = index.removeValue(forKey: id) else { return }
        entries[position].id = nil
        entries[position].isAccepted = false
        entries[position].startAt = .distantFuture
    }

    /// The one that the registry means.
    func id(of registry: RegistrySubscription) -> SubscriptionID? {
        registered[registry].flatMap { entries[$0].id }
    }

    mutating func update(_ id: SubscriptionID, _ change: (inout Entry) -> Void) {
        if let position = index[id] { change(&entries[position]) }
    }

    private mutating func skipStarted() {
        while firstUnstarted < entries.count, entries[firstUnstarted].id != nil { firstUnstarted += 1 }
    }
}
