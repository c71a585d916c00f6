#if Daemon
    import Dispatch
    import E911Service
    import E911Store
    import E911Values

    /// A thread with a connection of its own that hears when another node has committed.
    final class ChangeListener: Sendable {
        /// What commits notify, with feed and node.
        static let channel = "e911d"

        private let thread: DedicatedThread

        /// - Parameter onChange: called on the thread: after each commit of another node, several that come together as one;
        ///   and for both feeds when the connection is made anew, since nobody knows what was missed.
        init(_ server: PostgresServer, onChange: @escaping @Sendable (StoreFeed) -> Void) {
            thread = DedicatedThread(name: "changes in PostgreSQL") {
                while server.stop.limit == nil {
                    try? Self.listen(server, onChange)
                    // The time of the next attempt, or of the end.
                    _ = server.stop.wait(server.settings.store.openInterval)
                }
            }
        }

        /// Waits for its end.
        func join() { thread.join() }

        private static func listen(_ server: PostgresServer, _ onChange: (StoreFeed) -> Void) throws {
            let connection = try server.connect("listener")
            defer { connection.close() }
            try connection.query("LISTEN \(channel)")
            for feed in StoreFeed.allCases { onChange(feed) }
            while server.stop.limit == nil {
                let deadline = DispatchTime.now() + server.settings.probeInterval.dispatch
                let heard = try connection.notifications(until: deadline)
                guard !heard.isEmpty else {
                    // A server that is gone without a word says nothing for ever.
                    if server.stop.limit == nil { try connection.query("SELECT 1") }
                    continue
                }
                let others = heard.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
                    .filter { $0.count == 2 && $0[1] != server.node }
                for feed in StoreFeed.allCases where others.contains(where: { $0[0] == feed.postgresName }) {
                    onChange(feed)
                }
            }
        }
    }
#endif
