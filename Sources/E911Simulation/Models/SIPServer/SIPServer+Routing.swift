import E911Values
import SIPCore

/// Where calls go, one target after the other.
extension SIPServer {
    /// A new call.
    mutating func route(_ request: IncomingRequest, _ context: inout Context) {
        let message = request.message
        let from = (try? message.from().uri.user).flatMap { $0 }
        guard let uri = try? message.requestURI() else {
            return context.respond(to: request.transaction, status: 400)
        }
        if let hops = (try? message.maxForwards()) ?? nil, hops == 0 {
            return context.respond(to: request.transaction, status: 483)
        }
        callsRouted += 1
        let dialled = uri.userWithoutParameters ?? (uri.scheme == .urn ? uri.text : .empty)
        var call = RoutedCall(
            number: callsRouted, inbound: request, caller: from.map { String($0) } ?? "", dialled: String(dialled))
        choose(&call, String(dialled), &context)
        calls[call.number] = call
        callOfInbound[request.transaction] = call.number
        proceed(call.number, &context)
    }

    /// Fills in the targets of a call to this number: an ELIN's caller, a trunk, a registered user.
    private func choose(_ call: inout RoutedCall, _ number: String, _ context: inout Context) {
        let now = context.now.monotonic
        if configuration.keepsELINs, let caller = elins.caller(behind: number, now) {
            context.tell(.callback(elin: number, to: caller))
            return chooseUser(&call, caller, now)
        }
        let isService = number.lowercased().hasPrefix("urn:service:")
        if isService || leadsToManager(number) {
            call.purpose = .manager
            call.targets = nodes.filter(\.isInService).map {
                RoutedCall.Target(uri: isService ? number : "sip:\(number)@\($0.hop.endpoint)", hop: $0.hop)
            }
            if configuration.manager.spreads, !call.targets.isEmpty {
                let first = call.number % call.targets.count
                call.targets = Array(call.targets[first...] + call.targets[..<first])
            }
            return
        }
        if let trunk = gateway(for: number) {
            return chooseGateway(&call, trunk, number, elin: nil)
        }
        chooseUser(&call, number, now)
    }

    private func chooseUser(_ call: inout RoutedCall, _ user: String, _ now: MonotonicTime) {
        call.purpose = .local
        call.targets = registrar.bindings(of: user, now).compactMap { binding in
            binding.hop.map { RoutedCall.Target(uri: String(binding.uri.text), hop: $0) }
        }
    }

    private func chooseGateway(
        _ call: inout RoutedCall, _ trunk: SIPServerConfiguration.Trunk, _ number: String, elin: String?
    ) {
        var user = number
        if let replacement = trunk.replacement, let prefix = trunk.prefix(of: number) {
            user = replacement + number.dropFirst(prefix.count)
        }
        call.purpose = .gateway(elin: elin)
        call.targets = trunk.contacts.map { RoutedCall.Target(uri: "sip:\(user)@\($0.endpoint)", hop: $0) }
    }

    private func leadsToManager(_ number: String) -> Bool {
        let gateway = gateway(for: number)?.prefix(of: number)?.count ?? 0
        if let prefix = configuration.manager.prefix(of: number) { return prefix.count > gateway }
        // Only a gateway calls such numbers, and only the manager knows who is behind them.
        return gateway == 0 && !configuration.keepsELINs && TelephoneNumber(number) != nil
    }

    /// The trunk with the longest prefix of the number.
    private func gateway(for number: String) -> SIPServerConfiguration.Trunk? {
        var best: SIPServerConfiguration.Trunk?
        for trunk in configuration.gateways {
            guard let prefix = trunk.prefix(of: number) else { continue }
            if prefix.count > best?.prefix(of: number)?.count ?? 0 { best = trunk }
        }
        return best
    }

    // MARK: Progress

    /// Tries the next target; without one the call has failed.
    mutating func proceed(_ number: Int, _ context: inout Context) {
        guard var call = calls[number], !call.isFinished else { return }
        guard !call.isCancelled else { return finish(number, 487, &context) }
        guard !call.targets.isEmpty else {
            guard call.purpose == .manager, let gateway = configuration.gateways.first else {
                return finish(number, call.current == nil ? 404 : 503, &context)
            }
            // No manager answers: a call without ELIN is better than none.
            context.tell(.noManager(caller: call.caller))
            chooseGateway(&call, gateway, gateway.prefixes.first ?? call.dialled, elin: nil)
            calls[number] = call
            return proceed(number, &context)
        }
        let target = call.targets.removeFirst()
        call.current = target
        switch call.purpose {
        case .manager:
            context.tell(.emergency(caller: call.caller, dialled: call.dialled, to: target.hop.endpoint))
        case .gateway(let elin):
            context.tell(.toGateway(caller: call.caller, uri: target.uri, elin: elin))
        case .local: break
        }
        let request: RequestBuilder?
        switch configuration.mode {
        case .proxy: request = forwarded(call, target)
        case .backToBack: request = own(call, target, &context)
        }
        guard let request else {
            calls[number] = call
            return finish(number, 400, &context)
        }
        if configuration.numbersCalls, call.purpose == .manager, let callID = request.headers.first(.callID) {
            context.tell(.attempt(call: call.number, callID: String(callID)))
        }
        let id = context.send(
            request, to: target.hop, timeout: call.purpose == .manager ? configuration.managerTimeout : nil)
        call.outbound = id
        callOfOutbound[id] = number
        calls[number] = call
    }

