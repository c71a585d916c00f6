import SIPCore

/// The message copied, every header located, and the eight routing headers typed.
enum Routing {
    @inline(never)
    static func read(_ octets: [UInt8]) -> Bool {
        do {
            let message = try SIPMessage(parsing: octets.span)
            let via = try message.topVia()
            let from = try message.from()
            let to = try message.to()
            let callID = try message.callID()
            let cseq = try message.cseq()
            let contacts = try message.contacts()
            let hops = try message.maxForwards() ?? 70
            let length = try message.contentLength() ?? 0
            return !via.host.isEmpty && from.tag != nil && to.uri.scheme == .sip && !callID.isEmpty && cseq.number > 0
                && contacts.count <= 8 && hops <= 70 && length >= 0
        } catch {
            return false
        }
    }
}

/// Every header that has a type, typed, and every list split: what sofia-sip does while it parses.
enum FullDecode {
    @inline(never)
    static func read(_ octets: [UInt8]) -> Bool {
        do {
            let message = try SIPMessage(parsing: octets.span)
            var count = try message.vias().count
            count += try message.from().uri.host.count + message.to().uri.host.count
            count += try message.callID().count + Int(message.cseq().number)
            count += try message.contacts().count + message.recordRoutes().count + message.routes().count
            count += try message.assertedIdentities().count
            count += try message.maxForwards() ?? 0
            count += try message.contentLength() ?? 0
            count += try Int(message.expires() ?? 0) + Int(message.minExpires() ?? 0) + Int(message.retryAfter() ?? 0)
            count += try message.contentType()?.subtype.count ?? 0
            count += try message.event()?.package.count ?? 0
            count += try message.subscriptionState()?.stateText.count ?? 0
            if message.isRequest { count += try message.requestURI().host.count }
            for name in lists { count += message.elements(name).count }
            for name in texts { count += message.first(name)?.count ?? 0 }
            return count > 0
        } catch {
            return false
        }
    }

    private static let lists: [HeaderName] = [.allow, .allowEvents, .supported, .require, .accept, .unsupported]
    private static let texts: [HeaderName] = [
        .sessionExpires, .minSE, .userAgent, .server, .subject, .date, .priority, .privacy,
    ]
}
