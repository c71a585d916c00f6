/// One entry of History-Info (RFC 7044 section 5): a target that the request had on its way.
///
/// `hi-entry = name-addr SEMI "index" EQUAL 1*DIGIT *( "." 1*DIGIT ) *( SEMI param )`. An index that is missing or
/// unreadable, or that has more than 32 levels, is `nil` and no error: an emergency call is not judged by its history.
public struct HistoryInfo: HeaderValue {
    public let target: NameAddress

    public init(parsing text: SIPText) throws(SIPParseError) {
        target = try NameAddress(parsing: text)
    }

    /// The place in the tree of targets, for example `[1, 2, 1]`.
    public var index: [UInt32]? { Self.index(target.parameter("index") ?? nil) }

    /// The entry that this one was made from: by registration (`rc`), by mapping (`mp`) or with no change (`np`).
    public var source: [UInt32]? {
        for name in ["rc", "mp", "np"] {
            if let index = Self.index(target.parameter(name) ?? nil) { return index }
        }
        return nil
    }

    /// Why the request left this target (RFC 7044 section 10.2): the Reason among the headers of the URI.
    public var reasons: [Reason] {
        target.uri.headers.filter { $0.name.equalsIgnoringCase("Reason") }.compactMap { try? Reason(parsing: $0.value) }
    }

    public var text: SIPText { target.text }

    private static func index(_ text: SIPText?) -> [UInt32]? {
        guard let text, !text.isEmpty else { return nil }
        let levels = text.split(separator: UInt8(ascii: "."), maxSplits: 32, omittingEmptySubsequences: false)
        guard levels.count <= 32 else { return nil }
        var index: [UInt32] = []
        for level in levels {
            guard let number = text.slice(level.startIndex, level.endIndex).decimal,
                let small = UInt32(exactly: number)
            else { return nil }
            index.append(small)
        }
        return index
    }
}
