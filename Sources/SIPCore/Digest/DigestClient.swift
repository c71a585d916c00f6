public import E911Values

/// The side that is asked: it answers challenges, and afterwards sends credentials without being asked again.
///
/// One value serves the requests that one account sends to one server and the proxies before it. An *exchange* is a
/// request, the challenges to it, and its repetitions, up to another answer than 401 and 407.
///
/// - Of several challenges with one realm the topmost that we can answer is taken, since the server lists them in the order
///   of its preference (RFC 8760 section 2.4). Realms are answered side by side (RFC 3261 section 22.3).
/// - A challenge that comes again to credentials made for it says that user or password is wrong, unless it says
///   `stale`: that is answered with the new nonce, a few times.
/// - Credentials that were sent without being asked may have an old nonce. A challenge with another one is answered,
///   whether it says `stale` or not.
public struct DigestClient: Sendable {
    public let account: DigestAccount
    private let hash: DigestHash
    private var realms: [Realm] = []
    /// Challenges of the exchange that were answered.
    private var rounds = 0

    /// Answered in one exchange, counting proxies and stale nonces. A server that asks on and on is not heard for ever.
    static let mostRounds = 6
    /// Each adds a header to every request.
    static let mostRealms = 8
    /// Octets of realm, nonce and opaque together, all of which go back to the server in every request.
    static let mostOctets = 4096

    private struct Realm {
        let party: DigestParty
        var challenge: DigestChallenge
        var cnonce: SIPText
        /// How often the nonce was used.
        var uses: UInt32 = 0
        /// Whether the challenge is one of this exchange.
        var isNew = true
    }

    public enum Verdict: Hashable, Sendable {
        /// The request is to be sent again, with the credentials of ``authorize(_:)``.
        case retry
        case refused(Refusal)
    }

    public enum Refusal: Hashable, Sendable, CustomStringConvertible {
        /// No challenge of the digest that can be read.
        case noChallenge
        /// Challenges, but none of our realm.
        case otherRealm
        /// Challenges, but with algorithms or a `qop` that we do not have, or too long ones.
        case unsupported
        /// The server has seen our credentials and asks again.
        case wrongPassword
        /// It went on too long.
        case tooManyChallenges

        public var description: String {
            switch self {
            case .noChallenge: "there is no digest challenge that can be read"
            case .otherRealm: "the challenge is for another realm"
            case .unsupported: "the challenge wants an algorithm or a qop that is not known, or is too long"
            case .wrongPassword: "user or password is wrong"
            case .tooManyChallenges: "one challenge follows another"
            }
        }
    }

    public init(account: DigestAccount, hash: DigestHash) {
        self.account = account
        self.hash = hash
    }

    /// Takes in a 401 or 407. After a refusal what was known of the server is forgotten.
    /// - Parameter identifiers: where cnonces come from.
    public mutating func challenged(by response: SIPMessage, identifiers: inout SeededGenerator) -> Verdict {
        let all = DigestChallenge.all(in: response)
        guard !all.isEmpty else { return refuse(.noChallenge) }
        let ours = all.filter { account.realm.map($0.challenge.realm.equals) ?? true }
        guard !ours.isEmpty else { return refuse(.otherRealm) }
        let usable = ours.filter { isUsable($0.challenge) }
        guard !usable.isEmpty else { return refuse(.unsupported) }
        rounds += 1
        guard rounds <= Self.mostRounds else { return refuse(.tooManyChallenges) }
        for (index, offer) in usable.enumerated() {
            // The topmost of its realm.
            guard !usable[..<index].contains(where: { isSame($0, offer.party, offer.challenge.realm) }) else {
                continue
            }
            let known = realms.firstIndex { $0.party == offer.party && $0.challenge.realm == offer.challenge.realm }
            if let known, isRefusal(of: realms[known], offer.challenge) { return refuse(.wrongPassword) }
            let realm = Realm(
                party: offer.party, challenge: offer.challenge,
                cnonce: SIPText(identifiers.identifier() + identifiers.identifier()))
            if let known { realms[known] = realm } else { realms.append(realm) }
        }
        guard realms.count <= Self.mostRealms else { return refuse(.tooManyChallenges) }
        return .retry
    }

    /// Takes in that the exchange ended otherwise: the credentials serve on.
    public mutating func ended() {
        rounds = 0
        for index in realms.indices { realms[index].isNew = false }
    }

    /// Adds the credentials for every realm that is known, with the next nonce count; nothing before the first challenge.
    /// The request must be complete up to its Request-URI and body.
    public mutating func authorize(_ request: inout RequestBuilder) {
        realms.removeAll { $0.uses == .max }
        for index in realms.indices {
            realms[index].uses += 1
            guard let credentials = credentials(of: realms[index], request) else { continue }
            request.headers.add(realms[index].party.credentialsHeader, credentials.value)
        }
    }

    private func credentials(of realm: Realm, _ request: RequestBuilder) -> DigestCredentials? {
        let challenge = realm.challenge
        var count: DigestCredentials.Count?
        if let protections = challenge.protections {
            let protection: DigestProtection = protections.contains(.auth) ? .auth : .authInt
            count = DigestCredentials.Count(protection: protection, nonceCount: realm.uses)
        }
        let cnonce = count != nil || challenge.isSession ? realm.cnonce : nil
        var credentials = DigestCredentials(
            to: challenge, username: SIPText(account.username), uri: request.requestURI, cnonce: cnonce, count: count)
        guard
            let response = credentials.response(
                password: account.password, method: request.method, body: request.body, hash: hash)
        else { return nil }
        credentials.response = response
        return credentials
    }

    private func isUsable(_ challenge: DigestChallenge) -> Bool {
        guard let algorithm = challenge.algorithm, hash.algorithms.contains(algorithm) else { return false }
        let octets = challenge.realm.count + challenge.nonce.count + (challenge.opaque?.count ?? 0)
        return challenge.protections?.isEmpty != true && octets <= Self.mostOctets
    }

    private func isSame(
        _ offer: (party: DigestParty, challenge: DigestChallenge), _ party: DigestParty, _ realm: SIPText
    ) -> Bool {
        offer.party == party && offer.challenge.realm == realm
    }

    /// Whether a challenge says that the credentials of that realm are no good.
    private func isRefusal(of known: Realm, _ challenge: DigestChallenge) -> Bool {
        guard known.uses > 0, !challenge.isStale else { return false }
        return known.isNew || known.challenge.nonce == challenge.nonce
    }

    private mutating func refuse(_ refusal: Refusal) -> Verdict {
        realms = []
        rounds = 0
        return .refused(refusal)
    }
}
