internal import E911Values

/// From octets to messages, and from messages to transactions.
extension SIPEngine {
    mutating func receiveDatagram(_ bytes: Span<UInt8>, _ arrival: Arrival, _ now: MonotonicTime) {
        let message: SIPMessage
        do throws(SIPParseError) {
            message = try SIPMessage(parsing: bytes, limits: configuration.limits, framing: .datagram)
        } catch {
            if error.code == .keepAlive { counters.keepAlives &+= 1 } else { malformed(error, arrival) }
            return
        }
        receive(message, arrival, now)
    }

    mutating func receiveStream(_ bytes: Span<UInt8>, _ id: ConnectionID, _ now: MonotonicTime) {
        guard let connection = connections[id], let local = connection.local else { return }
        let arrival = Arrival(
            flow: .stream(id), kind: connection.kind, source: connection.remote, local: local)
        connections[id]?.hear(bytes, now)
        var waiting: ServerTransactionID?
        defer { connections[id]?.noteProgress(now) }
        while let frame = connections[id]?.nextFrame() {
            switch frame {
            case .message(let message):
                receive(message, arrival, now)
            case .keepAlive:
                counters.keepAlives &+= 1
                effects.append(.transmit([carriageReturn, lineFeed], on: .stream(id)))
            case .unusable(let error):
                malformed(error, arrival)
            case .malformed(let error, let message):
                waiting = receiveUnframed(error, message, arrival, now)
            case .lost(let error):
                if error.code != .keepAlive { malformed(error, arrival) }
                // An INVITE is still to be answered on it; the framer is deaf meanwhile.
                if let waiting { servers[waiting.slot]?.closes = id } else { close(id, now) }
                return
            }
        }
    }

    /// A message whose end is unknown. An INVITE is answered by the user like any other, and its transaction returned;
    /// other requests are refused.
    private mutating func receiveUnframed(
        _ error: SIPParseError, _ message: SIPMessage?, _ arrival: Arrival, _ now: MonotonicTime
    ) -> ServerTransactionID? {
        guard let message, message.isRequest else { return nil }
        if message.method == .invite {
            // Also when it cannot be read: that, and never its size, is then the reason to refuse it.
            receive(message, arrival, now)
            guard let via = try? message.topVia(), let key = ServerKey(message, via, method: .invite),
                let id = serverIndex[key], servers[id.slot]?.isUnansweredInvite == true
            else { return nil }
            return id
        }
        counters.received.count(message.method.name)
        if message.method != .ack { answer(message, error.status, arrival, now, reason: error.reason) }
        return nil
    }

    mutating func receive(_ message: SIPMessage, _ arrival: Arrival, _ now: MonotonicTime) {
        guard message.isRequest else { return receiveResponse(message, arrival, now) }
        counters.received.count(message.method.name)
        let essentials: Essentials
        do throws(SIPParseError) {
            essentials = try message.essentials()
        } catch {
            malformed(error, arrival)
            if message.method != .ack { answer(message, error.status, arrival, now, reason: error.description) }
            return
        }
        receiveRequest(message, essentials, arrival, now)
    }

    /// Counted, told unless it is no SIP at all, and forgotten.
    mutating func malformed(_ error: SIPParseError, _ arrival: Arrival) {
        counters.malformed.count(error.code.description)
        if error.code == .notSIP { return }
        tell(.malformed(error, source: arrival.source, flow: arrival.flow))
    }

    /// Answers without a transaction (RFC 3261 section 8.2.7); not at all if the top Via is unreadable.
    mutating func answer(
        _ request: SIPMessage, _ status: Int, _ arrival: Arrival, _ now: MonotonicTime, reason: String? = nil
    ) {
        guard let via = try? request.topVia() else { return }
        var response = ResponseBuilder(
            to: request, status: status, reason: reason, toTag: newTag(), source: arrival.source)
        addServer(&response)
        var path = ReturnPath(arrival, via)
        sendResponse(response.build(), "\(status)", &path, .nobody)
    }

    func addServer(_ response: inout ResponseBuilder) {
        if !configuration.product.isEmpty { response.add(.server, configuration.product) }
    }
}
