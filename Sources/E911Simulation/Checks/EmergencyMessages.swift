import E911Values
import SIPCore

/// What the messages of emergency calls say, as far as they are judged.
struct EmergencyMessages {
    /// Users of a Request-URI that make an INVITE an emergency call.
    let numbers: [String]

    func isEmergency(_ message: SIPMessage) -> Bool {
        guard let uri = try? message.requestURI(), (try? message.to().tag) == nil else { return false }
        if uri.scheme == .urn { return true }
        guard let user = uri.userWithoutParameters else { return false }
        return numbers.contains { user.equals($0) }
    }

    /// Whether a part is missing that a response must repeat (contract invariant 1), or what it names is no call.
    static func isUnreadable(_ message: SIPMessage) -> Bool {
        guard (try? message.from()) != nil, (try? message.to()) != nil, let cseq = try? message.cseq(),
            (try? message.topVia()) != nil
        else {
            return true
        }
        return cseq.method != .invite
    }

    /// Why a 302 leads to no gateway; `nil` when it does.
    static func problem(of message: SIPMessage) -> String? {
        guard let contact = (try? message.contacts())?.first else { return "it has no Contact" }
        guard let user = contact.uri.userWithoutParameters,
            [SimulatedSite.gatewayPrefix, SimulatedSite.testGatewayPrefix].contains(where: { user.equals($0) })
        else {
            return "its Contact is \(contact.uri)"
        }
        let identity = ((try? message.assertedIdentities()) ?? []).first
        let elin = identity?.uri.userWithoutParameters.flatMap { TelephoneNumber(String($0)) }
        return elin == nil && user.equals(SimulatedSite.gatewayPrefix) ? "it names no ELIN" : nil
    }

    /// The transaction of a message, by its top Via and Call-ID.
    static func transaction(of message: SIPMessage) -> String? {
        guard let branch = (try? message.topVia().branch).flatMap({ $0 }), let callID = try? message.callID() else {
            return nil
        }
        return "\(callID) \(branch)"
    }
}
