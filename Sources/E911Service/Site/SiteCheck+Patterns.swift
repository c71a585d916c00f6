extension SiteCheck {
    /// Refuses a pattern that does not compile, and a template that uses a group which the pattern does not have.
    mutating func checkPattern(_ text: String, _ path: String, groupsUsedBy template: String? = nil) {
        guard !text.isEmpty else {
            error(path, "is empty and would match everything", "a regular expression, for example ^10\\.9\\.")
            return
        }
        do {
            let pattern = try Pattern(text)
            if let template, let group = Self.groups(in: template).max(), group > pattern.groupCount {
                error(
                    path, "has \(pattern.groupCount) groups, but $\(group) is asked for",
                    "a group in round brackets for each $1 to $9")
            }
        } catch {
            self.error(
                path, "'\(text)' is no regular expression: \(error.reason) at character \(error.offset + 1)",
                "a Perl-compatible regular expression")
        }
    }

    /// The groups that a template names: `$1` to `$9`; `$$` is a dollar.
    private static func groups(in template: String) -> [Int] {
        var groups: [Int] = []
        var rest = template.utf8[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "$"), let next = rest.popFirst() else { continue }
            if next >= 48, next <= 57 { groups.append(Int(next - 48)) }
        }
        return groups
    }
}
