import E911Values

/// Which devices of a call server are not tracked for moves and reports (contract section 2, filters). Their calls are
/// answered all the same.
public struct DeviceFilter: Equatable, Sendable {
    /// A row needs all the patterns that it has.
    struct Row: Equatable, Sendable {
        var ip: Pattern?
        var username: Pattern?
        var mac: Pattern?
    }

    let mode: FilterChoices.Mode
    let rows: [Row]

    /// Tracks everything.
    public init() {
        mode = .exclude
        rows = []
    }

    /// Compiles the rows of a site.
    public init(_ choices: FilterChoices) throws(PatternError) {
        mode = choices.mode
        var rows: [Row] = []
        for choice in choices.rows {
            var row = Row()
            if let ip = choice.ip { row.ip = try Pattern(ip) }
            if let username = choice.username { row.username = try Pattern(username) }
            if let mac = choice.mac { row.mac = try Pattern(mac) }
            guard row != Row() else { continue }
            rows.append(row)
        }
        self.rows = rows
    }

    public var isEmpty: Bool { rows.isEmpty }

    /// Whether a device with these texts is filtered, and whether a pattern reached its limit on them. A row that asks
    /// for a value which the device has not does not match.
    func judge(ip: String?, username: String, mac: String?) -> (isFiltered: Bool, limitReached: Bool) {
        guard !rows.isEmpty else { return (false, false) }
        var limitReached = false
        func fits(_ pattern: Pattern?, _ text: String?) -> Bool {
            guard let pattern else { return true }
            guard let text else { return false }
            switch pattern.firstMatch(in: text) {
            case .match: return true
            case .noMatch: return false
            case .limitReached:
                limitReached = true
                return false
            }
        }
        let matches = rows.contains { fits($0.ip, ip) && fits($0.username, username) && fits($0.mac, mac) }
        return (mode == .exclude ? matches : !matches, limitReached)
    }
}
