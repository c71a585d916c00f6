public import E911Values

/// Requests that come, and their responses.
extension SIPEngine {
    // MARK: The user's side

    /// Answers a request.
    ///
    /// Via gets `received` and `rport`, To the tag of ``IncomingRequest/toTag`` if it has none (100 excepted). Behind a
    /// final response the transaction takes care of itself.
    /// - Parameters:
    ///   - response: made by ``ResponseBuilder/init(to:status:reason:toTag:source:)``, or a forwarded one whose top Via
    ///     was taken away.
    ///   - untilAcknowledged: repeat a 2xx to INVITE until its ACK comes (RFC 3261 section 13.3.1.4): for a user agent.
    ///     ``SIPEvent/acknowledged(_:_:)`` or ``SIPEvent/unacknowledged(_:)`` follows. A proxy leaves it false: its
    ///     2xx is repeated by the one that it came from, and the ACK is a ``SIPEvent/strayAck(_:source:flow:)``.
    public mutating func respond(
        to id: ServerTransactionID, with response: ResponseBuilder, untilAcknowledged: Bool = false, now: Now
    ) -> [EngineEffect] {
        respond(id, response, untilAcknowledged, now.monotonic)
        return drain()
    }

    /// Answers a request with a status and these headers, behind those that every response takes from its request. The
    /// octets are written at once; they are those that ``ResponseBuilder`` makes.
    ///
    /// - Parameters:
    ///   - headers: in their order. Line ends in a value become blanks.
    public mutating func respond(
        to id: ServerTransactionID, status: Int, headers: [ResponseHeader], now: Now
    ) -> [EngineEffect] {
        let times = times
        let action = servers.inPlace(id.slot) { record in
            record?.respond(status: status, headers: headers, now.monotonic, times)
        }
        finish(id, action ?? .misuse, now.monotonic, nil)
        return drain()
    }

    /// Answers a request with no more than a status.
    public mutating func respond(
        to id: ServerTransactionID, status: Int, reason: String? = nil, now: Now
    ) -> [EngineEffect] {
        if let request = servers[id.slot]?.request {
            var response = ResponseBuilder(to: request, status: status, reason: reason)
            addServer(&response)
            respond(id, response, false, now.monotonic)
        } else {
            counters.misuses &+= 1
        }
        return drain()
    }

    /// Forgets a request without an answer. If it comes again it is a new one.
    public mutating func discard(_ id: ServerTransactionID) -> [EngineEffect] {
        if let connection = servers[id.slot]?.closes, connections.removeValue(forKey: connection) != nil {
            effects.append(.close(connection))
        }
        remove(id)
        return drain()
    }

    // MARK: Requests

    mutating func receiveRequest(
        _ message: SIPMessage, _ essentials: Essentials, _ arrival: Arrival, _ now: MonotonicTime
    ) {
        let method = message.method
        let via = essentials.via
        guard let key = ServerKey(message, via, method: method == .ack ? .invite : method) else { return }
        adopt(via, arrival)
        if method == .ack { return receiveAck(message, serverIndex[key], arrival, now) }
        if let id = serverIndex[key], servers.contains(id.slot) {
            return receiveAgain(id, ReturnPath(arrival, via), now)
        }
        if method == .cancel { return receiveCancel(message, essentials, key, arrival, now) }
        if method == .notify, let subscription = subscription(of: message) {
            let id = begin(message, essentials, key, arrival, now)
            return receiveNotify(message, subscription, id, now)
        }
        if configuration.inDialogRequests == .refused, method == .notify || essentials.to.tag != nil {
            counters.unknownDialogs &+= 1
            // An INVITE too: a transaction would repeat the response, for 32 s, to whatever source was forged. The peer
            // repeats the request until it has an answer, and the ACK is a stray one.
            return answer(message, 481, arrival, now)
        }
        if isMerged(message) {
            counters.mergedRequests &+= 1
            return answer(message, 482, arrival, now)
        }
        if method == .invite {
            // Until it is known who is who, every INVITE is taken.
            guard reserved == nil || !isOverloaded(by: arrival.source.address) else {
                counters.overload &+= 1
                return
            }
        } else {
            guard !isOverloaded(by: arrival.source.address) else {
                counters.overload &+= 1
                return answer(message, 503, arrival, now)
            }
            if let refusal = configuration.policy?.refusal(of: message) {
                let id = begin(message, essentials, key, arrival, now)
                var response = refusal.response(to: message, toTag: nil)
                addServer(&response)
                return respond(id, response, false, now)
            }
        }
        let id = begin(message, essentials, key, arrival, now)
        let toTag = servers[id.slot]?.toTag ?? ""
        if let request = IncomingRequest(message, essentials, id, arrival, toTag: toTag) { tell(.request(request)) }
    }

