public import RegInfo

/// What one document says, kept back until its last octet was read: a document is refused as a whole, so nothing of it
/// may have been applied before. A sink for `RegInfoParser`; about as large as the body.
public struct StagedDocument: RegInfoSink, Equatable, Sendable {
    /// Texts of one contact lie one behind the other from `base` on.
    struct Contact: Equatable, Sendable {
        static let unsaid = UInt32.max

        var base: UInt32
        var identifier: UInt64
        /// Seconds, ``unsaid`` when absent.
        var expires: UInt32
        var durationRegistered: UInt32
        var uri: UInt16
        var instance: UInt8
        var received: UInt8
        var path: UInt8
        var userAgent: UInt8
        var isActive: Bool
    }

    struct Registration: Equatable, Sendable {
        var base: UInt32
        var aor: UInt16
        /// Of the AOR's user key.
        var userHash: UInt64
        var isTerminated: Bool
        var contacts: Range<Int>
        /// Something in it could not be read: what it does not list may be there.
        var isDamaged = false

        /// Whether it takes away, or may.
        var endsSomething = false
    }

    let subscription: RegistrySubscription
    let cseq: UInt32
    let arrival: RegInfoStream.Arrival
    /// Whether an older one may come behind it, for which is remembered what it says.
    let mayBeOvertaking: Bool
    /// The dialog and the download that it came in, by their numbers.
    let dialog: UInt32
    let download: UInt32?

    private(set) var version: UInt64 = 0
    private(set) var state = DocumentState.partial
    private(set) var summary: DocumentSummary?
    private(set) var octets: [UInt8] = []
    private(set) var contacts: [Contact] = []
    private(set) var registrations: [Registration] = []
    private(set) var firstIrregularity: RegInfoIrregularity?
    private(set) var irregularities = 0

    init(
        subscription: RegistrySubscription, cseq: UInt32, arrival: RegInfoStream.Arrival,
        mayBeOvertaking: Bool, dialog: UInt32, download: UInt32?
    ) {
        self.subscription = subscription
        self.cseq = cseq
        self.arrival = arrival
        self.mayBeOvertaking = mayBeOvertaking
        self.dialog = dialog
        self.download = download
    }

    /// Makes room for what a body of so many octets holds usually: a third of it is text that is kept, and a registration
    /// takes 500 octets.
    mutating func expect(bodyOctets: Int) {
        octets.reserveCapacity(bodyOctets / 3)
        contacts.reserveCapacity(bodyOctets / 500)
        registrations.reserveCapacity(bodyOctets / 500)
    }

    /// Whether the document ended well.
    public var isComplete: Bool { summary != nil }

    public mutating func document(version: UInt64, state: DocumentState) {
        self.version = version
        self.state = state
    }

    public mutating func registration(_ registration: RegistrationElement) {
        registration.withAOR { aor in
            let base = UInt32(octets.count)
            octets.append(contentsOf: aor)
            registrations.append(
                Registration(
                    base: base, aor: UInt16(truncatingIfNeeded: aor.count), userHash: URIParts.userHash(of: aor),
                    isTerminated: registration.state == .terminated, contacts: contacts.count..<contacts.count,
                    isDamaged: aor.count > TextArena.longText, endsSomething: registration.state == .terminated))
        }
    }

