/// Whether a document claims to hold everything or only what changed (RFC 3680 section 5.1, attribute `state`).
public enum DocumentState: UInt8, Hashable, Sendable, CaseIterable {
    case full, partial
}

/// The state of an address of record (RFC 3680 section 5.2).
public enum RegistrationState: UInt8, Hashable, Sendable, CaseIterable {
    case `init`, active, terminated
}

/// The state of one contact (RFC 3680 section 5.3). It alone says whether the binding exists.
public enum ContactState: UInt8, Hashable, Sendable, CaseIterable {
    case active, terminated
}

/// What brought a contact into its state (RFC 3680 section 5.3). A label only: notifiers are known to write
/// `registered` for everything, so nothing may be decided by it.
public enum ContactEvent: UInt8, Hashable, Sendable, CaseIterable {
    case registered, created, refreshed, shortened, expired, deactivated, probation, unregistered, rejected
    /// A value outside the nine of RFC 3680, taken with ``RegInfoLeniency/unknownEvents``.
    case unrecognised
}

// The names on the wire. Values of these attributes are case-sensitive and are not trimmed (XSD enumerations).

extension DocumentState {
    init?(octets: UnsafeBufferPointer<UInt8>) {
        if octets.equals("full") {
            self = .full
        } else if octets.equals("partial") {
            self = .partial
        } else {
            return nil
        }
    }

    var name: StaticString {
        switch self {
        case .full: "full"
        case .partial: "partial"
        }
    }
}

extension RegistrationState {
    init?(octets: UnsafeBufferPointer<UInt8>) {
        if octets.equals("active") {
            self = .active
        } else if octets.equals("terminated") {
            self = .terminated
        } else if octets.equals("init") {
            self = .`init`
        } else {
            return nil
        }
    }

    var name: StaticString {
        switch self {
        case .`init`: "init"
        case .active: "active"
        case .terminated: "terminated"
        }
    }
}

extension ContactState {
    init?(octets: UnsafeBufferPointer<UInt8>) {
        if octets.equals("active") {
            self = .active
        } else if octets.equals("terminated") {
            self = .terminated
        } else {
            return nil
        }
    }

    var name: StaticString {
        switch self {
        case .active: "active"
        case .terminated: "terminated"
        }
    }
}

extension ContactEvent {
    /// The event of that name, ``unrecognised`` for any other text.
    init(octets: UnsafeBufferPointer<UInt8>) {
        self = Self.named.first { octets.equals($0.name) } ?? .unrecognised
    }

    // In the order of how often they come.
    private static let named: [ContactEvent] = [
        .registered, .refreshed, .created, .unregistered, .expired, .deactivated, .shortened, .probation, .rejected,
    ]

    var name: StaticString {
        switch self {
        case .registered: "registered"
        case .created: "created"
        case .refreshed: "refreshed"
        case .shortened: "shortened"
        case .expired: "expired"
        case .deactivated: "deactivated"
        case .probation: "probation"
        case .unregistered: "unregistered"
        case .rejected: "rejected"
        // No notifier may be made to say it: the writer falls back to the label that decides least.
        case .unrecognised: "registered"
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these octets are exactly `text`.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let other = text.utf8Start
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
