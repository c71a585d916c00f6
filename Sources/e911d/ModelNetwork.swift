#if Daemon
    import E911Simulation
    import E911Values
    import Foundation
    import SIPCore
    import SIPTransport
    import Synchronization

    /// A simulated SIP Server with its gateways and phones, each on sockets of its own.
    final class ModelNetwork: Sendable {
        /// What happens, as a line for people, with the fact behind it.
        struct Event: Sendable {
            enum Fact: Sendable {
                case server(SIPServerEvent)
                case phone(String, PhoneEvent)
                case gateway(isTest: Bool, CallEvent)
            }

            var fact: Fact
            var text: String
        }

        struct Settings: Sendable {
            var domain = "example.com"
            var server: NextHop
            var manager: Endpoint
            var mode = SIPServerConfiguration.Mode.proxy
            var gateway: Endpoint
            var testGateway: Endpoint
            var gatewayPrefix = "7911"
            var testPrefix = "7933"
            /// `oos-check`; `nil` sends no OPTIONS.
            var check: Duration? = .seconds(5)
            var maxBodyOctets = 14_336
        }

        private struct Phone {
            var host: SIPHost<PhoneModel>
        }

        let settings: Settings
        let events: AsyncStream<Event>
        private let report: AsyncStream<Event>.Continuation
        private let server: SIPHost<SIPServerModel>
        private let gateways: [SIPHost<GatewayModel>]
        private let phones = Mutex<[String: Phone]>([:])

        init(_ settings: Settings) async throws {
            self.settings = settings
            let (events, report) = AsyncStream.makeStream(of: Event.self)
            self.events = events
            self.report = report
            let kind = settings.server.kind
            func trunk(_ name: String, _ prefixes: [String], _ contact: Endpoint) -> SIPServerConfiguration.Trunk {
                .init(name: name, prefixes: prefixes, contacts: [NextHop(kind: kind, endpoint: contact)])
            }
            var manager = trunk("manager", ["911", "9911", "112", "933"], settings.manager)
            manager.check = settings.check
            var configuration = SIPServerConfiguration(
                domain: settings.domain, listeners: [.init(kind, settings.server.endpoint)], manager: manager,
                gateways: [
                    trunk("gateway", [settings.gatewayPrefix], settings.gateway),
                    trunk("test gateway", [settings.testPrefix], settings.testGateway),
                ])
            configuration.mode = settings.mode
            configuration.maxBodyOctets = settings.maxBodyOctets
            let model = configuration
            server = try await Self.host(
                kind, settings.server.endpoint, { SIPServerModel(model, identifiers: .system()) }
            ) {
                if let text = Narration.text($0) { report.yield(Event(fact: .server($0), text: text)) }
            }
            var gateways: [SIPHost<GatewayModel>] = []
            for (isTest, endpoint) in [(false, settings.gateway), (true, settings.testGateway)] {
                let gateway = GatewayConfiguration(
                    contact: NextHop(kind: kind, endpoint: endpoint), server: settings.server)
                gateways.append(
                    try await Self.host(kind, endpoint, { GatewayModel(gateway, identifiers: .system()) }) {
                        let who = isTest ? "the test gateway" : "the emergency gateway"
                        if let text = Narration.text($0, of: who) {
                            report.yield(Event(fact: .gateway(isTest: isTest, $0), text: text))
                        }
                    })
            }
            self.gateways = gateways
        }

        private static func host<Machine: SIPMachine & SendableMetatype>(
            _ kind: SIPTransportKind, _ endpoint: Endpoint, _ machine: @escaping @Sendable () -> Machine,
            _ tell: @escaping @Sendable (Machine.Other) -> Void
        ) async throws -> SIPHost<Machine> where Machine.Command: Sendable {
            try await SIPHost.start(
                HostConfiguration(listeners: [SIPTransport.Listener(kind, endpoint)]), machine: { _ in machine() },
                other: { event, _ in tell(event) })
        }

        /// Puts a phone at an address and registers it.
        func addPhone(_ user: String, at endpoint: Endpoint, mac: MACAddress?, name: String = "") async throws {
            guard phones.withLock({ $0[user] == nil }) else { throw ModelError("there is a phone \(user) already") }
            let kind = settings.server.kind
            var phone = PhoneConfiguration(
                user: user, domain: settings.domain, mac: mac, contact: NextHop(kind: kind, endpoint: endpoint),
                registrars: [settings.server])
            phone.displayName = name
            let configuration = phone
            let report = report
            let host = try await Self.host(kind, endpoint, { PhoneModel(configuration, identifiers: .system()) }) {
                if let text = Narration.text($0, of: user) { report.yield(Event(fact: .phone(user, $0), text: text)) }
            }
            phones.withLock { $0[user] = Phone(host: host) }
            host.submit(.register)
        }

        /// Moves a phone: it is taken down and comes up at another address, under the same MAC.
        func movePhone(_ user: String, to endpoint: Endpoint, mac: MACAddress?, name: String = "") async throws {
            guard let phone = phones.withLock({ $0.removeValue(forKey: user) }) else {
                throw ModelError("there is no phone \(user)")
            }
            await phone.host.stop()
            try await addPhone(user, at: endpoint, mac: mac, name: name)
        }

        func tell(_ user: String, _ command: PhoneCommand) throws {
            guard let phone = phones.withLock({ $0[user] }) else { throw ModelError("there is no phone \(user)") }
            phone.host.submit(command)
        }

        func tellServer(_ command: SIPServerCommand) { server.submit(command) }

        /// The dispatcher calls a number, an ELIN say.
        func callBack(_ number: String) { gateways[0].submit(.callBack(number, psapCallback: true)) }

        func stop() async {
            for phone in phones.withLock({ phones in phones.sorted { $0.key < $1.key }.map(\.value) }) {
                await phone.host.stop()
            }
            for gateway in gateways { await gateway.stop() }
            await server.stop()
            report.finish()
        }
    }

    struct ModelError: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// What the models tell, in words that a newcomer follows. `nil` is not worth a line.
    enum Narration {
        static func text(_ event: SIPServerEvent) -> String? {
            switch event {
            case .registered(let user, let contact): "SIP Server: phone \(user) registered at \(contact)"
            case .gone(let user, let contact): "SIP Server: phone \(user) is gone from \(contact)"
            case .subscribed(let user, let seconds):
                "SIP Server: e911d subscribed to \(user.map { "phone \($0)" } ?? "all registrations") for \(seconds) s"
            case .subscriptionEnded(_, let reason): "SIP Server: e911d's subscription ended (\(reason))"
            case .notified(_, let octets): "SIP Server: told e911d the registrations (\(octets) octets)"
            case .node(let node, let inService):
                "SIP Server: e911d at \(node) \(inService ? "answers its checks" : "does not answer its checks")"
            case .emergency(let caller, let dialled, let to):
                "SIP Server: \(caller) dials \(dialled); asks e911d at \(to)"
            case .attempt: nil
            case .redirected(let caller, let to, let elin):
                "SIP Server: e911d answers 302 for \(caller): go to \(to), with the ELIN \(elin ?? "(none)")"
            case .noManager(let caller): "SIP Server: no e911d answered for \(caller); the call goes on without ELIN"
            case .toGateway(let caller, let uri, let elin):
                "SIP Server: the call of \(caller) goes to the gateway as \(uri), caller id \(elin ?? "(none)")"
            case .callback(let elin, let to): "SIP Server: somebody calls the ELIN \(elin); it rings \(to)"
            case .finished(let caller, let dialled, let status):
                "SIP Server: the call of \(caller) to \(dialled) ended with \(status)"
            }
        }

        static func text(_ event: PhoneEvent, of user: String) -> String? {
            switch event {
            case .registered: nil
            case .registrationFailed(_, let status):
                "phone \(user): the registration failed (\(status.map { "\($0)" } ?? "no answer"))"
            case .unregistered: "phone \(user): registered no more"
            case .call(let event): text(event, of: "phone \(user)")
            }
        }

        static func text(_ event: CallEvent, of who: String) -> String? {
            switch event {
            case .progress(let number, let status) where status == 180: "\(who): \(number) rings"
            case .progress: nil
            case .answered(let number, _): "\(who): connected to \(number)"
            case .failed(let number, let status):
                "\(who): the call to \(number) failed (\(status.map { "\($0)" } ?? "no answer"))"
            case .incoming(let call):
                "\(who): a call from \(call.assertedIdentity ?? call.from) for \(call.dialled)"
            case .accepted: "\(who): answered"
            case .abandoned: "\(who): the caller gave up"
            case .unacknowledged: "\(who): answered, but the caller never confirmed"
            case .ended(_, let byPeer): "\(who): hung up\(byPeer ? " by the other side" : "")"
            }
        }
    }
#endif
