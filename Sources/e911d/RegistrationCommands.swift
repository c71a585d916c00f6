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
            let aors = try look.ask { client throws(ControlError) in
                var aors: [String] = []
                var after: Int?
                repeat {
                    let page: AddressOfRecordPage = try client.ask(
                        "never-seen",
                        CallServerArguments(
                            callServer: callServer, page: PageArguments(after: after.map { "\($0)" }, limit: 1000)))
                    aors += page.addressesOfRecord
                    after = page.next
                } while after != nil
                return aors
            }
            try look.show(aors, ["AOR"]) { [$0] }
        }
    }

    struct FilterPreview: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "filter-preview",
            abstract: "Which devices filters would hit, before they are applied.",
            discussion: "The filters are those of a call server in a site.yaml, or one row given by patterns.")
        @OptionGroup var look: LookOptions
        @Argument(help: "The call server's name.")
        var callServer: String
        @Option(name: .long, help: "A site.yaml with the filters.")
        var site: String?
        // One row, without a file.
        @Option(name: .long, help: "exclude, or include.")
        var mode = FilterChoices.Mode.exclude
        @Option(name: .long, help: "A pattern over the IP address.")
        var ip: String?
        @Option(name: .long, help: "A pattern over the SIP username.")
        var username: String?
        @Option(name: .long, help: "A pattern over the MAC.")
        var mac: String?

        func validate() throws {
            let hasRow = [ip, username, mac].contains { $0 != nil }
            if (site == nil) != hasRow { throw ValidationError("name either --site, or --ip, --username or --mac") }
        }

        func run() throws {
            let filters = try filters()
            let devices = try look.ask { client throws(ControlError) in
                var devices: [DeviceInfo] = []
                var after: String?
                repeat {
                    let page: DevicePage = try client.ask(
                        "filter-preview",
                        CallServerArguments(
                            callServer: callServer, page: PageArguments(after: after, limit: 100), filters: filters))
                    devices += page.devices
                    after = page.next
                } while after != nil
                return devices
            }
            try look.show(devices, ["DN", "IP", "MAC", "STATE", "LOCATION"]) {
                [$0.dn, $0.ip, $0.mac, $0.state, $0.location]
            }
        }

        private func filters() throws -> FilterChoices {
            guard let site else {
                var choices = FilterChoices()
                choices.mode = mode
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

    extension FilterChoices.Mode: ExpressibleByArgument {}
#endif
