public import Alerting
import E911Values

extension SiteCheck {
    mutating func checkRecipients() {
        checkNames(recipientNames, in: .recipients, key: "name")
        for (index, recipient) in site.recipients.enumerated() {
            let path = "recipients[\(index)]"
            if let members = recipient.members {
                checkGroup(recipient, members, path)
                continue
            }
            if [recipient.email, recipient.sms, recipient.webhook, recipient.syslog].allSatisfy({ $0 == nil }),
                !recipient.screenPop
            {
                error(
                    path, "'\(recipient.name)' can be told by no channel",
                    "at least one of email, sms, webhook, syslog, screen-pop")
            }
            if let email = recipient.email, !Self.isMailAddress(email) {
                error("\(path).email", "'\(email)' is not a mail address", "for example security@example.com")
            }
            if let sms = recipient.sms, TelephoneNumber(sms) == nil {
                error("\(path).sms", "'\(sms)' is not a telephone number", #"for example "+13125550150""#)
            }
            if let webhook = recipient.webhook, WebhookAddress(webhook) == nil {
                error(
                    "\(path).webhook", "'\(webhook)' is not a web address",
                    "for example https://example.com/alerts, or slack+https:// or teams+https:// for their forms")
            }
            if let syslog = recipient.syslog, SyslogAddress(syslog) == nil {
                error(
                    "\(path).syslog", "'\(syslog)' is not a log server",
                    "for example udp://192.0.2.9:514 or tcp://[2001:db8::9]:601")
            }
        }
    }

    private mutating func checkGroup(_ group: RecipientConfiguration, _ members: [String], _ path: String) {
        let addresses = [group.email, group.sms, group.webhook, group.syslog].compactMap(\.self)
        if !addresses.isEmpty || group.screenPop {
            error(path, "'\(group.name)' has members and an address", "a recipient of its own for the address")
        }
        if members.isEmpty { error("\(path).members", "there is none, so nobody is told", "names of recipients") }
        for (position, name) in members.enumerated() {
            refer("\(path).members[\(position)]", to: name, in: .recipients)
            if site.recipients.contains(where: { $0.name == name && $0.members != nil }) {
                error("\(path).members[\(position)]", "'\(name)' is a group itself", "the names of its members")
            }
        }
    }

    /// The recipients behind a name, of a group or of one.
    private func people(_ name: String) -> [RecipientConfiguration] {
        guard let found = site.recipients.first(where: { $0.name == name }) else { return [] }
        return found.members.map { names in site.recipients.filter { names.contains($0.name) } } ?? [found]
    }

    /// As much of RFC 5321 as an address in use has; what could end a header or an envelope line is not in it.
    package static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { $0 > 32 && $0 != 127 && !"<>()[]\\,;:\"".utf8.contains($0) }
            }
    }

    /// Recipients, each with an address, who can be told by none of these channels.
    public static func unreachable(in site: SiteConfiguration, by channels: [AlertChannelKind]) -> [String] {
        site.recipients.filter { recipient in
            recipient.members == nil
                && !channels.contains { kind in
                    switch kind {
                    case .email: recipient.email != nil
                    case .sms: recipient.sms != nil
                    case .webhook: recipient.webhook != nil
                    case .syslog: recipient.syslog != nil
                    case .screenPop: recipient.screenPop
                    }
                }
        }.map(\.name)
    }

    mutating func checkReminders() {
        let ranges = SiteModel.reminderRanges
        func check(_ key: String, _ value: Int?, _ range: ClosedRange<Int>) {
            guard let value, !range.contains(value) else { return }
            error(
                "site.reminders.\(key)", "\(value) is out of range", "\(range.lowerBound) to \(range.upperBound)")
        }
        check("every", site.reminders?.every, ranges.every)
        check("times", site.reminders?.times, ranges.times)
        check("escalate-at", site.reminders?.escalateAt, ranges.escalateAt)
    }

    /// A placeholder that is none would be read by people when there is a call.
    mutating func checkAlertTexts() {
        let texts: [(path: String, text: String?)] = [
            ("email.subject", site.alertTexts?.emailSubject), ("email.text", site.alertTexts?.emailText),
            ("sms.text", site.alertTexts?.sms),
        ]
        for case (let path, let text?) in texts {
            if text.allSatisfy(\.isWhitespace) {
                error("alert-texts.\(path)", "is empty", "a text, or leave the key out for e911d's own")
            }
            if text.utf8.count > MessageTemplate.longest {
                error(
                    "alert-texts.\(path)", "has \(text.utf8.count) octets", "at most \(MessageTemplate.longest)")
            }
            for problem in MessageTemplate(text).problems {
                switch problem {
                case .unknown(let name):
                    error(
                        "alert-texts.\(path)", "there is no placeholder '{\(name)}'",
                        NearestName.advice(name, among: MessageTemplate.placeholders))
                case .brace:
                    error("alert-texts.\(path)", "has a brace that belongs to no placeholder", "{{ or }} for a brace")
                }
            }
        }
    }

    mutating func checkAlerts() {
        for (index, alert) in site.alerts.enumerated() {
            let path = "alerts[\(index)]"
            if let location = alert.location { refer("\(path).location", to: location, in: .locations) }
            if let server = alert.callServer { refer("\(path).call-server", to: server, in: .callServers) }
            if alert.to.isEmpty {
                error("\(path).to", "there is none, so nobody is told", "names of recipients")
            }
            for (position, name) in alert.to.enumerated() {
                refer("\(path).to[\(position)]", to: name, in: .recipients)
            }
            for (position, channel) in alert.channels.enumerated() where AlertChannelKind(rawValue: channel) == nil {
                error(
                    "\(path).channels[\(position)]", "there is no channel '\(channel)'",
                    NearestName.advice(channel, among: AlertChannelKind.allCases.map(\.rawValue)))
            }
            if AlertHours(alert.hours) == nil {
                error(
                    "\(path).hours", "'\(alert.hours)' are no hours",
                    "always, or days and times, for example mon-fri 08:00-18:00, sat 09:00-12:00")
            }
            checkReach(of: alert, path)
            if alert.acknowledge == .all, site.reminders?.times == 0 {
                warning(
                    "\(path).acknowledge", "nobody is reminded, so who has not acknowledged does not hear of it again",
                    "site.reminders.times of 1 or more")
            }
        }
        checkSubscribers()
    }

    /// Where some calls have subscribers of their own, a place that has none may have been forgotten: only the call servers'
    /// fallback recipients are told of its calls. (A site without any entry tells them of all calls, and means it.)
    private mutating func checkSubscribers() {
        guard !site.alerts.isEmpty, site.alerts.allSatisfy({ $0.location != nil }) else { return }
        var told = Set(site.alerts.compactMap(\.location))
        // Parents stand before their parts.
        for location in site.locations
        where !location.contacts.isEmpty || location.parent.map({ told.contains($0) }) ?? false {
            told.insert(location.id)
        }
        // A place that only contains others has no callers to speak of.
        let containers = Set(site.locations.compactMap(\.parent))
        let forgotten = site.locations.map(\.id).filter { !containers.contains($0) && !told.contains($0) }
        guard let first = forgotten.first else { return }
        warning(
            "alerts",
            forgotten.count == 1
                ? "nobody is subscribed to calls from '\(first)': alert-fallback alone is told"
                : "nobody is subscribed to calls from '\(first)' and \(forgotten.count - 1) other locations: "
                    + "alert-fallback alone is told", "an entry for them, or one without a location")
    }

    /// A recipient who has none of the channels that an entry names is never told by it.
    private mutating func checkReach(of alert: AlertRuleConfiguration, _ path: String) {
        let kinds = alert.channels.compactMap { AlertChannelKind(rawValue: $0) }
        guard !kinds.isEmpty else { return }
        for (position, name) in alert.to.enumerated() {
            let people = people(name)
            let reached = people.contains { recipient in
                kinds.contains { kind in
                    switch kind {
                    case .email: recipient.email != nil
                    case .sms: recipient.sms != nil
                    case .webhook: recipient.webhook != nil
                    case .screenPop: recipient.screenPop
                    case .syslog: recipient.syslog != nil
                    }
                }
            }
            if !reached, !people.isEmpty {
                error(
                    "\(path).to[\(position)]",
                    "'\(name)' has none of the channels \(alert.channels.joined(separator: ", "))",
                    "an address for one of them at recipients, or another channel")
            }
        }
    }
}
