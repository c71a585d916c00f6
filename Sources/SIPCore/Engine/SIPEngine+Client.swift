public import E911Values

/// Requests of ours, and what comes back.
extension SIPEngine {
    // MARK: The user's side

    /// Sends a request in a new client transaction.
    ///
    /// Via and Max-Forwards are added; Call-ID, CSeq, the From tag and User-Agent too if they are missing and the
    /// request begins here (it has no Via yet). The ACK of a response from 300 on is sent by the engine, that of a 2xx
    /// by the user: ``send(stateless:to:now:)``.
    ///
    /// When `hop` is silent for ``EngineConfiguration/hopTimeout``, cannot be reached or answers 503, the same request goes
    /// to the first of `others`, in a new transaction with another branch, and so on (RFC 3263 section 4.3). The identifier
    /// stays the same. ``SIPEvent/hop(_:_:)`` tells what became of each.
    /// - Parameters:
    ///   - others: in their order, as ``ServerResolver`` finds them.
    ///   - timeout: Timer B or F; `nil` for 64*T1.
    public mutating func send(
        _ request: RequestBuilder, to hop: NextHop, orElse others: [NextHop] = [], now: Now, timeout: Duration? = nil
    ) -> (ClientTransactionID, [EngineEffect]) {
        let id = begin(request, to: hop, orElse: others, owner: .user, timeout: timeout, now.monotonic)
        return (id, drain())
    }

    /// Sends a request without a transaction: an ACK of a 2xx, or one that is forwarded statelessly. Via and
    /// Max-Forwards are added.
    public mutating func send(stateless request: RequestBuilder, to hop: NextHop, now: Now) -> [EngineEffect] {
        guard var path = self.hop(hop) else {
            counters.transportFailures &+= 1
            return drain()
        }
        var request = request
        complete(&request, path, branch: newBranch())
        sendRequest(request.build(), request.method.name, &path, .nobody)
        return drain()
    }

    /// Sends octets as they are, for instance a response that is forwarded statelessly.
    public mutating func send(octets: [UInt8], to hop: NextHop, now: Now) -> [EngineEffect] {
        guard var path = self.hop(hop) else {
            counters.transportFailures &+= 1
            return drain()
        }
        sendRequest(octets, "octets", &path, .nobody)
        return drain()
    }

    /// Cancels an INVITE (RFC 3261 section 9.1): at once, or as soon as a provisional response has come. The user learns
    /// of the final response, most likely a 487, as ever. A request that has its final response is not touched.
    public mutating func cancel(_ id: ClientTransactionID, now: Now) -> [EngineEffect] {
        if case .invite? = clients[id.slot]?.machine {
            clients[id.slot]?.alternatives = nil
            step(id, .cancel, .time, now.monotonic, nil)
        }
        return drain()
    }

    // MARK: Sending

    func hop(_ next: NextHop) -> Hop? {
        listener(next.kind, to: next.endpoint).map {
            Hop(next: next, local: $0, connection: nil)
        }
    }

    /// Puts our Via on top, and what a request must have.
    mutating func complete(_ request: inout RequestBuilder, _ hop: Hop, branch: String) {
        if request.headers.first(.via) == nil { originate(&request) }
        if request.headers.first(.maxForwards) == nil { request.prepend(.maxForwards, "70") }
        let rport = hop.kind.isReliable ? "" : ";rport"
        let alias = hop.kind == .tls && configuration.offersConnections ? ";alias" : ""
        request.prepend(.via, "SIP/2.0/\(hop.kind.viaToken) \(hop.local);branch=\(branch)\(rport)\(alias)")
    }

    private mutating func originate(_ request: inout RequestBuilder) {
        if let from = request.headers.first(.from), let address = try? NameAddress(parsing: from),
            address.tag == nil
        {
            request.headers.set(.from, address.adding(tag: newTag()))
        }
        if request.headers.first(.callID) == nil { request.add(.callID, newCallID()) }
        if request.headers.first(.cseq) == nil { request.add(.cseq, "1 \(request.method)") }
        if request.headers.first(.userAgent) == nil, !configuration.product.isEmpty {
            request.add(.userAgent, configuration.product)
        }
    }

