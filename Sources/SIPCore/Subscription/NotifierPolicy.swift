/// What SUBSCRIBEs a notifier takes (RFC 6665 section 4.2.1).
public struct NotifierPolicy: Hashable, Sendable {
    /// The event package that it serves; `nil` for none.
    public var package: String?
    /// Names in Allow-Events of a 489.
    public var allowEvents: String
    /// How long a subscription stands, in seconds: what is asked for below is refused, above it is cut.
    public var expires: ClosedRange<UInt32>
    /// For a SUBSCRIBE without Expires: the package says (RFC 3680 section 4.4: 3761 seconds).
    public var defaultExpires: UInt32

    public init(package: String?, allowEvents: String? = nil, expires: ClosedRange<UInt32>, defaultExpires: UInt32) {
        self.package = package
        self.allowEvents = allowEvents ?? package ?? ""
        self.expires = expires
        self.defaultExpires = defaultExpires
    }

    /// How long a SUBSCRIBE is granted, in seconds, 0 for one that ends or asks once; or the response that refuses it: 489
    /// with Allow-Events, 423 with Min-Expires.
    public func judge(_ subscribe: SIPMessage) -> Verdict {
        guard let package, let event = (try? subscribe.event()) ?? nil, event.isPackage(package) else {
            var response = ResponseBuilder(to: subscribe, status: 489)
            response.add(.allowEvents, allowEvents)
            return .refused(response)
        }
        let asked = ((try? subscribe.expires()) ?? nil) ?? defaultExpires
        guard asked == 0 || asked >= expires.lowerBound else {
            var response = ResponseBuilder(to: subscribe, status: 423)
            response.add(.minExpires, "\(expires.lowerBound)")
            return .refused(response)
        }
        return .granted(seconds: min(asked, expires.upperBound))
    }

    public enum Verdict: Sendable {
        case granted(seconds: UInt32)
        case refused(ResponseBuilder)
    }
}
