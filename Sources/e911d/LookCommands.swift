#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Control
    import E911Service
    import E911Values
    import Foundation

    /// Which node is asked, and how the answer is shown.
    struct LookOptions: ParsableArguments {
        @OptionGroup var options: ConfigurationOption
        @Flag(name: .long, help: "Print JSON, for programs.")
        var json = false

        /// Asks the running daemon, or the state folder when none runs; what goes wrong is printed, and the exit is 1.
        func ask<Result>(_ body: (inout NodeClient) throws(ControlError) -> Result) throws -> Result {
            let configuration = try options.read()
            do throws(ControlError) {
                var client = try NodeClient(configuration)
                return try body(&client)
            } catch {
                printError(error.description)
                throw ExitStatus.failure
            }
        }

        /// Prints rows as a table under their heads, or the values as JSON.
        func show<Value: Encodable>(_ values: [Value], _ heads: [String], _ row: (Value) -> [String]) throws {
            if json { return try show(values) }
            printLine(TextTable.text(heads, values.map(row)))
        }

        func show(_ value: some Encodable) throws { try printJSON(value) }
    }

    /// Prints a value for programs, on one line.
    func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        printLine(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    struct Calls: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The newest calls, the newest first.")
        @OptionGroup var look: LookOptions
        @Option(name: .long, help: "How many at most.")
        var limit = 10_000

        func run() throws {
            let calls = try look.ask { client throws(ControlError) in
                var calls: [CallRecord] = []
                var hasMore = true
                while hasMore, calls.count < limit {
                    let page: CallPage = try client.ask(
                        "calls",
                        PageArguments(
                            after: calls.last?.key.description, limit: min(1000, limit - calls.count), devices: nil))
                    calls += page.calls
                    hasMore = page.more && !page.calls.isEmpty
                }
                return calls
            }
            try look.show(calls, ["TIME", "KIND", "CALLER", "LOCATION", "ELIN", "OUTCOME", "RULE"]) {
                [
                    $0.time.description, $0.kind.name, $0.callerDN, $0.location, $0.elin?.description ?? "",
                    "\($0.outcome)", $0.rule,
                ]
            }
        }
    }

    struct Leases: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Who is behind which ELIN at present.")
        @OptionGroup var look: LookOptions

        func run() throws {
            let leases = try look.ask { client throws(ControlError) in try client.ask("leases", as: [LeaseRecord].self)
            }
            try look.show(leases, ["ELIN", "CALLER", "PLACE", "UNTIL"]) {
                [$0.elin.description, $0.callerDN, $0.place, $0.expiresAt.description]
            }
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The state of the node in figures.")
        @OptionGroup var look: LookOptions

        func run() throws {
            let status = try look.ask { client throws(ControlError) in try client.ask("status", as: NodeStatus.self) }
            if look.json { return try look.show(status) }
            printLine(
                "node \(status.node): \(status.draining ? "draining" : "serving"), \(status.calls) calls, "
                    + "\(status.leases) leases, \(status.openAlerts) open alerts")
            if let failure = status.storeFailure { printLine("store: \(failure)") }
            if let peer = status.peer { printLine(peer.line) }
            for server in status.callServers {
                printLine(
                    "call server \(server.name): \(server.activeSubscriptions) of \(server.subscriptions) subscriptions, "
                        + "\(server.active) devices active, \(server.stale) stale, \(server.retired) retired, "
                        + "\(server.downloads) downloads")
                for member in server.members where server.members.count > 1 {
                    printLine(
                        "  member \(member.address): \(member.isActive ? "source of events, " : "")\(member.state)"
                            + "\(member.reason.isEmpty ? "" : " (\(member.reason))"), \(member.activeSubscriptions) of "
                            + "\(member.subscriptions) subscriptions, \(member.devices) devices")
                }
                if let failure = server.subscriptionFailure { printLine("  subscription: \(failure)") }
            }
            for channel in status.channels { printLine(channel.line) }
            for counter in status.counters where counter.value > 0 { printLine("  \(counter.name) \(counter.value)") }
        }
    }

    extension NodeStatus.Peer {
        /// For people.
        fileprivate var line: String {
            var parts = ["the other node \(name): \(state)"]
            if !isConnected {
                parts.append("the database does not answer, so nothing is known of it")
            } else {
                parts.append(isSeen ? "seen" : "not seen")
                if let silence, !isSeen { parts.append("silent for \(silence / 1000) s") }
            }
            if callsWaiting > 0 { parts.append("\(callsWaiting) calls wait for its store") }
            parts.append("\(openAlerts) open alerts")
            parts.append("numbers of pools are bound by \(leader.isEmpty ? "nobody at present" : leader)")
            return parts.joined(separator: ", ")
        }
    }

    struct Download: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask a call server for all its devices now.")
        @OptionGroup var look: LookOptions
        @Argument(help: "The call server's name.")
        var callServer: String

        func run() throws {
            try look.ask { client throws(ControlError) in let _: Bool = try client.ask("download", callServer) }
        }
    }

    struct Drain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Want no more calls: OPTIONS are answered 503. Calls that come all the same are answered.")
        @OptionGroup var look: LookOptions
        @Flag(name: .long, help: "Want calls again.")
        var off = false

        func run() throws {
            try look.ask { client throws(ControlError) in let _: Bool = try client.ask("drain", !off) }
        }
    }
#endif
