import E911Values

/// What goes into the log's hash as it is, without being described first: describing took a tenth of a simulated day.
protocol EffectDigest {
    func digest(into hash: inout EffectHash)
}

extension World {
    /// Adds a model of a peer.
    ///
    /// - Parameter perform: performs what does not go to the wire.
    @discardableResult
    func add<Model: SIPModel>(
        _ name: String, _ machine: ModelMachine<Model>, at listeners: [Listener],
        perform: @escaping SimulatedHost<ModelMachine<Model>>.Performer = { _, _ in }
    ) -> SimulatedHost<ModelMachine<Model>> where Model.Event: EffectDigest {
        add(name, machine, at: listeners, digest: { $0.digest(into: &$1) }, perform: perform)
    }
}

extension EffectHash {
    fileprivate mutating func combine(_ number: Int) { combine(UInt64(truncatingIfNeeded: number)) }

    fileprivate mutating func combine(_ number: Int?) {
        combine(number == nil ? 0 : 1)
        combine(number ?? 0)
    }

    fileprivate mutating func combine(_ text: String?) {
        combine(text == nil ? 0 : 1)
        combine(text ?? "")
    }

    fileprivate mutating func combine(_ kind: UInt64, _ texts: String?...) {
        combine(kind)
        for text in texts { combine(text) }
    }

    fileprivate mutating func combine(_ endpoint: Endpoint) {
        combine(UInt64(truncatingIfNeeded: endpoint.address.bits))
        combine(UInt64(truncatingIfNeeded: endpoint.address.bits >> 64))
        combine(UInt64(endpoint.port))
    }
}

extension PhoneEvent: EffectDigest {
    func digest(into hash: inout EffectHash) {
        switch self {
        case .registered(let endpoint, let contact, let expires):
            hash.combine(1, contact)
            hash.combine(endpoint)
            hash.combine(UInt64(expires))
        case .registrationFailed(let endpoint, let status):
            hash.combine(2)
            hash.combine(endpoint)
            hash.combine(status)
        case .unregistered(let endpoint):
            hash.combine(3)
            hash.combine(endpoint)
        case .call(let event): event.digest(into: &hash)
        }
    }
}

extension CallEvent: EffectDigest {
    func digest(into hash: inout EffectHash) {
        switch self {
        case .progress(let number, let status):
            hash.combine(16, number)
            hash.combine(status)
        case .answered(let number, let callID): hash.combine(17, number, callID)
        case .failed(let number, let status):
            hash.combine(18, number)
            hash.combine(status)
        case .incoming(let call): hash.combine(19, call)
        case .accepted(let call): hash.combine(20, call)
        case .abandoned(let call): hash.combine(21, call)
        case .unacknowledged(let call): hash.combine(22, call)
        case .ended(let callID, let isByPeer):
            hash.combine(23, callID)
            hash.combine(isByPeer ? 1 : 0)
        }
    }
}

extension EffectHash {
    fileprivate mutating func combine(_ kind: UInt64, _ call: IncomingCall) {
        combine(
            kind, call.callID, call.requestURI, call.dialled, call.from, call.displayName, call.assertedIdentity,
            call.priority)
    }
}

extension SIPServerEvent: EffectDigest {
    func digest(into hash: inout EffectHash) {
        switch self {
        case .registered(let user, let contact): hash.combine(32, user, contact)
        case .gone(let user, let contact): hash.combine(33, user, contact)
        case .subscribed(let user, let seconds):
            hash.combine(34, user)
            hash.combine(UInt64(seconds))
        case .subscriptionEnded(let user, let reason): hash.combine(35, user, reason)
        case .notified(let user, let octets):
            hash.combine(36, user)
            hash.combine(octets)
        case .node(let endpoint, let inService):
            hash.combine(37)
            hash.combine(endpoint)
            hash.combine(inService ? 1 : 0)
        case .emergency(let caller, let dialled, let endpoint):
            hash.combine(38, caller, dialled)
            hash.combine(endpoint)
        case .attempt(let call, let callID):
            hash.combine(39, callID)
            hash.combine(call)
        case .redirected(let caller, let contact, let elin): hash.combine(40, caller, contact, elin)
        case .noManager(let caller): hash.combine(41, caller)
        case .toGateway(let caller, let uri, let elin): hash.combine(42, caller, uri, elin)
        case .callback(let elin, let contact): hash.combine(43, elin, contact)
        case .finished(let caller, let dialled, let status):
            hash.combine(44, caller, dialled)
            hash.combine(status)
        }
    }
}
