import SIPCore

/// Every header that has a type in SIPCore, but for those of ``RoutingFields``, read as that; every list split.
struct FullDecode {
    private static let addressLists: [HeaderName] = [
        .route, .recordRoute, .path, .serviceRoute, .pAssertedIdentity, .pPreferredIdentity,
    ]
    private static let singleAddresses: [HeaderName] = [.replyTo, .referTo]
    private static let optionTags: [HeaderName] = [.supported, .require, .proxyRequire, .unsupported]
    private static let rankedTokens: [HeaderName] = [
        .acceptEncoding, .acceptLanguage, .contentEncoding, .contentLanguage,
    ]
    private static let informationURIs: [HeaderName] = [.callInfo, .alertInfo, .errorInfo]
    private static let deltaSeconds: [HeaderName] = [.expires, .minExpires, .flowTimer]
    private static let credentials: [HeaderName] = [.authorization, .proxyAuthorization]
    private static let challenges: [HeaderName] = [.wwwAuthenticate, .proxyAuthenticate]
    private static let texts: [HeaderName] = [.sessionExpires, .minSE, .subject, .organization]

    private let message: SIPMessage

    /// The count of values, so that none can be left out.
    @inline(never)
    static func read(_ message: SIPMessage) throws(SIPParseError) -> Int {
        let decode = FullDecode(message: message)
        var count = try decode.addresses() + decode.tokens() + decode.calls() + decode.emergency() + decode.single()
        count += try decode.digest()
        if message.isRequest { count += try message.requestURI().host.count }
        for name in texts {
            count += message.first(name)?.count ?? 0
        }
        return count + message.bytes.count
    }

    private func addresses() throws(SIPParseError) -> Int {
        var count = 0
        for name in Self.addressLists { count += try list(name, NameAddress.self) }
        for name in Self.singleAddresses { count += try value(name, NameAddress.self) }
        return count
    }

    private func tokens() throws(SIPParseError) -> Int {
        var count = try list(.allow, Method.self) + list(.allowEvents, EventPackage.self)
        for name in Self.optionTags {
            count += try list(name, OptionTag.self)
        }
        count += try list(.accept, AcceptedType.self)
        for name in Self.rankedTokens { count += try list(name, RankedToken.self) }
        return count
    }

    private func calls() throws(SIPParseError) -> Int {
        var count = try list(.reason, Reason.self) + list(.warning, Warning.self)
        count += try list(.historyInfo, HistoryInfo.self) + list(.diversion, Diversion.self)
        for name in Self.informationURIs { count += try list(name, InformationURI.self) }
        return count
    }

    private func emergency() throws(SIPParseError) -> Int {
        var count = try list(.geolocation, Geolocation.self) + list(.pAccessNetworkInfo, AccessNetworkInfo.self)
        count += try list(.resourcePriority, ResourcePriority.self)
        count += try list(.acceptResourcePriority, ResourcePriority.self)
        count += try value(.geolocationRouting, GeolocationRouting.self)
        count += try value(.geolocationError, GeolocationError.self)
        return count + (try value(.priority, Priority.self))
    }

    private func single() throws(SIPParseError) -> Int {
        var count = try value(.contentType, MediaType.self) + value(.contentDisposition, ContentDisposition.self)
        count += try value(.mimeVersion, MIMEVersion.self)
        for name in Self.deltaSeconds { count += try value(name, DeltaSeconds.self) }
        count += try value(.retryAfter, RetryAfter.self) + value(.event, EventHeader.self)
        count += try value(.subscriptionState, SubscriptionStateHeader.self) + value(.privacy, Privacy.self)
        count += try value(.replaces, Replaces.self) + value(.date, SIPDate.self) + value(.timestamp, Timestamp.self)
        return try count + value(.server, Products.self) + value(.userAgent, Products.self)
    }

    private func digest() throws(SIPParseError) -> Int {
        var count = 0
        for name in Self.credentials {
            if let text = message.first(name) { count += try DigestCredentials(parsing: text).realm.count }
        }
        for name in Self.challenges {
            if let text = message.first(name) { count += try DigestChallenge(parsing: text).realm.count }
        }
        return count
    }

    @inline(__always)
    private func list<Value: HeaderValue>(_ name: HeaderName, _: Value.Type) throws(SIPParseError) -> Int {
        var count = 0
        try message.forEachElement(name) { text throws(SIPParseError) in
            _ = try Value(parsing: text)
            count += 1
        }
        return count
    }

    @inline(__always)
    private func value<Value: HeaderValue>(_ name: HeaderName, _: Value.Type) throws(SIPParseError) -> Int {
        guard let text = message.first(name) else { return 0 }
        _ = try Value(parsing: text)
        return 1
    }
}
