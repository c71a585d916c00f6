/// Writes well-formed XML 1.0 in UTF-8, indented by two blanks. Whatever the texts are, the document stays well-formed:
/// markup is escaped, and characters that XML 1.0 section 2.2 does not allow become U+FFFD.
struct XMLWriter {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var open: [String] = []

    /// An element with a text.
    mutating func element(_ name: String, _ content: String, _ attributes: [(String, String)] = []) {
        begin(name, attributes)
        text += ">\(Self.escaped(content))</\(name)>\n"
    }

    /// An element with nothing in it.
    mutating func element(_ name: String, _ attributes: [(String, String)] = []) {
        begin(name, attributes)
        text += "/>\n"
    }

    /// An element with elements in it.
    mutating func element(
        _ name: String, _ attributes: [(String, String)] = [], _ content: (inout XMLWriter) -> Void
    ) {
        begin(name, attributes)
        text += ">\n"
        open.append(name)
        content(&self)
        open.removeLast()
        text += "\(indent)</\(name)>\n"
    }

    private mutating func begin(_ name: String, _ attributes: [(String, String)]) {
        text += "\(indent)<\(name)"
        for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value))\"" }
    }

    private var indent: String { String(repeating: "  ", count: open.count) }

    /// A text as character data, and as an attribute's value in double quotes.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            // As they stand, a reader would take them for blanks in an attribute, and for a line's end elsewhere.
            case "\t", "\n", "\r": out += "&#\(scalar.value);"
            case "\u{0}"..<" ", "\u{7f}"..<"\u{a0}", "\u{fffe}", "\u{ffff}": out += "\u{fffd}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
