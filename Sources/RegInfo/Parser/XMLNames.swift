import CLibXML2

/// The names of RFC 3680 and RFC 5628 as libxml2's dictionary of one parser context holds them: each name stands there
/// once, so that two names are equal exactly when their pointers are.
struct XMLNames {
    typealias Name = UnsafePointer<UInt8>?

    let namespace: Name
    let gruuNamespace: Name
    let xmlNamespace: Name
    // Elements
    let reginfo: Name
    let registration: Name
    let contact: Name
    let uri: Name
    let displayName: Name
    let unknownParameter: Name
    let publicGRUU: Name
    let temporaryGRUU: Name
    // Attributes
    let version: Name
    let state: Name
    let aor: Name
    let id: Name
    let event: Name
    let expires: Name
    let durationRegistered: Name
    let retryAfter: Name
    let q: Name
    let callID: Name
    let cseq: Name
    let received: Name
    let path: Name
    let userAgent: Name
    let name: Name
    let lang: Name

    init(dictionary: xmlDictPtr?) {
        func intern(_ text: StaticString) -> Name {
            xmlDictLookup(dictionary, text.utf8Start, Int32(text.utf8CodeUnitCount))
        }
        namespace = intern("urn:ietf:params:xml:ns:reginfo")
        gruuNamespace = intern("urn:ietf:params:xml:ns:gruuinfo")
        xmlNamespace = intern("http://www.w3.org/XML/1998/namespace")
        reginfo = intern("reginfo")
        registration = intern("registration")
        contact = intern("contact")
        uri = intern("uri")
        displayName = intern("display-name")
        unknownParameter = intern("unknown-param")
        publicGRUU = intern("pub-gruu")
        temporaryGRUU = intern("temp-gruu")
        version = intern("version")
        state = intern("state")
        aor = intern("aor")
        id = intern("id")
        event = intern("event")
        expires = intern("expires")
        durationRegistered = intern("duration-registered")
        retryAfter = intern("retry-after")
        q = intern("q")
        callID = intern("callid")
        cseq = intern("cseq")
        received = intern("received")
        path = intern("path")
        userAgent = intern("user_agent")
        name = intern("name")
        lang = intern("lang")
    }
}
