#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Glibc
    import SIPCore
    import Testing

    /// Two nodes with one database, Kamailio in front that tries the second one when the first fails, a gateway, and a web
    /// server that alerts go to.
    struct PairPeers {
        let rig: Rig
        let database: DatabasePeer
        let server: SIPServerPeer
        let phones: SIPPhones
        let gateway: AnsweringParty
        let web: WebReceiver
        let nodes: [PairNode]
        /// Between each node and the database; none where a node reaches it directly.
        let cutters: [DatabaseCutter]

        static let names = ["a", "b"]
        /// ELINs of the one place that all callers are at.
        static let elins = (0..<400).map { "+1312556\(String(format: "%04d", $0))" }

        /// A place with one ELIN, and a phone's address there.
        static let atticELIN = "+13125550101"
        static let atticAddress = "127.10.9.9"

        /// - Parameter isCuttable: ``DatabaseCutter``s stand between the nodes and the database.
        static func start(in rig: Rig, isCuttable: Bool = false) async throws -> PairPeers {
            let others = try #require(IPAddress("127.0.0.2"))
            let endpoints = try ["127.0.0.13", "127.0.0.14"].map { try Ports.lease(on: try #require(IPAddress($0))) }
            var settings = SIPServerPeer.Settings(
                .udp, manager: endpoints[0], gateway: try Ports.lease(on: others),
                testGateway: try Ports.lease(on: others))
            settings.managers = endpoints
            // So long it waits for one node before it tries the other.
            settings.patience = 2000
            let database = try await DatabasePeer.start(in: rig)
            let server = try await SIPServerPeer.start(in: rig, settings)
            let phones = SIPPhones(rig: rig, server: server, transport: .udp)
            let gateway = try await phones.answer(at: settings.gateway)
            let port = try Ports.lease()
            let web = try await WebReceiver.start(in: rig, port: port, secret: "s3cret")
            var (nodes, cutters): ([PairNode], [DatabaseCutter]) = ([], [])
            for (name, endpoint) in zip(names, endpoints) {
                var address = database.address
                if isCuttable {
                    let cutter = try await DatabaseCutter.start(in: rig, name, to: database)
                    cutters.append(cutter)
                    address = cutter.address
                }
                nodes.append(try PairNode(rig, name, at: endpoint, database: address))
            }
            for node in nodes { try await node.start() }
            try await nodes[0].daemon.apply(site: Self.site(server.port, web: port))
            return PairPeers(
                rig: rig, database: database, server: server, phones: phones, gateway: gateway, web: web, nodes: nodes,
                cutters: cutters)
        }

        private static func site(_ callServer: UInt16, web: UInt16) throws -> String {
            DaemonPeer.site(
                Endpoint(try #require(IPAddress("127.0.0.1")), callServer), options: ", reminders: { times: 0 }",
                alerts: "alert-fallback: [ desk ]", elins: elins,
                recipients: ["  - { name: desk, webhook: \"http://127.0.0.1:\(web)/hook\" }"]
            ).replacing(
                "rules:\n",
                with: "  - { id: attic, name: Attic, elins: [ \"\(atticELIN)\" ] }\nrules:\n"
                    + "  - { prefix: \(atticAddress)/32, location: attic }\n")
        }

        /// Until Kamailio sends calls to both.
        func areInService() async throws {
            for node in nodes { try await node.daemon.isInService(of: server, at: node.endpoint) }
        }

        // MARK: Calls

        /// Starts a load of calls, each by a caller of its own. Kamailio gives them to both nodes in turn.
        func load(
            _ callers: Range<Int>, aSecond rate: Int, from caller: String = "127.10.1.1"
        ) async throws -> ChildProcess {
            let folder = try rig.subfolder("load-\(callers.lowerBound)")
            try (["SEQUENTIAL"] + callers.map { "\($0)" } + [""]).joined(separator: "\n")
                .write(to: folder.appendingPathComponent("callers.csv"), atomically: false, encoding: .utf8)
            return try await rig.start(
                try PeerProgram.sipp.required(),
                [
                    "\(SIPServerPeer.host):\(server.port)", "-sf", PackageFolder.fixture("sipp/load.xml").path, "-inf",
                    "callers.csv", "-s", "911", "-key", "domain", SIPServerPeer.domain, "-m", "\(callers.count)", "-r",
                    "\(rate)", "-i", "\(caller)", "-p", "\(try Ports.lease())", "-t", "u1", "-nostdin", "-trace_err",
                    "-error_file", "errors.log", "-timeout", "\(60 + callers.count / rate)s", "-timeout_error",
                ], in: folder)
        }

        /// Lets so much time of a load go by.
        func pass(_ calls: Int, of first: Int) async throws {
            try await eventually("\(calls) calls from \(first) on at the SIP Server", within: .seconds(200)) {
                () -> Bool? in
                served.filter { $0 >= first }.count >= calls ? true : nil
            }
        }

        /// Callers whose 302 Kamailio has followed, in that order.
        private var served: [Int] {
            server.process.output.all.compactMap { line in
                line.firstRange(of: "302 for ").flatMap { Int(line[$0.upperBound...].prefix { $0 != ":" }) }
            }
        }

        /// Who is behind each ELIN by the SIP Server's map.
        var map: [String: String] {
            var map: [String: String] = [:]
            for line in server.process.output.all {
                guard let elin = line.firstRange(of: "ELIN "), let owner = line.firstRange(of: " now belongs to ")
                else {
                    continue
                }
                map[String(line[elin.upperBound..<owner.lowerBound])] = String(line[owner.upperBound...])
            }
            return map
        }

        /// How many alerts can end between two questions.
        private static let alertsThatMayEnd = 100

        // MARK: What must hold

        /// Every call of a load was answered within ten seconds and reached the gateway with an ELIN.
        func everyCallWasAnswered(_ load: ChildProcess, _ callers: Range<Int>) async throws {
            let end = try await load.end(within: .seconds(90 + callers.count / 20))
            #expect(end == .exited(0), "\(load.output.tail)")
            let messages = gateway.invites
            var elins: [Int: String] = [:]
            for invite in messages {
                guard let from = invite.first("From"), let start = from.firstRange(of: "sip:"),
                    let number = Int(from[start.upperBound...].prefix { $0 != "@" }), callers.contains(number),
                    let identity = invite.first("P-Asserted-Identity")
                else { continue }
                elins[number] = identity
            }
            let without = callers.filter { elins[$0] == nil }
            #expect(without.isEmpty, "\(without.count) calls came to the gateway without ELIN: \(without.prefix(5))")
        }

        /// Both nodes have the same leases, which are those of the SIP Server, and the same calls.
        func nodesAgree(within limit: Duration = .seconds(10)) async throws {
            var difference = ""
            try await eventually("the states of both nodes are equal: \(difference)", within: limit) { () -> Bool? in
                let (first, second) = (try await nodes[0].state(), try await nodes[1].state())
                difference = first.difference(from: second)
                // Alerts end all the time, so these are asked for one right behind the other.
                let open = (try await nodes[0].openAlerts(), try await nodes[1].openAlerts())
                if abs(open.0 - open.1) > Self.alertsThatMayEnd { difference += "; open alerts \(open.0), \(open.1)" }
                return difference.isEmpty ? true : nil
            }
        }

        /// The audit log names each ELIN that both nodes gave while they did not see each other.
        ///
        /// - Returns: those ELINs.
        func everyConflictIsNamed(between start: WallTime, and end: WallTime) async throws -> Set<String> {
            let calls: [CallRecord] = try await nodes[0].daemon.json("calls")
            var givers: [String: Set<String>] = [:]
            for call in calls where call.key.time >= start && call.key.time < end && call.kind == .emergency {
                if let elin = call.elin { givers["\(elin)", default: []].insert(call.key.node) }
            }
            let both = Set(givers.filter { $0.value.count > 1 }.keys)
            var unnamed = both
            try await eventually("the audit log names \(unnamed)", within: .seconds(20), every: .milliseconds(500)) {
                () -> Bool? in
                let lines = try await nodes[0].daemon.run("export", "store").split(separator: "\n")
                    .filter { $0.hasPrefix("{\"table\":\"audit\"") && $0.contains("elin conflict") }
                unnamed = both.filter { elin in !lines.contains { $0.contains(elin) } }
                return unnamed.isEmpty ? true : nil
            }
            return both
        }

        /// The one who is called back is the one whom the SIP Server has last seen get the ELIN.
        func leasesAreTheSIPServers(within limit: Duration = .seconds(60)) async throws {
            var difference = ""
            try await eventually("e911d's leases are the SIP Server's map: \(difference)", within: limit) {
                () -> Bool? in
                let (leases, map) = (try await nodes[0].state().leases.mapValues { $0.caller }, map)
                difference = leases.keys.sorted().filter { leases[$0] != map[$0] }.prefix(3).map {
                    "\($0) is \(leases[$0] ?? "") here and \(map[$0] ?? "nobody") there"
                }.joined(separator: ", ")
                return difference.isEmpty && !leases.isEmpty ? true : nil
            }
        }

        /// Of each caller people were told.
        ///
        /// - Returns: callers of whom more than one message came.
        func everyAlertCame(_ callers: Range<Int>, within limit: Duration = .seconds(60)) async throws -> [Int] {
            var came: [Int: Int] = [:]
            try await eventually(
                "all alerts: \(callers.filter { came[$0] == nil }.prefix(5)) are missing of \(callers.count)",
                within: limit, every: .milliseconds(500)
            ) { () -> Bool? in
                came = [:]
                for post in try web.posts(to: "/hook") {
                    let json = try JSONSerialization.jsonObject(with: Data(post.body.utf8)) as? [String: Any]
                    guard let caller = (json?["fields"] as? [String: String])?["caller_dn"].flatMap({ Int($0) }),
                        callers.contains(caller)
                    else { continue }
                    came[caller, default: 0] += 1
                }
                return came.count == callers.count ? true : nil
            }
            return came.filter { $0.value > 1 }.map(\.key).sorted()
        }
    }

    /// One of two nodes. It is started anew with its state.
    final class PairNode {
        let name: String
        let endpoint: Endpoint
        private let rig: Rig
        let configuration: URL
        private var running: DaemonPeer?

        /// - Parameter more: lines of e911d.yaml.
        init(_ rig: Rig, _ name: String, at endpoint: Endpoint, database: String, more: String = "") throws {
            (self.name, self.endpoint, self.rig) = (name, endpoint, rig)
            configuration = try DaemonPeer.configure(
                in: rig, name,
                yaml: """
                    node: \(name)
                    state: state
                    listen: [ { transport: udp, address: \(endpoint.address), port: \(endpoint.port) } ]
                    store: { postgres: "\(database)" }
                    pair: [ \(PairPeers.names.joined(separator: ", ")) ]
                    answer-deadline: 250ms
                    \(more)

                    """)
        }

        var daemon: DaemonPeer {
            get throws {
                guard let running else { throw PeerError("node \(name) does not run") }
                return running
            }
        }

        func start() async throws { running = try await DaemonPeer.start(in: rig, configuration) }

        func kill() async { await running?.kill() }

        func pause(_ isPaused: Bool) { running?.process.send(isPaused ? SIGSTOP : SIGCONT) }

        struct State: Equatable {
            struct Lease: Equatable {
                var caller: String
                var call: String
            }

            var leases: [String: Lease]
            /// Those that stand for themselves.
            var calls: Set<String>

            func difference(from other: State) -> String {
                var parts: [String] = []
                let elins = Set(leases.keys).union(other.leases.keys).sorted().filter { leases[$0] != other.leases[$0] }
                if !elins.isEmpty {
                    parts.append(
                        "\(elins.count) leases, as of \(elins[0]): \(leases[elins[0]]?.call ?? "none"), "
                            + "\(other.leases[elins[0]]?.call ?? "none")")
                }
                let only = calls.symmetricDifference(other.calls).sorted()
                if !only.isEmpty { parts.append("\(only.count) calls, as \(only[0])") }
                return parts.joined(separator: "; ")
            }
        }

        func state() async throws -> State {
            let leases: [LeaseRecord] = try await daemon.json("leases")
            let calls: [CallRecord] = try await daemon.json("calls")
            return State(
                leases: Dictionary(
                    leases.map { ("\($0.elin)", .init(caller: $0.callerDN, call: "\($0.call)")) },
                    uniquingKeysWith: { $1 }),
                calls: Set(calls.filter { !$0.flags.contains(.answeredByPeer) }.map { "\($0.key)" }))
        }

        func openAlerts() async throws -> Int { try await daemon.json("status", as: NodeStatus.self).openAlerts }
    }
#endif
