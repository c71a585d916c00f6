import CLibXML2

/// What libxml2's callbacks write into: the state of one document, and what is ready for the sink.
///
/// The callbacks only append to flat arrays. The parser empties them after each piece of input, so that memory does not
/// grow with the document and no code of a sink runs below C.
struct ReginfoScan {
    enum Event {
        case document(version: UInt64, DocumentState)
        case registration(RegistrationFields)
        case contact(ContactFields)
        /// With the contacts skipped in it.
        case registrationEnd(Int)
        case irregularity(RegInfoIrregularity)
    }

    /// Which text is being collected, if any.
    enum Text {
        case none, uri, displayName, unknownParameter
    }

    let context: xmlParserCtxtPtr
    let names: XMLNames
    let limits: RegInfoLimits
    let leniency: RegInfoLeniency
    /// What an element holds lies below this, so that offsets fit.
    private let mostOctets: Int

    private(set) var failure: RegInfoError?
    private(set) var summary = DocumentSummary()
    private(set) var sawRoot = false

    // What is ready.
    private var store = OctetStore(capacity: 32 << 10)
    private var parameters: [ParameterFields] = []
    private var events: [Event] = []

    // Where the parser stands. An element is known when it stands where RFC 3680 has it below known elements.
    private var depth = 0
    private var knownDepth = 0
    private var contact = ContactFields()
    private var isInContact = false
    private var uriCount = 0
    private var contactsInRegistration = 0
    private var skippedInRegistration = 0
    private var text = Text.none
    private var textStart = 0

    init(context: xmlParserCtxtPtr, limits: RegInfoLimits, leniency: RegInfoLeniency) {
        self.context = context
        self.limits = limits
        self.leniency = leniency
        mostOctets = min(limits.contactOctets, Int(UInt16.max))
        names = XMLNames(dictionary: context.pointee.dict)
    }

    var isComplete: Bool { sawRoot && depth == 0 }

    /// Begins anew, with the names that are known and the memory that is there.
    mutating func restart() {
        failure = nil
        summary = DocumentSummary()
        sawRoot = false
        store.truncate(to: 0)
        parameters.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        depth = 0
        knownDepth = 0
        contact = ContactFields()
        isInContact = false
        uriCount = 0
        contactsInRegistration = 0
        skippedInRegistration = 0
        text = .none
        textStart = 0
    }

    // MARK: Failing

    /// The document is refused, and nothing more of it read.
    mutating func fail(_ code: RegInfoError.Code, _ reason: String) {
        refuse(code, reason)
        xmlStopParser(context)
    }

    mutating func fail(_ error: RegInfoError) {
        if failure == nil { failure = error }
        xmlStopParser(context)
    }

    /// The same while names and attributes of a callback are still being read: they lie in the buffer of the parser, which
    /// frees it when it is stopped. ``stopIfRefused()`` follows behind them.
    private mutating func refuse(_ code: RegInfoError.Code, _ reason: String) {
        guard failure == nil else { return }
        failure = RegInfoError(
            code: code, reason: reason, line: line, column: column)
    }

    private func stopIfRefused() {
        if failure != nil { xmlStopParser(context) }
    }

    private var line: Int { Int(xmlSAX2GetLineNumber(context)) }
    private var column: Int { Int(xmlSAX2GetColumnNumber(context)) }

    private mutating func note(_ kind: RegInfoIrregularity.Kind) {
        events.append(.irregularity(RegInfoIrregularity(kind: kind, line: line, column: column)))
    }

    // MARK: Elements

    mutating func start(
        name: UnsafePointer<UInt8>?, namespace: UnsafePointer<UInt8>?,
        attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int
    ) {
        guard failure == nil else { return }
        element(name, namespace, attributes, count)
        stopIfRefused()
    }

