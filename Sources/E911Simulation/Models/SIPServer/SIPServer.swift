public import E911Values
public import SIPCore

/// A SIP Server: registrar, `reg` notifier and call router with the trunks of the Interface Control Document.
///
/// An emergency number goes to the E911 Manager's trunk. Its 302 is followed: the Contact's user picks the gateway trunk
/// by prefix, the ELIN of its P-Asserted-Identity goes along, and a call to that ELIN rings the latest caller for
/// `sip-elin-timeout`.
public struct SIPServer: SIPModel {
    public typealias Command = SIPServerCommand
    public typealias Event = SIPServerEvent
    typealias Context = ModelContext<SIPServerEvent>

    enum Timer {
        case binding(registration: Int, id: String)
        case subscriptions
        case checks
        case forget(call: Int)
    }

    public let configuration: SIPServerConfiguration
    var registrar: Registrar
    var notifier: RegistrationNotifier
    var gate: SubscriberGate?
    var elins: ELINMap
    /// The manager's trunk.
    var nodes: [TrunkNode]
    var timers = EventQueue<Timer>()

    // For look-up only.
    var calls: [Int: RoutedCall] = [:]
    var callOfInbound: [ServerTransactionID: Int] = [:]
    var callOfOutbound: [ClientTransactionID: Int] = [:]
    var callOfDialog: [String: Int] = [:]
    /// Requests in dialogs that a proxy passes on.
    var relays: [ClientTransactionID: ServerTransactionID] = [:]
    var callsRouted = 0

    init(_ configuration: SIPServerConfiguration, digest: DigestHash, nonces: SeededGenerator) {
        self.configuration = configuration
        gate = configuration.authentication.map { SubscriberGate($0, hash: digest, nonces: nonces) }
        registrar = Registrar(domain: configuration.domain, replacesByInstance: configuration.replacesByInstance)
        notifier = RegistrationNotifier(configuration)
        elins = ELINMap(timeout: configuration.elinTimeout)
        nodes = configuration.manager.contacts.map { TrunkNode($0) }
        // The first checks leave at once.
        timers.push(.checks, at: .zero)
    }

    /// What a restarted process finds on its disk: the registrations and who is behind each ELIN. Subscriptions, calls and
    /// transactions are gone.
    init(restarting old: SIPServer, nonces: SeededGenerator, digest: DigestHash, now: MonotonicTime) {
        self.init(old.configuration, digest: digest, nonces: nonces)
        registrar = old.registrar
        elins = old.elins
        for (number, registration) in registrar.registrations.enumerated() {
            for binding in registration.bindings {
                timers.push(.binding(registration: number, id: binding.id), at: max(binding.until, now))
            }
        }
    }

    // MARK: What it knows

    /// Whom a call to this number rings as an ELIN.
    public func caller(behind elin: TelephoneNumber, at time: MonotonicTime) -> String? {
        elins.caller(behind: elin.description, time)
    }

    /// The contacts of a user, the newest first.
    public func contacts(of user: String, at time: MonotonicTime) -> [String] {
        registrar.bindings(of: user, time).map { String($0.uri.text) }
    }

    /// Every binding that stands, in the order of the users' first registration.
    public func bindings(at time: MonotonicTime) -> [(aor: String, contact: String)] {
        registrar.registrations.flatMap { registration in
            registration.bindings.filter { $0.until > time }.map {
                (aor: "sip:\(registration.user)@\(configuration.domain)", contact: String($0.uri.text))
            }
        }
    }

    /// How many bindings there are.
    public var bindingCount: Int { registrar.registrations.reduce(0) { $0 + $1.bindings.count } }

    public var subscriptionCount: Int { notifier.count }

    /// Whether a manager may be given calls.
    public func isInService(_ node: Endpoint) -> Bool {
        nodes.first { $0.hop.endpoint == node }?.isInService ?? false
    }

    // MARK: Inputs

    public mutating func handle(_ command: SIPServerCommand, _ context: inout ModelContext<SIPServerEvent>) {
        switch command {
        case .populate(let devices, let expires):
            var changes: [Registrar.Change] = []
            for device in devices {
                guard let uri = try? SIPURI(device.contact) else { continue }
                let wanted = Registrar.Wanted(
                    uri: uri, hop: NextHop(uri), instance: device.instance, expires: expires)
                let callID = context.engine.newCallID()
                changes +=
                    registrar.update(
                        device.user, [wanted], callID: callID, cseq: 1, userAgent: device.userAgent,
                        context.now.monotonic) ?? []
            }
            changed(changes, &context)
        case .remove(let users):
            var changes: [Registrar.Change] = []
            for user in users { changes += registrar.remove(user) }
            changed(changes, &context)
        case .endSubscriptions(let reason):
            notifier.endAll(reason: reason, &context)
        case .tellAll(let times):
            notifier.tellAll(registrar, times: times, &context)
        case .spoil(let bodies):
            notifier.bodiesToSpoil = bodies
        }
    }

