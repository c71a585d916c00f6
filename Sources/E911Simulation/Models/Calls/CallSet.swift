import E911Values
import SIPCore

/// The calls of one user agent.
///
/// Methods that handle an event of the engine return `nil` when it is none of theirs.
struct CallSet {
    struct Call {
        enum State {
            case inviting(ClientTransactionID)
            case ringing(IncomingRequest, answerAt: MonotonicTime?)
            /// Answered 2xx, the ACK has not come.
            case answering(IncomingRequest, Dialog)
            /// `ackedCSeq` is that of our INVITE, whose 2xx may come again.
            case talking(Dialog, transaction: ClientTransactionID?, ackedCSeq: UInt32)
        }

        var callID: String
        /// Of a call of ours.
        var number: String = ""
        var incoming: IncomingCall?
        var state: State {
            didSet { glance = Glance(state) }
        }
        /// What calls are looked through for. The rest is large, and would be copied.
        private(set) var glance: Glance

        init(callID: String, number: String = "", incoming: IncomingCall? = nil, state: State) {
            self.callID = callID
            self.number = number
            self.incoming = incoming
            self.state = state
            glance = Glance(state)
        }
    }

    /// Of a call's state: the transaction that it waits for, and when it is to be answered.
    struct Glance {
        var ringing: ServerTransactionID?
        var answering: ServerTransactionID?
        var inviting: ClientTransactionID?
        var talking: ClientTransactionID?
        var answerAt: MonotonicTime?

        init(_ state: Call.State) {
            switch state {
            case .inviting(let id): inviting = id
            case .ringing(let request, let at): (ringing, answerAt) = (request.transaction, at)
            case .answering(let request, _): answering = request.transaction
            case .talking(_, let id, _): talking = id
            }
        }
    }

    /// How it answers.
    enum Answer: Equatable {
        case after(Duration)
        case never
        case refuse(status: Int)
    }

    /// `sip:2001@example.com`
    var address: String
    var displayName: String
    var user: String
    /// Where it is reached, and how its requests travel.
    var contact: NextHop
    var answer: Answer = .after(.seconds(1))
    private(set) var calls: [Call] = []
    private var sessions = 0

    init(user: String, domain: String, displayName: String, contact: NextHop) {
        self.user = user
        self.displayName = displayName
        self.contact = contact
        address = "sip:\(user)@\(domain)"
    }

    /// The Contact header.
    var contactHeader: String { "<sip:\(user)@\(contact.endpoint)\(contact.uriParameters)>" }

    var addressHeader: String {
        displayName.isEmpty ? "<\(address)>" : "\(SIPText(displayName).quoted) <\(address)>"
    }

    var deadline: MonotonicTime? {
        var earliest: MonotonicTime?
        let calls = calls.span
        for index in calls.indices {
            if let at = calls[index].glance.answerAt { earliest = min(earliest ?? at, at) }
        }
        return earliest
    }

    // MARK: Calling

    /// Calls; more headers may be added.
    mutating func call<Event>(
        _ number: String, uri: String, via hop: NextHop, headers: [(HeaderName, String)] = [],
        _ context: inout ModelContext<Event>
    ) {
        let callID = context.engine.newCallID()
        var request = RequestBuilder(.invite, uri)
        request.add(.from, "\(addressHeader);tag=\(context.engine.newTag())")
        request.add(.to, "<\(uri)>")
        request.add(.callID, callID)
        request.add(.cseq, "1 INVITE")
        request.add(.contact, contactHeader)
        for (name, value) in headers { request.add(name, value) }
        request.setBody(sessionDescription(), contentType: "application/sdp")
        let id = context.send(request, to: hop)
        calls.append(Call(callID: callID, number: number, state: .inviting(id)))
    }

