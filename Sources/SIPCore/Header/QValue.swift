extension Parameters {
    /// The `q` in thousandths (RFC 3261 section 25.1, qvalue): 1000 without one or with one that is no number, and no
    /// more than that. Digits behind the third are not read.
    public var qValue: Int {
        guard case .some(.some(let text)) = self["q"] else { return 1000 }
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count > 1 || !whole.isEmpty else { return 1000 }
        var value = whole.allSatisfy { $0 == 48 } ? 0 : 1000
        var scale = 100
        for digit in parts.dropFirst().joined().prefix(3) {
            guard digit >= 48, digit <= 57 else { return 1000 }
            value += Int(digit - 48) * scale
            scale /= 10
        }
        return Swift.min(value, 1000)
    }

    /// A parameter that is a number of seconds; a number too large is `UInt32.max`, what is none is `nil`.
    func seconds(_ name: String) -> UInt32? {
        (self[name] ?? nil)?.decimal.map { UInt32(clamping: $0) }
    }
}
