/// Where a value lies, from the first octet of its element. Offsets fit because an element is at most 65,535 octets.
struct FieldRange: Equatable {
    static let absent = FieldRange(offset: .max, length: 0)

    var offset: UInt16
    var length: UInt16

    var isPresent: Bool { offset != .max }
}

struct RegistrationFields {
    var base: UInt32 = 0
    var aor = FieldRange.absent
    var id = FieldRange.absent
    var state = RegistrationState.active
}

/// A name and a value of one contact.
struct ParameterFields {
    enum Kind: UInt8 {
        case unknownParameter, attribute, publicGRUU, temporaryGRUU
    }

    var kind: Kind
    var name: FieldRange
    var value: FieldRange
}

struct ContactFields {
    var base: UInt32 = 0
    var firstParameter: UInt32 = 0
    var parameterCount: UInt32 = 0
    var id = FieldRange.absent
    var uri = FieldRange.absent
    var displayName = FieldRange.absent
    var displayNameLanguage = FieldRange.absent
    var callID = FieldRange.absent
    var cseq = FieldRange.absent
    var q = FieldRange.absent
    var received = FieldRange.absent
    var path = FieldRange.absent
    var userAgent = FieldRange.absent
    var state = ContactState.active
    var event = ContactEvent.unrecognised
    var numbers: Numbers = []
    var expires: UInt64 = 0
    var durationRegistered: UInt64 = 0
    var retryAfter: UInt64 = 0

    /// Which of the numbers are there.
    struct Numbers: OptionSet {
        let rawValue: UInt8
        static let expires = Numbers(rawValue: 1)
        static let durationRegistered = Numbers(rawValue: 2)
        static let retryAfter = Numbers(rawValue: 4)
    }
}

/// One `registration` element: an address of record. Its values are slices of a buffer that it shares with its
/// neighbours; keep a copy of what you need, not the slice.
public struct RegistrationElement: Sendable {
    let bytes: [UInt8]
    private(set) var fields: RegistrationFields
    public var state: RegistrationState { fields.state }
    /// Contacts of this registration that were skipped so far. While it is not 0, what the registration does not list
    /// is not known to be gone.
    public internal(set) var skippedContacts = 0

    init(bytes: [UInt8], fields: RegistrationFields) {
        self.bytes = bytes
        self.fields = fields
    }

    /// The next one of the same buffer.
    mutating func begin(_ fields: RegistrationFields) {
        self.fields = fields
        skippedContacts = 0
    }

    public var aor: ArraySlice<UInt8> { bytes.slice(fields.aor, from: fields.base) ?? [] }
    public var id: ArraySlice<UInt8> { bytes.slice(fields.id, from: fields.base) ?? [] }

    /// Calls `body` with the address of record, which is valid during the call: for a sink that copies it, since a slice
    /// counts references.
    public func withAOR<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body($0.text(fields.aor, from: fields.base) ?? .empty) }
    }
}

/// One `contact` element with its children. Its values are slices of a buffer that it shares with its neighbours; keep
/// a copy of what you need, not the slice.
public struct ContactElement: Sendable {
    let bytes: [UInt8]
    let parameterFields: [ParameterFields]
    var fields: ContactFields

    public var state: ContactState { fields.state }
    public var event: ContactEvent { fields.event }
    public var id: ArraySlice<UInt8> { self[fields.id] ?? [] }
    /// Trimmed; `nil` only for a terminated contact (``RegInfoLeniency/terminatedWithoutURI``).
    public var uri: ArraySlice<UInt8>? { self[fields.uri] }
    /// Trimmed.
    public var displayName: ArraySlice<UInt8>? { self[fields.displayName] }
    /// `xml:lang` of the display name.
    public var displayNameLanguage: ArraySlice<UInt8>? { self[fields.displayNameLanguage] }
    public var callID: ArraySlice<UInt8>? { self[fields.callID] }
    /// As written; notifiers exceed 32 bits.
    public var cseq: ArraySlice<UInt8>? { self[fields.cseq] }
    /// As written.
    public var q: ArraySlice<UInt8>? { self[fields.q] }
    /// Seconds, clamped to the greatest `UInt64`.
    public var expires: UInt64? { fields.numbers.contains(.expires) ? fields.expires : nil }
    /// Seconds, clamped likewise.
    public var durationRegistered: UInt64? {
        fields.numbers.contains(.durationRegistered) ? fields.durationRegistered : nil
    }
    /// Seconds, clamped likewise.
    public var retryAfter: UInt64? { fields.numbers.contains(.retryAfter) ? fields.retryAfter : nil }

    // Not in RFC 3680; Kamailio and others write them.

