public import E911Values

/// Nodes that share a site edit it one after the other: an edit that was made from a site which the other one has just replaced is
/// refused, though the other's has not come over yet.
///
/// Each edit leaves a document in the shared store, written over the one before or not at all. One that is older than
/// ``patience`` says nothing: its site has come over by then, or never will.
public struct EditTurns: Sendable {
    public static let patience: Duration = .seconds(10)
    static let key = "site-edit"

    private let node: String
    private let documents: any DocumentStore
    private let clock: @Sendable () throws -> WallTime?

    private enum Tag {
        static let node: UInt8 = 1
        static let base: UInt8 = 2
    }

    /// - Parameter clock: the store's, which blocks.
    public init(
        node: String, documents: any DocumentStore, clock: @escaping @Sendable () throws -> WallTime?
    ) {
        self.node = node
        self.documents = documents
        self.clock = clock
    }

    /// Asks whether a site that was made from the one of this counter can be given now. Blocks.
    ///
    /// - Returns: the node that was given another one a moment ago; `nil` if it can be given.
    /// - Throws: if the store does not answer. The site can be given then: of two the later one is true.
    public func take(base: UInt64) throws -> String? {
        let last = try documents.document(Self.key)
        if let last, let payload = last.payload, let edit = Self.read(payload), edit.node != node, edit.base >= base {
            // Versions are microseconds of the same clock.
            let age = try clock().map { $0 - WallTime(milliseconds: last.version / 1000) }
            // The clock may have been set back.
            if let age, (.zero..<Self.patience).contains(age) { return edit.node }
        }
        var out = FieldWriter(capacity: 64)
        out.text(Tag.node, node)
        out.number(Tag.base, base)
        guard try documents.write(Self.key, out.octets, replacing: last?.version) == nil else { return nil }
        // Of two edits of this node the node itself decides.
        let other = try documents.document(Self.key)?.payload.flatMap(Self.read)?.node
        return other == node ? nil : other ?? ""
    }

    /// The edit was refused: the other node need not wait for it. Blocks.
    ///
    /// - Throws: if the store does not answer.
    public func withdraw() throws {
        guard let last = try documents.document(Self.key), last.payload.flatMap(Self.read)?.node == node else { return }
        _ = try documents.write(Self.key, nil, replacing: last.version)
    }

    private static func read(_ payload: [UInt8]) -> (node: String, base: UInt64)? {
        guard let fields = FieldReader.fields(payload.span) else { return nil }
        let node = fields.first { $0.tag == Tag.node }?.text
        let base = fields.first { $0.tag == Tag.base }?.number
        return node.map { ($0, base ?? 0) }
    }
}
