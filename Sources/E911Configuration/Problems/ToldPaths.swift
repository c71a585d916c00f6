#if Daemon
    import E911Service

    /// Paths with errors, and what lies above and below them.
    struct ToldPaths {
        private var told: Set<String> = []
        /// What a told path lies in.
        private var above: Set<String> = []

        init(_ problems: [ConfigurationProblem]) {
            for problem in problems where problem.severity == .error && !problem.path.isEmpty {
                told.insert(problem.path)
                above.formUnion(Self.outer(of: problem.path))
            }
        }

        /// Whether something at this path, above it or below it was told.
        func touches(_ path: String) -> Bool {
            told.contains(path) || above.contains(path) || Self.outer(of: path).contains { told.contains($0) }
        }

        /// The paths that a path lies in: of `a[0].b` they are `a[0]` and `a`.
        private static func outer(of path: String) -> [String] {
            path.utf8.indices.dropFirst().filter { index in
                path.utf8[index] == UInt8(ascii: ".") || path.utf8[index] == UInt8(ascii: "[")
            }.map { String(path[..<$0]) }
        }
    }
#endif