    mutating func begin(
        _ request: RequestBuilder, to next: NextHop, orElse others: [NextHop], owner: ClientRecord.Owner,
        timeout: Duration?, _ now: MonotonicTime
    ) -> ClientTransactionID {
        // Those that there is an address of ours for; without any the first one fails.
        var next = next
        var others = others.filter { hop($0) != nil }[...]
        if hop(next) == nil, let first = others.popFirst() { next = first }
        var request = request
        // It is the same everywhere, save for the branch.
        if !others.isEmpty, request.headers.first(.via) == nil { originate(&request) }
        var record = record(request, to: next, orElse: others, owner: owner, timeout: timeout, now)
        if let stream = stream(insteadOf: next, octets: record.bytes.count) {
            counters.longRequests &+= 1
            if request.headers.first(.via) == nil { originate(&request) }
            record = self.record(
                request, to: stream, orElse: [next] + others, owner: owner, timeout: timeout, now)
        }
        record.isOneOfSeveral = !others.isEmpty
        if case .subscription(let id) = owner { record.isOneOfSeveral = isOneOfSeveral(next, id) }
        let id = ClientTransactionID(slot: clients.insert(record))
        start(id, now)
        return id
    }

    /// Where a request goes that is too long for a datagram (RFC 3261 section 18.1.1).
    private func stream(insteadOf next: NextHop, octets: Int) -> NextHop? {
        guard next.kind == .udp, let limit = configuration.datagramRequestOctets, octets > limit else { return nil }
        var stream = next
        stream.kind = .tcp
        return hop(stream) == nil ? nil : stream
    }

    /// A new transaction.
    mutating func record(
        _ request: RequestBuilder, to next: NextHop, orElse others: ArraySlice<NextHop>, owner: ClientRecord.Owner,
        timeout: Duration?, _ now: MonotonicTime
    ) -> ClientRecord {
        var built = request
        // Without an address of ours to send from, the transaction fails as by any other failure of the transport.
        let hop =
            self.hop(next) ?? Hop(next: next, local: next.endpoint, connection: nil)
        let branch = newBranch()
        complete(&built, hop, branch: branch)
        let isInvite = request.method == .invite
        let timers = timers(next.kind)
        var record = ClientRecord(
            machine: isInvite
                ? .invite(InviteClientTransaction(now: now, timeout: timeout, timers))
                : .other(NonInviteClientTransaction(now: now, timeout: timeout, timers)),
            key: ClientKey(branch: SIPText(branch), method: request.method), owner: owner,
            cseq: built.headers.first(.cseq).flatMap { (try? CSeq(parsing: $0))?.number },
            vias: Self.count(built.headers), invite: isInvite ? built : nil, bytes: built.build(), begunAt: now,
            hop: hop)
        if !others.isEmpty {
            record.alternatives = ClientRecord.Alternatives(
                request: request, timeout: timeout, hops: others, moveOnAt: now + configuration.hopTimeout)
        }
        return record
    }

    mutating func start(_ id: ClientTransactionID, _ now: MonotonicTime) {
        guard let record = clients[id.slot] else { return }
        clientIndex[record.key] = id
        var hop = record.hop
        let canSend = listener(hop.kind, to: hop.remote) != nil
        guard canSend, sendRequest(record.bytes, record.key.method.name, &hop, .client(id)) else {
            return clientTransportFailed(
                id, canSend ? "too much waits for the connection" : "no address to send from", now)
        }
        clients[id.slot]?.hop = hop
        schedule(id)
    }

    private static func count(_ headers: HeaderBlock) -> Int {
        headers.all(.via).reduce(0) { sum, row in
            var list = HeaderList(row)
            var count = 0
            while list.next() != nil { count += 1 }
            return sum + count
        }
    }

    // MARK: Responses

