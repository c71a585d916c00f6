import E911Values
import SIPCore

extension SiteCheck {
    mutating func checkCallServer(_ index: Int) {
        let server = site.callServers[index]
        let path = "call-servers[\(index)]"
        checkMembers(of: server, at: index, path)
        checkLoopTrap(of: server, path)
        checkTestCalls(of: server, path)
        checkDialledNumbers(of: server, path)
        checkReferences(of: server, path)
        if let cluster = server.cluster { checkCluster(cluster, "\(path).cluster") }
        checkSubscription(server.subscription, "\(path).subscription")
        checkIdentification(of: server, path)
        checkFilters(server.filters, "\(path).filters")
        if !(0...3600).contains(server.elinTimeout) {
            error(
                "\(path).sip-elin-timeout", "\(server.elinTimeout) seconds are out of range",
                "0 to 3600, the same value as on the SIP Server")
        }
    }

    private mutating func checkMembers(of server: CallServerConfiguration, at position: Int, _ path: String) {
        if server.members.isEmpty {
            error("\(path).members", "there is none", "give the address of each SIP Server of this call server")
        }
        for (index, member) in server.members.enumerated() {
            let place = "\(path).members[\(index)]"
            if member.port == 0 {
                error("\(place).port", "0 is no port", "1 to 65535; SIP uses 5060, and 5061 with TLS")
            }
            if member.transport == .tls, !listeners.isEmpty, !listeners.contains(where: { $0.transport == .tls }) {
                warning(
                    "\(place).transport", "e911d does not listen by tls, so this member cannot be reached",
                    "an entry of listen with transport: tls in e911d.yaml, or another transport")
            }
            if member.domain != nil, let transport = member.transport, transport != .tls {
                warning("\(place).domain", "certificates are asked for with TLS alone", "transport: tls, or no domain")
            }
            if listeners.contains(where: { $0.endpoint == member.endpoint }) {
                error(
                    "\(place).address", "\(member.authority) is one of our own listeners: calls would go in a circle",
                    "the address of the SIP Server")
            }
            if let first = server.members.firstIndex(where: { $0.authority == member.authority }), first < index {
                error(place, "\(member.authority) is member \(first) already", "name each address once")
            }
            if let other = site.callServers[..<position].first(where: { earlier in
                earlier.members.contains { $0.authority == member.authority }
            }) {
                warning(
                    place, "\(member.authority) is a member of '\(other.name)' too, which gets all its calls",
                    "an address belongs to one call server")
            }
        }
    }

    /// Contract section 3: the user of our 302 selects the gateway's trunk; if it selected ours, the call would come
    /// back.
    private mutating func checkLoopTrap(of server: CallServerConfiguration, _ path: String) {
        checkUser(server.username, "\(path).username")
        if server.ownPrefix.isEmpty {
            error(
                "\(path).own-prefix", "is empty",
                "the prefix of the SIP Server's trunk that leads here, for example 911")
        } else if server.username.hasPrefix(server.ownPrefix), server.fallbackTargets.isEmpty {
            error(
                "\(path).username",
                "'\(server.username)' begins with own-prefix '\(server.ownPrefix)', so each redirected call would "
                    + "come back",
                "the prefix of the gateway's trunk, different from ours (for example 7911), or a fallback-target")
        }
        for (index, target) in server.fallbackTargets.enumerated() {
            checkFallbackTarget(target, of: server, "\(path).fallback-targets[\(index)]")
        }
    }