    /// Ends calls: gives up those that ring, refuses those that ring here, says BYE to the others.
    ///
    /// - Parameter number: whose calls of ours end; `nil` for all calls, those that came in too.
    mutating func hangUp<Event>(to number: String? = nil, _ context: inout ModelContext<Event>) -> [CallEvent] {
        var events: [CallEvent] = []
        for index in calls.indices.reversed() {
            if let number, calls[index].incoming != nil || calls[index].number != number { continue }
            switch calls[index].state {
            case .inviting(let id):
                context.cancel(id)
                continue
            case .ringing(let request, _):
                context.respond(to: request.transaction, status: 480)
            case .answering(_, var dialog), .talking(var dialog, _, _):
                bye(&dialog, &context)
            }
            events.append(.ended(callID: calls[index].callID, byPeer: false))
            calls.remove(at: index)
        }
        return events
    }

    private func bye<Event>(_ dialog: inout Dialog, _ context: inout ModelContext<Event>) {
        let request = dialog.request(.bye)
        _ = context.send(request, to: hop(of: dialog))
    }

    private func hop(of dialog: Dialog) -> NextHop {
        dialog.nextHopURI.flatMap { NextHop($0, fallback: contact.kind) } ?? contact
    }

    private mutating func sessionDescription() -> SIPText {
        sessions += 1
        let address = contact.endpoint.address
        let network = "IN IP\(address.isIPv4 ? 4 : 6) \(address)"
        return SIPText(
            "v=0\r\no=\(user) \(sessions) \(sessions) \(network)\r\ns=-\r\nc=\(network)\r\nt=0 0\r\n"
                + "m=audio 30000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n")
    }

    // MARK: Events

    mutating func handle<Event>(_ event: SIPEvent, _ context: inout ModelContext<Event>) -> [CallEvent]? {
        switch event {
        case .request(let request): return handle(request, &context)
        case .cancelled(let id):
            guard let index = ringing(id), let incoming = calls[index].incoming else { return nil }
            context.respond(to: id, status: 487)
            calls.remove(at: index)
            return [.abandoned(incoming)]
        case .acknowledged(let id, _):
            guard let index = answering(id), case .answering(_, let dialog) = calls[index].state,
                let incoming = calls[index].incoming
            else { return nil }
            calls[index].state = .talking(dialog, transaction: nil, ackedCSeq: 0)
            return [.accepted(incoming)]
        case .unacknowledged(let id), .transportFailed(let id, _):
            guard let index = answering(id), let incoming = calls[index].incoming else { return nil }
            calls.remove(at: index)
            return [.unacknowledged(incoming)]
        case .response(let id, let response): return handle(response, of: id, &context)
        case .clientTimeout(let id), .clientTransportFailed(let id, _):
            guard let index = inviting(id) else { return nil }
            return [.failed(number: calls.remove(at: index).number, status: nil)]
        case .strayAck, .subscription, .malformed, .hop: return nil
        }
    }

    private mutating func handle<Event>(
        _ response: SIPMessage, of id: ClientTransactionID, _ context: inout ModelContext<Event>
    ) -> [CallEvent]? {
        guard let status = response.status else { return nil }
        if let index = inviting(id) {
            let call = calls[index]
            if status < 200 { return status == 100 ? [] : [.progress(number: call.number, status: status)] }
            guard status < 300, let dialog = Dialog(client: response), let cseq = try? response.cseq().number else {
                calls.remove(at: index)
                return [.failed(number: call.number, status: status)]
            }
            calls[index].state = .talking(dialog, transaction: id, ackedCSeq: cseq)
            context.send(stateless: dialog.ack(of: cseq), to: hop(of: dialog))
            return [.answered(number: call.number, callID: call.callID)]
        }
        // A 2xx that comes again: its ACK was lost.
        guard let index = first(where: { $0.talking == id }),
            case .talking(let dialog, _, let cseq) = calls[index].state
        else { return nil }
        if (200..<300).contains(status) { context.send(stateless: dialog.ack(of: cseq), to: hop(of: dialog)) }
        return []
    }