    private mutating func element(
        _ name: UnsafePointer<UInt8>?, _ namespace: UnsafePointer<UInt8>?,
        _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: Int
    ) {
        depth += 1
        guard depth <= limits.depth else { return refuse(.limit, "elements nest deeper than \(limits.depth)") }
        guard count <= limits.attributesPerElement else {
            return refuse(.limit, "an element has more than \(limits.attributesPerElement) attributes")
        }
        let attributes = AttributeList(base: attributes, count: count)
        guard knownDepth == depth - 1 else { return }
        let isOwn = namespace == names.namespace
        switch depth {
        case 1:
            guard isOwn, name == names.reginfo else {
                return refuse(.notReginfo, "the root is not reginfo of urn:ietf:params:xml:ns:reginfo")
            }
            startDocument(attributes)
        case 2:
            if isOwn, name == names.registration { startRegistration(attributes) }
        case 3:
            if isOwn, name == names.contact { startContact(attributes) }
        case 4:
            if isOwn { startChild(name, attributes) } else { startForeign(name, namespace, attributes) }
        default:
            break
        }
    }

    mutating func end() {
        guard failure == nil else { return }
        if knownDepth == depth {
            switch depth {
            case 2: endRegistration()
            case 3: endContact()
            case 4: endText()
            default: break
            }
            knownDepth -= 1
        }
        depth -= 1
        stopIfRefused()
    }

    mutating func characters(_ octets: UnsafeBufferPointer<UInt8>) {
        // Text of elements below the one that is collected is not its text.
        guard failure == nil, text != .none, depth == 4 else { return }
        // White space before and after the text does not count, and may be long.
        guard store.count - textStart + octets.count <= limits.valueOctets else {
            return fail(.limit, "a text is longer than \(limits.valueOctets) octets")
        }
        store.append(octets)
    }

    private mutating func startDocument(_ attributes: AttributeList) {
        sawRoot = true
        var version: UInt64?
        var state: DocumentState?
        for attribute in attributes where attribute.namespace == nil {
            if attribute.name == names.version {
                version = UInt64(xmlInteger: attribute.value)
            } else if attribute.name == names.state {
                state = DocumentState(octets: attribute.value)
            }
        }
        guard let version else { return refuse(.version, "version is missing or no non-negative integer") }
        guard let state else { return refuse(.state, "state of the document is neither full nor partial") }
        knownDepth = 1
        events.append(.document(version: version, state))
    }

    private mutating func startRegistration(_ attributes: AttributeList) {
        guard summary.registrations < limits.registrations else {
            return refuse(.limit, "more than \(limits.registrations) registrations")
        }
        var fields = RegistrationFields(base: UInt32(store.count))
        var state: RegistrationState?
        for attribute in attributes where attribute.namespace == nil {
            if attribute.name == names.aor {
                fields.aor = append(attribute.value.trimmed, base: fields.base)
            } else if attribute.name == names.id {
                fields.id = append(attribute.value, base: fields.base)
            } else if attribute.name == names.state {
                state = RegistrationState(octets: attribute.value)
            }
        }
        guard failure == nil else { return }
        guard let state, fields.aor.isPresent, fields.id.isPresent, isURI(fields.aor, base: fields.base) else {
            store.truncate(to: Int(fields.base))
            summary.skippedRegistrations += 1
            return note(.registrationSkipped)
        }
        fields.state = state
        knownDepth = 2
        contactsInRegistration = 0
        skippedInRegistration = 0
        summary.registrations += 1
        events.append(.registration(fields))
    }

    private mutating func endRegistration() {
        events.append(.registrationEnd(skippedInRegistration))
    }

    // MARK: Contacts

