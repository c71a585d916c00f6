/// Short names as numbers, so that comparing one is a single instruction: up to eight octets, the first one lowest, zero
/// behind the last one. A test compares the constants with the names that they stand for.
enum ShortWord {
    /// In lower case; names of more than eight octets equal none.
    @inline(__always)
    static func lowercase(_ bytes: [UInt8], _ range: ByteRange) -> UInt64 {
        range.count <= 8 ? lowercase(load(bytes.span, Int(range.start), range.count)) : 0
    }

    /// Up to eight octets from `start` on, as they are.
    @inline(__always)
    static func load(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt64 {
        guard length > 0 else { return 0 }
        if start + 8 <= bytes.count {
            let value = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
            return length < 8 ? value & ((1 << UInt64(8 * length)) - 1) : value
        }
        var value: UInt64 = 0
        for index in 0..<min(length, 8) { value |= UInt64(bytes[start + index]) << UInt64(8 * index) }
        return value
    }

    /// Sets the bit 0x20 of each octet that is a letter A to Z: adding 0x3f carries into the top bit from "A" on, adding
    /// 0x25 from behind "Z" on.
    @inline(__always)
    static func lowercase(_ value: UInt64) -> UInt64 {
        let ascii = ~value & 0x8080_8080_8080_8080
        let seven = value & 0x7f7f_7f7f_7f7f_7f7f
        let fromA = seven &+ 0x3f3f_3f3f_3f3f_3f3f
        let behindZ = seven &+ 0x2525_2525_2525_2525
        return value | ((fromA & ~behindZ & ascii) >> 2)
    }

    /// Whether one of eight octets is a blank, a control character, a comma or a semicolon. It may say yes for an octet
    /// above one of these; it never says no when one is there.
    @inline(__always)
    static func canEndValue(_ value: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let commas = value ^ (ones &* 0x2c)
        let semicolons = value ^ (ones &* 0x3b)
        let hits =
            (value &- ones &* 0x21) & ~value | (commas &- ones) & ~commas | (semicolons &- ones) & ~semicolons
        return hits & (ones &* 0x80) != 0
    }

    /// `sip:`
    static let sip: UInt64 = 0x0000_0000_3a70_6973
    /// `sips:`
    static let sips: UInt64 = 0x0000_003a_7370_6973
    /// `tel:`
    static let tel: UInt64 = 0x0000_0000_3a6c_6574
    /// `urn:`
    static let urn: UInt64 = 0x0000_0000_3a6e_7275
    /// `branch`
    static let branch: UInt64 = 0x0000_6863_6e61_7262
    /// `received`
    static let received: UInt64 = 0x6465_7669_6563_6572
    /// `rport`
    static let rport: UInt64 = 0x0000_0074_726f_7072
    /// `tag`
    static let tag: UInt64 = 0x0000_0000_0067_6174
    /// `SIP/2.0/`, in upper case
    static let viaProtocol: UInt64 = 0x2f30_2e32_2f50_4953
    /// `INVITE`, in upper case
    static let invite: UInt64 = 0x0000_4554_4956_4e49
    /// `ACK`, in upper case
    static let ack: UInt64 = 0x0000_0000_004b_4341
    /// `CANCEL`, in upper case
    static let cancel: UInt64 = 0x0000_4c45_434e_4143
    /// `BYE`, in upper case
    static let bye: UInt64 = 0x0000_0000_0045_5942
    /// `OPTIONS`, in upper case
    static let options: UInt64 = 0x0053_4e4f_4954_504f
    /// `REGISTER`, in upper case
    static let register: UInt64 = 0x5245_5453_4947_4552
    /// `NOTIFY`, in upper case
    static let notify: UInt64 = 0x0000_5946_4954_4f4e
    /// `PUBLISH`, in upper case
    static let publish: UInt64 = 0x0048_5349_4c42_5550
    /// `MESSAGE`, in upper case
    static let message: UInt64 = 0x0045_4741_5353_454d
    /// `INFO`, in upper case
    static let info: UInt64 = 0x0000_0000_4f46_4e49
    /// `UPDATE`, in upper case
    static let update: UInt64 = 0x0000_4554_4144_5055
    /// `PRACK`, in upper case
    static let prack: UInt64 = 0x0000_004b_4341_5250
    /// `REFER`, in upper case
    static let refer: UInt64 = 0x0000_0052_4546_4552
    /// `SUBSCRIB`, in upper case: its first eight letters
    static let subscrib: UInt64 = 0x4249_5243_5342_5553
}
