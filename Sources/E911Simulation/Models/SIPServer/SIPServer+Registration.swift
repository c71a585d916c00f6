import E911Values
import RegInfo
import SIPCore

/// REGISTER (RFC 3261 section 10.3).
extension SIPServer {
    mutating func register(_ request: IncomingRequest, _ context: inout Context) {
        let message = request.message
        let now = context.now.monotonic
        guard let user = (try? message.to().uri.user).flatMap({ $0 }).map({ String($0) }),
            let callID = try? message.callID(), let cseq = try? message.cseq().number,
            let contacts = try? message.contacts()
        else { return context.respond(to: request.transaction, status: 400) }
        let asked = (try? message.expires()) ?? nil
        if message.isStarContact {
            guard asked == 0 else { return context.respond(to: request.transaction, status: 400) }
            let changes = registrar.remove(user)
            answer(request, user, &context)
            return changed(changes, &context)
        }
        var wanted: [Registrar.Wanted] = []
        for contact in contacts {
            var expires = asked ?? configuration.registrationExpires.upperBound
            if case .some(.some(let text)) = contact.parameter("expires"), let number = UInt32(String(text)) {
                expires = number
            }
            guard expires == 0 || expires >= configuration.registrationExpires.lowerBound else {
                var response = ResponseBuilder(to: message, status: 423)
                response.add(.minExpires, "\(configuration.registrationExpires.lowerBound)")
                return context.respond(to: request.transaction, with: response)
            }
            var instance: String?
            if case .some(.some(let text)) = contact.parameter("+sip.instance") { instance = String(text) }
            wanted.append(
                Registrar.Wanted(
                    uri: contact.uri, hop: NextHop(contact.uri, fallback: request.kind), instance: instance,
                    expires: min(expires, configuration.registrationExpires.upperBound)))
        }
        let changes = registrar.update(
            user, wanted, callID: String(callID), cseq: cseq, userAgent: message.first(.userAgent).map { String($0) },
            now)
        guard let changes else { return context.respond(to: request.transaction, status: 500) }
        answer(request, user, &context)
        changed(changes, &context)
    }

    private func answer(_ request: IncomingRequest, _ user: String, _ context: inout Context) {
        var response = ResponseBuilder(to: request.message, status: 200)
        for binding in registrar.bindings(of: user, context.now.monotonic) {
            let seconds = (binding.until - context.now.monotonic).components.seconds
            let instance = binding.instance.map { ";+sip.instance=\"\($0)\"" } ?? ""
            response.add(.contact, "<\(binding.uri)>;expires=\(seconds)\(instance)")
        }
        context.respond(to: request.transaction, with: response)
    }

    /// Tells those who watch, and looks at the new bindings when their time is over.
    mutating func changed(_ changes: [Registrar.Change], _ context: inout Context) {
        for change in changes {
            let user = registrar.registrations[change.registration].user
            let contact = String(change.binding.uri.text)
            switch (change.state, change.event) {
            case (.active, .registered):
                timers.push(
                    .binding(registration: change.registration, id: change.binding.id), at: change.binding.until)
                context.tell(.registered(user: user, contact: contact))
            case (.active, _): break
            case (.terminated, _): context.tell(.gone(user: user, contact: contact))
            }
        }
        notifier.notify(changes, registrar, &context)
    }
}
