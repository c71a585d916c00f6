extension SIPURI {
    /// Whether both name the same resource: RFC 3261 section 19.1.4 for `sip` and `sips`, RFC 3966 section 4 for `tel`,
    /// letters of any case for `urn` (RFC 5031 section 4 for service URNs), the same octets for any other.
    ///
    /// The relation is symmetric, but not transitive: a parameter that only one of two URIs has is ignored. A URI with more
    /// than ``comparedParts`` parameters or headers is only the same as the same octets: comparing is work that grows with
    /// the square of their number.
    public func isEquivalent(to other: SIPURI) -> Bool {
        guard scheme == other.scheme else { return false }
        guard isComparable, other.isComparable else { return text == other.text }
        switch scheme {
        case .sip, .sips:
            return hasSameUserInfo(as: other) && hasSameHost(as: other) && port == other.port
                && hasMatchingParameters(other) && hasSameHeaders(as: other)
        case .tel: return hasSameNumber(as: other)
        case .urn: return opaque.equalsIgnoringCase(other.opaque)
        case .other: return schemeText.equalsIgnoringCase(other.schemeText) && opaque == other.opaque
        }
    }

    /// The most parameters, and the most headers, with which a URI is compared part by part.
    public static let comparedParts = 64

    private var isComparable: Bool {
        var parameterCount = 0
        for _ in parameters {
            parameterCount += 1
            if parameterCount > Self.comparedParts { return false }
        }
        return (headerText?.count { $0 == UInt8(ascii: "&") } ?? 0) < Self.comparedParts
    }

    /// Escapes are decoded before comparing: `%61` is `a`. Case counts.
    private func hasSameUserInfo(as other: SIPURI) -> Bool {
        decodedUser == other.decodedUser && password?.percentDecoded == other.password?.percentDecoded
    }

    /// Addresses by value (RFC 5954 section 4.2), names without case.
    private func hasSameHost(as other: SIPURI) -> Bool {
        host.equalsIgnoringCase(other.host) || (hostAddress != nil && hostAddress == other.hostAddress)
    }

    private func hasMatchingParameters(_ other: SIPURI) -> Bool {
        // These never match when only one URI has them. The RFC names user, ttl, method and maddr, and its examples
        // transport.
        for name in ["user", "ttl", "method", "maddr", "transport"]
        where (parameters[name] == nil) != (other.parameters[name] == nil) {
            return false
        }
        let theirs = other.firstParameters
        for mine in firstParameters {
            guard let match = theirs.first(where: { $0.name.equalsIgnoringCase(mine.name) }) else { continue }
            guard Self.isSame(mine.value, match.value) else { return false }
        }
        return true
    }

    /// Of parameters with one name the first: no name may stand twice (RFC 3261 section 19.1.1).
    private var firstParameters: [Parameters.Parameter] {
        var found: [Parameters.Parameter] = []
        for parameter in parameters where !found.contains(where: { $0.name.equalsIgnoringCase(parameter.name) }) {
            found.append(parameter)
        }
        return found
    }

    private static func isSame(_ a: SIPText?, _ b: SIPText?) -> Bool {
        switch (a, b) {
        case (nil, nil): true
        case (let a?, let b?): a.percentDecoded.equalsIgnoringCase(b.percentDecoded)
        case (nil, _?), (_?, nil): false
        }
    }

    /// Each header of one must be in the other, in any order.
    private func hasSameHeaders(as other: SIPURI) -> Bool {
        let mine = headers
        var rest = other.headers
        guard mine.count == rest.count else { return false }
        for header in mine {
            let match = rest.firstIndex {
                $0.name.equalsIgnoringCase(header.name) && $0.value == header.value
            }
            guard let match else { return false }
            rest.remove(at: match)
        }
        return true
    }

    /// RFC 3966 section 4: numbers, extensions and a context that is a number without visual separators, parameters in any
    /// order.
    private func hasSameNumber(as other: SIPURI) -> Bool {
        guard TelephoneURI.digits(user ?? .empty) == TelephoneURI.digits(other.user ?? .empty) else { return false }
        let mine = Array(parameters)
        var rest = Array(other.parameters)
        guard mine.count == rest.count else { return false }
        for one in mine {
            let match = rest.firstIndex { $0.name.equalsIgnoringCase(one.name) && Self.isSameOfNumber(one, $0) }
            guard let match else { return false }
            rest.remove(at: match)
        }
        return true
    }

    private static func isSameOfNumber(_ a: Parameters.Parameter, _ b: Parameters.Parameter) -> Bool {
        guard let left = a.value, let right = b.value else { return a.value == nil && b.value == nil }
        let isNumber =
            a.name.equalsIgnoringCase("ext")
            || a.name.equalsIgnoringCase("phone-context") && left.first == UInt8(ascii: "+")
        if isNumber { return TelephoneURI.digits(left) == TelephoneURI.digits(right) }
        return isSame(left, right)
    }
}