    private mutating func startContact(_ attributes: AttributeList) {
        guard summary.contacts < limits.contacts, contactsInRegistration < limits.contactsPerRegistration else {
            return refuse(.limit, "too many contacts")
        }
        contactsInRegistration += 1
        var fields = ContactFields()
        fields.base = UInt32(store.count)
        fields.firstParameter = UInt32(parameters.count)
        var state: ContactState?
        var hasEvent = false
        var isUsable = true
        for attribute in attributes where attribute.namespace == nil {
            let name = attribute.name
            let value = attribute.value
            if name == names.id {
                fields.id = append(value, base: fields.base)
            } else if name == names.state {
                state = ContactState(octets: value)
            } else if name == names.event {
                hasEvent = true
                fields.event = ContactEvent(octets: value)
            } else if name == names.expires {
                if let number = number(value, .expires, &fields, &isUsable) { fields.expires = number }
            } else if name == names.durationRegistered {
                if let number = number(value, .durationRegistered, &fields, &isUsable) {
                    fields.durationRegistered = number
                }
            } else if name == names.retryAfter {
                if let number = number(value, .retryAfter, &fields, &isUsable) { fields.retryAfter = number }
            } else if name == names.callID {
                fields.callID = append(value, base: fields.base)
            } else if name == names.cseq {
                fields.cseq = append(value.trimmed, base: fields.base)
            } else if name == names.q {
                fields.q = append(value.trimmed, base: fields.base)
            } else if name == names.received {
                fields.received = append(value.trimmed, base: fields.base)
            } else if name == names.path {
                fields.path = append(value.trimmed, base: fields.base)
            } else if name == names.userAgent {
                fields.userAgent = append(value.trimmed, base: fields.base)
            } else {
                addParameter(.attribute, name: attribute.nameOctets, value: value, of: fields)
            }
        }
        guard failure == nil else { return }
        if hasEvent, fields.event == .unrecognised {
            note(.eventUnrecognised)
            isUsable = isUsable && leniency.contains(.unknownEvents)
        }
        guard let state, hasEvent, isUsable, fields.id.isPresent else { return skipContact(fields) }
        fields.state = state
        knownDepth = 3
        uriCount = 0
        contact = fields
        isInContact = true
    }

    private mutating func endContact() {
        isInContact = false
        var fields = contact
        fields.parameterCount = UInt32(parameters.count) - fields.firstParameter
        let isUsable =
            uriCount == 1
            ? fields.uri.isPresent && isURI(fields.uri, base: fields.base)
            : uriCount == 0 && fields.state == .terminated && leniency.contains(.terminatedWithoutURI)
        guard isUsable else { return skipContact(fields) }
        summary.contacts += 1
        events.append(.contact(fields))
    }

    private mutating func skipContact(_ fields: ContactFields) {
        store.truncate(to: Int(fields.base))
        parameters.removeSubrange(Int(fields.firstParameter)...)
        summary.skippedContacts += 1
        skippedInRegistration += 1
        note(.contactSkipped)
    }

    private mutating func number(
        _ value: UnsafeBufferPointer<UInt8>, _ kind: ContactFields.Numbers, _ fields: inout ContactFields,
        _ isUsable: inout Bool
    ) -> UInt64? {
        guard let number = UInt64(xmlInteger: value) else {
            note(.numberIgnored)
            isUsable = isUsable && leniency.contains(.unusableNumbers)
            return nil
        }
        fields.numbers.insert(kind)
        return number
    }

    private mutating func startChild(_ name: UnsafePointer<UInt8>?, _ attributes: AttributeList) {
        if name == names.uri {
            uriCount += 1
            beginText(.uri)
        } else if name == names.displayName {
            for attribute in attributes
            where attribute.namespace == names.xmlNamespace && attribute.name == names.lang {
                contact.displayNameLanguage = append(attribute.value, base: contact.base)
            }
            beginText(.displayName)
        } else if name == names.unknownParameter {
            var key: UnsafeBufferPointer<UInt8>?
            for attribute in attributes where attribute.namespace == nil && attribute.name == names.name {
                key = attribute.value
            }
            guard let key, !key.isEmpty else { return note(.parameterSkipped) }
            addParameter(.unknownParameter, name: key, value: nil, of: contact)
            beginText(.unknownParameter)
        }
    }

