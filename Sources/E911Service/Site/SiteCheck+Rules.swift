import E911Values
import Locations

extension SiteCheck {
    mutating func checkRules() {
        var first: [String: Int] = [:]
        for (index, rule) in site.rules.enumerated() {
            let path = "rules[\(index)]"
            refer("\(path).location", to: rule.location, in: .locations)
            let (key, subject) = subject(of: rule.condition)
            checkCondition(rule.condition, "\(path).\(key)")
            guard let other = first["\(key) \(subject)"] else {
                first["\(key) \(subject)"] = index
                continue
            }
            if site.rules[other].location == rule.location {
                warning("\(path).\(key)", "\(subject) is placed by rules[\(other)] already", "leave one out")
            } else {
                error(
                    "\(path).\(key)",
                    "\(subject) is placed at '\(site.rules[other].location)' by rules[\(other)] already",
                    "one location for each")
            }
        }
    }

    /// The key that says it in `site.yaml`, and what the rule is about, in one spelling.
    private func subject(of condition: RuleConfiguration.Condition) -> (key: String, subject: String) {
        switch condition {
        case .deviceMAC(let mac): ("device.mac", mac.description)
        case .deviceDN(let dn): ("device.dn", RuleKey.withoutScheme(dn))
        case .deviceInstance(let instance): ("device.instance", RuleKey.bare(instance))
        case .bssid(let bssid): ("bssid", BSSIDPattern(bssid)?.description ?? bssid)
        case .port(let device, let port): ("port", "\(port) of \(device)")
        case .prefix(let prefix): ("prefix", prefix.description)
        }
    }

    private mutating func checkCondition(_ condition: RuleConfiguration.Condition, _ path: String) {
        switch condition {
        case .deviceDN(let text), .deviceInstance(let text):
            if text.isEmpty { error(path, "is empty", "the device that the rule places") }
        case .port(let device, let port):
            if device.isEmpty || port.isEmpty { error(path, "is empty", "the names of switch and port") }
        case .bssid(let text):
            let octets = BSSIDPattern(text)?.octets
            if octets == 0 {
                error(path, "'\(text)' matches every access point", "at least the first octets")
            } else if octets == nil {
                error(
                    path, "'\(text)' is not a BSSID",
                    "for example aa:bb:cc:dd:ee:01, or aa:bb:cc:dd:ee:* for all of them")
            }
        case .deviceMAC, .prefix: break
        }
    }
}
