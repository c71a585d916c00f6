/// A SIP method. Methods are compared with regard to case (RFC 3261 section 7.1): `invite` is not INVITE.
public struct Method: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The method as on the wire.
    public let name: String

    public init(_ name: String) {
        self.name = name
    }

    public init(stringLiteral value: String) {
        self.init(value)
    }

    public var description: String { name }

    public static let invite = Method("INVITE")
    public static let ack = Method("ACK")
    public static let cancel = Method("CANCEL")
    public static let bye = Method("BYE")
    public static let options = Method("OPTIONS")
    public static let register = Method("REGISTER")
    public static let subscribe = Method("SUBSCRIBE")
    public static let notify = Method("NOTIFY")
    public static let publish = Method("PUBLISH")
    public static let message = Method("MESSAGE")
    public static let info = Method("INFO")
    public static let update = Method("UPDATE")
    public static let prack = Method("PRACK")
    public static let refer = Method("REFER")

    /// The methods of the RFCs; any other one is unknown, and answered 501.
    public static let registered: [Method] = [
        .invite, .ack, .cancel, .bye, .options, .register, .subscribe, .notify, .publish, .message, .info, .update,
        .prack, .refer,
    ]
}

extension Method {
    /// The method that lies in `bytes`; `nil` if it is no token. Those of the RFCs cost no allocation.
    init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        let bounds = range.bounds
        guard !bounds.isEmpty else { return nil }
        if let known = Self.candidate(first: bytes[bounds.lowerBound], length: bounds.count),
            Self.matches(bytes, bounds, known.name)
        {
            self = known
            return
        }
        for index in bounds where !ByteSet.token.contains(bytes[index]) { return nil }
        var name: [UInt8] = []
        name.reserveCapacity(bounds.count)
        for index in bounds { name.append(bytes[index]) }
        self.init(String(decoding: name, as: UTF8.self))
    }

    private static func matches(_ bytes: Span<UInt8>, _ bounds: Range<Int>, _ name: String) -> Bool {
        var index = bounds.lowerBound
        for octet in name.utf8 {
            guard index < bounds.upperBound, bytes[index] == octet else { return false }
            index += 1
        }
        return index == bounds.upperBound
    }

    /// The one method of the RFCs with this first letter and length.
    private static func candidate(first: UInt8, length: Int) -> Method? {
        switch (first, length) {
        case (UInt8(ascii: "I"), 6): .invite
        case (UInt8(ascii: "A"), 3): .ack
        case (UInt8(ascii: "C"), 6): .cancel
        case (UInt8(ascii: "B"), 3): .bye
        case (UInt8(ascii: "O"), 7): .options
        case (UInt8(ascii: "R"), 8): .register
        case (UInt8(ascii: "S"), 9): .subscribe
        case (UInt8(ascii: "N"), 6): .notify
        case (UInt8(ascii: "P"), 7): .publish
        case (UInt8(ascii: "M"), 7): .message
        case (UInt8(ascii: "I"), 4): .info
        case (UInt8(ascii: "U"), 6): .update
        case (UInt8(ascii: "P"), 5): .prack
        case (UInt8(ascii: "R"), 5): .refer
        default: nil
        }
    }
}
