/// SHA-256 (FIPS 180-4), for tests: the library is given it from outside.
func sha256(_ message: [UInt8]) -> [UInt8] {
    func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
    let primes = (2...311).filter { number in (2..<number).allSatisfy { number % $0 != 0 } }
    /// The first 32 bits of the fraction of a root.
    func fraction(_ root: Double) -> UInt32 { UInt32(root.truncatingRemainder(dividingBy: 1) * 4_294_967_296) }
    /// Newton's way to the cube root: precise enough for 32 bits behind the point.
    func cubeRoot(_ value: Double) -> Double {
        var root = value / 2
        for _ in 0..<80 { root -= (root * root * root - value) / (3 * root * root) }
        return root
    }
    var state = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
    let constants = primes.prefix(64).map { fraction(cubeRoot(Double($0))) }
    var padded = message + [0x80]
    padded += Array(repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> $0) }
    for start in stride(from: 0, to: padded.count, by: 64) {
        var words = (0..<16).map { index in
            padded[start + 4 * index..<start + 4 * index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (a, b) = (words[index - 15], words[index - 2])
            words.append(
                words[index - 16] &+ (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) &+ words[index - 7]
                    &+ (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10))
        }
        var v = state
        for index in 0..<64 {
            let choice = v[4] & v[5] ^ ~v[4] & v[6]
            let sum = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)
            let first = v[7] &+ sum &+ choice &+ constants[index] &+ words[index]
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
            let second = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) &+ majority
            v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        state = zip(state, v).map { $0 &+ $1 }
    }
    return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
}
