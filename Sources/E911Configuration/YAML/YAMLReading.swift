#if Daemon
    import E911Service
    import Yams

    /// The reading of one file: what was found wrong so far.
    ///
    /// A class, since values, mappings and lists of the tree all report to it.
    final class YAMLReading {
        let file: String
        let document: YAMLDocument
        private(set) var problems: [ConfigurationProblem] = []
        /// Sections that lost an entry because it could not be read: an unknown name may be that entry's.
        private(set) var incomplete: Set<SiteProblem.Section> = []
        /// By the path of a list from which entries had to be left out: the indexes of the others.
        private var kept: [String: [Int]] = [:]
        private var visits = 0

        init(file: String, document: YAMLDocument) {
            self.file = file
            self.document = document
        }

        var root: YAMLValue { YAMLValue(node: document.root, path: "", keyPlace: nil, reading: self) }

        var sorted: [ConfigurationProblem] {
            problems.enumerated().sorted { a, b in
                (a.element.line, a.element.column, a.offset) < (b.element.line, b.element.column, b.offset)
            }.map(\.element)
        }

        func add(
            _ place: Place, _ path: String, _ reason: String, _ remedy: String,
            severity: SiteProblem.Severity = .error
        ) {
            problems.append(
                ConfigurationProblem(
                    severity: severity, file: file, line: place.line, column: place.column, path: path, reason: reason,
                    remedy: remedy))
        }

        func lostEntry(of section: SiteProblem.Section) {
            incomplete.insert(section)
        }

        func keep(_ indexes: [Int], of list: String) {
            kept[list] = indexes
        }

        /// Where an entry of a list stands in the file, given its index among those that could be read.
        func index(inFile index: Int, of list: String) -> Int {
            guard let kept = kept[list] else { return index }
            return kept.indices.contains(index) ? kept[index] : index
        }

        /// Counts values; `false` once there are more than the file has characters, told once: only aliases of aliases
        /// do that, and a short file of them could be read for ever.
        func visit(_ count: Int) -> Bool {
            guard visits <= document.mostValues else { return false }
            visits += count
            if visits > document.mostValues {
                add(.start, "", "has more values than characters", "aliases must not multiply each other")
                return false
            }
            return true
        }
    }

    /// One value of the tree, and the way to it.
    struct YAMLValue {
        let node: Node
        let path: String
        /// Where its key stands, if it has one.
        let keyPlace: Place?
        let reading: YAMLReading

        /// Where to point: at the value, but at the key when the value begins in another line (or is left out).
        var place: Place {
            let own = node.mark.map { Place($0) }
            guard let keyPlace else { return own ?? .start }
            guard let own, own.line == keyPlace.line, !isNull else { return keyPlace }
            return own
        }

        /// Nothing behind the key, `~` or `null`; in quotes these are texts.
        var isNull: Bool {
            guard let scalar = node.scalar, scalar.style == .plain else { return false }
            return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        }

        var isList: Bool { node.sequence != nil }

        func fail(_ reason: String, _ remedy: String, severity: SiteProblem.Severity = .error) {
            reading.add(place, path, reason, remedy, severity: severity)
        }

        /// What stands there, for messages.
        var described: String {
            switch node {
            case .scalar(let scalar):
                isNull ? "nothing" : "'\(scalar.string.prefix(60))\(scalar.string.count > 60 ? "…" : "")'"
            case .mapping: "a mapping"
            case .sequence: "a list"
            case .alias: "an alias"
            }
        }

        /// Reads a mapping; every key that the closure does not ask for is unknown. Nothing behind the key is a mapping
        /// without keys: what is left when all of them are commented out.
        func mapping<T>(_ read: (YAMLMapping) -> T) -> T? {
            if isNull { return finish(YAMLMapping(pairs: [], of: self), read) }
            guard case .mapping(let mapping) = node else {
                fail("\(described) where a mapping of keys is wanted", "key: value, each in a line of its own")
                return nil
            }
            guard reading.visit(mapping.count) else { return nil }
            return finish(YAMLMapping(pairs: Array(mapping), of: self), read)
        }

        private func finish<T>(_ mapping: YAMLMapping, _ read: (YAMLMapping) -> T) -> T {
            let value = read(mapping)
            mapping.finish()
            return value
        }

        /// Reads a list. Nothing behind the key is the empty list.
        func list() -> [YAMLValue]? {
            if isNull { return [] }
            guard case .sequence(let sequence) = node else {
                fail("\(described) where a list is wanted", "[ a, b ], or an entry a line with a dash before it")
                return nil
            }
            guard reading.visit(sequence.count) else { return nil }
            return sequence.enumerated().map { index, node in
                YAMLValue(node: node, path: "\(path)[\(index)]", keyPlace: nil, reading: reading)
            }
        }
    }
#endif
