package import E911Values

/// What a rule is looked up by: two rules with the same key ask for the same thing.
package enum RuleKey: Hashable, Sendable {
    case mac(MACAddress)
    case number(String)
    case instance(String)
    case bssid(BSSIDPattern)
    case port(SwitchPort)
    case prefix(IPPrefix)

    package init(_ condition: LocationRule.Condition) {
        switch condition {
        case .device(.mac(let mac)): self = .mac(mac)
        case .device(.number(let number)): self = .number(Self.withoutScheme(number))
        case .device(.instance(let instance)): self = .instance(Self.bare(instance))
        case .bssid(let pattern): self = .bssid(pattern)
        case .port(let port): self = .port(port)
        case .prefix(let prefix): self = .prefix(prefix)
        }
    }

    /// An address of record without `sip:`, `sips:` or `tel:`.
    package static func withoutScheme(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return text }
        let scheme = text[..<colon].lowercased()
        guard scheme == "sip" || scheme == "sips" || scheme == "tel" else { return text }
        return String(text[text.index(after: colon)...])
    }

    /// An instance without its quotes and brackets, in lower case (a URN's namespace and a UUID know no case).
    package static func bare(_ text: String) -> String {
        String(text.drop { $0 == "\"" || $0 == "<" }.prefix { $0 != ">" && $0 != "\"" }).lowercased()
    }
}
