import E911Values
import Locations

/// `rules`: what networks say of the place, a rule each. Rules for single devices are another table.
enum RuleTable: TableLayout {
    static let table = SiteTable.rules

    static let columns: [TableColumn] = [
        .of("bssid", "a BSSID", "aa:bb:cc:dd:ee:01, or aa:bb:cc:dd:ee:* for all of them") {
            BSSIDPattern($0)?.description
        },
        TableColumn("switch"), TableColumn("port"),
        .of("prefix", "an address prefix", "10.1.2.0/24") { IPPrefix($0)?.description },
        TableColumn("location", isRequired: true),
    ]

    static func name(of cells: [String]) -> Result<String, CellFault> {
        let port = cells[1].isEmpty && cells[2].isEmpty ? "" : "\(cells[2]) of \(cells[1])"
        let kinds = [("bssid", cells[0]), ("port", port), ("prefix", cells[3])].filter { !$0.1.isEmpty }
        return RuleCells.name(of: kinds, wanted: "one of bssid, switch with port, prefix")
    }

    static func fault(of cells: [String], in site: TableContext) -> CellFault? {
        cells[1].isEmpty == cells[2].isEmpty
            ? nil
            : CellFault(
                column: cells[1].isEmpty ? "switch" : "port", reason: "is empty", remedy: "the names of switch and port"
            )
    }

    static func entries(of site: SiteConfiguration) -> [RuleConfiguration] {
        site.rules.filter { !$0.condition.isOfDevice }
    }

    static func cells(of rule: RuleConfiguration) -> [String] {
        switch rule.condition {
        case .bssid(let text): [BSSIDPattern(text)?.description ?? text, "", "", "", rule.location]
        case .port(let name, let port): ["", name, port, "", rule.location]
        case .prefix(let prefix): ["", "", "", prefix.description, rule.location]
        case .deviceMAC, .deviceDN, .deviceInstance: ["", "", "", "", rule.location]
        }
    }

    static func entry(of cells: [String], was old: RuleConfiguration?) -> RuleConfiguration? {
        // The name is the condition: what an old rule has of it is spelt as it was.
        if let old { return RuleConfiguration(condition: old.condition, location: cells[4]) }
        if !cells[0].isEmpty { return RuleConfiguration(condition: .bssid(cells[0]), location: cells[4]) }
        if !cells[1].isEmpty {
            return RuleConfiguration(condition: .port(switch: cells[1], port: cells[2]), location: cells[4])
        }
        return IPPrefix(cells[3]).map { RuleConfiguration(condition: .prefix($0), location: cells[4]) }
    }

    static func put(_ entries: [RuleConfiguration], into site: inout SiteConfiguration) {
        RuleCells.put(entries, into: &site) { !$0.condition.isOfDevice }
    }

    static func subject(of path: SitePath, in site: SiteConfiguration) -> (name: String, column: String?)? {
        RuleCells.subject(of: path, in: site, Self.self) { !$0.condition.isOfDevice }
    }
}

/// `overrides`: rules for one device each, which go before all others.
enum OverrideTable: TableLayout {
    static let table = SiteTable.overrides

    static let columns: [TableColumn] = [
        .of("mac", "a MAC address", "00:11:22:33:44:55") { MACAddress($0)?.description }, TableColumn("dn"),
        TableColumn("instance"), TableColumn("location", isRequired: true),
    ]

    static func name(of cells: [String]) -> Result<String, CellFault> {
        let kinds = [
            ("mac", cells[0]), ("dn", RuleKey.withoutScheme(cells[1])), ("instance", RuleKey.bare(cells[2])),
        ].filter { !$0.1.isEmpty }
        return RuleCells.name(of: kinds, wanted: "one of mac, dn, instance")
    }

    static func entries(of site: SiteConfiguration) -> [RuleConfiguration] {
        site.rules.filter(\.condition.isOfDevice)
    }

    static func cells(of rule: RuleConfiguration) -> [String] {
        switch rule.condition {
        case .deviceMAC(let mac): [mac.description, "", "", rule.location]
        case .deviceDN(let dn): ["", dn, "", rule.location]
        case .deviceInstance(let instance): ["", "", instance, rule.location]
        case .bssid, .port, .prefix: ["", "", "", rule.location]
        }
    }

    static func entry(of cells: [String], was old: RuleConfiguration?) -> RuleConfiguration? {
        if !cells[1].isEmpty { return RuleConfiguration(condition: .deviceDN(cells[1]), location: cells[3]) }
        if !cells[2].isEmpty { return RuleConfiguration(condition: .deviceInstance(cells[2]), location: cells[3]) }
        return MACAddress(cells[0]).map { RuleConfiguration(condition: .deviceMAC($0), location: cells[3]) }
    }

    static func put(_ entries: [RuleConfiguration], into site: inout SiteConfiguration) {
        RuleCells.put(entries, into: &site, where: \.condition.isOfDevice)
    }

    static func subject(of path: SitePath, in site: SiteConfiguration) -> (name: String, column: String?)? {
        RuleCells.subject(of: path, in: site, Self.self, where: \.condition.isOfDevice)
    }
}

/// What the two tables of rules have in common: one list of the site.
enum RuleCells {
    static func name(of kinds: [(kind: String, text: String)], wanted: String) -> Result<String, CellFault> {
        guard let kind = kinds.first else {
            return .failure(CellFault(reason: "the rule says of nobody that he is there", remedy: wanted))
        }
        guard kinds.count == 1 else {
            return .failure(
                CellFault(
                    column: kinds[1].kind, reason: "the rule has more than one condition", remedy: wanted))
        }
        return .success("\(kind.kind) \(kind.text)")
    }

    /// The table's rules take the places that its rules had; those that are too many stand behind the last of them.
    static func put(
        _ entries: [RuleConfiguration], into site: inout SiteConfiguration,
        where belongs: (RuleConfiguration) -> Bool
    ) {
        var rules: [RuleConfiguration] = []
        rules.reserveCapacity(site.rules.count + entries.count)
        let end = site.rules.lastIndex(where: belongs).map { $0 + 1 } ?? site.rules.count
        var next = 0
        for rule in site.rules[..<end] {
            if !belongs(rule) {
                rules.append(rule)
            } else if next < entries.count {
                rules.append(entries[next])
                next += 1
            }
        }
        rules += entries[next...]
        rules += site.rules[end...]
        site.rules = rules
    }

    static func subject<Layout: TableLayout>(
        of path: SitePath, in site: SiteConfiguration, _ layout: Layout.Type,
        where belongs: (RuleConfiguration) -> Bool
    ) -> (name: String, column: String?)? where Layout.Entry == RuleConfiguration {
        guard path.section == "rules", site.rules.indices.contains(path.index), belongs(site.rules[path.index]),
            case .success(let name) = Layout.name(of: Layout.cells(of: site.rules[path.index]))
        else { return nil }
        let key = path.rest.hasPrefix("device.") ? path.rest.dropFirst("device.".count) : path.rest
        return (name, Layout.column(String(key)).map { Layout.columns[$0].name })
    }
}

extension RuleConfiguration.Condition {
    /// Whether it is an override of one device.
    var isOfDevice: Bool {
        switch self {
        case .deviceMAC, .deviceDN, .deviceInstance: true
        case .bssid, .port, .prefix: false
        }
    }
}
