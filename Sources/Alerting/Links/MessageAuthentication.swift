/// HMAC (RFC 2104) over a hash function with blocks of 64 octets, SHA-256 above all.
struct MessageAuthentication: Sendable {
    private static let block = 64

    let key: [UInt8]
    private let hash: @Sendable ([UInt8]) -> [UInt8]
    private let inner: [UInt8]
    private let outer: [UInt8]

    init(key: [UInt8], hash: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.key = key
        self.hash = hash
        var padded = key.count > Self.block ? hash(key) : key
        padded += Array(repeating: 0, count: max(0, Self.block - padded.count))
        inner = padded.map { $0 ^ 0x36 }
        outer = padded.map { $0 ^ 0x5c }
    }

    func code(of message: [UInt8]) -> [UInt8] { hash(outer + hash(inner + message)) }
}
