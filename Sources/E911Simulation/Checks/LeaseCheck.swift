import E911Service
public import E911Values

/// ELINs and callbacks (contract sections 3 and 4): each record of a journal is held against a plain model of who holds
/// which ELIN, and what nodes say of their leases against the same.
public final class LeaseCheck: InvariantChecker {
    public var violations: [Violation] { findings.all }

    private struct Known {
        let caller: String
        let isTest: Bool
    }

    struct NodeState {
        var book = LeaseBook()
        var incarnation = -1
        /// Of a node of a pair: what it decided lately, and calls of the other node that may be the same.
        var recent: [(key: RecordKey, caller: String, at: MonotonicTime)] = []
        var shared = BoundedTable<RecordKey, Bool>(limit: 1000)
    }

    let nodes: [SimulatedNode]
    let plan: SimulatedSite.Plan
    /// The numbers of each place, in their order; the site gives them out once.
    private let elinsOfPlace: [String: [TelephoneNumber]]
    private let defaultPlace: String
    private let defaultELIN: TelephoneNumber?
    /// In the order of `nodes`.
    var states: [NodeState]
    private var places: [HostID: Int] = [:]
    private var records = BoundedTable<RecordKey, Known>(limit: 20_000)
    var findings = Findings()
    /// An answer may leave this long after its record was made, and ends are seen to the millisecond.
    static let margin: Duration = .milliseconds(100)

    public init(_ site: SimulatedSite, _ nodes: [SimulatedNode]) {
        self.nodes = nodes
        plan = site.plan
        let configuration = site.configuration
        elinsOfPlace = Dictionary(uniqueKeysWithValues: configuration.locations.map { ($0.id, $0.elins) })
        defaultPlace = configuration.callServers.first?.defaultLocation ?? ""
        defaultELIN = configuration.callServers.first?.defaultELIN
        states = nodes.map { _ in NodeState() }
        for (index, node) in nodes.enumerated() { places[node.host.id] = index }
    }

    /// The caller of a call that was decided lately, and whether it was a test.
    func record(_ key: RecordKey) -> (caller: String, isTest: Bool)? {
        records[key].map { ($0.caller, $0.isTest) }
    }

    public func observe(_ entry: LogEntry) {
        guard let index = places[entry.host.id] else { return }
        switch entry.what {
        case .told(NodeEffect.journal(let record, _) as NodeEffect): take(record, index, entry)
        case .commanded(NodeCommand.restore(let state, let isOpen) as NodeCommand):
            restored(index, isStoreOpen: isOpen, entry)
            takeOver(state, index, entry)
        case .commanded(let command as NodeCommand):
            if let rows = nodes[index].taken(from: command) { takeOver(rows, index, entry) }
        default: break
        }
    }

    private func restored(_ index: Int, isStoreOpen: Bool, _ entry: LogEntry) {
        let node = nodes[index]
        if states[index].incarnation != entry.host.incarnation {
            states[index].incarnation = entry.host.incarnation
            let offset = entry.host.wallOffset
            let slack: Duration = plan.isPaired ? max(offset, .zero - offset) + .seconds(5) : .zero
            states[index].book.restart(
                wallOffset: offset, slack: slack, isKnown: { node.has($0) },
                isAtHand: { isStoreOpen || node.disk.hasInJournal($0) })
        } else if isStoreOpen {
            states[index].book.comeBack(wallOffset: entry.host.wallOffset)
        }
    }

    // MARK: Records

    private func take(_ record: CallRecord, _ index: Int, _ entry: LogEntry) {
        records.put(record.key, Known(caller: record.callerDN, isTest: record.kind == .test))
        let now = entry.time
        states[index].book.settle(before: now.monotonic)
        note(record, index, now)
        switch record.kind {
        case .emergency:
            guard let elin = record.elin else { break }
            if record.outcome == .abandoned {
                states[index].book.withdraw(elin, record.key)
            } else {
                judge(record, elin, index, now)
                guard record.leaseSeconds > 0 else { break }
                states[index].book.put(
                    elin,
                    LeaseBook.Holder(
                        key: record.key, caller: record.callerDN, device: record.device, place: record.elinLocation,
                        from: now.monotonic, until: now.monotonic + .seconds(Int64(record.leaseSeconds)),
                        wallOffset: entry.host.wallOffset))
            }
        case .test: if record.outcome != .abandoned { judgeTest(record, index, now) }
        case .callback: judgeCallback(record, index, now)
        }
    }

    private func judge(_ record: CallRecord, _ elin: TelephoneNumber, _ index: Int, _ now: Now) {
        let isDefault = elin == defaultELIN
        let list = elinsOfPlace[record.elinLocation] ?? []
        if isDefault ? record.elinLocation != defaultPlace : !list.contains(elin) {
            findings.add(.place, "\(elin) was sent for \(record.elinLocation), which is not its place", at: now)
        }
        guard record.leaseSeconds > 0 else {
            if !record.flags.contains(.untrusted) {
                findings.add(.callback, "\(record.callerDN) was given \(elin) without a lease", at: now)
            }
            return
        }
        if Int64(record.leaseSeconds) != plan.elinTimeout.components.seconds {
            findings.add(.callback, "\(record.callerDN) was given \(elin) for \(record.leaseSeconds) s", at: now)
        }
        judgeChoice(record, elin, isDefault ? [elin] : list, isDefault, states[index].book, now)
        if plan.isPaired, !isDefault { judgeShare(record, elin, list, index, now) }
    }

