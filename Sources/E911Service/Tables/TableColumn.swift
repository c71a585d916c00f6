import E911Values
import Locations

/// A column of a table: its name, and how a cell of it is read.
struct TableColumn: Sendable {
    /// What a cell says, in the one spelling that it is compared and written in; or why it says nothing.
    enum Reading {
        case value(String)
        case wrong(String, remedy: String)
    }

    let name: String
    /// Whether a table without this column is refused.
    let isRequired: Bool
    /// Reads a cell that is not empty.
    let read: @Sendable (String) -> Reading

    init(_ name: String, isRequired: Bool = false, read: @escaping @Sendable (String) -> Reading = { .value($0) }) {
        self.name = name
        self.isRequired = isRequired
        self.read = read
    }

    /// A column of values that have a type; `parse` gives the one spelling.
    static func of(
        _ name: String, isRequired: Bool = false, _ what: String, _ example: String,
        _ parse: @escaping @Sendable (String) -> String?
    ) -> TableColumn {
        TableColumn(name, isRequired: isRequired) { cell in
            guard let value = parse(trimmed(cell)) else {
                return .wrong("'\(cell.prefix(60))' is not \(what)", remedy: "for example \(example)")
            }
            return .value(value)
        }
    }

    /// `true` or `false`; an empty cell is `false`.
    static func boolean(_ name: String) -> TableColumn {
        TableColumn(name) { cell in
            switch trimmed(cell).lowercased() {
            case "true", "yes", "1": .value("true")
            case "false", "no", "0": .value("")
            default: .wrong("'\(cell.prefix(60))' is neither yes nor no", remedy: "true or false")
            }
        }
    }

    /// Several values in one cell, with `;` between them.
    static func list(
        _ name: String, isRequired: Bool = false, _ what: String, _ example: String,
        _ parse: @escaping @Sendable (String) -> String?
    ) -> TableColumn {
        TableColumn(name, isRequired: isRequired) { cell in
            var values: [String] = []
            for part in cell.split(separator: ";").map({ trimmed($0) }) where !part.isEmpty {
                guard let value = parse(part) else {
                    return .wrong("'\(part.prefix(60))' is not \(what)", remedy: "for example \(example)")
                }
                values.append(value)
            }
            return .value(values.joined(separator: "; "))
        }
    }

    /// One of a few words.
    static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, isRequired: Bool = false, _ type: Value.Type
    ) -> TableColumn {
        let words = Value.allCases.map(\.rawValue)
        return TableColumn(name, isRequired: isRequired) { cell in
            let word = trimmed(cell).lowercased()
            guard words.contains(word) else {
                return .wrong(
                    "'\(cell.prefix(60))' is not a choice here", remedy: "one of \(words.joined(separator: ", "))")
            }
            return .value(word)
        }
    }

    /// Without blanks around it.
    static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = text.firstIndex(where: { !isBlank($0) }) else { return "" }
        var end = text.endIndex
        while end > start, isBlank(text[text.index(before: end)]) { end = text.index(before: end) }
        return String(text[start..<end])
    }
}