    private mutating func handle<Event>(
        _ request: IncomingRequest, _ context: inout ModelContext<Event>
    ) -> [CallEvent]? {
        switch request.message.method {
        case .invite where (try? request.message.to().tag) == nil:
            return ring(request, &context)
        case .bye:
            guard let index = index(of: request.message) else {
                context.respond(to: request.transaction, status: 481)
                return []
            }
            context.respond(to: request.transaction, status: 200)
            return [.ended(callID: calls.remove(at: index).callID, byPeer: true)]
        case .options:
            context.respond(to: request.transaction, status: 200)
            return []
        case .invite:
            // Nothing here changes a session.
            context.respond(to: request.transaction, status: 488)
            return []
        default: return nil
        }
    }

    private mutating func ring<Event>(
        _ request: IncomingRequest, _ context: inout ModelContext<Event>
    ) -> [CallEvent] {
        let message = request.message
        let uri = try? message.requestURI()
        let from = try? message.from()
        let asserted = ((try? message.assertedIdentities()) ?? []).first
        let incoming = IncomingCall(
            callID: (try? message.callID()).map { String($0) } ?? "", requestURI: String(message.requestURIText),
            dialled: uri?.user.map { String($0) } ?? "", from: from?.uri.user.map { String($0) } ?? "",
            displayName: from?.displayName.map { String($0) } ?? "",
            assertedIdentity: asserted?.uri.user.map { String($0) }, priority: message.priority().map { String($0) })
        if case .refuse(let status) = answer {
            context.respond(to: request.transaction, status: status)
            return [.incoming(incoming)]
        }
        var ringing = ResponseBuilder(to: message, status: 180)
        ringing.add(.contact, contactHeader)
        context.respond(to: request.transaction, with: ringing)
        var answerAt: MonotonicTime?
        if case .after(let delay) = answer { answerAt = context.now.monotonic + delay }
        calls.append(
            Call(callID: incoming.callID, incoming: incoming, state: .ringing(request, answerAt: answerAt)))
        return [.incoming(incoming)]
    }

    // MARK: Time

    /// Answers what has rung long enough.
    mutating func advance<Event>(_ context: inout ModelContext<Event>) {
        for index in calls.indices {
            guard let at = calls.span[index].glance.answerAt, at <= context.now.monotonic,
                case .ringing(let request, _) = calls[index].state
            else { continue }
            var response = ResponseBuilder(to: request.message, status: 200)
            response.add(.contact, contactHeader)
            response.setBody(sessionDescription(), contentType: "application/sdp")
            guard let dialog = Dialog(server: request.message, localTag: request.toTag) else {
                context.respond(to: request.transaction, status: 400)
                calls[index].state = .ringing(request, answerAt: nil)
                continue
            }
            calls[index].state = .answering(request, dialog)
            context.respond(to: request.transaction, with: response, untilAcknowledged: true)
        }
    }

    // MARK: Look-up

    private func ringing(_ id: ServerTransactionID) -> Int? { first { $0.ringing == id } }

    private func answering(_ id: ServerTransactionID) -> Int? { first { $0.answering == id } }

    private func inviting(_ id: ClientTransactionID) -> Int? { first { $0.inviting == id } }

    private func first(where matches: (Glance) -> Bool) -> Int? {
        let calls = calls.span
        for index in calls.indices where matches(calls[index].glance) { return index }
        return nil
    }

    /// The call in whose dialog a message is.
    private func index(of message: SIPMessage) -> Int? {
        guard let callID = (try? message.callID()).map({ String($0) }) else { return nil }
        let calls = calls.span
        for index in calls.indices where calls[index].callID == callID && self.calls[index].contains(message) {
            return index
        }
        return nil
    }
}

extension CallSet.Call {
    fileprivate func contains(_ message: SIPMessage) -> Bool {
        switch state {
        case .inviting, .ringing: false
        case .answering(_, let dialog), .talking(let dialog, _, _): dialog.contains(message)
        }
    }
}

extension NextHop {
    /// For a URI that names this hop.
    var uriParameters: String { kind == .udp ? "" : ";transport=\(kind.viaToken.lowercased())" }
}
