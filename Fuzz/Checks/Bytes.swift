/// The fuzzer's octets as a source of choices. At its end every choice is 0.
struct Bytes {
    private let octets: [UInt8]
    private var at = 0

    init(_ octets: [UInt8]) {
        self.octets = octets
    }

    var isEmpty: Bool { at >= octets.count }

    mutating func next() -> Int {
        guard at < octets.count else { return 0 }
        at += 1
        return Int(octets[at - 1])
    }

    mutating func next(below limit: Int) -> Int { next() % limit }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[next() % list.count] }

    mutating func pick<Element>(any list: [Element]) -> Element? { list.isEmpty ? nil : pick(list) }

    /// So many octets as they are, or as many as are left.
    mutating func take(_ count: Int) -> [UInt8] {
        let part = octets[at..<min(at + count, octets.count)]
        at += part.count
        return Array(part)
    }

    /// A copy with a few octets changed, cut or put in.
    mutating func damage(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0...next(below: 3) where !text.isEmpty {
            let place = (next() << 8 | next()) % text.count
            switch next(below: 4) {
            case 0: text[place] = UInt8(next())
            case 1: text.removeSubrange(place...)
            case 2: text.insert(contentsOf: take(next(below: 32)), at: place)
            default: text.insert(contentsOf: [13, 10], at: place)
            }
        }
        return text
    }
}
