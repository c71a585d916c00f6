/// Text that fits into one SMS: the default alphabet of GSM 03.38, at most 160 characters.
enum GSMText {
    static let limit = 160

    /// The default alphabet as far as it is not ASCII.
    private static let extra: Set<Character> = [
        "£", "¥", "è", "é", "ù", "ì", "ò", "Ç", "Ø", "ø", "Å", "å", "Æ", "æ", "ß", "É", "¡", "Ä", "Ö", "Ñ", "Ü", "§",
        "¿", "ä", "ö", "ñ", "ü", "à",
    ]

    /// Letters whose nearest letter of the alphabet is plain, and characters that would take two places.
    private static let nearest: [Character: String] = [
        "á": "à", "â": "a", "ã": "a", "ç": "Ç", "ê": "e", "ë": "e", "í": "ì", "î": "i", "ï": "i", "ó": "ò", "ô": "o",
        "õ": "o", "ú": "ù", "û": "u", "ý": "y", "ÿ": "y", "Á": "A", "À": "A", "Â": "A", "Ã": "A", "È": "E", "Ê": "E",
        "Ë": "E", "Í": "I", "Ó": "O", "Ô": "O", "Õ": "O", "Ú": "U", "Ù": "U", "ł": "l", "Ł": "L", "š": "s", "Š": "S",
        "ž": "z", "Ž": "Z", "č": "c", "Č": "C", "ř": "r", "ě": "e", "ń": "n", "ś": "s", "ż": "z", "ź": "z", "ą": "a",
        "ę": "e", "ć": "c", "’": "'", "‘": "'", "“": "\"", "”": "\"", "–": "-", "—": "-", "…": "...", "€": "EUR",
        "[": "(", "]": ")", "{": "(", "}": ")", "~": "-", "|": "/", "\\": "/", "^": "'", "`": "'",
    ]

    /// The text in the alphabet, on one line.
    ///
    /// - Parameter keepingEnds: whether a blank at either end stays, as between two parts of a message.
    static func fitting(_ text: String, keepingEnds: Bool = false) -> String {
        var line = text.plainLine(limit: 1000)
        if keepingEnds, let first = text.first, let last = text.last {
            if first.isWhitespace { line = " " + line }
            if last.isWhitespace, line != " " { line += " " }
        }
        if line.utf8.allSatisfy(isSimple) { return line }
        var out = ""
        for character in line {
            if let other = nearest[character] {
                out += other
            } else if character.asciiValue.map(isSimple) ?? extra.contains(character) {
                out.append(character)
            } else {
                out += "?"
            }
        }
        return out
    }

    /// A printable character of ASCII that is in the alphabet, at one place.
    private static func isSimple(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "["), UInt8(ascii: "\\"), UInt8(ascii: "]"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            false
        default: octet >= 0x20 && octet < 0x7f
        }
    }

    /// The parts one behind the other, those at `flexible` cut short as far as the rest needs room, the longest first.
    static func joined(_ parts: [String], flexible: Range<Int>) -> String {
        var parts = parts.map { fitting($0) }
        var room = limit - (parts.count - 1)
        for index in parts.indices where !flexible.contains(index) { room -= parts[index].count }
        // Each has an even share, and what the shorter ones do not need is the longer ones'.
        var left = flexible.count
        for index in flexible.sorted(by: { parts[$0].count < parts[$1].count }) {
            let share = max(2, room / left)
            if parts[index].count > share { parts[index] = String(parts[index].prefix(share - 2)) + ".." }
            room -= parts[index].count
            left -= 1
        }
        return String(parts.joined(separator: " ").prefix(limit))
    }
    /// Parts that bring their blanks with them, one behind the other. Those that give way are cut short, the longest first,
    /// as far as the rest needs room.
    static func joined(_ parts: [(text: String, gives: Bool)]) -> String {
        var parts = parts
        var room = limit
        for part in parts where !part.gives { room -= part.text.count }
        let flexible = parts.indices.filter { parts[$0].gives }
        var left = flexible.count
        for index in flexible.sorted(by: { parts[$0].text.count < parts[$1].text.count }) {
            parts[index].text = shortened(parts[index].text, to: max(0, room / left))
            room -= parts[index].text.count
            left -= 1
        }
        return String(parts.map(\.text).joined().prefix(limit))
    }

    private static func shortened(_ text: String, to length: Int) -> String {
        if text.count <= length { return text }
        return length < 3 ? "" : text.prefix(length - 2) + ".."
    }
}
