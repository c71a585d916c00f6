/// One challenge: a row of WWW-Authenticate or Proxy-Authenticate (RFC 3261 section 20.44, RFC 7616 section 3.3).
public struct DigestChallenge: Hashable, Sendable {
    public var realm: SIPText
    public var nonce: SIPText
    public var opaque: SIPText?
    /// `nil` for one that is not known.
    public var algorithm: DigestAlgorithm?
    /// Whether it is the `-sess` form of the algorithm.
    public var isSession: Bool
    /// Whether the algorithm is named. If not, it is MD5 (RFC 7616 section 3.3).
    public var namesAlgorithm: Bool
    /// What the digest may cover, those that are known; `nil` without `qop`, which is the form of RFC 2069.
    public var protections: [DigestProtection]?
    /// The nonce of the request was too old, its digest may have been right.
    public var isStale: Bool

    public init(
        realm: SIPText, nonce: SIPText, opaque: SIPText? = nil, algorithm: DigestAlgorithm = .md5,
        isSession: Bool = false, protections: [DigestProtection]? = [.auth], isStale: Bool = false
    ) {
        self.realm = realm
        self.nonce = nonce
        self.opaque = opaque
        self.algorithm = algorithm
        self.isSession = isSession
        namesAlgorithm = true
        self.protections = protections
        self.isStale = isStale
    }

    /// Reads one row, unfolded. Unknown parameters are passed over.
    /// - Throws: if it is not for the digest, or realm or nonce is missing.
    public init(parsing row: SIPText) throws(SIPParseError) {
        let parameters = try DigestParameters(parsing: row)
        realm = try parameters.required("realm")
        nonce = try parameters.required("nonce")
        opaque = parameters["opaque"]
        (algorithm, isSession, namesAlgorithm) = parameters.algorithm
        protections = parameters["qop"].map { Self.protections($0) }
        isStale = parameters["stale"]?.equalsIgnoringCase("true") ?? false
    }

    /// The challenges of a response by whom they are of, in order. Rows of other schemes, and those that cannot be read,
    /// are passed over.
    public static func all(in response: SIPMessage) -> [(party: DigestParty, challenge: DigestChallenge)] {
        DigestParty.allCases.flatMap { party in
            response.all(party.challengeHeader).compactMap { row in
                (try? DigestChallenge(parsing: row)).map { (party, $0) }
            }
        }
    }

    /// As it stands in a header.
    public var value: SIPText {
        var writer = DigestWriter()
        writer.add("realm", quoted: realm)
        writer.add("nonce", quoted: nonce)
        writer.add("opaque", quoted: opaque)
        if isStale { writer.add("stale", "true") }
        writer.add(algorithm, isSession: isSession, isNamed: namesAlgorithm)
        if let protections {
            writer.add("qop", quoted: SIPText(protections.map(\.token).joined(separator: ",")))
        }
        return writer.text
    }

    private static func protections(_ list: SIPText) -> [DigestProtection] {
        var names = HeaderList(list)
        var found: [DigestProtection] = []
        while let name = names.next() {
            if let known = DigestProtection.named(name), !found.contains(known) { found.append(known) }
        }
        return found
    }
}
