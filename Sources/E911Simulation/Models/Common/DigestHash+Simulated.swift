public import SIPCore

extension DigestHash {
    /// A hash for simulated machines on both sides: it tells texts apart and keeps no secret (FNV-1a, begun differently for
    /// each algorithm).
    public static let simulated = DigestHash(DigestAlgorithm.allCases) { algorithm, octets in
        var hash = EffectHash()
        hash.combine(algorithm.token)
        hash.combine(octets)
        return (0..<8).map { UInt8(truncatingIfNeeded: hash.value >> ($0 * 8)) }
    }
}
