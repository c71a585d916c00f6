#if Daemon
    import AlertChannels
    import Alerting
    import Dispatch
    import E911Configuration
    import E911Console
    import E911Control
    import E911Service
    import E911Simulation
    import E911Store
    import E911Values
    import Foundation
    import SIPCore
    import SIPTransport
    import Synchronization

    /// The wiring: one node on its host, its state folder, its channels, its control socket. No decision is made here.
    final class Daemon: Sendable {
        private let folder: StateFolder
        private let control: ControlDoor
        private let console: Console.Running?
        private let channels: CurrentChannels
        private let relay: CommandRelay
        private let zone: SiteZone
        private let dns: DNSClient
        private let stopHost: @Sendable () async -> Void
        private let configuration: ConfigurationReload

        private init(
            folder: StateFolder, control: ControlDoor, console: Console.Running?, channels: CurrentChannels,
            relay: CommandRelay, zone: SiteZone, dns: DNSClient, stopHost: @escaping @Sendable () async -> Void,
            configuration: ConfigurationReload
        ) {
            self.folder = folder
            self.control = control
            self.console = console
            self.channels = channels
            self.relay = relay
            self.zone = zone
            self.dns = dns
            self.stopHost = stopHost
            self.configuration = configuration
        }

        /// - Parameter path: where the configuration was read, and is read again.
        static func start(
            _ configuration: DaemonConfiguration, path: String, record: String?, log: Log
        ) async throws -> Daemon {
            let console = Console(configuration)
            let channels = CurrentChannels(try Channels(configuration), screenPop: console?.screenPops)
            let relay = CommandRelay()
            var settings = StateFolder.Settings()
            // Commands read the folder themselves while no daemon runs; none of them may keep one from starting.
            settings.patience = .seconds(15)
            let (folder, found) = try StateFolder.open(configuration, settings: settings) { event in
                relay.take(event, log: log)
            }
            for problem in found.problems { log.write(Note(.alarm, "state.problem", problem)) }
            if configuration.pair != nil, let documents = folder.documents {
                relay.takeTurns(
                    EditTurns(node: configuration.node, documents: documents, clock: folder.time), note: log.write)
            }
            let reserved = ReservedSources()
            let traces = MessageTraces()
            let files = SiteFileReader()
            let zone = SiteZone { relay.submit(.zoneOffset(minutes: $0)) }
            var names = DNSConfiguration(servers: configuration.dns.servers)
            names.timeout = configuration.dns.timeout
            let dns = try DNSClient(names) { relay.submit(.resolved($0, $1)) }
            let perform: @Sendable (NodeEffect) -> Void = { effect in
                switch effect {
                case .journal(let call, let token): folder.journal(call, token)
                case .forgetJournal(let token): folder.forget(through: token)
                case .persist(let batch, let token): folder.persist(batch, token)
                case .fetch(let feed, let since, let limit, let token):
                    folder.fetch(feed, since: since, limit: limit) { relay.submit(.fetched(token, $0)) }
                case .prepare(let row):
                    DispatchQueue.global(qos: .utility).async {
                        relay.submit(.prepared(row, PreparedSite(row.row)))
                    }
                case .snapshot(let site): folder.writeSnapshot(site)
                case .timeZone(let name): zone.set(name)
                case .reserve(let sources):
                    reserved.set(sources.flatMap(\.prefixes))
                    traces.setSources(sources)
                case .readPasswords(let paths): files.passwords(paths) { relay.submit(.passwords($0)) }
                case .readAddresses(let paths): files.addresses(paths) { relay.submit(.addresses($0)) }
                case .remember(let members): folder.writeMembers(members)
                case .rememberELINs(let elins): folder.writeELINs(elins)
                case .rememberCounter(let mark): folder.writeCounter(mark)
                case .resolve(let questions): dns.ask(questions)
                case .deliver(let delivery):
                    channels.deliver(delivery) { relay.submit(.delivered(delivery.id, $0)) }
                case .post(let post, let token):
                    channels.post(post) { relay.submit(.posted(token, $0)) }
                case .answer(let answer, let token): relay.resume(token, answer)
                case .note(let note): log.write(note)
                case .live(let event): console?.hub.publish(event)
                case .discard(let replaced):
                    // The loop holds it until this turn is over; what is left then ends on a thread of the system's.
                    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 1) {
                        withExtendedLifetime(replaced) {}
                    }
                case .finished: relay.finished()
                }
            }
            let security = TransportSecurity(configuration)
            var host = HostConfiguration(
                listeners: configuration.listeners.map { SIPTransport.Listener($0.transport, $0.endpoint) },
                security: security)
            host.limits.handshakeTimeout = configuration.tls.handshake
            host.limits.connectionsPerSource = configuration.limits.connectionsPerSource
            host.limits.connections = configuration.limits.connections
            host.limits.exemptConnections = configuration.limits.callServerConnections
            host.limits.streamOctetsWaiting = configuration.limits.streamOctetsWaiting
            let descriptors = Descriptors.raise()
            let wanted = host.limits.connections
            host.limits.fit(descriptors: descriptors)
            if host.limits.connections < wanted {
                log.write(
                    Note(
                        .alarm, "limits.files", "The system allows this process few open files; raise LimitNOFILE",
                        [
                            .init("files", "\(descriptors)"), .init("connections", "\(host.limits.connections)"),
                        ]))
            }
            host.limits.isExempt = { reserved.contains($0) }
            host.limits.datagramOctets = configuration.limits.messageOctets
            let linkKey = Self.linkKey(configuration, found.storeAvailable ? folder.documents : nil, log)
            let made: @Sendable ([SIPTransport.Listener]) -> E911Node = { listeners in
                var node = configuration.nodeConfiguration(software: "e911d/\(version)")
                node.notes = .least(logged: configuration.log.level)
                node.linkSecret = linkKey
                node.listeners = listeners.map { .init(transport: $0.kind, endpoint: $0.endpoint) }
                relay.listen(at: node.listeners)
                return E911Node(configuration: node, identifiers: .system(), digest: .openSSL)
            }
            let stopHost: @Sendable () async -> Void
            let reload: @Sendable (TransportSecurity) async throws -> Void
            let restore = NodeCommand.restore(found.state, storeAvailable: found.storeAvailable)
            if let record {
                let file = try TraceFile(path: record)
                let running = try await SIPHost.start(
                    host, machine: { RecordingMachine(made($0.listeners), write: file.write) },
                    other: { effect, _ in perform(effect) }, note: log.write, observer: traces.observe)
                relay.begin(restore) { running.submit(contentsOf: $0) }
                stopHost = { await running.stop() }
                reload = { try await running.reload($0) }
                relay.count { await running.counted() }
            } else {
                let running = try await SIPHost.start(
                    host, machine: { made($0.listeners) }, other: { effect, _ in perform(effect) }, note: log.write,
                    observer: traces.observe)
                relay.begin(restore) { running.submit(contentsOf: $0) }
                stopHost = { await running.stop() }
                reload = { try await running.reload($0) }
                relay.count { await running.counted() }
            }
            let running = console?.open(
                relay: relay, folder: folder, findings: { await Findings.list(configuration, relay) }, log: log)
            let control = await ControlDoor(note: log.write) {
                try await ControlServer.start(path: ControlSocket.path(stateFolder: configuration.state)) {
                    if let answer = traces.answer($0) { return answer }
                    if let answer = await running?.accounts.answer($0, relay: relay) { return answer }
                    if let answer = await folder.answer($0, state: configuration.state) { return answer }
                    return await relay.answer($0)
                }
            }
            log.write(Note(.notice, "node.started", "e911d answers calls", [.init("node", configuration.node)]))
            return Daemon(
                folder: folder, control: control, console: running, channels: channels, relay: relay, zone: zone,
                dns: dns,
                stopHost: stopHost,
                configuration: ConfigurationReload(
                    configuration, path: path, channels: channels, secure: reload,
                    adjust: { configuration in
                        log.adjust(configuration.log)
                        relay.submit(
                            .adjust(notes: .least(logged: configuration.log.level), channels: configuration.channels))
                    }, note: log.write))
        }

        /// Takes over the configuration as far as it changed, and reads again all files that it and the site name.
        func reload(_ reading: Reading<DaemonConfiguration>) async -> ConfigurationReload.Outcome {
            relay.submit(.reload)
            console?.reload()
            return await configuration.perform(reading)
        }

        /// What links to acknowledge are made with. Without it there are none; calls are answered all the same.
        ///
        /// - Parameter documents: of a shared store that answers: a link that one node has sent is good at the other.
        private static func linkKey(
            _ configuration: DaemonConfiguration, _ documents: (any DocumentStore)?, _ log: Log
        ) -> [UInt8] {
            guard configuration.console?.publicURL != nil else { return [] }
            do {
                let own = try LinkKeyFile.key(folder: configuration.state)
                guard let documents else { return own }
                do {
                    return try LinkKeyFile.shared(own, in: documents, folder: configuration.state)
                } catch {
                    log.write(
                        Note(
                            .alarm, "links.key",
                            "The key of links to acknowledge cannot be compared with the other node's; this node's is in force",
                            [.init("reason", "\(error)")]))
                    return own
                }
            } catch {
                log.write(
                    Note(
                        .alarm, "links.key", "The key of links to acknowledge cannot be read; messages have none",
                        [.init("reason", error.reason)]))
                return []
            }
        }

        /// The cheapest question; `answered` is called when the loop has come to it.
        func ask(_ answered: @escaping @Sendable () -> Void) {
            relay.ask(.moves(before: nil, limit: 1)) { _ in answered() }
        }

        /// Ends the subscriptions, waits for their last NOTIFYs a few seconds at most, writes what waits.
        func stop() async {
            await control.stop()
            await console?.stop()
            await relay.finish(within: .seconds(3))
            zone.stop()
            await dns.close()
            await stopHost()
            channels.close()
            folder.close()
        }
    }

    extension SIPHost {
        fileprivate func counted() async -> [NodeStatus.Counter] {
            (try? await counters())?.list.map { .init(name: $0.name, value: $0.value) } ?? []
        }
    }

    /// The program's version.
    let version = "0.1.0"

    /// Trace octets to a file, one write each, behind what is in it.
    private struct TraceFile: Sendable {
        private let handle: FileHandle

        init(path: String) throws {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw ControlError("\(path): the trace cannot be written: \(String(cString: strerror(errno)))")
            }
            handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }

        func write(_ octets: [UInt8]) {
            try? handle.write(contentsOf: octets)
        }
    }
#endif
