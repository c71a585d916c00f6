import SIPCore

/// Any URI, or two of them with a line end between: read, shown and compared.
enum URICheck {
    @Sendable static func run(_ octets: [UInt8]) throws {
        var uris: [SIPURI] = []
        for line in octets.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: true) {
            guard let uri = try? SIPURI(parsing: SIPText(bytes: Array(line))) else { continue }
            try look(at: uri)
            uris.append(uri)
        }
        if uris.count == 2 {
            try require(uris[0].isEquivalent(to: uris[1]) == uris[1].isEquivalent(to: uris[0]), "equal one way only")
        }
    }

    /// It is equivalent to itself, its parts lie in its text, and its text is the same URI.
    static func look(at uri: SIPURI) throws {
        try require(uri.isEquivalent(to: uri), "\(uri) is not equal to itself")
        let again = try require(try? SIPURI(parsing: uri.text), "\(uri) is not read again")
        try require(again == uri, "\(uri) is read otherwise")
        try require(again.user == uri.user && again.host == uri.host && again.port == uri.port, "\(uri): other parts")
        try require(
            uri.host.count + (uri.user?.count ?? 0) + uri.headers.count <= uri.text.count, "\(uri): parts outside")
        _ = (uri.decodedUser, uri.userWithoutParameters, uri.password, uri.hostAddress, uri.opaque, uri.schemeText)
        try HeaderCheck.walk(uri.parameters)
        if let user = uri.decodedUser {
            try require(user.escapedAsUser.percentDecoded == user, "\(uri): the user does not survive escaping")
        }
        _ = NextHop(uri)
    }
}
