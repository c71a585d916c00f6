public import E911Values

/// The side that asks: it issues nonces, and judges credentials (RFC 7616 section 3.3 and 3.4, RFC 3261 section 22.4).
///
/// A nonce is a random text that is remembered, with its age and the highest nonce count that was seen. Each count is
/// taken once, rising; repetitions of a request are absorbed by its transaction before they come here.
public struct DigestServer: Sendable {
    public struct Policy: Equatable, Sendable {
        public var realm: String
        /// In the order of preference: one challenge each (RFC 8760 section 2.4).
        public var algorithms: [DigestAlgorithm]
        /// Empty for the form of RFC 2069, in which a nonce has no count.
        public var protections: [DigestProtection]
        /// How long a nonce serves.
        public var lifetime: Duration
        /// How many nonces are remembered. The oldest ones are forgotten, and are stale then.
        public var nonces: Int

        public init(
            realm: String, algorithms: [DigestAlgorithm] = [.sha256, .md5], protections: [DigestProtection] = [.auth],
            lifetime: Duration = .seconds(300), nonces: Int = 1000
        ) {
            self.realm = realm
            self.algorithms = algorithms
            self.protections = protections
            self.lifetime = lifetime
            self.nonces = nonces
        }
    }

    public enum Verdict: Hashable, Sendable {
        case accepted(username: String)
        /// No credentials for our realm, an unknown user or a wrong password: ask.
        case refused
        /// The digest is right, but its nonce is too old or was used up: ask, with `isStale`.
        case stale
        /// Credentials that cannot be read: 400.
        case unreadable
    }

    private struct Nonce {
        let text: SIPText
        let issued: MonotonicTime
        var count: UInt32 = 0
    }

    public let policy: Policy
    public let party: DigestParty
    private let hash: DigestHash
    /// The oldest first.
    private var nonces: [Nonce] = []

    public init(_ policy: Policy, party: DigestParty = .server, hash: DigestHash) {
        self.policy = policy
        self.party = party
        self.hash = hash
    }

    /// The challenges for one 401 or 407, all with the same new nonce; one row of ``DigestParty/challengeHeader`` each.
    public mutating func challenges(
        isStale: Bool = false, now: Now, identifiers: inout SeededGenerator
    ) -> [DigestChallenge] {
        let text = SIPText(identifiers.identifier() + identifiers.identifier())
        if nonces.count >= max(policy.nonces, 1) { nonces.removeFirst(nonces.count - max(policy.nonces, 1) + 1) }
        nonces.append(Nonce(text: text, issued: now.monotonic))
        return policy.algorithms.filter(hash.algorithms.contains).map {
            DigestChallenge(
                realm: SIPText(policy.realm), nonce: text, algorithm: $0,
                protections: policy.protections.isEmpty ? nil : policy.protections, isStale: isStale)
        }
    }

    /// Judges the credentials of a request.
    /// - Parameter password: that of a user of the realm; `nil` for one that is not known.
    public mutating func judge(
        _ request: SIPMessage, now: Now, password: (_ username: String) -> DigestPassword?
    ) -> Verdict {
        for row in request.all(party.credentialsHeader) where DigestParameters.isDigest(row) {
            guard let credentials = try? DigestCredentials(parsing: row) else { return .unreadable }
            if credentials.realm.equals(policy.realm) { return judge(credentials, request, now, password) }
        }
        return .refused
    }

    private mutating func judge(
        _ credentials: DigestCredentials, _ request: SIPMessage, _ now: Now, _ password: (String) -> DigestPassword?
    ) -> Verdict {
        guard let algorithm = credentials.algorithm, policy.algorithms.contains(algorithm), !credentials.isSession,
            isOffered(credentials.count?.protection), isFor(request, credentials.uri)
        else { return .refused }
        let username = String(credentials.username)
        guard let secret = password(username),
            let wanted = credentials.response(
                password: secret, method: request.method, body: request.body, hash: hash),
            Self.isSame(wanted, credentials.response)
        else { return .refused }
        guard let index = nonces.lastIndex(where: { $0.text == credentials.nonce }),
            now.monotonic - nonces[index].issued <= policy.lifetime
        else { return .stale }
        if let count = credentials.count {
            guard count.nonceCount > nonces[index].count else { return .stale }
            nonces[index].count = count.nonceCount
        }
        return .accepted(username: username)
    }

    /// A client that was offered a `qop` must use it, or its request could be sent again by anybody who saw it.
    private func isOffered(_ protection: DigestProtection?) -> Bool {
        guard let protection else { return policy.protections.isEmpty }
        return policy.protections.contains(protection)
    }

    /// Whether the credentials are for this request. A proxy may have written its URI anew.
    private func isFor(_ request: SIPMessage, _ text: SIPText) -> Bool {
        guard case .request(_, let uri) = request.startLine else { return false }
        if uri == text { return true }
        guard let a = try? SIPURI(parsing: uri), let b = try? SIPURI(parsing: text) else { return false }
        return a.isEquivalent(to: b)
    }

    /// Takes the same time wherever they differ.
    private static func isSame(_ a: SIPText, _ b: SIPText) -> Bool {
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<a.count { difference |= a[index] ^ lowercased(b[index]) }
        return difference == 0
    }
}
