import CLibXML2

/// Reads reginfo documents (RFC 3680, with the GRUUs of RFC 5628 and the attributes seen in the field) as they come, in
/// pieces of any size, through libxml2's SAX2 push interface.
///
/// No tree is built, no DTD is looked at (a DOCTYPE refuses the document), no entity but the five predefined ones
/// exists, and nothing is fetched. Namespaces are compared by name, never by prefix. Memory does not grow with the
/// document: it is bounded by ``RegInfoLimits`` and the size of a piece.
///
/// One parser reads one document at a time, and the next one after it. It is not Sendable.
public final class RegInfoParser {
    public let limits: RegInfoLimits
    public let leniency: RegInfoLeniency

    private var scan: UnsafeMutablePointer<ReginfoScan>?
    private var context: xmlParserCtxtPtr?
    private var registration: RegistrationElement?
    private var octets = 0
    /// A context that has read a document to its good end serves for the next one: making one costs as much as reading a
    /// few registrations, and real notifiers send many small documents.
    private var isReading = false
    /// Most names that a context may have met to be used again.
    private static let mostNames: Int32 = 1000
    /// The document to its first `>` while that has not come: libxml2 judges an encoding declaration by the piece it
    /// comes in, and the answer must not depend on how a document was cut.
    private var head: [UInt8]? = []
    private static let headOctets = 1024

    private static let isReady: Bool = {
        xmlInitParser()
        return true
    }()

    public init(limits: RegInfoLimits = .default, leniency: RegInfoLeniency = .default) {
        self.limits = limits
        self.leniency = leniency
    }

    deinit {
        discard()
    }

    /// Whether a document has begun and neither ended nor failed.
    public var isInDocument: Bool { isReading }

    /// Gives the document up that is being read.
    public func abandon() {
        discard()
    }

    /// Takes the next octets of a document and hands what they complete to `sink`.
    ///
    /// - Parameters:
    ///   - bytes: any number of octets, none too. They are not kept.
    ///   - isLast: the document ends here; the next call begins a new one.
    /// - Throws: the document is refused as a whole; the next call begins a new one.
    public func parse<Sink: RegInfoSink>(
        _ bytes: Span<UInt8>, isLast: Bool, into sink: inout Sink
    ) throws(RegInfoError) {
        let (context, scan) = try begin()
        octets += bytes.count
        if octets > limits.documentOctets {
            discard()
            throw RegInfoError(code: .limit, reason: "the document is longer than \(limits.documentOctets) octets")
        }
        var start = 0
        if var head {
            while start < bytes.count, head.count < Self.headOctets, head.last != UInt8(ascii: ">") {
                head.append(bytes[start])
                start += 1
            }
            let isWhole = isLast || head.count == Self.headOctets || head.last == UInt8(ascii: ">")
            self.head = isWhole ? nil : head
            guard isWhole else { return }
            try feed(head.span, to: context, scan, into: &sink)
        }
        // Small pieces: libxml2 refuses more than 10 MB in its buffer, and the events of a piece are held.
        let piece = 16 << 10
        while start < bytes.count {
            let count = min(piece, bytes.count - start)
            try feed(bytes.extracting(start..<(start + count)), to: context, scan, into: &sink)
            start += count
        }
        if isLast { try end(context, scan, into: &sink) }
    }

    private func feed<Sink: RegInfoSink>(
        _ bytes: Span<UInt8>, to context: xmlParserCtxtPtr, _ scan: UnsafeMutablePointer<ReginfoScan>,
        into sink: inout Sink
    ) throws(RegInfoError) {
        bytes.withUnsafeBufferPointer { octets in
            _ = octets.withMemoryRebound(to: CChar.self) { xmlParseChunk(context, $0.baseAddress, Int32($0.count), 0) }
        }
        try check(context, scan)
        drain(scan, into: &sink)
    }

    private func end<Sink: RegInfoSink>(
        _ context: xmlParserCtxtPtr, _ scan: UnsafeMutablePointer<ReginfoScan>, into sink: inout Sink
    ) throws(RegInfoError) {
        xmlParseChunk(context, nil, 0, 1)
        try check(context, scan)
        guard scan.pointee.isComplete, context.pointee.wellFormed != 0 else {
            discard()
            throw RegInfoError(code: .notWellFormed, reason: "the document is empty or cut off")
        }
        drain(scan, into: &sink)
        let summary = scan.pointee.summary
        recycle(context, scan)
        sink.documentEnd(summary)
    }

    // MARK: The context

