import E911Values
import SIPCore

/// What a record-routing proxy does with messages (RFC 3261 section 16).
extension SIPServer {
    /// The INVITE as it goes on to a target.
    func forwarded(_ call: RoutedCall, _ target: RoutedCall.Target) -> RequestBuilder? {
        guard var request = passedOn(call.inbound.message, source: call.inbound.source) else { return nil }
        request.requestURI = SIPText(target.uri)
        // One for each side, if they speak different transports (RFC 5658).
        if call.inbound.kind != target.hop.kind { recordRoute(&request, call.inbound.kind) }
        recordRoute(&request, target.hop.kind)
        setIdentity(&request, call)
        return request
    }

    /// A request with its top Via stamped, one hop less, and our own Routes taken away.
    private func passedOn(_ message: SIPMessage, source: Endpoint) -> RequestBuilder? {
        guard var request = RequestBuilder(forwarding: message), let via = try? message.topVia() else { return nil }
        request.headers.replaceFirstElement(.via, with: via.stamped(with: source))
        let hops = ((try? message.maxForwards()) ?? nil) ?? 70
        request.set(.maxForwards, "\(max(0, hops - 1))")
        while let route = request.headers.firstElement(.route), let address = try? NameAddress(parsing: route),
            isOwn(address.uri)
        {
            request.headers.removeFirstElement(.route)
        }
        return request
    }

    private func recordRoute(_ request: inout RequestBuilder, _ kind: SIPTransportKind) {
        guard let listener = configuration.listeners.first(where: { $0.kind == kind }) else { return }
        let own = NextHop(kind: listener.kind, endpoint: listener.endpoint)
        request.prepend(.recordRoute, "<sip:\(own.endpoint)\(own.uriParameters);lr>")
    }

    /// Who calls, as this server vouches for it; the ELIN toward a gateway.
    func setIdentity(_ request: inout RequestBuilder, _ call: RoutedCall) {
        let domain = configuration.domain
        if case .gateway(let elin?) = call.purpose {
            request.set(.pAssertedIdentity, "<sip:\(elin)@\(domain)>")
        } else if configuration.assertsIdentity {
            request.set(.pAssertedIdentity, "<sip:\(call.caller)@\(domain)>")
        } else {
            request.headers.removeAll(.pAssertedIdentity)
        }
        if let name = configuration.callerAddressHeader {
            request.set(HeaderName(name), "\(call.inbound.source.address)")
        }
    }

    /// Passes a response below 300 back.
    mutating func pass(
        _ response: SIPMessage, _ call: RoutedCall, _ id: ClientTransactionID, _ context: inout Context
    ) {
        guard let status = response.status, status > 100 else { return }
        guard configuration.mode == .proxy else { return bridge(response, status, call, id, &context) }
        guard status >= 200 || (call.outbound == id && !call.isFinished),
            var builder = ResponseBuilder(forwarding: response)
        else { return }
        if status >= 200 { finish(call.number, status: status, &context) }
        builder.headers.removeFirstElement(.via)
        context.respond(to: call.inbound.transaction, with: builder)
    }

    /// Passes on an ACK of a 2xx, which has no transaction.
    mutating func forward(_ ack: SIPMessage, _ context: inout Context) {
        guard configuration.mode == .proxy, let via = try? ack.topVia() else { return }
        let source = Endpoint(via.receivedAddress ?? via.hostAddress ?? .init(v4: 0), via.effectivePort)
        guard let request = passedOn(ack, source: source), let hop = nextHop(of: request) else { return }
        context.send(stateless: request, to: hop)
    }

    /// Passes on a request in a dialog.
    mutating func relay(_ request: IncomingRequest, _ context: inout Context) {
        guard let forwarded = passedOn(request.message, source: request.source), let hop = nextHop(of: forwarded) else {
            return context.respond(to: request.transaction, status: 404)
        }
        relays[context.send(forwarded, to: hop)] = request.transaction
    }

    mutating func relay(
        _ response: SIPMessage?, of id: ClientTransactionID, to transaction: ServerTransactionID,
        _ context: inout Context
    ) {
        guard let response, var builder = ResponseBuilder(forwarding: response) else {
            relays[id] = nil
            return context.respond(to: transaction, status: 408)
        }
        guard let status = response.status, status > 100 else { return }
        if status >= 200 { relays[id] = nil }
        builder.headers.removeFirstElement(.via)
        context.respond(to: transaction, with: builder)
    }

    /// Where a request goes: its first Route, else its Request-URI. Not back to us.
    private func nextHop(of request: RequestBuilder) -> NextHop? {
        let route = request.headers.firstElement(.route).flatMap { try? NameAddress(parsing: $0).uri }
        guard let uri = route ?? (try? SIPURI(parsing: request.requestURI)), !isOwn(uri) else { return nil }
        return NextHop(uri)
    }
}
