import E911Values
import SIPCore

/// A phone's registration at one registrar (RFC 3261 section 10.2).
struct PhoneRegistration {
    let registrar: NextHop
    /// Seconds to ask for; a registrar may have raised it (423).
    var expires: UInt32
    let callID: String
    private var cseq: UInt32 = 0
    private(set) var isWanted = false
    /// The request that is under way.
    private var transaction: ClientTransactionID?
    /// Until when the registrar has it.
    private(set) var until: MonotonicTime?
    /// When the next request is due.
    private(set) var due: MonotonicTime?

    static let retryDelay: Duration = .seconds(10)

    init(_ registrar: NextHop, expires: UInt32, callID: String) {
        self.registrar = registrar
        self.expires = expires
        self.callID = callID
    }

    /// Sends a REGISTER, or an unregistering one.
    mutating func send<Event>(
        _ calls: CallSet, instance: String?, wanted: Bool, _ context: inout ModelContext<Event>
    ) {
        isWanted = wanted
        due = nil
        cseq += 1
        let domain = calls.address.split(separator: "@").last ?? ""
        var request = RequestBuilder(.register, "sip:\(domain)")
        request.add(.from, "\(calls.addressHeader);tag=\(context.engine.newTag())")
        request.add(.to, calls.addressHeader)
        request.add(.callID, callID)
        request.add(.cseq, "\(cseq) REGISTER")
        var contact = calls.contactHeader
        if let instance { contact += ";+sip.instance=\"\(instance)\"" }
        request.add(.contact, contact)
        request.add(.expires, "\(wanted ? expires : 0)")
        transaction = context.send(request, to: registrar)
    }

    /// `nil` if the event is of another request.
    mutating func handle(_ event: SIPEvent, contact: String, now: MonotonicTime) -> [PhoneEvent]? {
        switch event {
        case .response(let id, let response) where id == transaction:
            guard let status = response.status, status >= 200 else { return [] }
            transaction = nil
            guard status < 300 else { return failed(status, (try? response.minExpires()) ?? nil, now) }
            until = nil
            guard isWanted else { return [.unregistered(at: registrar.endpoint)] }
            let granted = max(Self.granted(response, contact) ?? expires, 1)
            until = now + .seconds(granted)
            due = now + .seconds(granted) / 2
            return [.registered(at: registrar.endpoint, contact: contact, expires: granted)]
        case .clientTimeout(let id) where id == transaction,
            .clientTransportFailed(let id, _) where id == transaction:
            transaction = nil
            return failed(nil, nil, now)
        default: return nil
        }
    }

    private mutating func failed(_ status: Int?, _ minExpires: UInt32?, _ now: MonotonicTime) -> [PhoneEvent] {
        if status == 423, let minExpires, minExpires > expires {
            expires = minExpires
            due = now
        } else {
            due = now + Self.retryDelay
        }
        return [.registrationFailed(at: registrar.endpoint, status: status)]
    }

    /// The seconds that the registrar gives to this contact.
    private static func granted(_ response: SIPMessage, _ contact: String) -> UInt32? {
        guard let own = try? NameAddress(contact).uri, let contacts = try? response.contacts() else { return nil }
        let binding = contacts.first { $0.uri.isEquivalent(to: own) }
        guard case .some(.some(let text)) = binding?.parameter("expires") else {
            return (try? response.expires()) ?? nil
        }
        return UInt32(String(text))
    }
}
