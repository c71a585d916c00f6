#if Daemon
    import E911Service
    import Synchronization

    /// Reads what other nodes have written, a feed on a thread of its own, so that nobody waits for a store that is slow or away.
    final class StoreReader: Sendable {
        private struct Question: Sendable {
            var since: [StoredState.NodeCounter]
            var limit: Int
            var answered: @Sendable (FetchAnswer) -> Void
        }

        private let store: any NodeStore
        private let feeds = Mutex<[StoreFeed: Mailbox<Question>]>([:])

        init(_ store: any NodeStore) { self.store = store }

        /// - Parameter answered: called once, on a thread of the reader's.
        func fetch(
            _ feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int,
            answered: @escaping @Sendable (FetchAnswer) -> Void
        ) {
            let mailbox = feeds.withLock { feeds in
                if let mailbox = feeds[feed] { return mailbox }
                let mailbox = Mailbox<Question>()
                feeds[feed] = mailbox
                let store = store
                _ = DedicatedThread(name: "changes of \(feed)") {
                    while let questions = mailbox.take() {
                        for question in questions { question.answered(Self.answer(feed, question, store)) }
                    }
                }
                return mailbox
            }
            let question = Question(since: since, limit: limit, answered: answered)
            if !mailbox.post(question) { answered(.failed("the store was closed")) }
        }

        private static func answer(_ feed: StoreFeed, _ question: Question, _ store: any NodeStore) -> FetchAnswer {
            do {
                let rows = try store.changes(in: feed, since: question.since, limit: question.limit)
                return .rows(rows, at: try store.time())
            } catch let error as StoreError where error.code == .tooOld {
                return .tooOld
            } catch {
                return .failed(CommitFailure(error).reason)
            }
        }

        /// No more questions are taken. Those that are under way are answered.
        func close() {
            feeds.withLock { feeds in
                for mailbox in feeds.values { mailbox.close() }
            }
        }
    }
#endif