    private mutating func checkFallbackTarget(_ text: String, of server: CallServerConfiguration, _ path: String) {
        guard let target = Self.address(text) else {
            error(path, "'\(text)' is not a SIP URI", "the gateway itself, for example sip:7911@198.51.100.5:5060")
            return
        }
        guard let host = ServerTarget(target)?.host else { return }
        if case .address(let address) = host {
            let kind: SIPTransportKind = target.scheme == .sips ? .tls : .udp
            let endpoint = Endpoint(address, target.port ?? kind.defaultPort)
            if listeners.contains(where: { $0.endpoint == endpoint }) {
                error(path, "\(endpoint) is one of our own listeners", "the address of the gateway")
            }
        }
        if target.userWithoutParameters.map(String.init)?.hasPrefix(server.ownPrefix) ?? false,
            server.members.contains(where: { $0.host == host })
        {
            error(
                path, "leads to a member of this call server with our own prefix, so the call would come back again",
                "the address of the gateway, or a user that begins with the prefix of its trunk")
        }
    }

    private mutating func checkTestCalls(of server: CallServerConfiguration, _ path: String) {
        guard let user = server.testUsername else {
            for (index, number) in server.testNumbers.enumerated()
            where !server.ownPrefix.isEmpty && number.hasPrefix(server.ownPrefix) {
                error(
                    "\(path).test-numbers[\(index)]",
                    "without test-username a test call is sent to '\(number)', which begins with own-prefix "
                        + "'\(server.ownPrefix)' and comes back",
                    "a test-username that leads to the test gateway")
            }
            return
        }
        checkUser(user, "\(path).test-username")
        if user == server.username {
            error(
                "\(path).test-username", "'\(user)' is the username too: a test would reach the emergency gateway",
                "the prefix of the trunk for test calls, for example 7933")
        } else if !server.ownPrefix.isEmpty, user.hasPrefix(server.ownPrefix) {
            error(
                "\(path).test-username",
                "'\(user)' begins with own-prefix '\(server.ownPrefix)': a test would come back",
                "the prefix of the trunk for test calls, for example 7933")
        } else if !server.username.isEmpty, user.hasPrefix(server.username) {
            warning(
                "\(path).test-username",
                "'\(user)' begins with username '\(server.username)', the prefix of the emergency gateway's trunk",
                "a user that no prefix of the emergency gateway matches, for example 7933")
        }
    }

    /// A Contact user goes into a URI as it stands (RFC 3261 section 25.1, `user`, without the need to escape).
    private mutating func checkUser(_ user: String, _ path: String) {
        if user.isEmpty {
            error(path, "is empty", "digits, for example 7911")
        } else if !user.utf8.allSatisfy(Self.isUserOctet) {
            error(path, "'\(user)' cannot stand in a SIP URI", "letters, digits and + - _ . ! ~ * ' ( ) & = $ only")
        }
    }