    private mutating func startForeign(
        _ name: UnsafePointer<UInt8>?, _ namespace: UnsafePointer<UInt8>?, _ attributes: AttributeList
    ) {
        guard namespace == names.gruuNamespace else { return }
        let kind: ParameterFields.Kind
        if name == names.publicGRUU {
            kind = .publicGRUU
        } else if name == names.temporaryGRUU {
            kind = .temporaryGRUU
        } else {
            return
        }
        for attribute in attributes where attribute.namespace == nil && attribute.name == names.uri {
            addParameter(kind, name: nil, value: attribute.value.trimmed, of: contact)
        }
    }

    // MARK: Text and values

    private mutating func beginText(_ kind: Text) {
        guard failure == nil else { return }
        knownDepth = 4
        text = kind
        textStart = store.count
    }

    private mutating func endText() {
        let (start, end) = store.trimmedRange(from: textStart)
        let base = Int(contact.base)
        guard end - base < mostOctets else {
            return refuse(.limit, "a contact holds more than \(limits.contactOctets) octets")
        }
        store.truncate(to: end)
        let range = FieldRange(offset: UInt16(start - base), length: UInt16(end - start))
        switch text {
        case .none: break
        // An empty uri is none.
        case .uri: contact.uri = range.length == 0 ? .absent : range
        case .displayName: contact.displayName = range
        case .unknownParameter:
            if let last = parameters.indices.last { parameters[last].value = range }
        }
        text = .none
    }

    private mutating func addParameter(
        _ kind: ParameterFields.Kind, name: UnsafeBufferPointer<UInt8>?, value: UnsafeBufferPointer<UInt8>?,
        of fields: ContactFields
    ) {
        guard parameters.count - Int(fields.firstParameter) < limits.parametersPerContact else {
            return refuse(.limit, "a contact has more than \(limits.parametersPerContact) parameters")
        }
        let name = name.map { append($0, base: fields.base) } ?? .absent
        let value = value.map { append($0, base: fields.base) } ?? .absent
        parameters.append(ParameterFields(kind: kind, name: name, value: value))
    }

    private mutating func append(_ octets: UnsafeBufferPointer<UInt8>, base: UInt32) -> FieldRange {
        guard octets.count <= limits.valueOctets else {
            refuse(.limit, "a value is longer than \(limits.valueOctets) octets")
            return .absent
        }
        let start = store.count
        let offset = start - Int(base)
        guard offset + octets.count < mostOctets else {
            refuse(.limit, "an element holds more than \(limits.contactOctets) octets")
            return .absent
        }
        store.append(octets)
        // libxml2 hands an ampersand of an attribute out as a reference, for an attribute callback that would resolve
        // it; there is no other reference left in a value.
        if octets.hasAmpersand { store.resolveAmpersands(from: start) }
        return FieldRange(offset: UInt16(offset), length: UInt16(store.count - start))
    }

    private func isURI(_ range: FieldRange, base: UInt32) -> Bool {
        let start = Int(base) + Int(range.offset)
        return range.isPresent && isPlausibleURI(store[start..<(start + Int(range.length))])
    }

    // MARK: Emptying

    /// Takes what is ready; what belongs to a contact that is not finished stays, moved to the front.
    mutating func takeReady() -> (bytes: [UInt8], parameters: [ParameterFields], events: [Event]) {
        guard !events.isEmpty else { return ([], [], []) }
        let end = isInContact ? Int(contact.base) : store.count
        let lastParameter = isInContact ? Int(contact.firstParameter) : parameters.count
        let ready = (Array(store[0..<end]), Array(parameters[..<lastParameter]), events)
        events.removeAll(keepingCapacity: true)
        store.removePrefix(end)
        parameters.removeSubrange(..<lastParameter)
        textStart -= end
        contact.base = 0
        contact.firstParameter = 0
        return ready
    }

    /// Frees the memory. Nothing may be called afterwards.
    func deallocate() {
        store.deallocate()
    }
}
