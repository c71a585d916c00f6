/// What becomes different in a site, an entry each: what a dry run shows.
public struct SiteChange: Equatable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable {
        case added, changed, removed
    }

    /// A key of the entry, or a column of the table, and its value; `nil` where it has none.
    public struct Field: Equatable, Sendable, Codable {
        public var name: String
        public var old: String?
        public var new: String?

        public init(_ name: String, old: String? = nil, new: String? = nil) {
            self.name = name
            self.old = old
            self.new = new
        }
    }

    public var kind: Kind
    /// A section of `site.yaml`, or a table.
    public var section: String
    /// What the entry is known by: a name, an id, the condition of a rule. Empty if there is only one.
    public var name: String
    /// The row of an imported table that says so, the header being row 1.
    public var row: Int?
    /// What differs; of an entry that is new or gone, all that it has.
    public var fields: [Field]

    public init(_ kind: Kind, _ section: String, _ name: String, row: Int? = nil, fields: [Field] = []) {
        self.kind = kind
        self.section = section
        self.name = name
        self.row = row
        self.fields = fields
    }
}

extension SiteChange: CustomStringConvertible {
    /// One line: `+` for an added entry, `~` for a changed one, `-` for one that goes.
    public var description: String {
        let subject = name.isEmpty ? section : "\(section) \(name)"
        let place = row.map { " (row \($0))" } ?? ""
        switch kind {
        case .added: return "+ \(subject)\(values(\.new))\(place)"
        case .removed: return "- \(subject)\(values(\.old))"
        case .changed:
            let changes = fields.map { "\($0.name) \(Self.shown($0.old)) -> \(Self.shown($0.new))" }
            return "~ \(subject): \(changes.joined(separator: ", "))\(place)"
        }
    }

    private func values(_ value: KeyPath<Field, String?>) -> String {
        let values = fields.compactMap { field in field[keyPath: value].map { "\(field.name) \(Self.shown($0))" } }
        return values.isEmpty ? "" : ": \(values.joined(separator: ", "))"
    }

    private static func shown(_ value: String?) -> String {
        guard let value else { return "(none)" }
        if value.hasPrefix("[") { return value }
        return value.isEmpty || value.contains(where: { $0.isWhitespace || $0 == "," }) ? "'\(value)'" : value
    }
}
