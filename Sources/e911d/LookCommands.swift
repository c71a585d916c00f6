#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Control
    import E911Service
    import E911Values
    import Foundation

    /// Where the daemon is, and how the answer is shown.
    struct LookOptions: ParsableArguments {
        @OptionGroup var options: ConfigurationOption
        @Flag(name: .long, help: "Print JSON, for programs.")
        var json = false

        func ask<Result>(_ body: (inout ControlClient) throws(ControlError) -> Result) throws -> Result {
            try asking(ControlSocket.path(stateFolder: try options.read().state), body)
        }

        /// Prints rows as a table under their heads, or the values as JSON.
        func show<Value: Encodable>(_ values: [Value], _ heads: [String], _ row: (Value) -> [String]) throws {
            if json { return try show(values) }
            let rows = [heads] + values.map(row)
            let widths = heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
            let lines = rows.map { row in
                row.enumerated().map { index, cell in
                    index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
                }.joined(separator: "  ")
            }
            printLine(lines.joined(separator: "\n"))
        }

        func show(_ value: some Encodable) throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            printLine(String(decoding: try encoder.encode(value), as: UTF8.self))
        }
    }

    struct Devices: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The registered devices, where they are and why.")
        @OptionGroup var look: LookOptions

        func run() throws {
            let devices = try look.ask { client throws(ControlError) in
                var devices: [DeviceInfo] = []
                var after: String?
                repeat {
                    let page: DevicePage = try client.ask("devices", PageArguments(after: after, limit: 1000))
                    devices += page.devices
                    after = page.next
                } while after != nil
                return devices
            }
            try look.show(devices, ["DN", "IP", "STATE", "LOCATION", "ELIN", "RULE"]) {
                [
                    $0.dn, $0.ip, $0.state, $0.isLocated ? $0.location : "\($0.location) (default)",
                    $0.elins.first?.description ?? "", $0.rule,
                ]
            }
        }
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
                        PageArguments(after: calls.last?.key.description, limit: min(1000, limit - calls.count)))
                    calls += page.calls
                    hasMore = page.more && !page.calls.isEmpty
                }
                return calls
            }
            try look.show(calls, ["TIME", "KIND", "CALLER", "LOCATION", "ELIN", "OUTCOME", "RULE"]) {
                [
                    $0.time.description, "\($0.kind)", $0.callerDN, $0.location, $0.elin?.description ?? "",
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
            for server in status.callServers {
                printLine(
                    "call server \(server.name): \(server.activeSubscriptions) of \(server.subscriptions) subscriptions, "
                        + "\(server.active) devices active, \(server.stale) stale, \(server.retired) retired, "
                        + "\(server.downloads) downloads")
                if let failure = server.subscriptionFailure { printLine("  subscription: \(failure)") }
            }
            for counter in status.counters where counter.value > 0 { printLine("  \(counter.name) \(counter.value)") }
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

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take note of an alert: nobody is told again.")
        @OptionGroup var look: LookOptions
        @Argument(help: "The key of the call, as `calls --json` shows it.")
        var call: String
        @Option(name: .long, help: "Who takes note.")
        var by = NSUserName()
        @Option(name: .long, help: "What is done about it.")
        var comment = ""

        func run() throws {
            guard let key = RecordKey(call) else { throw ValidationError("'\(call)' is no key of a call") }
            try look.ask { client throws(ControlError) in
                let _: Bool = try client.ask("acknowledge", AcknowledgeArguments(call: key, by: by, comment: comment))
            }
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
