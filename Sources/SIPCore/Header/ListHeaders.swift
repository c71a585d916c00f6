extension ListHeader where Value == NameAddress {
    /// RFC 3261 section 20.34.
    public static var route: Self { Self(name: .route) }
    /// RFC 3261 section 20.30.
    public static var recordRoute: Self { Self(name: .recordRoute) }
    /// RFC 3327 section 4.
    public static var path: Self { Self(name: .path) }
    /// RFC 3608 section 5.
    public static var serviceRoute: Self { Self(name: .serviceRoute) }
    /// RFC 3325 section 9.1: to be believed from trusted peers only.
    public static var pAssertedIdentity: Self { Self(name: .pAssertedIdentity) }
    /// RFC 3325 section 9.2.
    public static var pPreferredIdentity: Self { Self(name: .pPreferredIdentity) }
}

extension ListHeader where Value == Via {
    public static var via: Self { Self(name: .via) }
}

extension ListHeader where Value == Method {
    /// RFC 3261 section 20.5.
    public static var allow: Self { Self(name: .allow) }
}

extension ListHeader where Value == EventPackage {
    public static var allowEvents: Self { Self(name: .allowEvents) }
}

extension ListHeader where Value == OptionTag {
    public static var supported: Self { Self(name: .supported) }
    public static var require: Self { Self(name: .require) }
    public static var proxyRequire: Self { Self(name: .proxyRequire) }
    public static var unsupported: Self { Self(name: .unsupported) }
}

extension ListHeader where Value == AcceptedType {
    public static var accept: Self { Self(name: .accept) }
}

extension ListHeader where Value == RankedToken {
    /// RFC 3261 section 20.2.
    public static var acceptEncoding: Self { Self(name: .acceptEncoding) }
    /// RFC 3261 section 20.3.
    public static var acceptLanguage: Self { Self(name: .acceptLanguage) }
    /// RFC 3261 section 20.12; it has no parameters.
    public static var contentEncoding: Self { Self(name: .contentEncoding) }
    /// RFC 3261 section 20.13; it has no parameters.
    public static var contentLanguage: Self { Self(name: .contentLanguage) }
}

extension ListHeader where Value == Reason {
    public static var reason: Self { Self(name: .reason) }
}

extension ListHeader where Value == Warning {
    public static var warning: Self { Self(name: .warning) }
}

extension ListHeader where Value == HistoryInfo {
    public static var historyInfo: Self { Self(name: .historyInfo) }
}

extension ListHeader where Value == Diversion {
    public static var diversion: Self { Self(name: .diversion) }
}

extension ListHeader where Value == Geolocation {
    public static var geolocation: Self { Self(name: .geolocation) }
}

extension ListHeader where Value == InformationURI {
    public static var callInfo: Self { Self(name: .callInfo) }
    public static var alertInfo: Self { Self(name: .alertInfo) }
    public static var errorInfo: Self { Self(name: .errorInfo) }
}

extension ListHeader where Value == ResourcePriority {
    public static var resourcePriority: Self { Self(name: .resourcePriority) }
    /// RFC 4412 section 3.2, in responses.
    public static var acceptResourcePriority: Self { Self(name: .acceptResourcePriority) }
}

extension ListHeader where Value == AccessNetworkInfo {
    public static var pAccessNetworkInfo: Self { Self(name: .pAccessNetworkInfo) }
}
