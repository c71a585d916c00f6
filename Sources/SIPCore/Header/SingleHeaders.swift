extension SingleHeader where Value == NameAddress {
    public static var from: Self { Self(name: .from) }
    public static var to: Self { Self(name: .to) }
    /// RFC 3261 section 20.31.
    public static var replyTo: Self { Self(name: .replyTo) }
    /// RFC 3515 section 2.1.
    public static var referTo: Self { Self(name: .referTo) }
}

extension SingleHeader where Value == CSeq {
    public static var cseq: Self { Self(name: .cseq) }
}

extension SingleHeader where Value == MediaType {
    /// RFC 3261 section 20.15.
    public static var contentType: Self { Self(name: .contentType) }
}

extension SingleHeader where Value == ContentDisposition {
    public static var contentDisposition: Self { Self(name: .contentDisposition) }
}

extension SingleHeader where Value == MIMEVersion {
    public static var mimeVersion: Self { Self(name: .mimeVersion) }
}

extension SingleHeader where Value == DeltaSeconds {
    /// RFC 3261 section 20.19.
    public static var expires: Self { Self(name: .expires) }
    /// RFC 3261 section 20.23.
    public static var minExpires: Self { Self(name: .minExpires) }
    /// RFC 5626 section 11: for how long a server waits for a keep-alive.
    public static var flowTimer: Self { Self(name: .flowTimer) }
}

extension SingleHeader where Value == RetryAfter {
    public static var retryAfter: Self { Self(name: .retryAfter) }
}

extension SingleHeader where Value == EventHeader {
    public static var event: Self { Self(name: .event) }
}

extension SingleHeader where Value == SubscriptionStateHeader {
    public static var subscriptionState: Self { Self(name: .subscriptionState) }
}

extension SingleHeader where Value == Priority {
    public static var priority: Self { Self(name: .priority) }
}

extension SingleHeader where Value == Privacy {
    public static var privacy: Self { Self(name: .privacy) }
}

extension SingleHeader where Value == Replaces {
    public static var replaces: Self { Self(name: .replaces) }
}

extension SingleHeader where Value == GeolocationRouting {
    public static var geolocationRouting: Self { Self(name: .geolocationRouting) }
}

extension SingleHeader where Value == GeolocationError {
    public static var geolocationError: Self { Self(name: .geolocationError) }
}

extension SingleHeader where Value == SIPDate {
    public static var date: Self { Self(name: .date) }
}

extension SingleHeader where Value == Timestamp {
    public static var timestamp: Self { Self(name: .timestamp) }
}

extension SingleHeader where Value == Products {
    /// RFC 3261 section 20.35.
    public static var server: Self { Self(name: .server) }
    /// RFC 3261 section 20.41.
    public static var userAgent: Self { Self(name: .userAgent) }
}
