import E911Values
import SIPCore

/// What a back-to-back user agent does: it answers the caller itself and calls with an identity of its own.
extension SIPServer {
    /// The INVITE of its own leg.
    func own(
        _ call: RoutedCall, _ target: RoutedCall.Target, _ context: inout Context
    ) -> RequestBuilder? {
        let message = call.inbound.message
        guard let from = try? message.from() else { return nil }
        var request = RequestBuilder(.invite, target.uri)
        let hops = ((try? message.maxForwards()) ?? nil) ?? 70
        request.add(.maxForwards, "\(max(0, hops - 1))")
        let name = from.displayName.map { "\($0.quoted) " } ?? ""
        request.add(.from, "\(name)<\(from.uri)>;tag=\(context.engine.newTag())")
        request.add(.to, "<\(target.uri)>")
        request.add(.callID, context.engine.newCallID())
        request.add(.cseq, "1 INVITE")
        request.add(.contact, ownContact(target.hop.kind))
        if let priority = message.priority() { request.add(.priority, priority) }
        setIdentity(&request, call)
        if let type = message.first(.contentType) {
            request.body = message.body
            request.add(.contentType, type)
        }
        return request
    }

    private func ownContact(_ kind: SIPTransportKind) -> String {
        let listener = configuration.listeners.first { $0.kind == kind } ?? configuration.listeners.first
        guard let listener else { return "<sip:\(configuration.domain)>" }
        return "<sip:\(listener.endpoint)\(NextHop(kind: listener.kind, endpoint: listener.endpoint).uriParameters)>"
    }

    /// Answers the caller as the called side answered us.
    mutating func bridge(
        _ response: SIPMessage, _ status: Int, _ call: RoutedCall, _ id: ClientTransactionID, _ context: inout Context
    ) {
        if status >= 200, let legs = call.legs {
            // Its ACK was lost.
            return acknowledge(legs.callee, &context)
        }
        guard call.outbound == id, !call.isFinished else { return }
        var answer = ResponseBuilder(to: call.inbound.message, status: status)
        answer.add(.contact, ownContact(call.inbound.kind))
        if let type = response.first(.contentType) {
            answer.body = response.body
            answer.add(.contentType, type)
        }
        if status >= 200 {
            guard let callee = Dialog(client: response),
                let caller = Dialog(server: call.inbound.message, localTag: call.inbound.toTag)
            else { return finish(call.number, 500, &context) }
            calls[call.number]?.legs = RoutedCall.Legs(caller: caller, callee: callee)
            callOfDialog[Self.key(caller)] = call.number
            callOfDialog[Self.key(callee)] = call.number
            acknowledge(callee, &context)
            finish(call.number, status: status, &context)
        }
        context.respond(to: call.inbound.transaction, with: answer, untilAcknowledged: status >= 200)
    }

    private func acknowledge(_ dialog: Dialog, _ context: inout Context) {
        guard let hop = hop(of: dialog) else { return }
        context.send(stateless: dialog.ack(of: 1), to: hop)
    }

    private func hop(of dialog: Dialog) -> NextHop? { dialog.nextHopURI.flatMap { NextHop($0) } }

    /// BYE ends both legs; nothing else is done in a dialog.
    mutating func handleInDialog(_ request: IncomingRequest, _ context: inout Context) {
        let message = request.message
        guard let callID = try? message.callID(), let tag = (try? message.to().tag).flatMap({ $0 }),
            let number = callOfDialog["\(callID) \(tag)"], let legs = calls[number]?.legs
        else { return context.respond(to: request.transaction, status: 481) }
        switch message.method {
        case .bye:
            context.respond(to: request.transaction, status: 200)
            hangUp(number, legs.caller.contains(message) ? [legs.callee] : [legs.caller], &context)
        case .options: context.respond(to: request.transaction, status: 200)
        default: context.respond(to: request.transaction, status: 488)
        }
    }

    private mutating func hangUp(_ number: Int, _ dialogs: [Dialog], _ context: inout Context) {
        guard let legs = calls[number]?.legs else { return }
        for var dialog in dialogs {
            let request = dialog.request(.bye)
            if let hop = hop(of: dialog) { _ = context.send(request, to: hop) }
        }
        callOfDialog[Self.key(legs.caller)] = nil
        callOfDialog[Self.key(legs.callee)] = nil
        calls[number]?.legs = nil
        timers.push(.forget(call: number), at: context.now.monotonic + .seconds(40))
    }

    /// The caller did not acknowledge, or cannot be answered.
    mutating func callerIsGone(_ id: ServerTransactionID, _ context: inout Context) {
        guard let number = callOfInbound[id], let call = calls[number] else { return }
        if let legs = call.legs { hangUp(number, [legs.caller, legs.callee], &context) }
        if !call.isFinished, let outbound = call.outbound { context.cancel(outbound) }
    }

    private static func key(_ dialog: Dialog) -> String { "\(dialog.callID) \(dialog.localTag)" }
}
