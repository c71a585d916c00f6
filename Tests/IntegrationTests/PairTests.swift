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

            static let isLong = ProcessInfo.processInfo.environment["E911_PAIR"] == "long"
            static let here = isLong ? allCases : [.firstNodeKilled, .databaseStopped]

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
                try await pair.pass(Self.calls / 4, of: callers.lowerBound)
                let end = try await Self.begin(fault, pair)
                // A node that is gone answers nothing, so fewer calls come through at first.
                try await pair.pass(Self.calls / 2, of: callers.lowerBound)
                try await end()
                try await pair.everyCallWasAnswered(load, callers)
                try await pair.nodesAgree()
                let twice = try await pair.everyAlertCame(callers)
                // A node that dies, or that stands still, may have sent what it had no time to record.
                if fault.node == nil, fault != .cut { #expect(twice.isEmpty, "told of twice: \(twice.prefix(10))") }
                try await pair.leasesAreTheSIPServers()
                print("pair, \(fault): \(Self.calls) calls, \(twice.count) told of twice")
            }
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
#endif
