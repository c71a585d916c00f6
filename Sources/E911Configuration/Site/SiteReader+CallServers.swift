#if Daemon
    import E911Service
    import E911Values
    import SIPCore

    extension SiteReader {
        func callServer(_ m: YAMLMapping) -> CallServerConfiguration? {
            let name = name(m, "name", "main", in: .callServers)
            let profile = m["profile"]?.choice([("genesys", "genesys"), ("rfc3680", "rfc3680")]) ?? "genesys"
            // No other key has this stand-in for what could not be read, so it meets no number of the site.
            guard
                let defaultELIN = m.required("default-elin", "\"+13125550100\"")?.telephoneNumber()
                    ?? TelephoneNumber(digits: 999_999_999_999_999)
            else { return nil }
            var server = CallServerConfiguration(
                name: name, profile: profile,
                members: m.required("members", "[ { address: 192.0.2.10, port: 5060, transport: udp } ]")?
                    .list { $0.mapping(self.member) ?? nil } ?? [],
                defaultLocation: m.required("default-location", "hq")?.text("the id of a location", "hq") ?? "",
                defaultELIN: defaultELIN)
            assign(&server.enabled, m["enabled"]?.boolean())
            assign(&server.onsiteNotification, m["onsite-notification"]?.boolean())
            assign(&server.trusted, m["trusted"]?.list { $0.prefix() })
            assign(&server.username, m["username"]?.text("the user of the Contact", "\"7911\""))
            assign(&server.ownPrefix, m["own-prefix"]?.text("the prefix of our trunk", "\"911\""))
            server.testUsername = m["test-username"]?.text("the user of a test's Contact", "\"7933\"")
            assign(&server.emergencyNumbers, m["emergency-numbers"]?.texts("a number as dialled", "\"911\""))
            assign(&server.testNumbers, m["test-numbers"]?.texts("a number as dialled", "\"933\""))
            server.testELIN = m["test-elin"]?.telephoneNumber()
            server.pool = m["elin-pool"]?.text("the name of a pool", "downtown")
            assign(&server.elinTimeout, m["sip-elin-timeout"]?.seconds(0...86_400))
            assign(&server.fallbackTargets, m["fallback-targets"]?.texts("a SIP URI", "sip:7911@198.51.100.5:5060"))
            server.cluster = m["cluster"]?.mapping { self.cluster($0) }
            _ = m["subscription"]?.mapping { self.subscription($0, into: &server.subscription) }
            identification(m, into: &server)
            _ = m["filters"]?.mapping { self.filters($0, into: &server.filters) }
            assign(&server.refuseUntrusted, m["untrusted"]?.choice([("answer", false), ("refuse", true)]))
            assign(&server.alertFallback, m["alert-fallback"]?.texts("the name of a recipient", "security"))
            server.alertEscalation = m["alert-escalation"]?.texts("the name of a recipient", "manager")
            return server
        }

        private func member(_ m: YAMLMapping) -> MemberConfiguration? {
            let host = m.required("address", "192.0.2.10")?.host()
            let transport = m["transport"].map { $0.transport() }
            let port = m["port"].map { $0.port() }
            let domain = m["domain"]?.parsed("a SIP domain", "sip.example.com") { DNSQuestion.canonicalName($0) }
            // A key that is there and cannot be read is told already.
            guard let host, transport != .some(nil), port != .some(nil) else { return nil }
            return MemberConfiguration(host: host, port: port ?? nil, transport: transport ?? nil, domain: domain)
        }

        private func cluster(_ m: YAMLMapping) -> ClusterChoices {
            var choices = ClusterChoices()
            let times = Duration.zero...(.seconds(86_400))
            assign(&choices.check, m["check"]?.duration(times).map { Double($0.wholeNanoseconds) / 1e9 })
            assign(&choices.misses, m["misses"]?.integer(1...100, "a number of OPTIONS"))
            assign(&choices.holdDown, m["hold-down"]?.duration(times).map { Double($0.wholeNanoseconds) / 1e9 })
            assign(&choices.switchBack, m["switch-back"]?.boolean())
            return choices
        }

        private func subscription(_ m: YAMLMapping, into choices: inout SubscriptionChoices) {
            assign(&choices.target, m["target"]?.choice(SubscriptionChoices.Target.self))
            assign(&choices.aors, m["aors"]?.texts("an address of record", "sip:2001@example.com"))
            if let value = m["aors-file"], let path = value.file(base: base, files: files) {
                choices.aorsFile = path
                checkAddresses(in: path, namedBy: value)
            }
            choices.learn = m["learn"]?.integer(0...100_000, "a number of addresses of record")
            choices.pace = m["pace"]?.integer(1...100_000, "SUBSCRIBEs a second")
            assign(&choices.expires, m["expires"]?.seconds(0...Int(UInt32.max)).map { UInt32(clamping: $0) })
            assign(
                &choices.quiet,
                m["quiet"]?.duration(.zero...(.seconds(86_400))).map { Double($0.wholeNanoseconds) / 1e9 })
            choices.download = m["download"].flatMap { schedule($0) }
            assign(&choices.strictVersions, m["versions"]?.choice([("by-cseq", false), ("strict", true)]))
            choices.username = m["username"]?.text("the user of the digest", "e911d")
            choices.passwordFile = m["password-file"]?.passwordFile(base: base, files: files)
        }

        /// Times of the day, one of them, or a duration between two downloads.
        private func schedule(_ value: YAMLValue) -> DownloadSchedule? {
            if value.isList {
                let times = value.list { $0.parsed("a time of day", "\"03:00\"") { DownloadSchedule.minutes(of: $0) } }
                return times.map { .daily(minutes: $0) }
            }
            let schedule = value.parsed("a time of day or a duration", "\"03:00\" or 6h") { text in
                DownloadSchedule.minutes(of: text).map { DownloadSchedule.daily(minutes: [$0]) }
                    ?? DurationText.read(text).map { .every(seconds: Int(clamping: $0.components.seconds)) }
            }
            if case .every(let seconds)? = schedule, !DownloadSchedule.seconds.contains(seconds) {
                value.fail("\(value.described) is out of range", "1min to 7d, or times of the day")
                return nil
            }
            return schedule
        }

        /// Tells what the daemon will leave out when it reads the file.
        private func checkAddresses(in path: String, namedBy value: YAMLValue) {
            switch AddressFile(path: path, octets: files.contents(path)).content {
            case .unusable(let reason): value.fail("\(path) \(reason)", "a file with one AOR a line")
            case .addresses(_, let skipped):
                for line in skipped {
                    foreignProblems.append(
                        ConfigurationProblem(
                            file: path, line: line.number, column: line.column, path: value.path,
                            reason: "'\(line.text)' is not an address of record",
                            remedy: "one AOR a line, for example sip:2001@example.com"))
                }
            }
        }

        private func identification(_ m: YAMLMapping, into server: inout CallServerConfiguration) {
            assign(&server.caller, m["caller"]?.list { $0.choice(CallerSource.self) })
            assign(&server.callerRules, m["caller-rules"]?.list { $0.mapping(self.callerRule) ?? nil })
            assign(
                &server.callerDevice,
                m["caller-device"]?.list { value in
                    self.choice(value, CallerDeviceSource.words, header: CallerDeviceSource.header)
                })
            assign(&server.ambiguous, m["ambiguous"]?.choice(AmbiguousChoice.self))
            assign(&server.deviceIP, m["device-ip"]?.list { $0.choice(DeviceIPSource.self) })
            assign(&server.deviceMAC, m["device-mac"]?.list { $0.choice(DeviceMACSource.self) })
            server.userAgentPattern = m["user-agent-pattern"]?.text("a regular expression", "'([0-9a-f]{12})$'")
            _ = m["redirect"]?.mapping { m in
                assign(
                    &server.redirect, m["elin"].flatMap { self.choice($0, ELINForm.words, header: ELINForm.header) })
                assign(&server.numberForm, m["number"]?.choice(NumberForm.self))
            }
        }

        private func callerRule(_ m: YAMLMapping) -> CallerRule? {
            let match = m.required("match", "'^\\+?1?312555(\\d{4})$'")?.text("a regular expression")
            let dn = m.required("dn", "'$1'")?.text("a DN", "'$1'")
            guard let match, let dn else { return nil }
            return CallerRule(match: match, dn: dn)
        }

        /// One of a few words, or `header:NAME`.
        private func choice<T>(_ value: YAMLValue, _ words: [(name: String, value: T)], header: (String) -> T) -> T? {
            let prefix = "header:"
            let wanted = "one of \(words.map(\.name).joined(separator: ", ")), header:NAME"
            guard let text = value.text(wanted) else { return nil }
            if text.hasPrefix(prefix) { return header(String(text.dropFirst(prefix.count))) }
            guard let word = words.first(where: { $0.name == text }) else {
                value.fail("\(value.described) is not a choice here", wanted)
                return nil
            }
            return word.value
        }

        private func filters(_ m: YAMLMapping, into filters: inout FilterChoices) {
            assign(&filters.mode, m["mode"]?.choice(FilterChoices.Mode.self))
            assign(
                &filters.rows,
                m["rows"]?.list { value in
                    value.mapping { m in
                        FilterChoices.Row(
                            ip: m["ip"]?.text("a regular expression", "'^10\\.9\\.'"),
                            username: m["username"]?.text("a regular expression", "'^9'"),
                            mac: m["mac"]?.text("a regular expression", "'^00:11'"))
                    }
                })
        }
    }
#endif
