/// A whole reginfo document as values, for tests, tools and notifiers. A reader of large documents uses
/// ``RegInfoParser`` with a sink of its own.
public struct RegInfoDocument: Equatable, Sendable {
    /// A name and a value that RFC 3680 leaves open.
    public struct Parameter: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// RFC 3680 section 5.3. Times are in seconds.
    public struct Contact: Equatable, Sendable {
        public var id: String
        public var state: ContactState
        public var event: ContactEvent
        public var uri: String?
        public var displayName: String?
        public var displayNameLanguage: String?
        public var expires: UInt64?
        public var durationRegistered: UInt64?
        public var retryAfter: UInt64?
        public var q: String?
        public var callID: String?
        public var cseq: String?
        public var received: String?
        public var path: String?
        public var userAgent: String?
        public var publicGRUU: String?
        public var temporaryGRUU: String?
        public var unknownParameters: [Parameter] = []
        public var unknownAttributes: [Parameter] = []

        public init(id: String, state: ContactState, event: ContactEvent, uri: String?) {
            self.id = id
            self.state = state
            self.event = event
            self.uri = uri
        }
    }

    /// RFC 3680 section 5.2.
    public struct Registration: Equatable, Sendable {
        public var aor: String
        public var id: String
        public var state: RegistrationState
        public var contacts: [Contact]

        public init(aor: String, id: String, state: RegistrationState, contacts: [Contact] = []) {
            self.aor = aor
            self.id = id
            self.state = state
            self.contacts = contacts
        }
    }

    public var version: UInt64
    public var state: DocumentState
    public var registrations: [Registration]
    /// What was skipped or not used when the document was read; no part of its equality.
    public private(set) var irregularities: [RegInfoIrregularity] = []

    public init(version: UInt64, state: DocumentState, registrations: [Registration] = []) {
        self.version = version
        self.state = state
        self.registrations = registrations
    }

    /// Reads a whole document.
    public init(
        parsing bytes: [UInt8], limits: RegInfoLimits = .default, leniency: RegInfoLeniency = .default
    ) throws(RegInfoError) {
        var collector = Collector()
        try RegInfoParser(limits: limits, leniency: leniency).parse(bytes.span, isLast: true, into: &collector)
        self = collector.document
    }

    public static func == (a: RegInfoDocument, b: RegInfoDocument) -> Bool {
        a.version == b.version && a.state == b.state && a.registrations == b.registrations
    }

    /// A sink that collects one document.
    public struct Collector: RegInfoSink {
        public private(set) var document = RegInfoDocument(version: 0, state: .partial)

        public init() {}

        public mutating func document(version: UInt64, state: DocumentState) {
            document = RegInfoDocument(version: version, state: state)
        }

        public mutating func registration(_ registration: RegistrationElement) {
            document.registrations.append(
                Registration(
                    aor: String(octets: registration.aor), id: String(octets: registration.id),
                    state: registration.state))
        }

        public mutating func contact(_ contact: ContactElement, of registration: RegistrationElement) {
            guard let last = document.registrations.indices.last else { return }
            document.registrations[last].contacts.append(Contact(contact))
        }

        public mutating func registrationEnd(_ registration: RegistrationElement) {}

        public mutating func documentEnd(_ summary: DocumentSummary) {}

        public mutating func irregularity(_ irregularity: RegInfoIrregularity) {
            document.irregularities.append(irregularity)
        }
    }
}

extension RegInfoDocument.Contact {
    init(_ element: ContactElement) {
        self.init(
            id: String(octets: element.id), state: element.state, event: element.event,
            uri: element.uri.map(String.init(octets:)))
        displayName = element.displayName.map(String.init(octets:))
        displayNameLanguage = element.displayNameLanguage.map(String.init(octets:))
        expires = element.expires
        durationRegistered = element.durationRegistered
        retryAfter = element.retryAfter
        q = element.q.map(String.init(octets:))
        callID = element.callID.map(String.init(octets:))
        cseq = element.cseq.map(String.init(octets:))
        received = element.received.map(String.init(octets:))
        path = element.path.map(String.init(octets:))
        userAgent = element.userAgent.map(String.init(octets:))
        publicGRUU = element.publicGRUU.map(String.init(octets:))
        temporaryGRUU = element.temporaryGRUU.map(String.init(octets:))
        var parameters: [RegInfoDocument.Parameter] = []
        element.forEachUnknownParameter { parameters.append(.init(String(octets: $0), String(octets: $1))) }
        unknownParameters = parameters
        parameters = []
        element.forEachUnknownAttribute { parameters.append(.init(String(octets: $0), String(octets: $1))) }
        unknownAttributes = parameters
    }
}

extension String {
    init(octets: ArraySlice<UInt8>) {
        self.init(decoding: octets, as: UTF8.self)
    }
}
