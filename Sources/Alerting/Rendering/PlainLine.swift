/// Text of callers and peers made safe to stand on one line among others.
extension String {
    /// Without control characters and marks that turn the direction of text, runs of blanks as one, and at most `limit`
    /// characters. A line break in a display name would otherwise begin a header or a sentence of its own.
    func plainLine(limit: Int = 200) -> String {
        if isPlain(limit) { return self }
        var line = ""
        var count = 0
        var blank = false
        for character in self {
            guard let first = character.unicodeScalars.first, !first.isControl else {
                blank = true
                continue
            }
            if character == " " || character == "\u{a0}" {
                blank = true
                continue
            }
            if count + (blank && !line.isEmpty ? 1 : 0) >= limit - 1 { return line + "…" }
            if blank, !line.isEmpty {
                line.append(" ")
                count += 1
            }
            blank = false
            // Marks behind a base character are kept to a few: one character can have thousands.
            if character.unicodeScalars.count > 8 {
                line.unicodeScalars.append(first)
            } else {
                line.unicodeScalars.append(contentsOf: character.unicodeScalars.filter { !$0.isControl })
            }
            count += 1
        }
        return line
    }

    /// Whether it is a plain line already: printable ASCII with lone blanks inside. Nearly every text is.
    private func isPlain(_ limit: Int) -> Bool {
        guard utf8.count < limit else { return false }
        var blank = true
        for octet in utf8 {
            if octet == UInt8(ascii: " ") {
                if blank { return false }
                blank = true
            } else {
                guard octet > 0x20, octet < 0x7f else { return false }
                blank = false
            }
        }
        return !blank || isEmpty
    }

    /// With the five characters of HTML replaced.
    var htmlEscaped: String {
        let special: [UInt8] = Array("&<>\"'".utf8)
        guard utf8.contains(where: special.contains) else { return self }
        var out = ""
        for character in self {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.append(character)
            }
        }
        return out
    }
}

extension Unicode.Scalar {
    /// C0, DEL, C1, line and paragraph separators, and the marks that embed or override direction.
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }
}
