#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Control
    import E911Service
    import E911Values

    // What people ask about registrations.

    struct NeverSeen: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "never-seen",
            abstract: "Addresses of record that the site lists and of which no device is known.",
            discussion: "None has registered, or the last one ended more than a day ago.")
        @OptionGroup var look: LookOptions
        @Argument(help: "The call server's name.")
        var callServer: String

        func run() throws {
            let aors = try look.rows("never-seen", of: callServer) { (page: AddressOfRecordPage) in
                (page.addressesOfRecord, page.next.map { "\($0)" })
            }
            try look.show(aors, ["AOR"]) { [$0] }
        }
    }

    struct FilterPreview: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "filter-preview",
            abstract: "Which devices filters would hit, before they are applied.",
            discussion: "The filters are those of a call server in a site.yaml, or one row given by patterns.")
        @Argument(help: "The call server's name.")
        var callServer: String
        @OptionGroup var look: LookOptions
        @Option(help: "A site.yaml with the filters.") var site: String?
        // One row, without a file.
        @Flag(help: "Filter all that the row does not match.") var include = false
        @Option(help: "A pattern over the IP address.") var ip: String?
        @Option(help: "A pattern over the SIP username.") var username: String?
        @Option(help: "A pattern over the MAC, as 00:11:22:33:44:55.") var mac: String?

        func validate() throws {
            let hasRow = [ip, username, mac].contains { $0 != nil }
            if (site == nil) != hasRow { throw ValidationError("name either --site, or --ip, --username or --mac") }
        }

        func run() throws {
            let devices = try look.rows("filter-preview", of: callServer, try filters()) { (page: DevicePage) in
                (page.devices, page.next)
            }
            try look.show(devices, ["DN", "IP", "MAC", "STATE", "LOCATION"]) {
                [$0.dn, $0.ip, $0.mac, $0.state, $0.location]
            }
        }

        private func filters() throws -> FilterChoices {
            guard let site else {
                var choices = FilterChoices()
                choices.mode = include ? .include : .exclude
                choices.rows = [FilterChoices.Row(ip: ip, username: username, mac: mac)]
                return choices
            }
            guard let server = try SiteFile.read(site).orExit().callServers.first(where: { $0.name == callServer })
            else {
                throw ValidationError("\(site) has no call server '\(callServer)'")
            }
            return server.filters
        }
    }

    extension LookOptions {
        /// All that the daemon says of a call server to a command that it answers page by page.
        fileprivate func rows<Page: Decodable, Row>(
            _ command: String, of callServer: String, _ filters: FilterChoices = FilterChoices(),
            _ read: (Page) -> (rows: [Row], next: String?)
        ) throws -> [Row] {
            try ask { client throws(ControlError) in
                var (rows, after): ([Row], String?) = ([], nil)
                repeat {
                    let arguments = CallServerArguments(
                        callServer: callServer, page: PageArguments(after: after, limit: 1000), filters: filters)
                    let page: Page = try client.ask(command, arguments)
                    let found = read(page)
                    rows += found.rows
                    after = found.next
                } while after != nil
                return rows
            }
        }
    }
#endif
