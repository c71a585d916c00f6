/// Event (RFC 6665 section 8.2.1): the package and, if there is one, the id that tells subscriptions of one dialog
/// apart.
public struct EventHeader: Sendable, Hashable {
    public let package: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        let (package, parameters) = try tokenAndParameters(text, .event, .event)
        self.package = package
        self.parameters = parameters
    }

    public var id: SIPText? { parameters["id"] ?? nil }

    /// Whether the package is `name`; a token, so case does not count.
    public func isPackage(_ name: String) -> Bool { package.equalsIgnoringCase(name) }
}

/// Subscription-State (RFC 6665 section 8.2.3).
public struct SubscriptionStateHeader: Sendable, Hashable {
    public enum State: Hashable, Sendable {
        case active, pending, terminated
        /// Any other word, treated as `active` (RFC 6665 section 4.1.3 leaves it open).
        case other
    }

    public let state: State
    /// As written.
    public let stateText: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        let (word, parameters) = try tokenAndParameters(text, .subscriptionState, .subscriptionState)
        stateText = word
        self.parameters = parameters
        if word.equalsIgnoringCase("active") {
            state = .active
        } else if word.equalsIgnoringCase("pending") {
            state = .pending
        } else if word.equalsIgnoringCase("terminated") {
            state = .terminated
        } else {
            state = .other
        }
    }

    /// Why it ended, for example `deactivated`.
    public var reason: SIPText? { parameters["reason"] ?? nil }

    /// Seconds left; a number too large is `UInt32.max`, what is no number is `nil`.
    public var expires: UInt32? { parameters.seconds("expires") }

    /// Seconds to wait before the next try.
    public var retryAfter: UInt32? { parameters.seconds("retry-after") }
}

/// A token and the parameters behind it.
func tokenAndParameters(
    _ text: SIPText, _ code: SIPParseError.Code, _ header: HeaderName
) throws(SIPParseError) -> (SIPText, Parameters) {
    var scanner = Scanner(text)
    scanner.skipBlanks()
    let token = scanner.run(of: .token)
    let start = scanner.at
    do throws(SIPParseError) {
        while try scanner.parameter(endsAtComma: false) != nil {}
    } catch {
        throw error.about(header)
    }
    guard token.count > 0, scanner.isAtEnd else {
        throw SIPParseError(code, "a token and parameters are wanted", offset: scanner.at, header: header)
    }
    return (
        SIPText(scanner.bytes, token), Parameters(SIPText(scanner.bytes, ByteRange(start, scanner.at)))
    )
}
