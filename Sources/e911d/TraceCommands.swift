#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Control
    import E911Service
    import E911Simulation
    import E911Values
    import Foundation

    /// Whose trace a command is about.
    struct TraceOptions: ParsableArguments {
        @OptionGroup var look: LookOptions
        @Argument(help: "The call server's name.")
        var callServer: String
    }

    struct Trace: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep the messages of a call server in memory, and write them to a file.",
            discussion: "Messages hold names and numbers of people: `trace write --mask` takes them out.",
            subcommands: [Show.self, Start.self, Stop.self, Clear.self, Write.self], defaultSubcommand: Show.self)

        struct Show: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "The traces and how full they are.")
            @OptionGroup var look: LookOptions

            func run() throws {
                let traces = try look.perform(.status)
                try look.show(traces, ["CALL SERVER", "STATE", "ENTRIES", "OCTETS", "LIMIT", "DROPPED"]) {
                    [
                        $0.callServer, $0.isOn ? "on" : "off", "\($0.entries)", "\($0.octets)", "\($0.limit)",
                        "\($0.dropped)",
                    ]
                }
            }
        }

        struct Start: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Begin a trace; one that is there is forgotten.",
                discussion: "When it is full, what is oldest goes first.")
            @OptionGroup var trace: TraceOptions
            @Option(name: .long, help: "The memory that it may take, in MiB.")
            var mebibytes = MessageTrace.defaultLimit >> 20

            func run() throws {
                let octets = mebibytes.multipliedReportingOverflow(by: 1 << 20)
                try trace.look.perform(
                    .start(callServer: trace.callServer, octets: octets.overflow ? Int.max : octets.partialValue))
            }
        }

        struct Stop: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "End a trace; what is there can still be written.")
            @OptionGroup var trace: TraceOptions

            func run() throws { try trace.look.perform(.stop(callServer: trace.callServer)) }
        }

        struct Clear: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "End a trace and forget what is there.")
            @OptionGroup var trace: TraceOptions

            func run() throws { try trace.look.perform(.clear(callServer: trace.callServer)) }
        }

        struct Write: ParsableCommand {
            enum Format: String, ExpressibleByArgument, CaseIterable {
                case pcapng, text
            }

            static let configuration = CommandConfiguration(
                abstract: "Write a trace to a file that its owner alone can read; the trace goes on.",
                discussion: "An existing file is replaced. A file that ends in .pcapng is for Wireshark and tshark.")
            @OptionGroup var trace: TraceOptions
            @Argument(help: "The file.")
            var file: String
            @Option(name: .long, help: "pcapng or text; else the file's name tells.")
            var format: Format?
            @Flag(name: .long, help: "Take out names, numbers, credentials and bodies.")
            var mask = false

            func run() throws {
                var entries = MessageCutter.messages(of: try read())
                if mask {
                    var mask = MessageMask()
                    entries = entries.map { mask.masked($0) }
                }
                let octets =
                    switch format ?? (file.hasSuffix(".pcapng") ? .pcapng : .text) {
                    case .pcapng: PcapngFormat.octets(of: entries, software: "e911d \(version)")
                    case .text: TraceFormat.octets(of: entries)
                    }
                DaemonProcess.keepFilesPrivate()
                do {
                    try Data(octets).write(to: URL(fileURLWithPath: file), options: .atomic)
                } catch {
                    printError("\(file): the trace cannot be written: \(error.localizedDescription)")
                    throw ExitCode.failure
                }
                printLine("\(file): \(entries.count) entries of \(trace.callServer)")
            }

            /// What is there, page by page.
            private func read() throws -> [TraceEntry] {
                try trace.look.ask { client throws(ControlError) in
                    var entries: [TraceEntry] = []
                    var from: UInt64? = 0
                    while let number = from {
                        let page: TraceOctets = try client.ask(
                            TraceArguments.command,
                            TraceArguments(action: .read(callServer: trace.callServer, from: number)))
                        let (read, _, damage) = TraceReader.read(Array(page.octets))
                        if let damage { throw ControlError("the daemon's trace cannot be read: \(damage)") }
                        entries += read
                        from = page.next
                    }
                    return entries
                }
            }
        }
    }

    extension LookOptions {
        @discardableResult
        fileprivate func perform(_ action: TraceArguments.Action) throws -> [MessageTrace.Status] {
            try ask { client throws(ControlError) in
                try client.ask(TraceArguments.command, TraceArguments(action: action))
            }
        }
    }
#endif
