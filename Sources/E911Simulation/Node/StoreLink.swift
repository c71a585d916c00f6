import E911Service
import E911Values

/// What lies between a node of a pair and the ``SharedStore``: the node's connections to it, with what a real adapter does.
///
/// Of each feed one batch is under way at a time, and it is repeated by new connections until it is answered. A connection
/// that broke may bring its batch to the store all the same, before the repetition or behind it.
final class StoreLink {
    struct Conditions: Equatable, Sendable {
        /// One way.
        var delay: ClosedRange<Duration> = .microseconds(200)...(.milliseconds(5))
        /// What the store takes for a question.
        var reading: ClosedRange<Duration> = .microseconds(200)...(.milliseconds(3))
        /// Until a connection stands again once that is possible.
        var reconnecting: ClosedRange<Duration> = .milliseconds(5)...(.milliseconds(300))
        /// Probability that nobody is told of a commit of the other node.
        var hintLoss = 0.05
        /// Of what was lost with its connection: the probability that it comes to the store later.
        var haunting = 0.1
    }

    /// A batch on its way, which does not end with its process.
    private final class Attempt {
        let rows: [Stamped<StoredRow>]
        let token: PersistToken
        let writer: UInt64
        var isLost = false

        init(_ rows: [Stamped<StoredRow>], _ token: PersistToken, writer: UInt64) {
            self.rows = rows
            self.token = token
            self.writer = writer
        }
    }

    /// One feed.
    private struct Lane {
        var waiting: [(rows: [Stamped<StoredRow>], token: PersistToken)] = []
        /// The session; `nil` while no connection stands.
        var writer: UInt64?
        var attempt: Attempt?
        /// It tries again by itself.
        var isAsleep = false
        /// The node is going to hear of the other one's commit.
        var isHinted = false
    }

    /// How long nothing may come through before that is told.
    private static let patience: Duration = .seconds(2)
    /// How long the store has for a question.
    private static let deadline: Duration = .seconds(5)

    let store: SharedStore
    var conditions = Conditions()
    private unowned let node: SimulatedNode
    private unowned let world: World
    private var generator: SeededGenerator
    private var lanes = StoreFeed.allCases.map { _ in Lane() }
    /// Until when nothing comes through, and whether connections are refused meanwhile.
    private var cutUntil = MonotonicTime.zero
    private var isRefused = false
    /// Until when, and with which probability, an answer to a commit is lost with its connection.
    private var losing: (until: MonotonicTime, probability: Double) = (.zero, 0)
    /// Since when nothing came through although something was to; told after a while.
    private var trouble: (number: Int, isTold: Bool)?
    private var troubles = 0

    init(_ store: SharedStore, of node: SimulatedNode, in world: World) {
        self.store = store
        self.node = node
        self.world = world
        generator = world.identifiers(for: "link \(node.name)")
        store.listen(node.name) { [weak self] in self?.hint($0) }
    }

    private var now: MonotonicTime { world.now.monotonic }

    // MARK: What goes wrong

    /// Cuts the node off.
    ///
    /// - Parameter refuses: as a server that is down: it says so at once.
    func cut(for duration: Duration, refuses: Bool = false) {
        cutUntil = max(cutUntil, now + duration)
        isRefused = refuses
        suffer()
    }

    /// Lets answers to commits be lost.
    func loseAnswers(_ probability: Double, for duration: Duration) { losing = (now + duration, probability) }

    /// The end of what keeps everything from coming through at present.
    func outage(at time: MonotonicTime) -> MonotonicTime? { time < cutUntil ? cutUntil : nil }

    /// The process ended. What was on its way is there or is not; nobody waits for the answer.
    func endProcess() {
        for index in lanes.indices {
            if let attempt = lanes[index].attempt { attempt.isLost = generator.chance(0.5) }
            lanes[index] = Lane()
        }
        trouble = nil
    }

    // MARK: Opening

    /// Opens what is not open, and reads what a start finds.
    func open() -> StoredState {
        for (index, feed) in StoreFeed.allCases.enumerated() where lanes[index].writer == nil {
            lanes[index].writer = store.open(feed, node: node.name)
        }
        var state = store.load(for: node.name)
        state.time = world.now.wall
        return state
    }

    // MARK: Commits

    func commit(_ batch: StoreBatch, _ token: PersistToken) {
        for (index, feed) in StoreFeed.allCases.enumerated() {
            let rows = batch.rows(of: feed)
            guard !rows.isEmpty else { continue }
            lanes[index].waiting.append((rows, token))
            return go(index)
        }
    }

    private func go(_ lane: Int) {
        guard lanes[lane].attempt == nil, !lanes[lane].isAsleep, let next = lanes[lane].waiting.first else { return }
        if let thaw = node.host.frozenUntil { return sleep(lane, until: thaw) }
        if let end = outage(at: now) {
            suffer()
            lanes[lane].writer = nil
            return sleep(lane, until: end + generator.duration(in: conditions.reconnecting))
        }
        let writer = lanes[lane].writer ?? store.open(StoreFeed.allCases[lane], node: node.name)
        lanes[lane].writer = writer
        let attempt = Attempt(next.rows, next.token, writer: writer)
        lanes[lane].attempt = attempt
        let there = node.store.take(now, &generator).done + generator.duration(in: conditions.delay)
        world.schedule(after: there - now) { [self] in arrive(attempt, lane) }
    }