    /// Whether the request came by another path before and is to be refused for it.
    private func isMerged(_ message: SIPMessage) -> Bool {
        switch configuration.mergedRequests {
        case .delivered: return false
        case .refusedSaveInvite where message.method == .invite: return false
        case .refused, .refusedSaveInvite: return MergeKey(message).flatMap { mergeIndex[$0] } != nil
        }
    }

    private mutating func begin(
        _ message: SIPMessage, _ essentials: Essentials, _ key: ServerKey, _ arrival: Arrival, _ now: MonotonicTime
    ) -> ServerTransactionID {
        let timers = timers(arrival.kind)
        let via = essentials.via
        let stamped = via.stamped(with: arrival.source)
        let record = ServerRecord(
            machine: message.method == .invite
                ? .invite(InviteServerTransaction(now: now, timers))
                : .other(NonInviteServerTransaction(now: now, timers)),
            key: key, method: message.method, request: message, path: ReturnPath(arrival, via),
            stampedVia: stamped == via.text ? nil : stamped, toTag: newTag(),
            tagPlace: essentials.to.tag == nil ? essentials.to.tagPlace : nil)
        let id = ServerTransactionID(slot: servers.insert(record))
        serverIndex[key] = id
        if configuration.mergedRequests != .delivered, let key = MergeKey(message) {
            servers[id.slot]?.mergeKey = key
            mergeIndex[key] = id
        }
        schedule(id)
        return id
    }

    /// The request once more. Its answer goes where this copy came from.
    private mutating func receiveAgain(_ id: ServerTransactionID, _ path: ReturnPath, _ now: MonotonicTime) {
        counters.repeatedRequests &+= 1
        servers[id.slot]?.path = path
        step(id, invite: .request, other: .request, now, nil)
    }

    private mutating func receiveAck(
        _ message: SIPMessage, _ id: ServerTransactionID?, _ arrival: Arrival, _ now: MonotonicTime
    ) {
        let ack = Acknowledgement(message: message, arrival: arrival)
        if let id, servers.contains(id.slot) {
            return step(id, invite: .ack, other: nil, now, ack)
        }
        if let key = SuccessKey(message), let id = successIndex[key] {
            return step(id, invite: .ackOfSuccess, other: nil, now, ack)
        }
        stray(ack)
    }

    /// An ACK, and how it came.
    struct Acknowledgement {
        let message: SIPMessage
        let arrival: Arrival
    }

    private mutating func stray(_ ack: Acknowledgement) {
        counters.strayAcks &+= 1
        tell(.strayAck(ack.message, source: ack.arrival.source, flow: ack.arrival.flow))
    }

    /// RFC 3261 section 9.2. The CSeq number is not compared.
    private mutating func receiveCancel(
        _ message: SIPMessage, _ essentials: Essentials, _ key: ServerKey, _ arrival: Arrival, _ now: MonotonicTime
    ) {
        guard let inviteKey = ServerKey(message, essentials.via, method: .invite), let invite = serverIndex[inviteKey],
            let record = servers[invite.slot]
        else {
            // Without a transaction: CANCELs of nothing must not take up memory.
            return answer(message, 481, arrival, now)
        }
        let id = begin(message, essentials, key, arrival, now)
        respond(id, ResponseBuilder(to: message, status: 200, toTag: record.toTag), false, now)
        if record.isUnansweredInvite { tell(.cancelled(invite)) }
    }

    // MARK: Responses

    mutating func respond(
        _ id: ServerTransactionID, _ builder: ResponseBuilder, _ untilAcknowledged: Bool, _ now: MonotonicTime
    ) {
        guard let record = servers[id.slot] else {
            counters.misuses &+= 1
            return
        }
        var builder = builder
        if let via = record.stampedVia { builder.headers.replaceFirstElement(.via, with: via) }
        if builder.status > 100, let to = builder.headers.first(.to), let address = try? NameAddress(parsing: to),
            address.tag == nil
        {
            builder.headers.set(.to, address.adding(tag: record.toTag))
        }
        let kind = ResponseClass(status: builder.status)
        let octets = builder.build()
        let action = advance(id, .respond(kind, untilAcknowledged: untilAcknowledged), .respond(kind), now)
        guard action == .send else { return finish(id, action, now, nil) }
        servers[id.slot]?.take(octets, name: String(builder.status), isFinal: kind != .provisional)
        if untilAcknowledged, kind == .success { awaitAck(id, record, builder) }
        finish(id, .send, now, nil)
    }

