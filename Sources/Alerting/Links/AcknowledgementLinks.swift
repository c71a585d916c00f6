public import E911Values

/// The addresses by which people acknowledge: that of the console, `/acknowledge/` and a token.
///
/// A token names an alert and a recipient and carries a MAC over both, HMAC-SHA-256 (RFC 2104, FIPS 180-4) under a key of
/// the node, cut to 128 bits. Nobody makes one who has not the key, so whoever shows one was sent it. Tokens are kept
/// nowhere, and stay good as long as the key does.
///
/// ```
/// token = base64url(version, time of the key, its counter, length of its node, its node, recipient, MAC)
/// ```
public struct AcknowledgementLinks: Sendable {
    private let address: String
    private let authentication: MessageAuthentication

    /// Octets of the MAC in a token.
    static let macLength = 16
    private static let version: UInt8 = 1
    /// What else is made with the same key never passes for a token.
    private static let purpose = Array("e911d acknowledge ".utf8)
    /// Longer ones are not read at all.
    private static let longestToken = 1024

    /// - Parameters:
    ///   - console: the address at which people reach the console, `https://e911.example.com`.
    ///   - secret: the key, at least 16 octets.
    ///   - sha256: the hash function. Of another one, whose hash is shorter than a MAC, nothing is made.
    /// - Returns: `nil` for a key that is too short or a hash that is none.
    public init?(console: String, secret: [UInt8], sha256: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        guard secret.count >= 16, sha256([]).count >= Self.macLength else { return nil }
        var address = console[...]
        while address.hasSuffix("/") { address.removeLast() }
        self.address = "\(address)/acknowledge/"
        authentication = MessageAuthentication(key: secret, hash: sha256)
    }

    /// What one token stands for.
    public struct Meaning: Equatable, Sendable {
        public var alert: RecordKey
        public var recipient: String
    }

    public func link(to alert: RecordKey, for recipient: String) -> String {
        address + token(for: alert, recipient)
    }

    public func token(for alert: RecordKey, _ recipient: String) -> String {
        let content = Self.octets(alert, recipient)
        return Base64URL.encode(content + mac(of: content))
    }

    /// What a token stands for; `nil` for one that this node's key did not make.
    public func meaning(of token: String) -> Meaning? {
        guard token.utf8.count <= Self.longestToken, let octets = Base64URL.decode(token),
            octets.count > Self.macLength
        else { return nil }
        let content = Array(octets.dropLast(Self.macLength))
        guard Self.areEqual(mac(of: content), Array(octets.suffix(Self.macLength))) else { return nil }
        return Self.meaning(of: content)
    }

    private func mac(of content: [UInt8]) -> [UInt8] {
        Array(authentication.code(of: Self.purpose + content).prefix(Self.macLength))
    }

    /// In a time that does not depend on where they differ.
    private static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for (x, y) in zip(a, b) { difference |= x ^ y }
        return difference == 0
    }

    private static func octets(_ alert: RecordKey, _ recipient: String) -> [UInt8] {
        let node = Array(alert.node.utf8.prefix(255))
        var octets = [version]
        for word in [UInt64(bitPattern: alert.time.milliseconds), alert.counter] {
            for shift in stride(from: 56, through: 0, by: -8) {
                octets.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        octets.append(UInt8(node.count))
        return octets + node + recipient.utf8
    }

    private static func meaning(of octets: [UInt8]) -> Meaning? {
        guard octets.count >= 18, octets[0] == version else { return nil }
        func word(at start: Int) -> UInt64 { octets[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        let end = 18 + Int(octets[17])
        guard octets.count >= end else { return nil }
        let key = RecordKey(
            time: WallTime(milliseconds: Int64(bitPattern: word(at: 1))),
            node: String(decoding: octets[18..<end], as: UTF8.self), counter: word(at: 9))
        return Meaning(alert: key, recipient: String(decoding: octets[end...], as: UTF8.self))
    }
}

extension AcknowledgementLinks: Equatable {
    /// Of the same address and key; the hash is SHA-256 in both.
    public static func == (a: AcknowledgementLinks, b: AcknowledgementLinks) -> Bool {
        a.address == b.address && a.authentication.key == b.authentication.key
    }
}
