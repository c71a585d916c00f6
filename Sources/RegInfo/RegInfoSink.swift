/// Who takes a document as it is read.
///
/// The calls come in document order. What they bring is provisional until ``documentEnd(_:)``: when the parser throws
/// instead, the document as a whole is refused, and a sink that acts on what it hears must have kept it back until then.
public protocol RegInfoSink {
    /// The root element. `version` is clamped to the greatest `UInt64`.
    mutating func document(version: UInt64, state: DocumentState)
    mutating func registration(_ registration: RegistrationElement)
    mutating func contact(_ contact: ContactElement, of registration: RegistrationElement)
    /// The same registration, with ``RegistrationElement/skippedContacts`` counted.
    mutating func registrationEnd(_ registration: RegistrationElement)
    /// The document was well-formed to its last octet.
    mutating func documentEnd(_ summary: DocumentSummary)
    /// An element was skipped or a value was not used.
    mutating func irregularity(_ irregularity: RegInfoIrregularity)
}

extension RegInfoSink {
    public mutating func irregularity(_ irregularity: RegInfoIrregularity) {}
}

/// What a document held.
public struct DocumentSummary: Hashable, Sendable {
    public internal(set) var registrations = 0
    public internal(set) var contacts = 0
    public internal(set) var skippedRegistrations = 0
    public internal(set) var skippedContacts = 0

    public init() {}
}
