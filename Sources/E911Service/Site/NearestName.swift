/// Finds the name that somebody probably meant.
package enum NearestName {
    /// The known name with the fewest edits to `name` (insertion, deletion, replacement, exchange of neighbours; case
    /// and `_` for `-` cost nothing), the first of several. `nil` when none is near: more than a third of the letters
    /// differ.
    ///
    /// Above 2,000 known names none is looked for: one misspelt section must not cost a second for each reference.
    package static func of(_ name: String, among known: [String]) -> String? {
        guard known.count <= 2000 else { return nil }
        let wanted = folded(name)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let other = folded(candidate)
            let limit = max(1, max(wanted.count, other.count) / 3)
            guard abs(wanted.count - other.count) <= limit else { continue }
            let distance = distance(wanted, other)
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// What to say about an unknown name: the nearest one, else the known ones as long as they are few.
    package static func advice(_ name: String, among known: [String]) -> String {
        if let nearest = of(name, among: known) { return "did you mean '\(nearest)'?" }
        guard !known.isEmpty else { return "none is known here" }
        let shown = known.prefix(24).joined(separator: ", ")
        return "known: \(shown)\(known.count > 24 ? " and \(known.count - 24) more" : "")"
    }

    private static func folded(_ name: String) -> [UInt8] {
        name.lowercased().utf8.prefix(64).map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
    }

    /// The optimal string alignment distance, three rows at a time.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for (j, y) in b.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (x == y ? 0 : 1))
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
