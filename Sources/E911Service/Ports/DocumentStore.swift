/// What nodes share that is no row of a node: accounts of the console, floor plans. A document is written whole, by whoever has
/// seen the one before.
public protocol DocumentStore: Sendable {
    /// All documents whose keys begin so, deleted ones included. Blocks.
    ///
    /// - Throws: if the store does not answer.
    func versions(of prefix: String) throws -> [DocumentVersion]

    /// A document as it is now; `nil` if it never was there. Blocks.
    ///
    /// - Throws: if the store does not answer.
    func document(_ key: String) throws -> StoredDocument?

    /// Writes a document, or deletes it, if nobody else has since this version was read. Blocks.
    ///
    /// - Parameters:
    ///   - payload: `nil` deletes it.
    ///   - replacing: the version that is there; `nil` if there is none.
    /// - Returns: its version; `nil` if another one is there.
    /// - Throws: if the store does not answer. It may have been written then.
    func write(_ key: String, _ payload: [UInt8]?, replacing version: Int64?) throws -> Int64?
}

/// Which document there is.
public struct DocumentVersion: Equatable, Sendable {
    public var key: String
    /// Rises with each change of the document.
    public var version: Int64
    public var isDeleted: Bool

    public init(key: String, version: Int64, isDeleted: Bool) {
        self.key = key
        self.version = version
        self.isDeleted = isDeleted
    }
}

/// A document with its octets.
public struct StoredDocument: Equatable, Sendable {
    public var version: Int64
    /// `nil` if it was deleted.
    public var payload: [UInt8]?

    public init(version: Int64, payload: [UInt8]?) {
        self.version = version
        self.payload = payload
    }
}
