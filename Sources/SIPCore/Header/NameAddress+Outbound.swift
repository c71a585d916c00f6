/// What a Contact says of the device behind it (RFC 5626 and RFC 5627).
extension NameAddress {
    /// `+sip.instance` without its quotes and angle brackets, for example `urn:uuid:…` (RFC 5626 section 4.1); `nil` if it
    /// is not there or empty.
    public var instanceID: SIPText? {
        guard var text = parameter("+sip.instance") ?? nil else { return nil }
        if text.first == UInt8(ascii: "<"), text.last == UInt8(ascii: ">") { text = text.slice(1, text.count - 1) }
        return text.isEmpty ? nil : text
    }

    /// `reg-id`: which of the flows of the instance this is (RFC 5626 section 4.2.1). 1 to 2^31 - 1, else `nil`.
    public var registrationID: UInt32? {
        guard let number = (parameter("reg-id") ?? nil)?.decimal, number > 0, number < 1 << 31 else { return nil }
        return UInt32(number)
    }

    /// Whether requests of the dialog shall come back by the same flow: `ob` in the URI (RFC 5626 section 4.3).
    public var wantsSameFlow: Bool { uri.parameters.contains("ob") }

    /// The lasting address of this device (RFC 5627 section 5.1), as text.
    public var publicGRUU: SIPText? { parameter("pub-gruu") ?? nil }

    /// An address of this device that tells nothing of it (RFC 5627 section 5.1), as text.
    public var temporaryGRUU: SIPText? { parameter("temp-gruu") ?? nil }
}
