/// Addresses of record that a call server was not given, and that its callers have shown.
struct LearntAddresses: Equatable, Sendable {
    /// In the order in which they were learnt.
    private(set) var list: [String] = []
    /// The user parts that are listed or learnt: one user is one phone book entry, however its host is written. Looked up
    /// only, never iterated.
    private var users: Set<String> = []

    init() {}

    /// - Parameter listed: what needs not to be learnt.
    init(listed: [String]) {
        for aor in listed { users.insert(Self.user(of: aor)) }
    }

    enum Outcome: Equatable, Sendable {
        case learnt, known, full
    }

    mutating func learn(_ aor: String, most: Int) -> Outcome {
        let user = Self.user(of: aor)
        guard !users.contains(user) else { return .known }
        guard list.count < most else { return .full }
        users.insert(user)
        list.append(aor)
        return .learnt
    }

    /// What stands between the scheme and the host.
    private static func user(of aor: String) -> String {
        let rest = aor.drop { $0 != ":" }.dropFirst()
        return String(rest.prefix { $0 != "@" && $0 != ";" })
    }
}