    private func sleep(_ lane: Int, until time: MonotonicTime) {
        lanes[lane].isAsleep = true
        node.later(time) { [self] in
            lanes[lane].isAsleep = false
            go(lane)
        }
    }

    private func arrive(_ attempt: Attempt, _ lane: Int) {
        guard !attempt.isLost else { return }
        // Of a process that has ended.
        guard lanes[lane].attempt === attempt else { return _ = apply(attempt, lane) }
        if let end = outage(at: now) {
            if generator.chance(0.5) { _ = apply(attempt, lane) } else { haunt(attempt, lane, until: end) }
            return lose(lane, until: end)
        }
        if now < losing.until, generator.chance(losing.probability) {
            let end = now + generator.duration(in: .milliseconds(100)...(.seconds(3)))
            if generator.chance(0.8) { _ = apply(attempt, lane) } else { haunt(attempt, lane, until: end) }
            return lose(lane, until: end)
        }
        let outcome = apply(attempt, lane)
        world.schedule(after: generator.duration(in: conditions.delay)) { [self] in
            guard lanes[lane].attempt === attempt else { return }
            if let end = outage(at: now) { return lose(lane, until: end) }
            answered(outcome, lane)
        }
    }

    private func apply(_ attempt: Attempt, _ lane: Int) -> SharedStore.Outcome {
        let feed = StoreFeed.allCases[lane]
        let outcome = store.commit(attempt.rows, to: feed, node: node.name, writer: attempt.writer, at: now)
        if outcome == .committed { store.tellOthers(than: node.name, feed) }
        return outcome
    }

    /// What was lost with its connection may come to the store all the same, and late.
    private func haunt(_ attempt: Attempt, _ lane: Int, until end: MonotonicTime) {
        guard generator.chance(conditions.haunting) else { return }
        let late = generator.duration(in: .zero...(end - now + .seconds(5)))
        world.schedule(after: late) { [self] in _ = apply(attempt, lane) }
    }

    /// The connection broke: the batch is given again by the next one.
    private func lose(_ lane: Int, until end: MonotonicTime) {
        lanes[lane].attempt = nil
        lanes[lane].writer = nil
        suffer()
        sleep(lane, until: end + generator.duration(in: conditions.reconnecting))
    }

    private func answered(_ outcome: SharedStore.Outcome, _ lane: Int) {
        let (_, token) = lanes[lane].waiting.removeFirst()
        lanes[lane].attempt = nil
        recover()
        if outcome == .refused {
            world.log.fault("another session writes as \(node.name)", of: node.host, at: world.now)
        }
        node.stored(token)
        go(lane)
    }

    // MARK: Questions

    func fetch(_ feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int, _ token: FetchToken) {
        ask(asked: now) { [self] in
            .rows(store.changes(in: feed, since: since, limit: limit), at: world.now.wall)
        } answer: {
            [self] in
            node.host.command(.fetched(token, $0))
        }
    }

    /// A question that is lost on its way, or its answer, comes through when the wire is mended in time.
    private func ask(
        asked: MonotonicTime, _ read: @escaping () -> FetchAnswer, answer: @escaping (FetchAnswer) -> Void
    ) {
        func fail(_ reason: String, at time: MonotonicTime) { node.later(time) { answer(.failed(reason)) } }
        if let end = outage(at: now) {
            suffer()
            let soon = now + generator.duration(in: conditions.reading)
            if isRefused { return fail("connection refused", at: soon) }
            if trouble?.isTold == true { return fail("not connected", at: soon) }
            guard end < asked + Self.deadline else { return fail("timed out", at: asked + Self.deadline) }
            return node.later(end + generator.duration(in: conditions.reconnecting)) { [self] in
                ask(asked: asked, read, answer: answer)
            }
        }
        let there = node.store.read(now, conditions.reading, &generator) + generator.duration(in: conditions.delay)
        guard there < asked + Self.deadline else { return fail("timed out", at: asked + Self.deadline) }
        node.later(there) { [self] in
            guard outage(at: now) == nil else { return ask(asked: asked, read, answer: answer) }
            let rows = read()
            node.later(now + generator.duration(in: conditions.delay)) { [self] in
                guard outage(at: now) == nil else { return ask(asked: asked, read, answer: answer) }
                recover()
                answer(rows)
            }
        }
    }

    /// The other node has committed something.
    private func hint(_ feed: StoreFeed) {
        let lane = StoreFeed.allCases.firstIndex(of: feed) ?? 0
        guard node.host.isUp, !lanes[lane].isHinted, outage(at: now) == nil, !generator.chance(conditions.hintLoss)
        else { return }
        lanes[lane].isHinted = true
        node.later(now + generator.duration(in: conditions.delay)) { [self] in
            lanes[lane].isHinted = false
            if outage(at: now) == nil { node.host.command(.storeChanged(feed)) }
        }
    }

    // MARK: Trouble

    /// Something did not come through: told when that lasts.
    private func suffer() {
        guard trouble == nil, node.host.isUp else { return }
        troubles += 1
        let number = troubles
        trouble = (number, false)
        node.later(now + Self.patience) { [self] in
            guard trouble?.number == number else { return }
            trouble?.isTold = true
            node.host.command(.storeFailing("the database does not answer"))
        }
    }

    private func recover() {
        if trouble?.isTold == true { node.host.command(.storeFailing(nil)) }
        trouble = nil
    }
}
