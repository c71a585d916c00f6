#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Control
    import E911Service
    import E911Values
    import Foundation

    struct ALI: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ali", abstract: "The ALI records of the ELINs: export, check, confirm.",
            discussion: "A number of a pool is sent for calls when the record that names its place is confirmed.",
            subcommands: [ALIExportCommand.self, ALICheckCommand.self, ALIConfirmCommand.self])
    }

    /// The form of records on the command line.
    struct ALIFormatOption: ParsableArguments {
        @Option(name: .long, help: "nena-2.1 (512 octets a record) or csv (the columns of ali.csv).")
        var format = ALIFormat.nena21.rawValue

        func read() throws -> ALIFormat {
            guard let format = ALIFormat(rawValue: format) else {
                let formats = ALIFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--format is one of \(formats), not '\(self.format)'")
            }
            return format
        }
    }

    struct ALIExportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the ALI records to a file, or to standard output.",
            discussion: "A record that the format has no room for is told with number, field, value and reason, and "
                + "nothing is exported. Exit 0 when all were exported, 1 when not.")

        @OptionGroup var options: ConfigurationOption
        @OptionGroup var format: ALIFormatOption
        @Flag(name: .long, help: "Only what changed since the last export that was confirmed.")
        var difference = false
        @Flag(name: .long, help: "Leave out records that cannot be exported.")
        var validOnly = false
        @Option(name: .long, help: "The file; it is replaced when all of it is written.")
        var out: String?

        func run() throws {
            let kind = try format.read()
            let export: ALIExport = try asking(ControlSocket.path(stateFolder: try options.read().state)) {
                client throws(ControlError) in
                try client.ask(
                    "ali-export",
                    ALIExportRequest(
                        isDifference: difference, format: kind, validOnly: validOnly, by: NSUserName()),
                    within: 120)
            }
            for problem in export.problems { printError("\(problem)") }
            guard export.problems.isEmpty || validOnly else {
                printError("\(export.problems.count) problems: nothing was exported (--valid-only leaves these out)")
                throw ExitCode.failure
            }
            let octets = Data(export.octets(kind))
            if let out {
                do {
                    try octets.write(to: URL(filePath: out), options: .atomic)
                } catch {
                    printError("\(out): cannot be written: \(error.localizedDescription)")
                    throw ExitCode.failure
                }
            } else {
                FileHandle.standardOutput.write(octets)
            }
            printError(
                export.records.isEmpty
                    ? "nothing to export"
                    : "\(export.records.count) records; when the ALI side has them: e911d ali confirm --export "
                        + "\(export.number)")
            if !export.problems.isEmpty { throw ExitCode.failure }
        }
    }

    struct ALICheckCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Say which ALI records could not be exported; nothing is exported.")

        @OptionGroup var look: LookOptions
        @OptionGroup var format: ALIFormatOption

        func run() throws {
            let kind = try format.read()
            let export: ALIExport = try look.ask { client throws(ControlError) in
                try client.ask(
                    "ali-export", ALIExportRequest(format: kind, isCheck: true, by: NSUserName()), within: 120)
            }
            if look.json {
                try look.show(export.problems)
            } else {
                for problem in export.problems { printLine("\(problem)") }
                printLine("\(export.records.count) records are fit to export, \(export.problems.count) problems")
            }
            if !export.problems.isEmpty { throw ExitCode.failure }
        }
    }

    struct ALIConfirmCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "confirm", abstract: "Say that the ALI side has taken an export over.",
            discussion: "Its numbers are sent for calls from their places from now on; numbers whose records it "
                + "deleted are free again.")

        @OptionGroup var options: ConfigurationOption
        @Option(name: .long, help: "The number of the export; without it the last one.")
        var export: UInt64?

        func run() throws {
            let confirmed: Int = try asking(ControlSocket.path(stateFolder: try options.read().state)) {
                client throws(ControlError) in
                try client.ask("ali-confirm", ConfirmArguments(export: export, by: NSUserName()), within: 120)
            }
            printLine("\(confirmed) records confirmed")
        }
    }

    struct ConfirmArguments: Codable, Sendable {
        var export: UInt64?
        var by: String
    }

    struct ELINs: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "elins",
            abstract: "The ELINs: their places, state, callers, use, and how many there should be.")

        @OptionGroup var look: LookOptions

        /// All of it, for programs.
        private struct Report: Encodable {
            var elins: [ELINInfo]
            var pools: [PoolInfo]
            var places: [PlaceInfo]
        }

        func run() throws {
            let report = try look.ask { client throws(ControlError) in
                var report = Report(elins: [], pools: [], places: [])
                var from: Int? = 0
                while let start = from {
                    let page: ELINPage = try client.ask("elins", PositionArguments(from: start))
                    report.elins += page.elins
                    from = page.next
                }
                from = 0
                while let start = from {
                    let page: PlacePage = try client.ask("elin-places", PositionArguments(from: start))
                    report.pools = page.pools
                    report.places += page.places
                    from = page.next
                }
                report.elins.sort { $0.elin < $1.elin }
                return report
            }
            if look.json { return try look.show(report) }
            let heads = ["ELIN", "STATE", "LOCATION", "POOL", "CALLER", "LAST USED", "USES", "DISPLACED"]
            try look.show(report.elins, heads) {
                [
                    $0.elin.description, $0.state, $0.location, $0.pool ?? "", $0.lease?.callerDN ?? "",
                    $0.lastUsed?.description ?? "", "\($0.uses)", "\($0.displacements)",
                ]
            }
            for pool in report.pools { printLine(Self.line(of: pool)) }
            for place in report.places where place.needed > place.elins && place.devices > 0 {
                printLine(
                    "location \(place.location): \(place.elins) ELINs for \(place.devices) devices"
                        + (place.mostCallers > 1 ? ", \(place.mostCallers) callers at once" : "")
                        + "; \(place.needed) are advised")
            }
        }

        private static func line(of pool: PoolInfo) -> String {
            var line =
                "pool \(pool.name): \(pool.numbers) numbers, \(pool.confirmed) confirmed, \(pool.pending) pending, "
                + "\(pool.leaving) leaving, \(pool.free) free"
            if pool.needed > pool.numbers { line += "; \(pool.needed) are advised" }
            if !pool.waiting.isEmpty { line += "; waiting: \(pool.waiting.joined(separator: ", "))" }
            return line
        }
    }
#endif