    /// The rules of contract section 4, in their order.
    private func judgeChoice(
        _ record: CallRecord, _ elin: TelephoneNumber, _ list: [TelephoneNumber], _ isDefault: Bool, _ book: LeaseBook,
        _ now: Now
    ) {
        let soon = now.monotonic + Self.margin
        // A device that came to hold two, because the store was away, keeps one of them: which is the later one nobody can
        // tell when the clock was set between.
        let present = book.holder(of: elin)
        let keepsAnother = present.map { $0.device == record.device && $0.earliestEnd > soon && $0.isRestored } ?? false
        if let own = book.held(by: record.device, among: list, at: soon), !own.holder.isUncertain, !own.holder.isAway,
            own.elin != elin, !keepsAnother
        {
            findings.add(
                .lease, "\(record.callerDN) held \(own.elin), and was given \(elin) in the same place", at: now)
        }
        let before = book.holder(of: elin)
        guard let before, before.earliestEnd > soon, before.device != record.device else {
            if record.flags.contains(.displaced),
                before.map({ !$0.isUncertain && $0.latestEnd < now.monotonic - Self.margin }) ?? true
            {
                findings.add(.lease, "\(elin) was taken from somebody who did not hold it", at: now)
            }
            return
        }
        guard !before.isUncertain, !before.isAway, !isDefault else { return }
        if !record.flags.contains(.displaced) || record.displacedDN != before.caller {
            findings.add(
                .lease, "\(elin) was taken from \(before.caller) for \(record.callerDN), and nobody says so", at: now)
        }
        // Of a pair each node displaces leases of its own share first, if they are nearly as old.
        let share = list.firstIndex(of: elin).map { $0 % 2 }
        for (place, other) in list.enumerated() {
            let holder = book.holder(of: other)
            if holder == nil || holder.map({ !$0.isUncertain && $0.latestEnd < now.monotonic - Self.margin }) ?? false {
                findings.add(.lease, "\(elin) was taken from \(before.caller) while \(other) was free", at: now)
            } else if let holder, !holder.isRestored, !before.isRestored, !holder.isDoubtful,
                before.isLater(than: holder), !plan.isPaired || place % 2 == share
            {
                findings.add(.lease, "\(elin) was taken from \(before.caller), and \(other) is held longer", at: now)
            }
        }
    }

    private func judgeTest(_ record: CallRecord, _ index: Int, _ now: Now) {
        if record.leaseSeconds > 0 {
            findings.add(.testCall, "the test call of \(record.callerDN) took a lease", at: now)
        }
        guard let elin = record.elin, let holder = states[index].book.holder(of: elin), !holder.isUncertain,
            !holder.isAway, holder.earliestEnd > now.monotonic + Self.margin
        else { return }
        findings.add(
            .testCall, "\(elin) was given to \(holder.caller), and then to a test call of \(record.callerDN)", at: now)
    }

    private func judgeCallback(_ record: CallRecord, _ index: Int, _ now: Now) {
        guard record.outcome != .abandoned, let elin = record.elin, let holder = states[index].book.holder(of: elin),
            !holder.isUncertain, !holder.isAway
        else { return }
        if holder.earliestEnd > now.monotonic + Self.margin {
            if record.status != 302 || !record.contact.contains("sip:\(holder.caller)@") {
                findings.add(
                    .callback,
                    "\(elin) was given to \(holder.caller), and a call to it was answered \(record.status) "
                        + record.contact, at: now)
            }
        } else if holder.latestEnd < now.monotonic - Self.margin, record.status == 302 {
            findings.add(.callback, "a call to \(elin) went to \(record.contact) after its time", at: now)
        }
    }

    // MARK: What nodes say

    /// Holds the leases of every node against the model.
    func compare(at now: Now) {
        for index in nodes.indices { states[index].book.settle(before: now.monotonic) }
        for (index, node) in nodes.enumerated()
        where node.host.isUp && states[index].incarnation == node.host.incarnation {
            compare(node, states[index].book, now)
        }
    }

    private func compare(_ node: SimulatedNode, _ book: LeaseBook, _ now: Now) {
        let leases = node.host.machine.leases(at: node.host.now)
        for lease in leases {
            let holder = book.holder(of: lease.elin)
            guard holder?.caller != lease.callerDN, holder?.isDoubtful != true else { continue }
            if let known = records[lease.call], known.isTest {
                findings.add(.testCall, "the test call of \(lease.callerDN) holds \(lease.elin)", at: now)
            } else if holder.map({ !$0.isAway }) ?? (records[lease.call] != nil) {
                findings.add(
                    .callback,
                    "\(node.host.name) names \(lease.callerDN) for \(lease.elin), which "
                        + "\(holder?.caller ?? "nobody") was given last", at: now)
            }
        }
        let named = Set(leases.map(\.elin))
        for (elin, holder) in book.all
        where !holder.isUncertain && !holder.isAway && holder.earliestEnd > now.monotonic + Self.margin
            && !named.contains(elin)
        {
            findings.add(
                .callback, "\(elin) was given to \(holder.caller), and \(node.host.name) names nobody for it", at: now)
        }
    }

    public func conclude(at now: Now) { compare(at: now) }
}