    public mutating func handle(_ event: SIPEvent, _ context: inout ModelContext<SIPServerEvent>) {
        switch event {
        case .request(let request): handle(request, &context)
        case .response(let id, let response): handle(id, response, &context)
        case .clientTimeout(let id), .clientTransportFailed(let id, _): handle(id, nil, &context)
        case .cancelled(let id): cancel(id, &context)
        case .acknowledged: break
        case .unacknowledged(let id), .transportFailed(let id, _): callerIsGone(id, &context)
        case .strayAck(let ack, _, _): forward(ack, &context)
        case .subscription, .malformed, .hop: break
        }
    }

    private mutating func handle(_ request: IncomingRequest, _ context: inout Context) {
        let isInDialog = (try? request.message.to().tag) != nil
        switch request.message.method {
        case .register: register(request, &context)
        case .subscribe:
            guard gate?.lets(request, &context) != false else { break }
            if let end = notifier.subscribe(request, registrar, &context) { timers.push(.subscriptions, at: end) }
        case .invite where !isInDialog: route(request, &context)
        case .options where (try? request.message.requestURI().user) == nil:
            context.respond(to: request.transaction, status: 200)
        case .invite, .bye, .info, .update, .options, .message, .refer:
            switch configuration.mode {
            case .proxy: relay(request, &context)
            case .backToBack: handleInDialog(request, &context)
            }
        default: context.respond(to: request.transaction, status: 501)
        }
    }

    private mutating func handle(
        _ id: ClientTransactionID, _ response: SIPMessage?, _ context: inout Context
    ) {
        if notifier.handle(id, status: response?.status, &context) { return }
        for index in nodes.indices {
            let outcome = nodes[index].checked(
                id, status: response?.status, force: configuration.manager.force, context.now.monotonic)
            guard let outcome else { continue }
            if outcome.isChanged { context.tell(.node(nodes[index].hop.endpoint, inService: outcome.isInService)) }
            return
        }
        if let transaction = relays[id] { return relay(response, of: id, to: transaction, &context) }
        if let number = callOfOutbound[id] { progress(number, id, response, &context) }
    }

    // MARK: Time

    public var deadline: MonotonicTime? { timers.nextTime }

    public mutating func advance(_ context: inout ModelContext<SIPServerEvent>) {
        let now = context.now.monotonic
        // What is due at first; what a timer puts in waits for the next turn.
        var left = min(timers.count, 256)
        while left > 0, let next = timers.nextTime, next <= now, let (_, timer) = timers.pop() {
            left -= 1
            switch timer {
            case .binding(let registration, let id):
                let (change, next) = registrar.expire(registration, id, now)
                if let change { changed([change], &context) }
                if let next { timers.push(timer, at: next) }
            case .subscriptions:
                // Each one has its own timer.
                _ = notifier.expire(&context)
            case .checks:
                guard let interval = configuration.manager.check else { break }
                for index in nodes.indices {
                    nodes[index].sendCheck(domain: configuration.domain, timeout: interval, &context)
                }
                timers.push(.checks, at: now + interval)
            case .forget(let call):
                forget(call)
            }
        }
    }
}

public typealias SIPServerModel = ModelMachine<SIPServer>

extension ModelMachine where Model == SIPServer {
    /// - Parameter digest: the hash functions for ``SIPServerConfiguration/authentication``.
    public init(
        _ configuration: SIPServerConfiguration, identifiers: SeededGenerator, digest: DigestHash = .simulated
    ) {
        var seeds = identifiers
        let server = SIPServer(configuration, digest: digest, nonces: SeededGenerator(seed: seeds.next()))
        self.init(server, identifiers)
    }

    /// The process that follows another one on the same disk.
    public init(
        restarting old: SIPServerModel, identifiers: SeededGenerator, digest: DigestHash = .simulated,
        now: MonotonicTime
    ) {
        var seeds = identifiers
        let server = SIPServer(
            restarting: old.model, nonces: SeededGenerator(seed: seeds.next()), digest: digest, now: now)
        self.init(server, identifiers)
    }

    private init(_ server: SIPServer, _ identifiers: SeededGenerator) {
        var engine = EngineConfiguration(listeners: server.configuration.listeners, product: "e911sim SIP Server")
        engine.inDialogRequests = .delivered
        self.init(server, engine: SIPEngine(configuration: engine, identifiers: identifiers))
    }
}