    /// Hard to fool: our branch, the method and number of the CSeq, and as many Vias as the request had.
    mutating func receiveResponse(_ message: SIPMessage, _ arrival: Arrival, _ now: MonotonicTime) {
        guard let status = message.status else { return }
        counters.received.count("\(status)")
        if let problem = message.essentialsProblem() {
            counters.malformed.count(problem.code.description)
            return
        }
        guard message.version.equalsIgnoringCase("SIP/2.0"), let via = try? message.topVia(), let branch = via.branch,
            let cseq = try? message.cseq(),
            let id = clientIndex[ClientKey(branch: branch, method: cseq.method)], let record = clients[id.slot],
            record.cseq == nil || record.cseq == cseq.number, (try? message.vias().count) == record.vias
        else {
            counters.strayResponses &+= 1
            return
        }
        let kind = ResponseClass(status: status)
        guard status == 503, record.awaitsFinal else {
            if record.isUnheard { report(record, .answered) }
            return step(id, .response(kind), .response(kind), now, message)
        }
        let retryAfter = ((try? message.retryAfter()) ?? nil).map { Duration.seconds(Int64($0)) }
        report(record, .failed(retryAfter: retryAfter))
        guard record.alternatives != nil else { return step(id, .response(kind), .response(kind), now, message) }
        // What is still owed to this hop, an ACK for instance, is given by the old transaction; the request goes on.
        step(leave(id), .response(kind), .response(kind), now, message)
        tryNext(id, now)
    }

    // MARK: The machine

    /// What a step of either machine asks for.
    enum ClientAction: Equatable {
        case nothing, repeatRequest, deliver, deliverAndCancel, acknowledgeAndDeliver, repeatAck, cancel, timedOut
        case transportFailed
    }

    mutating func clientTimer(_ id: ClientTransactionID, _ deadline: MonotonicTime, _ now: MonotonicTime) {
        guard let record = clients[id.slot], record.timer == deadline else { return }
        clients[id.slot]?.timer = nil
        if let moveOnAt = record.moveOnAt, moveOnAt <= now {
            moveOn(id, record, now)
        } else if let wanted = record.deadline, wanted <= now {
            step(id, .time, .time, now, nil)
        } else {
            schedule(id)
        }
    }

    mutating func clientTransportFailed(_ id: ClientTransactionID, _ reason: String, _ now: MonotonicTime) {
        counters.transportFailures &+= 1
        if let record = clients[id.slot] { report(record, .failed(retryAfter: nil)) }
        if tryNext(id, now) { return }
        let action = advance(id, .transportFailed, .transportFailed, now)
        guard let record = clients[id.slot] else { return }
        if record.isTerminated { remove(id) }
        guard action == .transportFailed else { return }
        switch record.owner {
        case .user: tell(.clientTransportFailed(id, reason: reason))
        case .subscription(let subscription): requestFailed(subscription, id, reason, now)
        case .nobody: break
        }
    }

    mutating func step(
        _ id: ClientTransactionID, _ invite: InviteClientTransaction.Input, _ other: NonInviteClientTransaction.Input,
        _ now: MonotonicTime, _ response: SIPMessage?
    ) {
        finish(id, advance(id, invite, other, now), now, response)
    }

    private mutating func advance(
        _ id: ClientTransactionID, _ invite: InviteClientTransaction.Input,
        _ other: NonInviteClientTransaction.Input, _ now: MonotonicTime
    ) -> ClientAction {
        guard let record = clients[id.slot] else { return .nothing }
        let timers = timers(record.hop.kind)
        switch record.machine {
        case .invite(var machine):
            let action = machine.handle(invite, at: now, timers)
            clients[id.slot]?.machine = .invite(machine)
            switch action {
            case .absorb, .end: return .nothing
            case .repeatRequest: return .repeatRequest
            case .deliver: return .deliver
            case .deliverAndCancel: return .deliverAndCancel
            case .acknowledgeAndDeliver: return .acknowledgeAndDeliver
            case .repeatAck: return .repeatAck
            case .cancel: return .cancel
            case .timedOut: return .timedOut
            case .transportFailed: return .transportFailed
            }
        case .other(var machine):
            let action = machine.handle(other, at: now, timers)
            clients[id.slot]?.machine = .other(machine)
            switch action {
            case .absorb, .end: return .nothing
            case .repeatRequest: return .repeatRequest
            case .deliver: return .deliver
            case .timedOut: return .timedOut
            case .transportFailed: return .transportFailed
            }
        }
    }

