#if Daemon
    import E911Service

    /// What the store that nodes share had of a document when it was asked last.
    struct KnownDocument: Equatable, Sendable, Codable {
        var version: Int64
        /// What stood here for it then; `nil` if it was deleted.
        var mark: String?
    }

    /// What the store has is not taken: what is here is to be there.
    struct KeptHere: Error {}

    /// What a node has of some documents, whether it can ask the store or not.
    protocol LocalDocuments: Sendable {
        /// What all their keys begin with.
        var prefix: String { get }
        /// For people.
        var title: String { get }
        /// All that there are, each with a mark that changes with it. Blocks.
        func present() throws -> [String: String]
        func known() throws -> [String: KnownDocument]
        /// What was removed here since the store was asked last.
        func removed() throws -> Set<String>
        /// `nil` if it is not there any more.
        func payload(_ key: String) throws -> [UInt8]?
        /// Takes what the store has; `nil` removes it.
        ///
        /// - Parameter mark: what stood here when the store was asked.
        /// - Returns: `false`, and nothing happened, if it was changed since.
        func take(_ key: String, _ document: StoredDocument, mark: String?) throws -> Bool
        /// The store has what stands here under this mark; without one, that it was removed.
        func stored(_ key: String, version: Int64, mark: String?) throws
        /// The store never had it, and it was removed here.
        func forget(_ key: String) throws
    }
#endif
