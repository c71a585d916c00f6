#if Daemon
    import E911Configuration
    import E911Console
    import E911Service
    import SIPTransport

    /// What only the running program sees of the configuration: devices on a default ELIN, certificates that end, people
    /// whom no channel reaches.
    enum Findings {
        /// Devices that are looked at; more are a sample.
        private static let devices = 20_000

        static func list(_ configuration: DaemonConfiguration, _ relay: CommandRelay) async -> [LintFinding] {
            var findings: [LintFinding] = []
            func add(_ path: String, _ check: () throws -> [TLSFileError]?) {
                do {
                    for error in try check() ?? [] {
                        findings.append(LintFinding(.warning, path, "\(error)", remedy: "get a new certificate"))
                    }
                } catch {
                    findings.append(LintFinding(.error, path, "\(error)", remedy: "a certificate and its key in PEM"))
                }
            }
            add("listen") { try TransportSecurity(configuration)?.check() }
            add("console") { try configuration.consoleFiles?.check() }
            if case .site(let site?, _) = await relay.ask(.site) {
                for name in SiteCheck.unreachable(in: site, by: configuration.channels) {
                    findings.append(
                        LintFinding(
                            .warning, "recipients", "this e911d has no channel by which '\(name)' can be told",
                            remedy: "configure smtp or sms in e911d.yaml, or give another way"))
                }
            }
            let counts = await defaulted(relay)
            for (server, count) in counts.sorted(by: { $0.key < $1.key }) where count > 0 {
                findings.append(
                    LintFinding(
                        .warning, "call-servers", "\(count) devices of '\(server)' would be sent with its default ELIN",
                        remedy: "rules that place them, and ELINs for their locations"))
            }
            return findings
        }

        private static func defaulted(_ relay: CommandRelay) async -> [String: Int] {
            var counts: [String: Int] = [:]
            var next: String?
            var looked = 0
            repeat {
                guard case .devices(let page, let end) = await relay.ask(.devices(after: next, limit: 100)) else {
                    break
                }
                for device in page where device.isDefaulted && device.state == "active" {
                    counts[device.callServer, default: 0] += 1
                }
                looked += page.count
                next = end
            } while next != nil && looked < devices
            return counts
        }
    }
#endif
