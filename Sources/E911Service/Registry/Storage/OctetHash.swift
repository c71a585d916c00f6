/// The hash of octets behind the registry's indexes: the same in every process, unlike Swift's own.
enum OctetHash {
    private static let seed: UInt64 = 0x9e37_79b9_7f4a_7c15

    static func of(_ octets: UnsafeBufferPointer<UInt8>, seed start: UInt64 = seed) -> UInt64 {
        let raw = UnsafeRawBufferPointer(octets)
        var hash = start ^ UInt64(truncatingIfNeeded: raw.count)
        var index = 0
        while index + 8 <= raw.count {
            hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var rest: UInt64 = 0
        while index < raw.count {
            rest = rest << 8 | UInt64(raw[index])
            index += 1
        }
        return mix(hash ^ rest)
    }

    static func of(_ octets: [UInt8]) -> UInt64 {
        octets.withUnsafeBufferPointer { of($0) }
    }

    /// Folds the 128-bit product with an odd constant.
    static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
        return product.high ^ product.low ^ value >> 32
    }
}