    private static func isUserOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 48...57, 65...90, 97...122: true
        default: "+-_.!~*'()&=$".utf8.contains(octet)
        }
    }

    private mutating func checkDialledNumbers(of server: CallServerConfiguration, _ path: String) {
        if server.emergencyNumbers.isEmpty {
            error("\(path).emergency-numbers", "there is none", #"leave the key out for "911", "9911", "112""#)
        }
        for (key, numbers) in [("emergency-numbers", server.emergencyNumbers), ("test-numbers", server.testNumbers)] {
            for (index, number) in numbers.enumerated() {
                let place = "\(path).\(key)[\(index)]"
                if number.isEmpty || !number.utf8.allSatisfy(Self.isUserOctet) {
                    error(place, "'\(number)' cannot be dialled", #"what a phone dials, for example "911""#)
                } else if numbers.firstIndex(of: number) ?? index < index {
                    warning(place, "'\(number)' stands twice", "leave one out")
                }
            }
        }
        for (index, number) in server.testNumbers.enumerated() where server.emergencyNumbers.contains(number) {
            error(
                "\(path).test-numbers[\(index)]", "'\(number)' is an emergency number too",
                "a number is for tests or for emergencies")
        }
    }

    private mutating func checkReferences(of server: CallServerConfiguration, _ path: String) {
        refer("\(path).default-location", to: server.defaultLocation, in: .locations)
        if let pool = server.pool { refer("\(path).elin-pool", to: pool, in: .pools) }
        for (index, name) in server.alertFallback.enumerated() {
            refer("\(path).alert-fallback[\(index)]", to: name, in: .recipients)
        }
        for (index, name) in (server.alertEscalation ?? []).enumerated() {
            refer("\(path).alert-escalation[\(index)]", to: name, in: .recipients)
        }
        if server.alertEscalation?.isEmpty == false, site.reminders?.times == 0 {
            warning(
                "\(path).alert-escalation", "nobody is reminded, so nobody of these is ever told",
                "site.reminders.times of 1 or more")
        }
        if server.alertFallback.isEmpty, server.onsiteNotification {
            error(
                "\(path).alert-fallback", "there is none, so a call that matches no entry of alerts reaches nobody",
                "name a recipient, or switch onsite-notification off")
        }
    }

    private mutating func checkSubscription(_ choices: SubscriptionChoices, _ path: String) {
        if choices.expires == 0 {
            error("\(path).expires", "0 would end the subscription", "seconds, 3761 by default")
        } else if choices.expires < 60 {
            warning("\(path).expires", "\(choices.expires) seconds make a download each time", "3761 by default")
        }
        if !(choices.quiet > 0 && choices.quiet <= 3600) {
            error("\(path).quiet", "\(choices.quiet) seconds are out of range", "above 0 up to 1h; 15s by default")
        }
        if let download = choices.download { checkSchedule(download, "\(path).download") }
        for (index, aor) in choices.aors.enumerated() {
            if !Self.isAddressOfRecord(aor) {
                error(
                    "\(path).aors[\(index)]", "'\(aor)' is not an address of record", "for example sip:2001@example.com"
                )
            }
        }
        if let learn = choices.learn, !(0...100_000).contains(learn) {
            error("\(path).learn", "\(learn) is out of range", "0 to 100000; none by default")
        }
        if let pace = choices.pace, !(1...100_000).contains(pace) {
            error("\(path).pace", "\(pace) a second is out of range", "1 to 100000; 500 by default")
        }
        switch choices.target {
        case .server:
            if !choices.aors.isEmpty {
                warning("\(path).aors", "not used with target: server", "target: aors, or no list")
            }
            if choices.aorsFile != nil {
                warning("\(path).aors-file", "not used with target: server", "target: aors, or no file")
            }
            if choices.learn ?? 0 > 0 {
                warning("\(path).learn", "not used with target: server", "target: aors, or nothing to learn")
            }
        case .addressesOfRecord:
            if choices.aors.isEmpty, choices.aorsFile == nil, choices.learn ?? 0 == 0 {
                warning(
                    "\(path).aors", "none is listed, so no device is found",
                    "list them, name an aors-file, or have them learnt")
            }
        }
        if choices.username == nil, choices.passwordFile != nil {
            error("\(path).username", "is missing beside password-file", "the user that the SIP Server knows")
        }
        if choices.username != nil, choices.passwordFile == nil {
            error("\(path).password-file", "is missing beside username", "a file that holds the password alone")
        }
    }

    private mutating func checkCluster(_ choices: ClusterChoices, _ path: String) {
        if !(0...3600).contains(choices.check) || choices.check > 0 && choices.check < 1 {
            error(
                "\(path).check", "\(choices.check) seconds are out of range", "1s to 1h, or 0 for none; 10s by default")
        }
        if !(1...100).contains(choices.misses) {
            error("\(path).misses", "\(choices.misses) is out of range", "1 to 100; 3 by default")
        }
        if !(0...86_400).contains(choices.holdDown) {
            error("\(path).hold-down", "\(choices.holdDown) seconds are out of range", "up to 24h; 30s by default")
        }
    }

    private mutating func checkSchedule(_ schedule: DownloadSchedule, _ path: String) {
        switch schedule {
        case .every(let seconds):
            if !DownloadSchedule.seconds.contains(seconds) {
                error(path, "\(seconds) seconds are out of range", "1min to 7d, or times of the day")
            }
        case .daily(let minutes):
            if minutes.isEmpty { error(path, "has no time", "times of the day, for example \"03:00\"") }
            if minutes.count > DownloadSchedule.mostTimes {
                error(path, "has \(minutes.count) times", "at most \(DownloadSchedule.mostTimes), or a duration")
            }
            for (index, time) in minutes.enumerated() {
                if !DownloadSchedule.minutes.contains(time) {
                    error("\(path)[\(index)]", "\(time) is no minute of a day", "00:00 to 23:59")
                } else if minutes[..<index].contains(time) {
                    warning("\(path)[\(index)]", "stands there twice", "each time once")
                }
            }
        }
    }

    package static func isAddressOfRecord(_ text: String) -> Bool {
        address(text)?.user.map { !$0.isEmpty } ?? false
    }

    /// A `sip:` or `sips:` URI in which nothing had to be forgiven.
    private static func address(_ text: String) -> SIPURI? {
        guard let uri = try? SIPURI(text), uri.scheme == .sip || uri.scheme == .sips, uri.deviations.isEmpty else {
            return nil
        }
        return uri
    }

    private mutating func checkIdentification(of server: CallServerConfiguration, _ path: String) {
        if server.caller.isEmpty {
            error("\(path).caller", "is empty, so no caller is ever known", "p-asserted-identity, from, or both")
        }
        for (index, rule) in server.callerRules.enumerated() {
            let place = "\(path).caller-rules[\(index)]"
            checkPattern(rule.match, "\(place).match", groupsUsedBy: rule.dn)
            if rule.dn.isEmpty {
                error("\(place).dn", "is empty", "the DN that the number stands for; $1 is the first group of match")
            }
        }
        if let pattern = server.userAgentPattern {
            checkPattern(pattern, "\(path).user-agent-pattern", groupsUsedBy: "$1")
        }
        for (index, source) in server.callerDevice.enumerated() {
            if case .header(let name) = source { checkHeaderName(name, "\(path).caller-device[\(index)]") }
        }
        if case .header(let name) = server.redirect { checkELINHeader(name, "\(path).redirect.elin") }
    }

    mutating func checkFilters(_ filters: FilterChoices, _ path: String) {
        for (index, row) in filters.rows.enumerated() {
            let place = "\(path).rows[\(index)]"
            if row == FilterChoices.Row() {
                error(place, "has no pattern", "at least one of ip, username, mac")
            }
            if let pattern = row.ip { checkPattern(pattern, "\(place).ip") }
            if let pattern = row.username { checkPattern(pattern, "\(place).username") }
            if let pattern = row.mac { checkPattern(pattern, "\(place).mac") }
        }
        if filters.mode == .include, filters.rows.isEmpty {
            warning(
                "\(path).mode", "include without rows includes nobody, and is not used: all devices are tracked",
                "rows, or exclude")
        }
    }

    private mutating func checkHeaderName(_ name: String, _ path: String) {
        let isToken = name.utf8.allSatisfy { octet in
            switch octet {
            case 48...57, 65...90, 97...122: true
            default: "-.!%*_+`'~".utf8.contains(octet)
            }
        }
        if name.isEmpty || !isToken {
            error(path, "'\(name)' is not a header's name", "for example header:X-Device-MAC")
        }
    }

    /// Headers that a 302 has already (RFC 3261 section 8.2.6), and their compact forms.
    private static let ownHeaders = [
        "via", "v", "from", "f", "to", "t", "call-id", "i", "cseq", "contact", "m", "content-length", "l",
    ]

    private mutating func checkELINHeader(_ name: String, _ path: String) {
        checkHeaderName(name, path)
        if Self.ownHeaders.contains(name.lowercased()) {
            error(path, "a 302 has its own \(name)", "a header that the SIP Server takes the ELIN from")
        }
    }
}
