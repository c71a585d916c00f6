#if Daemon
    import E911Service
    import Yams

    /// The keys of one mapping, each asked for by name.
    final class YAMLMapping {
        let value: YAMLValue
        private var entries: [(name: String, place: Place, node: Node)] = []
        private var index: [String: Int] = [:]
        private var known: [String] = []
        private var missing: [(name: String, example: String)] = []
        private var isFinished = false

        init(pairs: [(key: Node, value: Node)], of value: YAMLValue) {
            self.value = value
            let reading = value.reading
            for (key, node) in pairs {
                let place = key.mark.map { Place($0) } ?? value.place
                guard let name = reading.document.name(of: key) else {
                    reading.add(place, value.path, "a key that is no text", "a name, for example port")
                    continue
                }
                if let first = index[name] {
                    reading.add(
                        place, path(of: name), "stands twice, first in line \(entries[first].place.line)",
                        "each key once")
                    continue
                }
                index[name] = entries.count
                entries.append((name, place, node))
            }
        }

        /// The value of a key, if it is there.
        subscript(_ name: String) -> YAMLValue? {
            known.append(name)
            guard let entry = index[name].map({ entries[$0] }) else { return nil }
            return YAMLValue(node: entry.node, path: path(of: name), keyPlace: entry.place, reading: value.reading)
        }

        /// The value of a key that must be there.
        func required(_ name: String, _ example: String) -> YAMLValue? {
            let found = self[name]
            if found == nil { missing.append((name, example)) }
            if isFinished { tellMissing(explained: []) }
            return found
        }

        /// The keys as they stand there, for a mapping whose keys are data.
        var all: [(name: String, value: YAMLValue)] {
            entries.map { entry in
                known.append(entry.name)
                return (
                    entry.name,
                    YAMLValue(
                        node: entry.node, path: path(of: entry.name), keyPlace: entry.place, reading: value.reading)
                )
            }
        }

        /// Whether one of these keys is there.
        func has(_ name: String) -> Bool {
            index[name] != nil
        }

        /// Whether a key that nobody asked for could be meant for this one.
        func hasMisspelt(_ name: String) -> Bool {
            entries.contains { !known.contains($0.name) && NearestName.of($0.name, among: [name]) != nil }
        }

        /// To be called when every key was asked for: tells of the unknown and the missing ones.
        func finish() {
            isFinished = true
            let names = Set(known)
            // A key that stands there already is no advice.
            let absent = known.filter { index[$0] == nil }
            var explained: [String] = []
            for entry in entries where !names.contains(entry.name) {
                let candidates = absent.isEmpty ? known : absent
                if let nearest = NearestName.of(entry.name, among: candidates) { explained.append(nearest) }
                value.reading.add(
                    entry.place, path(of: entry.name),
                    "is not a key of \(value.path.isEmpty ? "this file" : value.path)",
                    NearestName.advice(entry.name, among: candidates))
            }
            tellMissing(explained: explained)
        }

        /// A missing key that an unknown one was told to be is told already.
        private func tellMissing(explained: [String]) {
            for (name, example) in missing where !explained.contains(name) {
                value.reading.add(value.place, path(of: name), "is missing", "for example \(name): \(example)")
            }
            missing = []
        }

        private func path(of name: String) -> String {
            value.path.isEmpty ? name : "\(value.path).\(name)"
        }
    }
#endif
