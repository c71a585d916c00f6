#if Daemon
    import E911Service
    import Foundation

    /// Brings what a node has of some documents and what the store has to the same.
    ///
    /// A change that was made here replaces the document in the store only if nobody else has changed it since the two were the
    /// same; else the store's is true. Whoever lost his change is told so.
    struct DocumentMirror: Sendable {
        let local: any LocalDocuments
        let store: any DocumentStore

        struct Outcome: Equatable, Sendable {
            /// Changed here by what the store has.
            var taken: [String] = []
            var stored: [String] = []
            /// Changed here and, by another node, in the store: what was here is lost.
            var lost: [String] = []
            /// The store has what cannot be read here, in this version.
            var unreadableVersions: [String: Int64] = [:]
            /// The store had lost what is here, or was not to take it away.
            var kept: [String] = []
            /// Cannot be kept here, for this reason.
            var failed: [String: String] = [:]

            var unreadable: [String] { unreadableVersions.keys.sorted() }
            var isEmpty: Bool { self == Outcome() }
        }

        /// Blocks.
        ///
        /// - Parameter unreadable: versions that could not be read before, by their keys: they are not read again.
        /// - Throws: if the store does not answer, or what is here cannot be read.
        func agree(unreadable: [String: Int64] = [:]) throws -> Outcome {
            var outcome = Outcome()
            let there = Dictionary(
                try store.versions(of: local.prefix).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
            let (here, known, removed) = (try local.present(), try local.known(), try local.removed())
            for key in Set(there.keys).union(here.keys).union(removed).sorted()
            where there[key].map({ unreadable[key] != $0.version }) ?? true {
                do {
                    try agree(
                        key, there: there[key], mark: here[key], known: known[key], isRemoved: removed.contains(key),
                        &outcome)
                } catch let error as Here {
                    outcome.failed[key] = "\(error.error)"
                }
            }
            return outcome
        }

        /// An error of this node, not of the store.
        private struct Here: Error {
            var error: any Error
        }

        private func here<Value>(_ body: () throws -> Value) throws -> Value {
            do {
                return try body()
            } catch let error where !(error is DecodingError || error is KeptHere) {
                throw Here(error: error)
            }
        }

        private func agree(
            _ key: String, there: DocumentVersion?, mark: String?, known: KnownDocument?, isRemoved: Bool,
            _ outcome: inout Outcome
        ) throws {
            // What is gone without having been removed was lost, and comes back.
            let isChanged = mark == nil ? isRemoved : mark != known?.mark
            guard let there else {
                // The store never had it, or is another one now.
                if mark != nil {
                    try give(key, mark: mark, replacing: nil, &outcome)
                } else if isRemoved {
                    try here { try local.forget(key) }
                }
                return
            }
            if let known, there.version < known.version, mark != nil || known.mark == nil {
                // The store has lost what came after: it was brought back from a copy, say.
                try give(key, mark: mark, replacing: there.version, &outcome)
                outcome.kept.append(key)
                return
            }
            let isNewThere = there.version != known?.version
            if isChanged, !isNewThere {
                try give(key, mark: mark, replacing: there.version, &outcome)
            } else if isNewThere || (mark == nil && !there.isDeleted) {
                try take(key, mark: mark, isChanged: isChanged, &outcome)
            }
        }

        private func give(_ key: String, mark: String?, replacing version: Int64?, _ outcome: inout Outcome) throws {
            let payload = mark == nil ? nil : try here { try local.payload(key) }
            // Changed again since: the next round has it.
            guard mark == nil || payload != nil else { return }
            guard let version = try store.write(key, payload, replacing: version) else { return }
            try here { try local.stored(key, version: version, mark: mark) }
            outcome.stored.append(key)
        }

        private func take(_ key: String, mark: String?, isChanged: Bool, _ outcome: inout Outcome) throws {
            guard let document = try store.document(key) else { return }
            let own = mark == nil ? nil : try here { try local.payload(key) }
            if document.payload == own {
                try here { try local.stored(key, version: document.version, mark: mark) }
                return
            }
            do {
                guard try here({ try local.take(key, document, mark: mark) }) else { return }
                outcome.taken.append(key)
                if isChanged { outcome.lost.append(key) }
            } catch is DecodingError {
                outcome.unreadableVersions[key] = document.version
            } catch is KeptHere {
                try give(key, mark: mark, replacing: document.version, &outcome)
                outcome.kept.append(key)
            }
        }
    }
#endif