    public mutating func contact(_ contact: ContactElement, of registration: RegistrationElement) {
        guard let last = registrations.indices.last else { return }
        contact.withTexts { texts in
            let uri = texts.uri ?? UnsafeBufferPointer(start: nil, count: 0)
            guard uri.count <= TextArena.longText else {
                registrations[last].isDamaged = true
                return
            }
            let instance = Self.instance(texts.unknownParameter("+sip.instance") ?? Self.instance(of: texts.publicGRUU))
            let (received, path) = (Self.short(texts.received), Self.short(texts.path))
            let userAgent = Self.short(texts.userAgent)
            let isActive = contact.state == .active && !registrations[last].isTerminated
            if !isActive { registrations[last].endsSomething = true }
            contacts.append(
                Contact(
                    base: append(uri, instance, received, path, userAgent), identifier: OctetHash.of(texts.id),
                    // A registration of no length is none that a notifier would call active: it does not say.
                    expires: contact.expires.flatMap { $0 == 0 ? nil : UInt32(clamping: $0) } ?? Contact.unsaid,
                    durationRegistered: contact.durationRegistered.flatMap { UInt32(exactly: $0) } ?? Contact.unsaid,
                    uri: UInt16(uri.count), instance: UInt8(instance.count), received: UInt8(received.count),
                    path: UInt8(path.count), userAgent: UInt8(userAgent.count), isActive: isActive))
            registrations[last].contacts = registrations[last].contacts.lowerBound..<contacts.count
        }
    }

    public mutating func registrationEnd(_ registration: RegistrationElement) {
        guard let last = registrations.indices.last, registration.skippedContacts > 0 else { return }
        registrations[last].isDamaged = true
    }

    public mutating func documentEnd(_ summary: DocumentSummary) {
        self.summary = summary
    }

    public mutating func irregularity(_ irregularity: RegInfoIrregularity) {
        if firstIrregularity == nil { firstIrregularity = irregularity }
        irregularities += 1
    }

    /// A public GRUU names the instance (RFC 5627 section 3.1.2): `sip:user@host;gr=urn:uuid:...`.
    private static func instance(of gruu: UnsafeBufferPointer<UInt8>?) -> UnsafeBufferPointer<UInt8>? {
        guard let gruu, let range = URIParts(gruu).parameter("gr") else { return nil }
        return UnsafeBufferPointer(rebasing: gruu[range])
    }

    private static func short(_ text: UnsafeBufferPointer<UInt8>?) -> UnsafeBufferPointer<UInt8> {
        guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(rebasing: text.prefix(TextArena.shortText))
    }

    /// `"<urn:uuid:...>"` without quotes and angle brackets (RFC 5626 section 4.1).
    private static func instance(_ text: UnsafeBufferPointer<UInt8>?) -> UnsafeBufferPointer<UInt8> {
        guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
        let isEdge = { (octet: UInt8) in octet == 34 || octet == 60 || octet == 62 || octet <= 32 }
        var (first, end) = (0, text.count)
        while first < end, isEdge(text[first]) { first += 1 }
        while first < end, isEdge(text[end - 1]) { end -= 1 }
        return short(UnsafeBufferPointer(rebasing: text[first..<end]))
    }

    /// Appends the texts of a contact and answers where they begin. A UUID is compared without regard to case (RFC 4122
    /// section 3), so it is kept in lower case.
    private mutating func append(
        _ uri: UnsafeBufferPointer<UInt8>, _ instance: UnsafeBufferPointer<UInt8>,
        _ received: UnsafeBufferPointer<UInt8>, _ path: UnsafeBufferPointer<UInt8>,
        _ userAgent: UnsafeBufferPointer<UInt8>
    ) -> UInt32 {
        let base = octets.count
        let count = uri.count + instance.count + received.count + path.count + userAgent.count
        octets.append(addingCapacity: count) { span in
            span.withUnsafeMutableBufferPointer { buffer, filled in
                var end = buffer.update(fromContentsOf: uri)
                let start = end
                end = buffer[end...].update(fromContentsOf: instance)
                if URIParts.hasPrefix("urn:uuid:", instance[...]) {
                    for index in start..<end where buffer[index] >= 65 && buffer[index] <= 90 { buffer[index] |= 32 }
                }
                end = buffer[end...].update(fromContentsOf: received)
                end = buffer[end...].update(fromContentsOf: path)
                filled = buffer[end...].update(fromContentsOf: userAgent)
            }
        }
        return UInt32(base)
    }
}