    private mutating func finish(
        _ id: ClientTransactionID, _ action: ClientAction, _ now: MonotonicTime, _ response: SIPMessage?
    ) {
        guard let record = clients[id.slot] else { return }
        switch action {
        case .nothing, .transportFailed, .timedOut: break
        case .repeatRequest:
            counters.retransmissions &+= 1
            transmit(record.bytes, record.key.method.name, id)
        case .deliverAndCancel, .cancel: sendCancel(record, now)
        case .acknowledgeAndDeliver, .repeatAck:
            if let ack = record.ack ?? response.flatMap({ self.ack(of: record, $0) }) {
                clients[id.slot]?.ack = ack
                transmit(ack, Method.ack.name, id)
            }
        case .deliver: break
        }
        if action == .timedOut {
            report(record, .failed(retryAfter: nil))
            giveUpConnection(record, now)
            if tryNext(id, now) { return }
        }
        if clients[id.slot]?.mayRepeat == false { clients[id.slot]?.bytes = [] }
        if clients[id.slot]?.isTerminated == true { remove(id) } else { schedule(id) }
        deliver(action, id, record.owner, response, now)
    }

    /// A request that was not answered on a connection where nothing came since: the peer is gone without a word. The next
    /// request gets a new connection, instead of waiting many minutes for the network to notice.
    private mutating func giveUpConnection(_ record: ClientRecord, _ now: MonotonicTime) {
        guard let id = record.hop.connection, let connection = connections[id] else { return }
        if let heardAt = connection.heardAt, heardAt >= record.begunAt { return }
        close(id, now)
    }

    /// Tells the owner, after everything else is done.
    private mutating func deliver(
        _ action: ClientAction, _ id: ClientTransactionID, _ owner: ClientRecord.Owner, _ response: SIPMessage?,
        _ now: MonotonicTime
    ) {
        switch action {
        case .deliver, .deliverAndCancel, .acknowledgeAndDeliver:
            guard let response else { return }
            switch owner {
            case .user: tell(.response(id, response))
            case .subscription(let subscription): responded(subscription, id, response, now)
            case .nobody: break
            }
        case .timedOut:
            counters.timeouts &+= 1
            switch owner {
            case .user: tell(.clientTimeout(id))
            case .subscription(let subscription): requestFailed(subscription, id, "no answer", now)
            case .nobody: break
            }
        case .nothing, .repeatRequest, .repeatAck, .cancel, .transportFailed: break
        }
    }

    private mutating func transmit(_ octets: [UInt8], _ name: String, _ id: ClientTransactionID) {
        guard var hop = clients[id.slot]?.hop else { return }
        sendRequest(octets, name, &hop, .nobody)
        clients[id.slot]?.hop = hop
    }

    /// What ACK and CANCEL have in common with their INVITE (RFC 3261 sections 9.1 and 17.1.1.3).
    private func derived(_ method: Method, _ record: ClientRecord) -> RequestBuilder? {
        guard let invite = record.invite, let via = invite.headers.firstElement(.via) else { return nil }
        var request = RequestBuilder(method, invite.requestURI)
        request.headers.add(.via, via)
        request.add(.maxForwards, "70")
        for route in invite.headers.all(.route) { request.add(.route, route) }
        for name in [HeaderName.from, .to, .callID] {
            if let value = invite.headers.first(name) { request.add(name, value) }
        }
        request.add(.cseq, "\(record.cseq ?? 1) \(method)")
        return request
    }

    private func ack(of record: ClientRecord, _ response: SIPMessage) -> [UInt8]? {
        guard var ack = derived(.ack, record) else { return nil }
        if let to = response.first(.to) { ack.headers.set(.to, to) }
        return ack.build()
    }

    private mutating func sendCancel(_ record: ClientRecord, _ now: MonotonicTime) {
        guard let cancel = derived(.cancel, record) else { return }
        let cancelRecord = ClientRecord(
            machine: .other(NonInviteClientTransaction(now: now, timers(record.hop.kind))),
            key: ClientKey(branch: record.key.branch, method: .cancel), owner: .nobody, cseq: record.cseq, vias: 1,
            invite: nil, bytes: cancel.build(), begunAt: now, hop: record.hop)
        start(ClientTransactionID(slot: clients.insert(cancelRecord)), now)
    }

    mutating func schedule(_ id: ClientTransactionID) {
        guard let record = clients[id.slot], let deadline = record.deadline else { return }
        if let timer = record.timer, timer <= deadline { return }
        clients[id.slot]?.timer = deadline
        timers.insert(.client(id), at: deadline)
    }

    private mutating func remove(_ id: ClientTransactionID) {
        guard let record = clients.remove(id.slot) else { return }
        if clientIndex[record.key] == id { clientIndex[record.key] = nil }
    }
}