    private mutating func awaitAck(_ id: ServerTransactionID, _ record: ServerRecord, _ response: ResponseBuilder) {
        guard let request = record.request, let to = response.headers.first(.to),
            let tag = (try? NameAddress(parsing: to))?.tag, let key = SuccessKey(request, toTag: tag)
        else { return }
        servers[id.slot]?.successKey = key
        successIndex[key] = id
    }

    // MARK: The machine

    /// What a step of either machine asks for.
    enum ServerAction: Equatable {
        case nothing, send, sendTrying, repeatResponse, acknowledged, passAck, unacknowledged, transportFailed
        case peerError, misuse
    }

    mutating func serverTimer(_ id: ServerTransactionID, _ deadline: MonotonicTime, _ now: MonotonicTime) {
        guard let isDue = servers.inPlace(id.slot, { record in record?.takeTimer(deadline, now) }) else { return }
        if isDue {
            let action = advance(id, .time, .time, now)
            if action == .repeatResponse { counters.retransmissions &+= 1 }
            finish(id, action, now, nil)
        } else {
            schedule(id)
        }
    }

    mutating func serverTransportFailed(_ id: ServerTransactionID, _ reason: String, _ now: MonotonicTime) {
        counters.transportFailures &+= 1
        guard advance(id, .transportFailed, .transportFailed, now) == .transportFailed else {
            return finish(id, .nothing, now, nil)
        }
        tell(.transportFailed(id, reason: reason))
        remove(id)
    }

    private mutating func step(
        _ id: ServerTransactionID, invite: InviteServerTransaction.Input, other: NonInviteServerTransaction.Input?,
        _ now: MonotonicTime, _ ack: Acknowledgement?
    ) {
        finish(id, advance(id, invite, other, now), now, ack)
    }

    /// One step of the machine.
    private mutating func advance(
        _ id: ServerTransactionID, _ invite: InviteServerTransaction.Input,
        _ other: NonInviteServerTransaction.Input?, _ now: MonotonicTime
    ) -> ServerAction {
        let times = times
        return servers.inPlace(id.slot) { record in record?.step(invite, other, now, times) } ?? .nothing
    }

    private var times: ServerRecord.Times {
        ServerRecord.Times(timing: configuration.timing, trying: configuration.tryingDelay)
    }

    /// Does what the step asked for, and what follows from the state.
    private mutating func finish(
        _ id: ServerTransactionID, _ action: ServerAction, _ now: MonotonicTime, _ ack: Acknowledgement?
    ) {
        switch action {
        case .nothing: break
        case .send, .repeatResponse: sendStored(id, now)
        case .sendTrying: sendTrying(id, now)
        case .acknowledged:
            servers[id.slot]?.response = nil
            if let ack { tell(.acknowledged(id, ack.message)) }
        case .passAck: if let ack { stray(ack) }
        case .unacknowledged:
            counters.unacknowledged &+= 1
            tell(.unacknowledged(id))
        case .transportFailed: tell(.transportFailed(id, reason: "no way back to the peer"))
        case .peerError: counters.peerErrors &+= 1
        case .misuse: counters.misuses &+= 1
        }
        guard let next = servers.inPlace(id.slot, { record in record?.next() }) else { return }
        if let timer = next.timer { timers.insert(.server(id), at: timer) }
        if next.isTerminated { remove(id) }
        if let connection = next.closes { close(connection, now) }
    }

    private mutating func sendTrying(_ id: ServerTransactionID, _ now: MonotonicTime) {
        guard let record = servers[id.slot], let request = record.request else { return }
        var response = ResponseBuilder(to: request, status: 100)
        if let via = record.stampedVia { response.headers.replaceFirstElement(.via, with: via) }
        servers[id.slot]?.response = response.build()
        servers[id.slot]?.responseName = "100"
        sendStored(id, now)
    }

    private mutating func sendStored(_ id: ServerTransactionID, _ now: MonotonicTime) {
        guard var sent = servers.inPlace(id.slot, { record in record?.outgoing }) else { return }
        let isSent = sendResponse(sent.octets, sent.name, &sent.path, .server(id))
        if sent.path.kind.isReliable { servers[id.slot]?.path = sent.path }
        guard !isSent else { return }
        serverTransportFailed(id, "too much waits for the connection", now)
    }

    mutating func schedule(_ id: ServerTransactionID) {
        let timer = servers.inPlace(id.slot) { record in record?.newTimer() }
        if let timer { timers.insert(.server(id), at: timer) }
    }

    mutating func remove(_ id: ServerTransactionID) {
        guard let record = servers.remove(id.slot) else { return }
        if serverIndex[record.key] == id { serverIndex[record.key] = nil }
        if let key = record.successKey, successIndex[key] == id { successIndex[key] = nil }
        if let key = record.mergeKey, mergeIndex[key] == id { mergeIndex[key] = nil }
    }
}
