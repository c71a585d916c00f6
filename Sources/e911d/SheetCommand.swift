#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Service

    struct Sheet: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sip-server-sheet",
            abstract: "Say what to set on the SIP Server for the site and the e911d.yaml at hand.",
            discussion: "Names are those of Genesys SIP Server; what stands in <angle brackets> only you know.")

        @OptionGroup var options: ConfigurationOption
        @Option(name: .long, help: "One call server alone.")
        var callServer: String?
        @Flag(name: .long, help: "Print JSON, for programs.")
        var json = false

        func run() throws {
            let configuration = try options.read()
            let site = try SiteAccess(configuration).requiredSite
            let all = SIPServerSheet.sheets(for: site, listeners: configuration.listeners.map(\.node))
            let sheets = all.filter { callServer == nil || $0.callServer == callServer }
            guard !sheets.isEmpty else {
                let names = all.map(\.callServer)
                printError(
                    "there is no call server '\(callServer ?? "")' (\(NearestName.advice(callServer ?? "", among: names)))"
                )
                throw ExitStatus.failure
            }
            if json { return try printJSON(sheets) }
            printLine(sheets.map(Self.text).joined(separator: "\n\n"))
        }

        private static func text(_ sheet: SIPServerSheet) -> String {
            var lines = ["Call server \(sheet.callServer)"]
            for object in sheet.objects {
                lines += ["", "\(object.title), section \(object.section)"]
                let rows = object.options.map { ["  \($0.name)", $0.value, $0.note] }
                lines.append(TextTable.text(["  OPTION", "VALUE", "WHY"], rows))
            }
            if !sheet.notes.isEmpty { lines += [""] + sheet.notes.map { "Note: \($0)." } }
            return lines.joined(separator: "\n")
        }
    }
#endif
