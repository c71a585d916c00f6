import E911Values

/// Arguments, taken from left to right.
struct Options {
    let command: String
    private var rest: ArraySlice<String>
    private var present = ""

    init(_ arguments: ArraySlice<String>) {
        command = arguments.first ?? ""
        rest = arguments.dropFirst()
    }

    /// The next option, if there is one.
    mutating func next() -> String? {
        guard let option = rest.popFirst() else { return nil }
        present = option
        return option
    }

    /// The value of the option that was taken last.
    mutating func value() -> String {
        guard let value = rest.popFirst() else { Main.fail("\(present) needs a value\n\(Main.usage)") }
        return value
    }

    mutating func number() -> UInt64 {
        let text = value()
        guard let number = UInt64(text) else { Main.fail("\(present) needs a number, and got '\(text)'") }
        return number
    }

    /// A number above 0.
    mutating func count() -> Int {
        let number = number()
        guard number > 0, let count = Int(exactly: number) else { Main.fail("\(present) needs a number above 0") }
        return count
    }

    /// Numbers and ranges with commas between, such as `1,4-7`; `none` is no number at all.
    mutating func numbers() -> Set<Int> {
        let text = value()
        guard text != "none" else { return [] }
        var numbers: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last,
                last - first < 10_000_000
            else { Main.fail("\(present): '\(part)' is no number and no range") }
            numbers.formUnion(first...last)
        }
        return numbers
    }

    /// An address with a port.
    mutating func endpoint() -> Endpoint {
        let text = value()
        guard let endpoint = Endpoint(text) else {
            Main.fail("\(present) needs an address with a port, such as 192.0.2.10:5060, and got '\(text)'")
        }
        return endpoint
    }

    func refuse() -> Never { Main.fail("unknown option \(present)\n\(Main.usage)") }

    /// The numbers as ``numbers()`` reads them.
    static func text(of numbers: [Int]) -> String {
        var parts: [String] = []
        var start = 0
        let sorted = numbers.sorted()
        while start < sorted.count {
            var end = start
            while end + 1 < sorted.count, sorted[end + 1] == sorted[end] + 1 { end += 1 }
            parts.append(start == end ? "\(sorted[start])" : "\(sorted[start])-\(sorted[end])")
            start = end + 1
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ",")
    }
}
