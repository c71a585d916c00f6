/// Credentials: the value of Authorization or Proxy-Authorization (RFC 3261 section 20.7, RFC 7616 section 3.4).
public struct DigestCredentials: Hashable, Sendable {
    /// What goes with `qop`.
    public struct Count: Hashable, Sendable {
        public var protection: DigestProtection
        /// How often the nonce was used, this time included.
        public var nonceCount: UInt32

        /// `nc`: eight hexadecimal digits.
        var digits: String {
            let digits = String(nonceCount, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
    }

    public var username: SIPText
    public var realm: SIPText
    public var nonce: SIPText
    public var uri: SIPText
    /// Hexadecimal digits.
    public var response: SIPText
    public var opaque: SIPText?
    /// `nil` for one that is not known.
    public var algorithm: DigestAlgorithm?
    public var isSession: Bool
    /// Whether the algorithm is named, as in the challenge; an old server knows the parameter no more than we name it.
    public var namesAlgorithm: Bool
    public var cnonce: SIPText?
    /// `nil` is the form of RFC 2069.
    public var count: Count?

    /// The answer to a challenge, without its ``response`` yet.
    init(to challenge: DigestChallenge, username: SIPText, uri: SIPText, cnonce: SIPText?, count: Count?) {
        self.username = username
        realm = challenge.realm
        nonce = challenge.nonce
        self.uri = uri
        response = .empty
        opaque = challenge.opaque
        algorithm = challenge.algorithm
        isSession = challenge.isSession
        namesAlgorithm = challenge.namesAlgorithm
        self.cnonce = cnonce
        self.count = count
    }

    /// Reads one row, unfolded.
    /// - Throws: if it is not for the digest, something that must be there is missing, or `qop` and `nc` do not fit.
    public init(parsing row: SIPText) throws(SIPParseError) {
        let parameters = try DigestParameters(parsing: row)
        username = try parameters.required("username")
        realm = try parameters.required("realm")
        nonce = try parameters.required("nonce")
        uri = try parameters.required("uri")
        response = try parameters.required("response")
        opaque = parameters["opaque"]
        (algorithm, isSession, namesAlgorithm) = parameters.algorithm
        cnonce = parameters["cnonce"]
        guard let quality = parameters["qop"] else {
            count = nil
            return
        }
        guard let protection = DigestProtection.named(quality), cnonce != nil,
            let nonceCount = Self.nonceCount(try parameters.required("nc"))
        else { throw SIPParseError(.token, "qop, nc and cnonce do not fit together") }
        count = Count(protection: protection, nonceCount: nonceCount)
    }

    /// As it stands in a header.
    public var value: SIPText {
        var writer = DigestWriter()
        writer.add("username", quoted: username)
        writer.add("realm", quoted: realm)
        writer.add("nonce", quoted: nonce)
        writer.add("uri", quoted: uri)
        writer.add("response", quoted: response)
        writer.add(algorithm, isSession: isSession, isNamed: namesAlgorithm)
        writer.add("cnonce", quoted: cnonce)
        writer.add("opaque", quoted: opaque)
        if let count {
            writer.add("qop", count.protection.token)
            writer.add("nc", count.digits)
        }
        return writer.text
    }

    /// The ``response`` that belongs to the rest, if the password is this one (RFC 7616 section 3.4.1).
    /// - Returns: `nil` if the algorithm is not at hand, or it needs a `cnonce` and there is none.
    public func response(
        password: DigestPassword, method: Method, body: SIPText, hash: DigestHash
    ) -> SIPText? {
        guard let algorithm, hash.algorithms.contains(algorithm) else { return nil }
        if cnonce == nil, isSession || count != nil { return nil }
        var secret = hash.hex(algorithm, [username, realm, password.text])
        if isSession, let cnonce { secret = hash.hex(algorithm, [secret, nonce, cnonce]) }
        var subject = [SIPText(method.name), uri]
        if count?.protection == .authInt { subject.append(hash.hex(algorithm, [body])) }
        let covered = hash.hex(algorithm, subject)
        guard let count, let cnonce else { return hash.hex(algorithm, [secret, nonce, covered]) }
        return hash.hex(
            algorithm, [secret, nonce, SIPText(count.digits), cnonce, SIPText(count.protection.token), covered])
    }

    /// Eight hexadecimal digits.
    private static func nonceCount(_ text: SIPText) -> UInt32? {
        guard text.count == 8, let first = text.first, ByteSet.host.contains(first), first != UInt8(ascii: "-") else {
            return nil
        }
        return UInt32(String(text), radix: 16)
    }
}