    private func begin() throws(RegInfoError) -> (xmlParserCtxtPtr, UnsafeMutablePointer<ReginfoScan>) {
        if let context, let scan {
            if !isReading {
                isReading = true
                octets = 0
            }
            return (context, scan)
        }
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { user, name, _, namespace, _, _, count, _, attributes in
            user?.assumingMemoryBound(to: ReginfoScan.self).pointee
                .start(name: name, namespace: namespace, attributes: attributes, count: Int(count))
        }
        handler.endElementNs = { user, _, _, _ in
            user?.assumingMemoryBound(to: ReginfoScan.self).pointee.end()
        }
        handler.characters = { user, octets, count in
            user?.assumingMemoryBound(to: ReginfoScan.self).pointee
                .characters(UnsafeBufferPointer(start: octets, count: Int(count)))
        }
        handler.cdataBlock = handler.characters
        // The same function tells libxml2 not to ask for each text whether it is white space.
        handler.ignorableWhitespace = handler.characters
        handler.internalSubset = { user, _, _, _ in
            user?.assumingMemoryBound(to: ReginfoScan.self).pointee
                .fail(.doctype, "a document type declaration has no place in reginfo")
        }
        handler.serror = { user, error in
            guard let user, let error else { return }
            user.assumingMemoryBound(to: ReginfoScan.self).pointee.libraryError(error.pointee)
        }
        // The state must have an address before the context exists, and needs the context's dictionary.
        let scan = UnsafeMutablePointer<ReginfoScan>.allocate(capacity: 1)
        guard Self.isReady, let context = xmlCreatePushParserCtxt(&handler, scan, nil, 0, nil) else {
            scan.deallocate()
            throw RegInfoError(code: .limit, reason: "no memory for a parser")
        }
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
        scan.initialize(to: ReginfoScan(context: context, limits: limits, leniency: leniency))
        self.scan = scan
        self.context = context
        isReading = true
        octets = 0
        return (context, scan)
    }

    /// Makes the context ready for the next document.
    private func recycle(_ context: xmlParserCtxtPtr, _ scan: UnsafeMutablePointer<ReginfoScan>) {
        guard xmlDictSize(context.pointee.dict) <= Self.mostNames,
            xmlCtxtResetPush(context, nil, 0, nil, nil) == 0
        else { return discard() }
        scan.pointee.restart()
        registration = nil
        head = []
        isReading = false
    }

    private func discard() {
        if let context { xmlFreeParserCtxt(context) }
        if let scan {
            scan.pointee.deallocate()
            scan.deinitialize(count: 1)
            scan.deallocate()
        }
        context = nil
        scan = nil
        registration = nil
        head = []
        isReading = false
    }

    private func check(
        _ context: xmlParserCtxtPtr, _ scan: UnsafeMutablePointer<ReginfoScan>
    ) throws(RegInfoError) {
        if scan.pointee.failure == nil, context.pointee.wellFormed == 0 {
            scan.pointee.fail(.notWellFormed, "not well-formed")
        }
        if let input = context.pointee.input, let end = input.pointee.end, let cur = input.pointee.cur,
            end - cur > limits.pendingOctets
        {
            scan.pointee.fail(.limit, "a tag or text is longer than \(limits.pendingOctets) octets")
        }
        if let failure = scan.pointee.failure {
            discard()
            throw failure
        }
    }

    private func drain<Sink: RegInfoSink>(_ scan: UnsafeMutablePointer<ReginfoScan>, into sink: inout Sink) {
        let ready = scan.pointee.takeReady()
        // In variables of their own, of which the fields alone change: each new value that holds the octets, and each look
        // at a property, would count references.
        var isInside = registration != nil
        var registration = registration ?? RegistrationElement(bytes: ready.bytes, fields: RegistrationFields())
        self.registration = nil
        var contact = ContactElement(bytes: ready.bytes, parameterFields: ready.parameters, fields: ContactFields())
        defer { self.registration = isInside ? registration : nil }
        var isFromBefore = isInside
        for event in ready.events {
            switch event {
            case .document(let version, let state):
                sink.document(version: version, state: state)
            case .registration(let fields):
                if isFromBefore {
                    registration = RegistrationElement(bytes: ready.bytes, fields: fields)
                    isFromBefore = false
                } else {
                    registration.begin(fields)
                }
                isInside = true
                sink.registration(registration)
            case .contact(let fields):
                guard isInside else { continue }
                contact.fields = fields
                sink.contact(contact, of: registration)
            case .registrationEnd(let skipped):
                guard isInside else { continue }
                registration.skippedContacts = skipped
                isInside = false
                sink.registrationEnd(registration)
            case .irregularity(let irregularity):
                sink.irregularity(irregularity)
            }
        }
    }
}

extension ReginfoScan {
    /// What libxml2 reports. A namespace error is recoverable to it; a document that breaks Namespaces in XML is
    /// refused all the same. Doubts about the form of a namespace name are none of ours.
    mutating func libraryError(_ error: xmlError) {
        let isNamespaceError =
            error.code >= Int32(XML_NS_ERR_XML_NAMESPACE.rawValue) && error.code <= Int32(XML_NS_ERR_COLON.rawValue)
        guard error.level == XML_ERR_FATAL || isNamespaceError else { return }
        var reason = error.message.map { String(cString: $0) } ?? "not well-formed"
        while reason.last?.isWhitespace == true { reason.removeLast() }
        fail(
            RegInfoError(
                code: isNamespaceError ? .namespace : .notWellFormed, reason: reason, line: Int(error.line),
                column: Int(error.int2)))
    }
}
