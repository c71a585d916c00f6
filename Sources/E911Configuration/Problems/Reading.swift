#if Daemon
    import E911Service

    /// What became of reading a file.
    public struct Reading<Value: Sendable>: Sendable {
        /// `nil` exactly when ``problems`` has an error.
        public var value: Value?
        /// All of them, those of one file in the order of the file.
        public var problems: [ConfigurationProblem]

        init(_ value: Value?, _ problems: [ConfigurationProblem]) {
            self.value = problems.contains { $0.severity == .error } ? nil : value
            self.problems = problems
        }
    }

    extension Reading: Equatable where Value: Equatable {}

    extension Reading {
        /// Reads octets with what the closure makes of their tree.
        init(octets: [UInt8], file: String, _ read: (YAMLReading) -> Value?) {
            do {
                let reading = YAMLReading(file: file, document: try YAMLDocument(octets))
                let value = read(reading)
                self.init(value, reading.sorted)
            } catch {
                self.init(
                    nil,
                    [
                        ConfigurationProblem(
                            file: file, line: error.place.line, column: error.place.column, path: "",
                            reason: error.reason, remedy: error.remedy)
                    ])
            }
        }

        static func unreadable(_ file: String) -> Self {
            Self(
                nil,
                [
                    ConfigurationProblem(
                        file: file, line: 1, column: 1, path: "", reason: "there is no such file, or it cannot be read",
                        remedy: "the path of a file that this user may read")
                ])
        }
    }
#endif
