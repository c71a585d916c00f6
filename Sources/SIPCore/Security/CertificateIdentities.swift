public import E911Values

/// Whose a certificate is: the names in it that RFC 5922 looks at.
///
/// It says nothing of whether the certificate is good; that is for who verified it.
public struct CertificateIdentities: Hashable, Sendable {
    /// The URIs of subjectAltName, as they stand there.
    public var uris: [String]
    /// The DNS names of subjectAltName, as they stand there.
    public var dnsNames: [String]
    /// The IP addresses of subjectAltName.
    public var addresses: [IPAddress]
    /// The last common name of the subject.
    public var commonName: String?
    /// Whether there is a subjectAltName at all, with whatever kinds of names.
    public var hasAlternativeNames: Bool

    public init(
        uris: [String] = [], dnsNames: [String] = [], addresses: [IPAddress] = [], commonName: String? = nil,
        hasAlternativeNames: Bool? = nil
    ) {
        self.uris = uris
        self.dnsNames = dnsNames
        self.addresses = addresses
        self.commonName = commonName
        self.hasAlternativeNames =
            hasAlternativeNames ?? !(uris.isEmpty && dnsNames.isEmpty && addresses.isEmpty)
    }

    /// The SIP domains that it speaks for (RFC 5922 section 7.1), in lower case: the hosts of its `sip:` URIs without a
    /// user; if there is none, its DNS names; if there is no subjectAltName at all, the common name. A name with a
    /// wildcard is none (section 7.2).
    public var domains: [String] {
        let named = uris.compactMap(Self.domain(ofURI:))
        if !named.isEmpty { return named }
        if hasAlternativeNames { return dnsNames.compactMap(Self.domain(ofName:)) }
        return commonName.flatMap(Self.domain(ofName:)).map { [$0] } ?? []
    }

    /// Whether it speaks for a peer that is looked for by `domain` or, without one, by `address`.
    ///
    /// Names are compared whole and without regard to case, as RFC 5922 section 7.2 has it: no wildcard, no suffix. That
    /// an address in subjectAltName, or as the host of a `sip:` URI there, speaks for a peer known by its address alone
    /// is a leniency: RFC 5922 knows domains only.
    public func speak(for domain: String?, at address: IPAddress) -> Bool {
        guard let domain else {
            return addresses.contains(address) || uris.contains { Self.address(ofURI: $0) == address }
        }
        guard let wanted = Self.domain(ofName: domain) else { return false }
        return domains.contains(wanted)
    }

    /// `sip:HOST`; one with a user names a user and no domain, and `sips:` may not stand there (RFC 5922 section 7.1).
    private static func host(ofURI text: String) -> String? {
        guard let uri = try? SIPURI(text), uri.scheme == .sip, uri.user == nil, !text.contains("@") else { return nil }
        return String(uri.host)
    }

    private static func domain(ofURI text: String) -> String? { host(ofURI: text).flatMap(domain(ofName:)) }

    private static func address(ofURI text: String) -> IPAddress? { host(ofURI: text).flatMap { IPAddress($0) } }

    /// In lower case and without the last dot; `nil` for what is no host's name.
    private static func domain(ofName text: String) -> String? {
        guard IPAddress(text) == nil, !text.contains("*") else { return nil }
        return DNSQuestion.canonicalName(text)
    }
}

extension CertificateIdentities: CustomStringConvertible {
    /// For people: the domains, else whatever names there are. At most five.
    public var description: String {
        let names = domains + addresses.map { "\($0)" }
        let all = names.isEmpty ? uris + dnsNames + [commonName].compactMap(\.self) : names
        if all.isEmpty { return "nobody" }
        return all.prefix(5).joined(separator: ", ") + (all.count > 5 ? " and \(all.count - 5) more" : "")
    }
}
