/// How much of a multipart body is read. Beyond a limit the body has a named error, and the message itself is untouched.
public struct MultipartLimits: Hashable, Sendable {
    /// Parts of one body, those inside other parts included.
    public var parts: Int
    /// Multiparts inside multiparts; 1 is a multipart whose parts are none.
    public var depth: Int
    /// Header lines of one part.
    public var headers: Int

    public init(parts: Int = 64, depth: Int = 4, headers: Int = 32) {
        self.parts = parts
        self.depth = depth
        self.headers = headers
    }

    public static let `default` = MultipartLimits()
}
