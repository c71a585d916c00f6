#if Daemon
    extension DaemonFile {
        /// What turned out to be wrong with a value after the file was read, with where it stands.
        ///
        /// - Parameters:
        ///   - key: the keys that lead there, with indexes from 0: `listen[2].certificate`. If there is no such value, the
        ///     place is that of the nearest mapping or list around it.
        ///   - path: of the file, which is read again.
        public static func problem(
            with key: String, of path: String, reason: String, remedy: String, files: FileAccess = .disk
        ) -> ConfigurationProblem {
            let place = files.contents(path).flatMap { Self.place(of: key, octets: $0) } ?? .start
            return ConfigurationProblem(
                file: path, line: place.line, column: place.column, path: key, reason: reason, remedy: remedy)
        }

        private static func place(of key: String, octets: [UInt8]) -> Place? {
            guard let document = try? YAMLDocument(octets) else { return nil }
            // What is wrong with the file was told when it was read; this reading is for its places alone.
            var value = YAMLReading(file: "", document: document).root
            for part in key.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }) {
                let next: YAMLValue? =
                    if let index = Int(part) {
                        value.list().flatMap { $0.indices.contains(index) ? $0[index] : nil }
                    } else {
                        value.mapping { $0[String(part)] } ?? nil
                    }
                guard let next else { break }
                value = next
            }
            return value.place
        }
    }
#endif
