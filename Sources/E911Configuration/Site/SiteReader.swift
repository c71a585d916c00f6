#if Daemon
    import E911Service
    import E911Values
    import SIPCore

    /// The keys of `site.yaml`.
    ///
    /// What cannot be read is told and left out, or a stand-in takes its place, so that the rest can still be checked.
    final class SiteReader {
        let base: FileBase
        let files: FileAccess
        /// The path in the file of each location, parents before their children.
        var locationPaths: [String] = []
        var locations: [LocationConfiguration] = []
        /// What is wrong in files that the site names.
        var foreignProblems: [ConfigurationProblem] = []

        init(base: FileBase, files: FileAccess) {
            self.base = base
            self.files = files
        }

        func site(_ m: YAMLMapping) -> SiteConfiguration {
            var site = SiteConfiguration(declared: true)
            var head: YAMLMapping?
            _ = m.required("site", "{ name: Example Corporation, time-zone: America/Chicago }")?.mapping { m in
                head = m
                assign(&site.name, m.required("name", "Example Corporation")?.text("a name"))
                site.timeZone = m.required("time-zone", "America/Chicago").flatMap(TimeZoneName.read) ?? ""
                assign(&site.defaultCallServer, m["default-call-server"]?.text("the name of a call server"))
                _ = m["evidence"]?.mapping { self.evidence($0, into: &site) }
                site.offPremises = m["off-premises"]?.mapping(self.offPremises)
                site.reminders = m["reminders"]?.mapping(self.reminders)
            }
            let servers = m.required("call-servers", "a list of SIP Servers")
            let pools = m["elin-pools"]
            let places = m.required("locations", "a list of places")
            let rules = m["rules"]
            let recipients = m["recipients"]
            let ali = m["ali"]
            let locationPush = m["location-push"]
            let alerts = m["alerts"]
            let texts = m["alert-texts"]
            for section in SiteProblem.Section.allCases where m.hasMisspelt(section.rawValue) {
                m.value.reading.lostEntry(of: section)
            }
            site.callServers = entries(of: servers, in: .callServers, callServer)
            if let head, !head.has("default-call-server") {
                // The only one serves; of several, somebody must say which.
                if let name = site.callServers.first?.name, site.callServers.count == 1 {
                    site.defaultCallServer = name
                } else if !site.callServers.isEmpty {
                    _ = head.required("default-call-server", "the one that untrusted sources are answered for")
                }
            }
            site.pools = entries(of: pools, in: .pools, pool)
            if let entries = places?.list() {
                for value in entries { location(value, parent: nil, depth: 0) }
            } else {
                m.value.reading.lostEntry(of: .locations)
            }
            site.locations = locations
            assign(&site.rules, rules?.list { $0.mapping(self.rule) ?? nil })
            site.recipients = entries(of: recipients, in: .recipients, recipient)
            assign(&site.alerts, alerts?.list { $0.mapping(self.alert) })
            site.alertTexts = texts?.mapping(alertTexts)
            site.ali = ali?.mapping(self.ali)
            site.locationPush = locationPush?.mapping(webhook) ?? nil
            return site
        }

        /// Reads the entries of a section whose names other places use.
        private func entries<T>(
            of value: YAMLValue?, in section: SiteProblem.Section, _ read: (YAMLMapping) -> T?
        ) -> [T] {
            guard let value else { return [] }
            guard let all = value.list() else {
                value.reading.lostEntry(of: section)
                return []
            }
            let entries = value.list { $0.mapping(read) ?? nil } ?? []
            if entries.count < all.count { value.reading.lostEntry(of: section) }
            return entries
        }

        /// The name by which other places know an entry.
        func name(_ m: YAMLMapping, _ key: String, _ example: String, in section: SiteProblem.Section) -> String {
            guard let name = m.required(key, example)?.text("a name", example) else {
                m.value.reading.lostEntry(of: section)
                return ""
            }
            return name
        }

        private func pool(_ m: YAMLMapping) -> ELINPoolConfiguration {
            ELINPoolConfiguration(
                name: name(m, "name", "downtown", in: .pools),
                numbers: m.required("numbers", "[ \"+13125550120-+13125550139\" ]")?.list(of: NumberRangeText.read)
                    ?? [],
                ali: m.required("ali", "push, export or per-call")?.choice(ELINPoolConfiguration.Publication.self)
                    ?? .export)
        }

        private func recipient(_ m: YAMLMapping) -> RecipientConfiguration {
            RecipientConfiguration(
                name: name(m, "name", "security", in: .recipients),
                email: m["email"]?.text("a mail address", "security@example.com"),
                sms: m["sms"]?.text("a telephone number", "\"+13125550150\""),
                webhook: m["webhook"]?.text("a web address", "https://example.com/alerts"),
                syslog: m["syslog"]?.text("a log server", "udp://192.0.2.9:514"),
                screenPop: m["screen-pop"]?.boolean() ?? false,
                members: m["members"]?.texts("the name of a recipient", "security"))
        }

        private func reminders(_ m: YAMLMapping) -> ReminderConfiguration {
            ReminderConfiguration(
                // The check knows the ranges.
                every: m["every"]?.seconds(0...Int(Int32.max)),
                times: m["times"]?.integer(Int.min...Int.max, "a number of reminders"),
                escalateAt: m["escalate-at"]?.integer(Int.min...Int.max, "the number of a reminder"))
        }

        private func alertTexts(_ m: YAMLMapping) -> AlertTextConfiguration {
            var texts = AlertTextConfiguration()
            _ = m["email"]?.mapping { m in
                texts.emailSubject = m["subject"]?.text("a text with placeholders", "\"{title}: {caller}, {place}\"")
                texts.emailText = m["text"]?.text("a text with placeholders", "\"{title}: {caller}, {place}\"")
            }
            _ = m["sms"]?.mapping { m in
                texts.sms = m["text"]?.text("a text with placeholders", "\"{title} {caller_dn} {place}\"")
            }
            return texts
        }

        private func alert(_ m: YAMLMapping) -> AlertRuleConfiguration {
            AlertRuleConfiguration(
                location: m["location"]?.text("the id of a location"),
                callServer: m["call-server"]?.text("the name of a call server"),
                to: m.required("to", "[ security ]")?.texts("the name of a recipient", "security") ?? [],
                channels: m["channels"]?.texts("a channel", "email") ?? [],
                hours: m["hours"]?.text("always, or days and times", "mon-fri 08:00-18:00") ?? "always",
                acknowledge: m["acknowledge"]?.choice(AcknowledgementChoice.self))
        }
    }

    /// Sets what was read; what could not be read, or is not there, keeps its default.
    func assign<T>(_ target: inout T, _ value: T?) {
        if let value { target = value }
    }

    /// Ranges of numbers as they are written in `elin-pools`.
    enum NumberRangeText {
        static func read(_ value: YAMLValue) -> ClosedNumberRange? {
            value.parsed("a telephone number or a range of them", "\"+13125550120-+13125550139\"") {
                ClosedNumberRange($0)
            }
        }
    }
#endif
