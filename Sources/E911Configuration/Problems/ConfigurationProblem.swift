#if Daemon
    public import E911Service

    /// Something wrong in a configuration file, and where.
    public struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
        public var severity: SiteProblem.Severity
        /// As it was given to the reader.
        public var file: String
        /// From 1.
        public var line: Int
        /// From 1, in characters (Unicode scalars), as editors count.
        public var column: Int
        /// The keys that lead there, with indexes from 0: `call-servers[0].username`. Empty for the file as a whole.
        public var path: String
        /// What is wrong.
        public var reason: String
        /// What would be right.
        public var remedy: String

        public init(
            severity: SiteProblem.Severity = .error, file: String, line: Int, column: Int, path: String,
            reason: String, remedy: String
        ) {
            self.severity = severity
            self.file = file
            self.line = line
            self.column = column
            self.path = path
            self.reason = reason
            self.remedy = remedy
        }

        /// `FILE:LINE:COLUMN: PATH: REASON (REMEDY)`, a warning marked as one behind the column.
        public var description: String {
            let mark = severity == .warning ? "warning: " : ""
            return "\(file):\(line):\(column): \(mark)\(path.isEmpty ? "" : "\(path): ")\(reason) (\(remedy))"
        }
    }
#endif
