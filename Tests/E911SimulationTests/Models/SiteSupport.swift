import E911Simulation
import E911Values
import SIPCore

extension SimulatedSite {
    /// A site whose phones are registered.
    static func registered(seed: UInt64, _ plan: Plan) -> SimulatedSite {
        let site = SimulatedSite(seed: seed, plan)
        site.registerAll()
        site.world.run(atMost: .seconds(60)) { site.phones.allSatisfy { $0.machine.model.isRegistered } }
        return site
    }

    func count(_ phone: Int, _ matches: (CallEvent) -> Bool) -> Int {
        phones[phone].events.count { if case .call(let event) = $0 { matches(event) } else { false } }
    }

    func messages(to host: Host, _ method: Method) -> [SIPMessage] {
        world.log.entries.compactMap { entry in
            guard entry.host === host, case .received(let octets, _, _, _, _) = entry.what,
                let message = try? SIPMessage(parsing: octets), message.isRequest, message.method == method
            else { return nil }
            return message
        }
    }
}

extension CallEvent {
    var isAnswered: Bool { if case .answered = self { true } else { false } }
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isEnded: Bool { if case .ended = self { true } else { false } }
    var isIncoming: Bool { if case .incoming = self { true } else { false } }
    var isAbandoned: Bool { if case .abandoned = self { true } else { false } }
    var failure: Int? { if case .failed(_, let status) = self { status } else { nil } }
}

/// An E911 Manager for tests of the SIP Server alone: it answers every INVITE with a 302 that names an ELIN, which is
/// the caller's extension behind 312555.
struct StubManager: SIPModel {
    enum Command { case refuse(Int?), prefix(String), silence(Bool), delay }
    typealias Event = String

    var server: NextHop
    private var refusal: Int?
    private var username = "7911"
    private var isSilent = false
    private(set) var callers: [String] = []

    init(server: NextHop) {
        self.server = server
    }

    var deadline: MonotonicTime? { nil }
    mutating func advance(_ context: inout ModelContext<String>) {}

    mutating func handle(_ command: Command, _ context: inout ModelContext<String>) {
        switch command {
        case .refuse(let status): refusal = status
        case .prefix(let prefix): username = prefix
        case .silence(let on): isSilent = on
        case .delay: break
        }
    }

    mutating func handle(_ event: SIPEvent, _ context: inout ModelContext<String>) {
        switch event {
        case .request(let request):
            if let refusal { return context.respond(to: request.transaction, status: refusal) }
            guard request.message.method == .invite else {
                return context.respond(to: request.transaction, status: 200)
            }
            let caller = ((try? request.message.assertedIdentities()) ?? []).first?.uri.user.map { String($0) } ?? "?"
            callers.append(caller)
            context.tell(caller)
            if isSilent { return }
            let dialled = (try? request.message.requestURI().user).flatMap { $0 }.map { String($0) } ?? "?"
            var response = ResponseBuilder(to: request.message, status: 302)
            let user = dialled == "933" ? "7933" : username
            response.add(.contact, "<sip:\(user)@\(server.endpoint)>")
            response.add(.pAssertedIdentity, "<sip:+1312555\(caller)@\(server.endpoint.address)>")
            context.respond(to: request.transaction, with: response)
        case .cancelled(let id): context.respond(to: id, status: 487)
        default: break
        }
    }
}

extension SimulatedSite {
    @discardableResult
    func addStub(_ number: Int = 0) -> SimulatedHost<ModelMachine<StubManager>> {
        let hop = Self.manager(number, plan.transport)
        var engine = EngineConfiguration(listeners: [Listener(hop.kind, hop.endpoint)])
        engine.tryingDelay = .milliseconds(200)
        return world.add(
            "manager \(number)",
            ModelMachine(
                StubManager(server: Self.server(plan.transport)),
                engine: SIPEngine(configuration: engine, identifiers: world.identifiers(for: "manager \(number)"))),
            at: engine.listeners)
    }
}
