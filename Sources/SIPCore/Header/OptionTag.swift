/// One name of an extension: an element of Supported, Require, Proxy-Require or Unsupported.
///
/// `option-tag = token` (RFC 3261 sections 20.29, 20.32, 20.37 and 20.40).
public struct OptionTag: HeaderValue {
    public let text: SIPText

    public init(parsing text: SIPText) throws(SIPParseError) {
        self.text = try Scanner.onlyToken(text, "an option tag is a token")
    }

    /// Whether it is `name`; a token, so case does not count.
    public func isTag(_ name: String) -> Bool { text.equalsIgnoringCase(name) }
}
