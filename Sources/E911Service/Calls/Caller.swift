import E911Values
import SIPCore

/// Who calls, as far as the INVITE alone tells (contract section 3). The registry turns it into a device.
struct Caller {
    /// The number as it came, after the call server's caller rules: compared with the user part of an AOR.
    var dn: String
    var displayName: String
    /// Of the first identity that has one.
    private var host = SIPText.empty
    /// What can name the device, in the profile's order. Addresses of a call server are left out: a SIP Server that
    /// is a B2BUA puts itself into Contact and Via.
    var evidence: [Evidence] = []

    enum Evidence: Equatable {
        case address(IPAddress, port: UInt16?)
        case mac(MACAddress)
        case instance(String)
    }

    /// The address of record that it calls by, if that is one: the DN at the host of the identity that was read.
    var addressOfRecord: String? {
        let text = "sip:\(dn)@\(String(host))"
        return !dn.isEmpty && !host.isEmpty && SiteCheck.isAddressOfRecord(text) ? text : nil
    }

    /// The address that the call itself gives for the phone.
    var address: IPAddress? {
        for case .address(let address, _) in evidence { return address }
        return nil
    }

    /// - Parameter isOwn: whether an address belongs to a call server, its proxies or a trusted range.
    init(
        _ request: IncomingRequest, server: SiteModel.CallServer, rules: [(pattern: Pattern, dn: String)],
        isOwn: (IPAddress) -> Bool
    ) {
        self.init(
            request.message, from: request.from, bottomVia: { request.bottomVia }, server: server, rules: rules,
            isOwn: isOwn)
    }

    init(
        _ message: SIPMessage, from: NameAddress?, bottomVia: () -> Via?, server: SiteModel.CallServer,
        rules: [(pattern: Pattern, dn: String)], isOwn: (IPAddress) -> Bool
    ) {
        dn = ""
        displayName = ""
        for source in server.configuration.caller {
            let identity: NameAddress?
            switch source {
            case .assertedIdentity: identity = Self.firstAssertedIdentity(message)
            case .from: identity = from
            }
            guard let identity else { continue }
            if displayName.isEmpty { displayName = identity.displayName.map { String($0) } ?? "" }
            if dn.isEmpty { dn = Self.number(of: identity.uri) }
            if host.isEmpty { host = identity.uri.host }
        }
        for rule in rules {
            if let rewritten = rule.pattern.expand(rule.dn, in: dn).text {
                dn = rewritten
                break
            }
        }
        for source in server.configuration.callerDevice {
            switch source {
            case .header(let name):
                for value in message.all(HeaderName(name)) { note(header: String(value), isOwn: isOwn) }
            case .contact:
                guard let contact = Self.firstContact(message) else { continue }
                note(contact.uri.hostAddress, port: contact.uri.port, isOwn: isOwn)
            case .bottomVia:
                guard let via = bottomVia() else { continue }
                note(via.receivedAddress ?? via.hostAddress, port: via.port, isOwn: isOwn)
            }
        }
    }

    /// `nil` if any of them is unreadable.
    private static func firstAssertedIdentity(_ message: SIPMessage) -> NameAddress? {
        first { each throws(SIPParseError) in try message.forEachAddress(.pAssertedIdentity, each) }
    }

    /// `nil` if any of them is unreadable.
    private static func firstContact(_ message: SIPMessage) -> NameAddress? {
        first { each throws(SIPParseError) in try message.forEachContact(each) }
    }

    private static func first(
        of walk: ((NameAddress) throws(SIPParseError) -> Void) throws(SIPParseError) -> Void
    ) -> NameAddress? {
        var first: NameAddress?
        do throws(SIPParseError) {
            try walk { address in first = first ?? address }
        } catch {
            return nil
        }
        return first
    }

    private mutating func note(_ address: IPAddress?, port: UInt16?, isOwn: (IPAddress) -> Bool) {
        guard let address, !isOwn(address), !address.isUnspecified else { return }
        evidence.append(.address(address, port: port))
    }

    /// A header's value may hold several, separated by blanks, commas or semicolons, with or without `name=`.
    private mutating func note(header value: String, isOwn: (IPAddress) -> Bool) {
        for part in value.split(whereSeparator: { $0 == "," || $0 == ";" || $0 == " " }) {
            let text = part.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
            let bare = text.filter { $0 != "\"" && $0 != "<" && $0 != ">" }
            if let address = IPAddress(bare) {
                note(address, port: nil, isOwn: isOwn)
            } else if let mac = MACAddress(bare) {
                evidence.append(.mac(mac))
            } else if bare.hasPrefix("urn:") {
                evidence.append(.instance(bare))
            }
        }
    }

    /// The user of a `sip:` URI without its parameters, or the number of a `tel:` URI.
    static func number(of uri: SIPURI) -> String {
        DialledNumber.number(String(uri.decodedUser ?? uri.opaque))
    }
}
