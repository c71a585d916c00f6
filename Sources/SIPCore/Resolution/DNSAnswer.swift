public import E911Values

/// A service record (RFC 2782).
public struct ServiceRecord: Hashable, Sendable {
    /// Lower ones first.
    public var priority: UInt16
    /// The share among those of one priority.
    public var weight: UInt16
    public var port: UInt16
    /// A name; `.` or empty says that the service is not there.
    public var target: String

    public init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// A naming authority pointer (RFC 3403), as far as RFC 3263 section 4.1 uses it.
public struct NamingPointer: Hashable, Sendable {
    public var order: UInt16
    public var preference: UInt16
    /// `s`: the replacement is the name of service records. Others are not used.
    public var flags: String
    /// `SIP+D2U`, `SIP+D2T`, `SIPS+D2T`.
    public var service: String
    /// Not empty: the pointer is not used.
    public var expression: String
    public var replacement: String

    public init(
        order: UInt16, preference: UInt16, flags: String = "s", service: String, expression: String = "",
        replacement: String
    ) {
        self.order = order
        self.preference = preference
        self.flags = flags
        self.service = service
        self.expression = expression
        self.replacement = replacement
    }
}

/// One record of an answer.
public struct DNSRecord: Hashable, Sendable {
    public enum Data: Hashable, Sendable {
        case address(IPAddress)
        case service(ServiceRecord)
        case pointer(NamingPointer)
    }

    /// Seconds.
    public var timeToLive: UInt32
    public var data: Data

    public init(_ data: Data, timeToLive: UInt32) {
        self.data = data
        self.timeToLive = timeToLive
    }
}

/// What came of a ``DNSQuestion``.
public enum DNSAnswer: Hashable, Sendable {
    /// Records; those of another type than was asked for are not looked at.
    case records([DNSRecord])
    /// DNS says that the name, or its records of this type, are not there; for so many seconds, if it said so
    /// (RFC 2308).
    case absent(timeToLive: UInt32?)
    /// No server answered, or none had an answer: what was known before still holds.
    case failed(reason: String)
}
