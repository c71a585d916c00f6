#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Testing

    /// Two nodes in front of one database (contract section 7): one thing fails under load, and no call does.
    ///
    /// `make test` has a short load and some of the faults, `make pair-test` two minutes and all of them.
    @Suite(.serialized, .timeLimit(.minutes(60)))
    struct PairTests {
        enum Fault: String, CaseIterable, Sendable {
            case firstNodeKilled, secondNodeKilled, databaseKilled
            case firstNodeStopped, secondNodeStopped, databaseStopped
            /// Between both nodes and the database.
            case cut

            /// `long`, `every` for all of them with a short load, or the name of one.
            private static let wanted = ProcessInfo.processInfo.environment["E911_PAIR"] ?? ""
            static let isLong = wanted == "long"
            static let here =
                isLong || wanted == "every"
                ? allCases : Fault(rawValue: wanted).map { [$0] } ?? [.firstNodeKilled, .databaseStopped]

            var node: Int? {
                switch self {
                case .firstNodeKilled, .firstNodeStopped: 0
                case .secondNodeKilled, .secondNodeStopped: 1
                case .databaseKilled, .databaseStopped, .cut: nil
                }
            }
        }

        private static let rate = Fault.isLong ? 50 : 30
        private static let calls = rate * (Fault.isLong ? 120 : 20)

        @Test(
            .needs(.kamailio, .sipp, .sipsak, .sqlite3, .python, .postgres, .initdb, .psql, .setpriv),
            arguments: Fault.here)
        func noCallIsLost(_ fault: Fault) async throws {
            try await Rig.run("pair") { rig in
                let pair = try await PairPeers.start(in: rig, isCuttable: fault == .cut)
                try await pair.areInService()
                let callers = 300_000..<(300_000 + Self.calls)
                let load = try await pair.load(callers, aSecond: Self.rate)
                // At a place with one ELIN nodes that do not see each other cannot but give the same.
                let others = 500_000..<(500_000 + (fault == .cut ? Self.calls * 2 / Self.rate : 0))
                let attic = others.isEmpty ? nil : try await pair.load(others, aSecond: 2, from: PairPeers.atticAddress)
                try await pair.pass(Self.calls / 4, of: callers.lowerBound)
                let cutAt = WallTime.now
                let end = try await Self.begin(fault, pair)
                // A node that is gone answers nothing, so fewer calls come through at first.
                try await pair.pass(Self.calls * 3 / 4, of: callers.lowerBound)
                let mendedAt = WallTime.now
                try await end()
                try await pair.everyCallWasAnswered(load, callers)
                if let attic { try await pair.everyCallWasAnswered(attic, others) }
                try await pair.nodesAgree()
                let twice = try await pair.everyAlertCame(callers)
                // A node that dies, or that stands still, may have sent what it had no time to record: of the last second.
                let mayBeTwice = fault.node == nil && fault != .cut ? 0 : Self.rate
                #expect(twice.count <= mayBeTwice, "told of twice: \(twice.prefix(10))")
                if fault == .cut {
                    // A moment at the beginning each still sees the other.
                    let both = try await pair.everyConflictIsNamed(between: cutAt + .seconds(5), and: mendedAt)
                    #expect(both == [PairPeers.atticELIN])
                }
                try await pair.leasesAreTheSIPServers()
                print("pair, \(fault): \(Self.calls) calls, \(twice.count) told of twice")
            }
        }

        @Test(.needs(.python, .chromium, .postgres, .initdb, .psql, .setpriv))
        func whoeverTakesNoteOnOnePageEndsTheAlertOnTheOther() async throws {
            try await Rig.run("pages") { rig in
                let database = try await DatabasePeer.start(in: rig)
                let server = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
                var nodes: [PairNode] = []
                for (name, address) in zip(PairPeers.names, ["127.0.0.13", "127.0.0.14"]) {
                    let node = try PairNode(
                        rig, name, at: try Ports.lease(on: try #require(IPAddress(address))),
                        database: database.address,
                        more: "console: { address: 127.0.0.1, port: \(try Ports.lease()) }")
                    try await node.start()
                    nodes.append(node)
                }
                try await nodes[0].daemon.apply(
                    site: DaemonPeer.site(
                        server, alerts: "alert-fallback: [ security ]", elins: ["+13125550101", "+13125550102"],
                        recipients: ["  - { name: security, screen-pop: true }"]))
                let commands = try CommandPipe(in: rig)
                let gateways = (try Ports.lease(), try Ports.lease())
                let sipServer = try await rig.start(
                    try DaemonPeer.program,
                    [
                        "sip-server", "--listen", "\(server)", "--manager", "\(nodes[0].endpoint)", "--gateway",
                        "127.0.0.1:\(gateways.0)", "--test-gateway", "127.0.0.1:\(gateways.1)", "--check", "1",
                        "--commands", commands.path,
                    ])
                var links: [String] = []
                for node in nodes {
                    let link = node.configuration.deletingLastPathComponent().appendingPathComponent("state/first-run")
                    try await eventually("the link for the first account") { () -> Bool? in
                        FileManager.default.fileExists(atPath: link.path) ? true : nil
                    }
                    links.append(link.path)
                }
                let script = PackageFolder.url.appendingPathComponent("Tests/Browser/pair.py").path
                let process = try await rig.start(
                    try PeerProgram.python.required(), [script] + links + [commands.path],
                    environment: ["HOME": rig.folder.path])
                let end = try await process.end(within: .seconds(600))
                #expect(end == .exited(0), "\(process.output.tail)\n\(sipServer.output.tail)")
                print(process.output.tail)
                try await Self.siteIsGivenToOneAtATime(nodes, server)
                for node in nodes { #expect(try await node.daemon.stop() == .exited(0)) }
            }
        }

        /// Both are given a site in the same moment: one is refused, or has seen the other's; and both answer from the same.
        private static func siteIsGivenToOneAtATime(_ nodes: [PairNode], _ server: Endpoint) async throws {
            let daemons = try nodes.map { try $0.daemon }
            @Sendable func give(_ number: Int, to index: Int) async -> Bool {
                let site = DaemonPeer.site(
                    server, alerts: "alert-fallback: [ security ]", elins: ["+1312555\(2000 + 2 * number + index)"],
                    recipients: ["  - { name: security, screen-pop: true }"])
                do {
                    try await daemons[index].apply(site: site)
                    return true
                } catch {
                    #expect("\(error)".contains("was given a site a moment ago"), "\(error)")
                    return false
                }
            }
            var refused = 0
            for number in 0..<8 {
                async let first = give(number, to: 0)
                async let second = give(number, to: 1)
                let given = await [first, second]
                #expect(given.contains(true))
                refused += given.count { !$0 }
                try await eventually("both answer from the same site") { () -> Bool? in
                    let sites = try await [
                        nodes[0].daemon.run("export", "site"), nodes[1].daemon.run("export", "site"),
                    ]
                    return sites[0] == sites[1] && sites[0].contains("\(2000 + 2 * number + (given[0] ? 0 : 1))")
                        || (given == [true, true] && sites[0] == sites[1]) ? true : nil
                }
            }
            #expect(refused > 0, "they never met")
        }

        /// Lets it fail, and answers what mends it.
        private static func begin(_ fault: Fault, _ pair: PairPeers) async throws -> () async throws -> Void {
            switch fault {
            case .firstNodeKilled, .secondNodeKilled:
                let node = pair.nodes[fault.node ?? 0]
                await node.kill()
                return { try await node.start() }
            case .firstNodeStopped, .secondNodeStopped:
                let node = pair.nodes[fault.node ?? 0]
                node.pause(true)
                return { node.pause(false) }
            case .databaseKilled:
                await pair.database.kill()
                return { _ = try await pair.database.again() }
            case .databaseStopped:
                try pair.database.pause(true)
                return { try pair.database.pause(false) }
            case .cut:
                for cutter in pair.cutters { try await cutter.cut(true) }
                return { for cutter in pair.cutters { try await cutter.cut(false) } }
            }
        }
    }

    extension WallTime {
        fileprivate static var now: WallTime {
            WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }
    }
#endif