    /// Where the registrar saw the REGISTER come from, a SIP URI.
    public var received: ArraySlice<UInt8>? { self[fields.received] }
    /// The Path headers (RFC 3327) of the REGISTER.
    public var path: ArraySlice<UInt8>? { self[fields.path] }
    public var userAgent: ArraySlice<UInt8>? { self[fields.userAgent] }

    /// Calls `body` with each `unknown-param` (RFC 3680 section 5.3) in order; values are trimmed.
    public func forEachUnknownParameter(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
        forEach(.unknownParameter, body)
    }

    /// Calls `body` with each attribute without namespace that this library has no name for.
    public func forEachUnknownAttribute(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
        forEach(.attribute, body)
    }

    /// Calls `body` with the texts, which are valid during the call: for a sink that copies them, since slices count
    /// references.
    public func withTexts<Result>(_ body: (ContactTexts) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { octets in
            parameterFields.withUnsafeBufferPointer { parameters in
                let first = Int(fields.firstParameter)
                let own = first..<(first + Int(fields.parameterCount))
                return body(
                    ContactTexts(
                        octets: octets, parameters: UnsafeBufferPointer(rebasing: parameters[own]), fields: fields))
            }
        }
    }

    /// The public GRUU (RFC 5628), a SIP URI.
    public var publicGRUU: ArraySlice<UInt8>? { last(.publicGRUU) }
    /// The temporary GRUU (RFC 5628), a SIP URI; the last one listed.
    public var temporaryGRUU: ArraySlice<UInt8>? { last(.temporaryGRUU) }

    /// The value of the first `unknown-param` of that name, compared without regard to ASCII case.
    public func unknownParameter(_ name: StaticString) -> ArraySlice<UInt8>? {
        withTexts { $0.unknownParameterRange(name) }.flatMap { self[$0] }
    }

    private var ownParameters: ArraySlice<ParameterFields> {
        parameterFields[Int(fields.firstParameter)...].prefix(Int(fields.parameterCount))
    }

    private func last(_ kind: ParameterFields.Kind) -> ArraySlice<UInt8>? {
        ownParameters.last { $0.kind == kind }.flatMap { self[$0.value] }
    }

    private func forEach(_ kind: ParameterFields.Kind, _ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        for parameter in ownParameters where parameter.kind == kind {
            body(self[parameter.name] ?? [], self[parameter.value] ?? [])
        }
    }

    private subscript(range: FieldRange) -> ArraySlice<UInt8>? {
        bytes.slice(range, from: fields.base)
    }
}

/// The texts of a contact where the parser has them (``ContactElement/withTexts(_:)``).
public struct ContactTexts {
    public typealias Octets = UnsafeBufferPointer<UInt8>

    let octets: Octets
    let parameters: UnsafeBufferPointer<ParameterFields>
    let fields: ContactFields

    public var id: Octets { text(fields.id) ?? .empty }
    public var uri: Octets? { text(fields.uri) }
    public var received: Octets? { text(fields.received) }
    public var path: Octets? { text(fields.path) }
    public var userAgent: Octets? { text(fields.userAgent) }
    /// The public GRUU (RFC 5628), a SIP URI.
    public var publicGRUU: Octets? { parameters.last { $0.kind == .publicGRUU }.flatMap { text($0.value) } }

    /// The value of the first `unknown-param` of that name, compared without regard to ASCII case.
    public func unknownParameter(_ name: StaticString) -> Octets? { unknownParameterRange(name).flatMap { text($0) } }

    func unknownParameterRange(_ name: StaticString) -> FieldRange? {
        parameters.first {
            $0.kind == .unknownParameter && text($0.name)?.equalsIgnoringCase(name) == true
        }?.value
    }

    private func text(_ range: FieldRange) -> Octets? { octets.text(range, from: fields.base) }
}

extension UnsafeBufferPointer<UInt8> {
    static var empty: UnsafeBufferPointer { UnsafeBufferPointer(start: nil, count: 0) }

    func text(_ range: FieldRange, from base: UInt32) -> UnsafeBufferPointer<UInt8>? {
        guard range.isPresent else { return nil }
        let start = Int(base) + Int(range.offset)
        return UnsafeBufferPointer(rebasing: self[start..<(start + Int(range.length))])
    }

    /// Whether this is `text`, without regard to ASCII case.
    fileprivate func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index].asciiLowercased != text.utf8Start[index].asciiLowercased { return false }
        return true
    }
}

extension [UInt8] {
    func slice(_ range: FieldRange, from base: UInt32) -> ArraySlice<UInt8>? {
        guard range.isPresent else { return nil }
        let start = Int(base) + Int(range.offset)
        return self[start..<(start + Int(range.length))]
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 { self >= 65 && self <= 90 ? self | 32 : self }

    /// White space of XML.
    var isXMLSpace: Bool { self == 32 || self == 9 || self == 10 || self == 13 }
}
