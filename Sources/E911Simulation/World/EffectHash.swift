/// A running hash of 64 bits: FNV-1a over words of eight octets, with the high half folded into the low one after each.
/// It is the same in every process, unlike Swift's `Hasher`.
public struct EffectHash: Hashable, Sendable, CustomStringConvertible {
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    public mutating func combine(_ number: UInt64) {
        value = (value ^ number) &* 0x100_0000_01b3
        value ^= value >> 32
    }

    public mutating func combine(_ number: Int64) { combine(UInt64(bitPattern: number)) }

    /// The octets and their count, so that two runs of octets are not one longer run.
    public mutating func combine(_ octets: [UInt8]) {
        octets.withUnsafeBytes { combine($0) }
    }

    public mutating func combine(_ text: String) {
        var text = text
        text.withUTF8 { combine(UnsafeRawBufferPointer($0)) }
    }

    private mutating func combine(_ octets: UnsafeRawBufferPointer) {
        let whole = octets.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            combine(UInt64(littleEndian: octets.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        var rest: UInt64 = 0
        for octet in octets[whole...] { rest = rest << 8 | UInt64(octet) }
        combine(rest)
        combine(UInt64(octets.count))
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
