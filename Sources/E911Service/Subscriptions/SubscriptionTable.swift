import E911Values
import RegInfo
import SIPCore

/// The subscriptions that a site wants: one per member, or one per member and address of record (contract section 2).
struct SubscriptionTable {
    /// One of them, with what it belongs to.
    struct Subscription {
        let place: Place
        let callServer: String
        /// Index of the call server in the site, and of the member in it.
        let server: Int
        let member: Int
        let at: MemberConfiguration
        let entry: SubscriptionGroup.Entry

        var aor: String? { entry.aor }
        /// Whether it is one that the site wants, and accepted.
        var isActive: Bool { entry.isAccepted && !entry.isLeaving }
    }

    struct Place: Hashable {
        var group: Int
        var slot: Int
    }

    /// Something to be done now.
    struct Work {
        var task: SubscriptionGroup.Task.Kind
        var subscription: Subscription
        var wish: SubscriptionGroup.Wish
    }

    /// Groups stay where they are; one that is wanted no more goes when all of its subscriptions have ended.
    private(set) var groups: [SubscriptionGroup?] = []
    // Looked up only, never iterated.
    private var index: [SubscriptionID: Place] = [:]
    private var registered: [RegistrySubscription: Place] = [:]
    private var ofServer: [Int: [Int]] = [:]

    init() {}

    subscript(id: SubscriptionID) -> Subscription? { index[id].flatMap { self[$0] } }

    private subscript(place: Place) -> Subscription? {
        guard let group = groups[place.group], let entry = group.entries[place.slot] else { return nil }
        return Subscription(
            place: place, callServer: group.key.callServer, server: group.wish.server, member: group.wish.member,
            at: group.key.member, entry: entry)
    }

    /// The one that the registry means.
    func id(of registry: RegistrySubscription) -> SubscriptionID? {
        registered[registry].flatMap { self[$0]?.entry.id }
    }

    // MARK: What is wanted

    /// Takes over what is wanted, in its order; what stands already stays, and the rest ends.
    mutating func want(_ wanted: [(key: SubscriptionGroup.Key, wish: SubscriptionGroup.Wish, aors: [String?])]) {
        ofServer = [:]
        var positions: [SubscriptionGroup.Key: Int] = [:]
        for (position, group) in groups.enumerated() { if let group { positions[group.key] = position } }
        var isWanted = groups.map { _ in false }
        for (key, wish, aors) in wanted {
            let position = positions[key] ?? groups.firstIndex { $0 == nil } ?? groups.count
            if position == groups.count {
                groups.append(nil)
                isWanted.append(false)
            }
            if groups[position] == nil { groups[position] = SubscriptionGroup(key, wish) }
            positions[key] = position
            isWanted[position] = true
            groups[position]?.want(aors, wish)
            ofServer[wish.server, default: []].append(position)
        }
        for position in groups.indices where !isWanted[position] {
            guard var wish = groups[position]?.wish else { continue }
            // The site has no such place any more.
            (wish.server, wish.member) = (-1, -1)
            groups[position]?.want([], wish)
            if groups[position]?.remaining == 0 { groups[position] = nil }
        }
    }

    /// One more address of record of a call server.
    mutating func add(_ aor: String, ofServer server: Int) {
        for position in ofServer[server] ?? [] { groups[position]?.add(aor) }
    }

    /// Downloads from a call server, or from one of its members.
    mutating func refreshAll(ofServer server: Int, member: Int? = nil) {
        for position in ofServer[server] ?? [] where member == nil || groups[position]?.wish.member == member {
            groups[position]?.refreshAll()
        }
    }

    /// Ends all of them.
    mutating func leave() {
        for position in groups.indices { groups[position]?.leave() }
    }

    /// Whether nothing is left.
    var isEmpty: Bool { groups.allSatisfy { ($0?.remaining ?? 0) == 0 } }

    // MARK: Work

    /// When ``work(at:budget:jitter:)`` is wanted.
    var nextDeadline: MonotonicTime? { groups.lazy.compactMap { $0?.nextDeadline }.min() }

    /// Compares, at most `budget` addresses of record, and answers what is to be done now.
    mutating func work(at now: MonotonicTime, budget: inout Int, jitter: inout SeededGenerator) -> Work? {
        for position in groups.indices {
            while budget > 0, groups[position]?.isSettled == false {
                budget -= 1
                groups[position]?.step()
            }
            guard budget > 0 else { return nil }
            if let task = groups[position]?.next(at: now, jitter: &jitter), let group = groups[position],
                let subscription = self[Place(group: position, slot: task.slot)]
            {
                budget -= 1
                return Work(task: task.kind, subscription: subscription, wish: group.wish)
            }
        }
        return nil
    }

    // MARK: What became of them

    mutating func started(_ place: Place, as id: SubscriptionID, registry: RegistrySubscription?) {
        groups[place.group]?.started(place.slot, as: id, registry: registry)
        index[id] = place
        if let registry { registered[registry] = place }
    }

    /// Its end is asked for: it speaks for nobody any more.
    mutating func leaving(_ place: Place) {
        if let registry = self[place]?.entry.registry { registered[registry] = nil }
        groups[place.group]?.leaving(place.slot)
    }

    mutating func accepted(_ place: Place) -> SubscriptionTally.Meaning {
        groups[place.group]?.accepted(place.slot) ?? nil
    }

    mutating func failed(_ place: Place, status: Int?, reason: String) -> SubscriptionTally.Meaning {
        groups[place.group]?.failed(place.slot, status: status, reason: reason) ?? nil
    }

    mutating func terminated(_ place: Place, reason: String, isRenewed: Bool) -> SubscriptionTally.Meaning {
        groups[place.group]?.terminated(place.slot, reason: reason, isRenewed: isRenewed) ?? nil
    }

    /// The engine has nothing more to do for it.
    mutating func ended(_ id: SubscriptionID) {
        guard let place = index.removeValue(forKey: id) else { return }
        if let registry = self[place]?.entry.registry { registered[registry] = nil }
        groups[place.group]?.ended(place.slot)
        guard let group = groups[place.group], group.remaining == 0, group.count == 0, group.isSettled,
            ofServer[group.wish.server]?.contains(place.group) != true
        else { return }
        groups[place.group] = nil
    }

    /// Whether every subscription of its group that was tried stands.
    func hasNoFailure(_ place: Place) -> Bool { groups[place.group]?.failure == nil }

    // MARK: Figures

    struct Figures: Equatable {
        var wanted = 0
        var standing = 0
        /// Why one that does not stand failed the last time.
        var failure: String?
    }

    /// Of a call server, or of one of its members.
    func figures(ofServer server: Int, member: Int? = nil) -> Figures {
        var figures = Figures()
        for position in ofServer[server] ?? [] {
            guard let group = groups[position], member == nil || group.wish.member == member else { continue }
            figures.wanted += group.count
            figures.standing += group.tally.standing
            figures.failure = figures.failure ?? group.failure
        }
        return figures
    }
}
