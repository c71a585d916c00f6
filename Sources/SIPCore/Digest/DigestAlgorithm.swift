/// The hash functions of digest authentication (RFC 8760 section 2.1). Each may be used for a session too (`-sess`).
public enum DigestAlgorithm: Hashable, Sendable, CaseIterable {
    case md5
    case sha256
    /// SHA-512/256 of FIPS 180-4: not a truncated SHA-512, its initial values are others.
    case sha512t256

    /// As in `algorithm=`.
    public var token: String {
        switch self {
        case .md5: "MD5"
        case .sha256: "SHA-256"
        case .sha512t256: "SHA-512-256"
        }
    }

    private static let sessionSuffix = "-sess"

    /// Reads an `algorithm=`, without regard to case; `nil` for one that is not known.
    static func named(_ name: SIPText) -> (algorithm: DigestAlgorithm, isSession: Bool)? {
        for algorithm in allCases {
            if name.equalsIgnoringCase(algorithm.token) { return (algorithm, false) }
            if name.equalsIgnoringCase(algorithm.token + sessionSuffix) { return (algorithm, true) }
        }
        return nil
    }

    func token(isSession: Bool) -> String { isSession ? token + Self.sessionSuffix : token }
}

/// The hash functions themselves, given to this module from outside: it has no cryptography of its own.
///
/// `SIPTransport` has one over OpenSSL's libcrypto.
public struct DigestHash: Sendable {
    /// What ``octets(_:of:)`` can compute. A challenge that wants another one is passed over.
    public let algorithms: [DigestAlgorithm]
    private let function: @Sendable (DigestAlgorithm, [UInt8]) -> [UInt8]

    /// - Parameter function: gives the hash's octets: 16 for MD5, else 32. It must give the same for the same, always.
    public init(
        _ algorithms: [DigestAlgorithm], _ function: @escaping @Sendable (DigestAlgorithm, [UInt8]) -> [UInt8]
    ) {
        self.algorithms = algorithms
        self.function = function
    }

    public func octets(_ algorithm: DigestAlgorithm, of text: [UInt8]) -> [UInt8] { function(algorithm, text) }

    /// H(parts joined by colons) of RFC 7616 section 3.4, in lower case hexadecimal digits.
    func hex(_ algorithm: DigestAlgorithm, _ parts: [SIPText]) -> SIPText {
        var text: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ":")) }
            text.append(contentsOf: part)
        }
        var digits: [UInt8] = []
        for octet in function(algorithm, text) {
            digits.append(Self.digits[Int(octet >> 4)])
            digits.append(Self.digits[Int(octet & 15)])
        }
        return SIPText(bytes: digits)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

/// What the digest covers (`qop`, quality of protection).
public enum DigestProtection: Hashable, Sendable, CaseIterable {
    /// Method and URI.
    case auth
    /// The body too.
    case authInt

    public var token: String {
        switch self {
        case .auth: "auth"
        case .authInt: "auth-int"
        }
    }

    static func named(_ name: SIPText) -> DigestProtection? {
        allCases.first { name.equalsIgnoringCase($0.token) }
    }
}

/// Who asks, and so in which headers is asked and answered (RFC 3261 section 22).
public enum DigestParty: Hashable, Sendable, CaseIterable {
    /// The one that the request is for: 401, WWW-Authenticate, Authorization.
    case server
    /// One on the way: 407, Proxy-Authenticate, Proxy-Authorization.
    case proxy

    public var challengeHeader: HeaderName { self == .server ? .wwwAuthenticate : .proxyAuthenticate }
    public var credentialsHeader: HeaderName { self == .server ? .authorization : .proxyAuthorization }
    public var status: Int { self == .server ? 401 : 407 }
}
