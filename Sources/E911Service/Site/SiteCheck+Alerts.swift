import Alerting
import E911Values

extension SiteCheck {
    mutating func checkRecipients() {
        checkNames(recipientNames, in: .recipients, key: "name")
        for (index, recipient) in site.recipients.enumerated() {
            let path = "recipients[\(index)]"
            if recipient.email == nil, recipient.sms == nil, recipient.webhook == nil, !recipient.screenPop {
                error(
                    path, "'\(recipient.name)' can be told by no channel",
                    "at least one of email, sms, webhook, screen-pop")
            }
            if let email = recipient.email, !Self.isMailAddress(email) {
                error("\(path).email", "'\(email)' is not a mail address", "for example security@example.com")
            }
            if let sms = recipient.sms, TelephoneNumber(sms) == nil {
                error("\(path).sms", "'\(sms)' is not a telephone number", #"for example "+13125550150""#)
            }
            if let webhook = recipient.webhook, !webhook.hasPrefix("http://"), !webhook.hasPrefix("https://") {
                error("\(path).webhook", "'\(webhook)' is not a web address", "for example https://example.com/alerts")
            }
        }
    }

    /// As much of RFC 5321 as an address in use has; what could end a header or an envelope line is not in it.
    package static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { $0 > 32 && $0 != 127 && !"<>()[]\\,;:\"".utf8.contains($0) }
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
        }
    }

    /// A recipient who has none of the channels that an entry names is never told by it.
    private mutating func checkReach(of alert: AlertRuleConfiguration, _ path: String) {
        let kinds = alert.channels.compactMap { AlertChannelKind(rawValue: $0) }
        guard !kinds.isEmpty, !kinds.contains(.syslog) else { return }
        for (position, name) in alert.to.enumerated() {
            guard let recipient = site.recipients.first(where: { $0.name == name }) else { continue }
            let reached = kinds.contains { kind in
                switch kind {
                case .email: recipient.email != nil
                case .sms: recipient.sms != nil
                case .webhook: recipient.webhook != nil
                case .screenPop: recipient.screenPop
                case .syslog: true
                }
            }
            if !reached {
                error(
                    "\(path).to[\(position)]",
                    "'\(name)' has none of the channels \(alert.channels.joined(separator: ", "))",
                    "an address for one of them at recipients, or another channel")
            }
        }
    }
}
