#if Daemon
    import ArgumentParser
    import E911Control
    import E911Service
    import E911Values

    struct Devices: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The registered devices, where they are and why.",
            discussion: "With several of the options those that fit all; of --stale and --retired, either.")

        @OptionGroup var look: LookOptions
        @Flag(name: .long, help: "Those whose place something says.")
        var located = false
        @Flag(name: .long, help: "Those that count as at their call server's default location.")
        var unlocated = false
        @Flag(name: .long, help: "Those whose calls would get their call server's default ELIN.")
        var defaulted = false
        @Flag(name: .long, help: "Those whose registration ran out.")
        var stale = false
        @Flag(name: .long, help: "Those that are registered no more, in their grace period.")
        var retired = false
        @Flag(name: .long, help: "The newest moves of devices, and from where to where.")
        var moved = false
        @Option(name: .long, help: "Those at a location or in it.")
        var location: String?
        @Option(name: .long, help: "Those of one call server.")
        var callServer: String?
        @Option(name: .long, help: "How many at most; where to go on stands on standard error.")
        var limit: Int?
        @Option(name: .long, help: "Go on where a list with a limit ended.")
        var after: String?

        func validate() throws {
            if located, unlocated { throw ValidationError("--located and --unlocated leave nobody") }
            if moved, defaulted || stale || retired {
                throw ValidationError("--moved goes with --located, --unlocated, --location and --call-server")
            }
            if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
        }

        private var choice: DeviceChoice {
            var choice = DeviceChoice(location: location, callServer: callServer)
            if located || unlocated { choice.located = located }
            if defaulted { choice.defaulted = true }
            choice.states = (stale ? ["stale"] : []) + (retired ? ["retired"] : [])
            return choice
        }

        func run() throws {
            if moved { return try showMoves() }
            let (devices, next) = try pages("devices") { (page: DevicePage) in (page.devices, page.next) }
            try look.show(devices, ["DN", "IP", "STATE", "LOCATION", "ELIN", "RULE"]) {
                [
                    $0.dn, $0.ip, $0.state, Self.place($0.location, $0.isLocated), $0.elins.first?.description ?? "",
                    $0.rule,
                ]
            }
            if let next { printError("there are more: --after \(next)") }
        }

        private func showMoves() throws {
            let (moves, next) = try pages("moves") { (page: MovePage) in (page.moves, page.next) }
            try look.show(moves, ["WHEN", "DN", "FROM", "LOCATION", "FROM IP", "IP", "ELIN"]) {
                [
                    $0.at.description, $0.dn, $0.fromLocation, Self.place($0.location, $0.isLocated), $0.fromIP, $0.ip,
                    $0.elin?.description ?? "",
                ]
            }
            if let next { printError("there are more: --after \(next)") }
        }

        /// Pages until the list is complete, or as long as it may be.
        private func pages<Page: Decodable, Row>(
            _ command: String, _ take: (Page) -> (rows: [Row], next: String?)
        ) throws -> (rows: [Row], next: String?) {
            try look.ask { client throws(ControlError) in
                var rows: [Row] = []
                var next = after
                repeat {
                    let wanted = min(1000, (limit ?? .max) - rows.count)
                    let page: Page = try client.ask(
                        command, PageArguments(after: next, limit: wanted, devices: choice), within: 120)
                    let taken = take(page)
                    rows += taken.rows
                    next = taken.next
                } while next != nil && rows.count < limit ?? .max
                return (rows, next)
            }
        }

        private static func place(_ location: String, _ isLocated: Bool) -> String {
            isLocated ? location : "\(location) (default)"
        }
    }
#endif
