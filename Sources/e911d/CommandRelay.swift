#if Daemon
    import E911Console
    import E911Control
    import E911Service
    import E911Store
    import E911Values
    import Foundation
    import Synchronization

    /// Brings commands to the node from every thread, and the answers of queries back to who asked.
    final class CommandRelay: Sendable {
        private struct State {
            var submit: (@Sendable ([NodeCommand]) -> Void)?
            /// What came before the node was there.
            var early: [NodeCommand] = []
            var nextToken: UInt64 = 1
            var waiting: [QueryToken: @Sendable (NodeAnswer) -> Void] = [:]
            var isFinished = false
            var finishing: CheckedContinuation<Void, Never>?
            var transport: @Sendable () async -> [NodeStatus.Counter] = { [] }
            var listeners: [NodeConfiguration.Listener] = []
            var turns: (EditTurns, @Sendable (Note) -> Void)?

            mutating func hand(_ commands: [NodeCommand]) {
                if let submit { submit(commands) } else { early += commands }
            }
        }

        private let state = Mutex(State())

        /// The node is there: `first`, then what has waited.
        func begin(_ first: NodeCommand, _ submit: @escaping @Sendable ([NodeCommand]) -> Void) {
            state.withLock { state in
                submit([first] + state.early)
                state.early = []
                state.submit = submit
            }
        }

        /// What the transport counts, for whoever asks for the status.
        func count(_ transport: @escaping @Sendable () async -> [NodeStatus.Counter]) {
            state.withLock { $0.transport = transport }
        }

        /// Where the node listens: no call server of a site may be there.
        var listeners: [NodeConfiguration.Listener] { state.withLock { $0.listeners } }

        func listen(at listeners: [NodeConfiguration.Listener]) {
            state.withLock { $0.listeners = listeners }
        }

        var transportCounters: [NodeStatus.Counter] {
            get async { await state.withLock { $0.transport }() }
        }

        /// The node's state with what the transport counts; `nil` if the node does not answer in time.
        func status() async -> NodeStatus? {
            // Whoever comes first answers; a question that is never answered holds up nobody.
            let (answers, answer) = AsyncStream.makeStream(of: NodeStatus?.self, bufferingPolicy: .bufferingOldest(1))
            Task {
                guard case .status(var status) = await self.ask(.status) else {
                    answer.yield(nil)
                    return
                }
                status.counters += await self.transportCounters
                answer.yield(status)
            }
            let late = Task {
                try? await Task.sleep(for: .seconds(5))
                answer.yield(nil)
            }
            defer { late.cancel() }
            for await status in answers { return status }
            return nil
        }

        func submit(_ command: NodeCommand) { submit(contentsOf: [command]) }

        /// Those that belong together cost the node one turn.
        func submit(contentsOf commands: [NodeCommand]) {
            state.withLock { $0.hand(commands) }
        }

        /// Of two nodes one is given a site at a time.
        func takeTurns(_ turns: EditTurns, note: @escaping @Sendable (Note) -> Void) {
            state.withLock { $0.turns = (turns, note) }
        }

        /// The node that was given a site a moment ago which has not come over yet.
        private func before(_ edit: SiteEdit) async -> String? {
            guard let (turns, note) = state.withLock({ $0.turns }) else { return nil }
            var base = edit.expected
            if base == nil, case .site(_, let counter) = await ask(.site) { base = counter }
            let counter = base ?? 0
            do {
                return try await BlockingWork.run { try turns.take(base: counter) }
            } catch {
                note(
                    Note(
                        .notice, "site.alone",
                        "The shared store cannot be asked whether the other node was given a site meanwhile; of two the later one is true",
                        [.init("reason", "\(error)")]))
                return nil
            }
        }

        func ask(_ query: NodeQuery) async -> NodeAnswer {
            if case .adopt(_, let edit) = query, let other = await before(edit) {
                return .refused([
                    "the other node \(other) was given a site a moment ago, which this edit does not know: look at it and edit again"
                ])
            }
            let answer = await withCheckedContinuation { continuation in
                ask(query) { continuation.resume(returning: $0) }
            }
            if case (.adopt, .refused) = (query, answer), let (turns, _) = state.withLock({ $0.turns }) {
                DispatchQueue.global(qos: .utility).async { try? turns.withdraw() }
            }
            return answer
        }

        /// - Parameter answered: called on the loop.
        func ask(_ query: NodeQuery, answered: @escaping @Sendable (NodeAnswer) -> Void) {
            state.withLock { state in
                let token = QueryToken(rawValue: state.nextToken)
                state.nextToken += 1
                state.waiting[token] = answered
                state.hand([.query(query, token)])
            }
        }

        func resume(_ token: QueryToken, _ answer: NodeAnswer) {
            state.withLock { $0.waiting.removeValue(forKey: token) }?(answer)
        }

        func finished() {
            state.withLock { state in
                state.isFinished = true
                defer { state.finishing = nil }
                return state.finishing
            }?.resume()
        }

        /// Shuts the node down and waits for it, no longer than `limit`.
        func finish(within limit: Duration) async {
            submit(.shutdown)
            let late = Task {
                try? await Task.sleep(for: limit)
                finished()
            }
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isOver = state.withLock { state in
                    if !state.isFinished { state.finishing = continuation }
                    return state.isFinished
                }
                if isOver { continuation.resume() }
            }
            late.cancel()
        }

        private func tell(_ failure: String?, _ code: String, _ text: String, _ log: Log) {
            guard let failure else { return }
            log.write(Note(.alarm, code, text, [.init("reason", failure)]))
        }

        /// What the state folder tells, as commands.
        func take(_ event: StateFolder.Event, log: Log) {
            switch event {
            case .journaled(let tokens, let failure):
                submit(contentsOf: tokens.map { .journaled($0, failure: failure) })
            case .snapshot(let failure):
                tell(failure, "snapshot.failed", "The site's snapshot cannot be written", log)
            case .members(let failure):
                tell(failure, "members.failed", "Where DNS found the call servers cannot be written", log)
            case .elins(let failure):
                tell(failure, "elins.failed", "What ELINs are bound to cannot be written beside the journal", log)
            case .accounts(let failure):
                tell(failure, "accounts.failed", "Who may use the console cannot be written", log)
            case .counter(let failure): if let failure { submit(.counterUnwritten(failure)) }
            case .store(let event):
                switch event {
                case .opened(let file, let synchronous):
                    log.write(
                        Note(
                            .notice, "store.opened", "A file of the store is open",
                            [.init("file", file), .init("synchronous", synchronous)]))
                case .loaded(_, let state): submit(.restore(state, storeAvailable: true))
                case .persisted(let tokens): submit(contentsOf: tokens.map { .persisted($0, failure: nil) })
                case .rejected(let token, let reason): submit(.persisted(token, failure: reason))
                case .failing(_, let reason): submit(.storeFailing(reason))
                case .recovered: submit(.storeFailing(nil))
                case .changed(let feed): submit(.storeChanged(feed))
                case .unreadable(let feed, let rows):
                    log.write(
                        Note(
                            .alarm, "store.unreadable", "Rows of the store cannot be read and were left",
                            [.init("feed", "\(feed)"), .init("rows", "\(rows)")]))
                case .waiting(let feed, let rows):
                    log.write(
                        Note(
                            .alarm, "store.waiting", "Many rows wait for the store",
                            [.init("feed", "\(feed)"), .init("rows", "\(rows)")]))
                }
            }
        }
    }
#endif