    /// What the called side says; `nil` is nothing in time.
    mutating func progress(
        _ number: Int, _ id: ClientTransactionID, _ response: SIPMessage?, _ context: inout Context
    ) {
        guard let call = calls[number] else { return }
        let status = response?.status ?? 408
        if let response, status < 300 { return pass(response, call, id, &context) }
        guard call.outbound == id, !call.isFinished else { return }
        calls[number]?.outbound = nil
        callOfOutbound[id] = nil
        if let response, (300..<400).contains(status), call.purpose == .manager, !call.isCancelled {
            return follow(response, number, &context)
        }
        let triesNext =
            switch call.purpose {
            case .manager: status == 408 || status == 503
            case .gateway, .local: (status == 408 || status == 480 || status >= 500) && !call.targets.isEmpty
            }
        if triesNext, !call.isCancelled { return proceed(number, &context) }
        guard let response, configuration.mode == .proxy, status != 503 else {
            // RFC 3261 section 16.7 point 6: a 503 is not passed on by a proxy.
            return finish(number, status == 503 ? 500 : status, &context)
        }
        finish(number, response, &context)
    }

    /// Takes the ELIN of a 302 and goes where its Contact says.
    private mutating func follow(_ response: SIPMessage, _ number: Int, _ context: inout Context) {
        guard var call = calls[number] else { return }
        let contact = ((try? response.contacts()) ?? []).first
        guard let uri = contact?.uri, let user = uri.userWithoutParameters.map({ String($0) }),
            call.redirections < RoutedCall.mostRedirections
        else { return finish(number, 500, &context) }
        call.redirections += 1
        let elin = Self.elin(of: response, uri)
        context.tell(.redirected(caller: call.caller, to: String(uri.text), elin: elin))
        if let elin, let parsed = TelephoneNumber(elin) {
            elins.note(parsed, caller: call.caller, context.now.monotonic)
        }
        if isOwn(uri) {
            choose(&call, user, &context)
            if case .gateway = call.purpose { call.purpose = .gateway(elin: elin) }
        } else if let hop = NextHop(uri) {
            call.purpose = .gateway(elin: elin)
            call.targets = [RoutedCall.Target(uri: "\(uri.schemeText):\(user)@\(hop.endpoint)", hop: hop)]
        } else {
            call.targets = []
            call.purpose = .local
        }
        calls[number] = call
        proceed(number, &context)
    }

    /// The ELIN that a 302 carries: in P-Asserted-Identity, or embedded in the Contact.
    private static func elin(of response: SIPMessage, _ contact: SIPURI) -> String? {
        if let identity = ((try? response.assertedIdentities()) ?? []).first {
            return identity.uri.userWithoutParameters.map { String($0) }
        }
        let embedded = contact.headers.first { $0.name.equalsIgnoringCase("P-Asserted-Identity") }
        guard let embedded, let address = try? NameAddress(parsing: embedded.value) else { return nil }
        return address.uri.userWithoutParameters.map { String($0) }
    }

    /// Whether a URI names this server.
    func isOwn(_ uri: SIPURI) -> Bool {
        if uri.host.equalsIgnoringCase(configuration.domain) { return true }
        guard let hop = NextHop(uri) else { return false }
        return configuration.listeners.contains { $0.endpoint == hop.endpoint }
    }

    // MARK: End

    mutating func finish(_ number: Int, _ status: Int, _ context: inout Context) {
        guard let call = calls[number] else { return }
        finish(number, status: status, &context)
        context.respond(to: call.inbound.transaction, status: status)
    }

    private mutating func finish(_ number: Int, _ response: SIPMessage, _ context: inout Context) {
        guard let call = calls[number], var builder = ResponseBuilder(forwarding: response) else { return }
        finish(number, status: response.status ?? 500, &context)
        builder.headers.removeFirstElement(.via)
        context.respond(to: call.inbound.transaction, with: builder)
    }

    /// Notes the final response. The call is kept as long as a 2xx may come again.
    mutating func finish(_ number: Int, status: Int, _ context: inout Context) {
        guard let call = calls[number], !call.isFinished else { return }
        calls[number]?.isFinished = true
        context.tell(.finished(caller: call.caller, dialled: call.dialled, status: status))
        timers.push(.forget(call: number), at: context.now.monotonic + .seconds(40))
    }

    mutating func forget(_ number: Int) {
        // The dialogs of a back-to-back user agent end by BYE.
        guard let call = calls[number], call.legs == nil else { return }
        calls[number] = nil
        callOfInbound[call.inbound.transaction] = nil
        if let id = call.outbound { callOfOutbound[id] = nil }
    }

    mutating func cancel(_ id: ServerTransactionID, _ context: inout Context) {
        guard let number = callOfInbound[id], let call = calls[number], !call.isFinished else { return }
        calls[number]?.isCancelled = true
        if let outbound = call.outbound { context.cancel(outbound) } else { finish(number, 487, &context) }
    }
}

extension SIPServerConfiguration.Trunk {
    /// The longest of its prefixes that the number begins with.
    func prefix(of number: String) -> String? {
        prefixes.filter { number.hasPrefix($0) }.max { $0.count < $1.count }
    }
}
