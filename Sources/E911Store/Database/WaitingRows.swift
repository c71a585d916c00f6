#if Daemon
    import E911Service

    /// Batches that wait for their commit, in order.
    struct WaitingRows {
        /// A batch as it comes. Its rows are made on the store's thread.
        struct Batch: Sendable {
            var token: PersistToken
            var batch: StoreBatch
        }

        /// What is left of a batch.
        struct Part: Sendable {
            var token: PersistToken
            var rows: ArraySlice<Stamped<StoredRow>>
        }

        private(set) var parts: [Part] = []
        private(set) var rows = 0

        var isEmpty: Bool { parts.isEmpty }

        mutating func add(_ more: [Part]) {
            parts += more
            for part in more { rows += part.rows.count }
        }

        /// The rows of the next commit, by part: whole batches up to `limit` rows, one batch at least, or just `limit` rows
        /// where batches may be split.
        func next(limit: Int, splitting: Bool) -> [ArraySlice<Stamped<StoredRow>>] {
            var group: [ArraySlice<Stamped<StoredRow>>] = []
            var count = 0
            for part in parts where count < limit {
                let take = splitting ? min(part.rows.count, limit - count) : part.rows.count
                group.append(part.rows.prefix(take))
                count += take
            }
            return group
        }

        /// Takes away what was committed, and gives the batches of which nothing is left.
        mutating func removeCommitted(_ group: [ArraySlice<Stamped<StoredRow>>]) -> [PersistToken] {
            var done: [PersistToken] = []
            for (index, committed) in group.enumerated() {
                rows -= committed.count
                parts[index].rows = parts[index].rows.dropFirst(committed.count)
                if parts[index].rows.isEmpty { done.append(parts[index].token) }
            }
            parts.removeFirst(done.count)
            return done
        }

        /// Takes away one batch.
        mutating func remove(at index: Int) -> PersistToken {
            let part = parts.remove(at: index)
            rows -= part.rows.count
            return part.token
        }
    }
#endif
