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

    public static var invite: Method { Method("INVITE") }
    public static var ack: Method { Method("ACK") }
    public static var cancel: Method { Method("CANCEL") }
    public static var bye: Method { Method("BYE") }
    public static var options: Method { Method("OPTIONS") }
    public static var register: Method { Method("REGISTER") }
    public static var subscribe: Method { Method("SUBSCRIBE") }
    public static var notify: Method { Method("NOTIFY") }
    public static var publish: Method { Method("PUBLISH") }
    public static var message: Method { Method("MESSAGE") }
    public static var info: Method { Method("INFO") }
    public static var update: Method { Method("UPDATE") }
    public static var prack: Method { Method("PRACK") }
    public static var refer: Method { Method("REFER") }

    /// The methods of the RFCs; any other one is unknown, and answered 501.
    public static let registered: [Method] = [
        .invite, .ack, .cancel, .bye, .options, .register, .subscribe, .notify, .publish, .message, .info, .update,
        .prack, .refer,
    ]
}

extension Method {
    /// The method that lies in `bytes`; `nil` if it is no token. Those of the RFCs cost no allocation.
    init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        if let known = Self.registered(bytes, range) {
            self = known
            return
        }
        for index in range.bounds where !ByteSet.token.contains(bytes[index]) { return nil }
        guard range.count > 0 else { return nil }
        let name = copied(bytes.extracting(range.bounds))
        self.init(String(decoding: name, as: UTF8.self))
    }

    @inline(__always)
    private static func registered(_ bytes: Span<UInt8>, _ range: ByteRange) -> Method? {
        let start = Int(range.start)
        guard range.count <= 8 else {
            let isSubscribe =
                range.count == 9 && ShortWord.load(bytes, start, 8) == ShortWord.subscrib
                && bytes[start + 8] == UInt8(ascii: "E")
            return isSubscribe ? .subscribe : nil
        }
        switch ShortWord.load(bytes, start, range.count) {
        case ShortWord.invite: return .invite
        case ShortWord.ack: return .ack
        case ShortWord.cancel: return .cancel
        case ShortWord.bye: return .bye
        case ShortWord.options: return .options
        case ShortWord.register: return .register
        case ShortWord.notify: return .notify
        case ShortWord.publish: return .publish
        case ShortWord.message: return .message
        case ShortWord.info: return .info
        case ShortWord.update: return .update
        case ShortWord.prack: return .prack
        case ShortWord.refer: return .refer
        default: return nil
        }
    }
}
