#if Daemon
    import E911Store

    /// Why PostgreSQL, or the way to it, did not do something.
    struct PostgresError: Error, Equatable {
        enum Kind: Equatable {
            /// The connection broke, or could not be made.
            case lost
            /// The server owed an answer for longer than it has.
            case silent
            /// The store is being closed, and there is no time left.
            case stopped
            /// The server's answer is an error, with its SQLSTATE.
            case refused(String)
            /// The database is not one that this version can work with.
            case unfit
        }

        let kind: Kind
        /// One sentence; never the values of a statement, never a password.
        let reason: String

        init(_ kind: Kind, _ reason: String) {
            self.kind = kind
            self.reason = reason
        }

        /// What it means for a commit.
        var failure: CommitFailure {
            guard case .refused(let state) = kind else { return .broken(reason) }
            switch state.prefix(2) {
            // Data, constraints, limits (a key too long for an index), and what a trigger raises: never to be taken.
            case "21", "22", "23", "44", "54", "P0": return .rejected(reason)
            // A conflict with somebody else, a lock, a full disk, too little memory, a statement that took too long.
            case "40", "53": return .transient(reason)
            default: return ["55P03", "55006", "57014"].contains(state) ? .transient(reason) : .broken(reason)
            }
        }

        /// The same for people who look things up.
        var storeError: StoreError {
            switch kind {
            case .lost, .silent, .stopped: StoreError(.unavailable, reason)
            case .refused: StoreError(.database, reason)
            case .unfit: StoreError(.newer, reason)
            }
        }
    }
#endif
