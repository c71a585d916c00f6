#if Daemon
    public import E911Service
    import Yams

    /// Reads and writes `site.yaml`.
    public enum SiteFile {
        /// Reads the file at `path` and checks whether the site holds together (``SiteCheck``); what the check finds is
        /// told at its place in the file. Relative paths in it begin at its folder.
        ///
        /// - Parameter listeners: our own, if they are known: no call server may be one of them.
        public static func read(
            _ path: String, listeners: [NodeConfiguration.Listener] = [], files: FileAccess = .disk
        ) -> Reading<SiteConfiguration> {
            guard let octets = files.contents(path) else { return .unreadable(path) }
            return read(octets: octets, file: path, listeners: listeners, files: files)
        }

        /// Reads octets as the content of `file`.
        public static func read(
            octets: [UInt8], file: String, listeners: [NodeConfiguration.Listener] = [], files: FileAccess = .unseen
        ) -> Reading<SiteConfiguration> {
            var foreign: [ConfigurationProblem] = []
            var reading = Reading<SiteConfiguration>(octets: octets, file: file) { reading in
                let reader = SiteReader(base: FileBase(of: file), files: files)
                guard let site = reading.root.mapping({ reader.site($0) }) else { return nil }
                foreign = reader.foreignProblems
                let places = SitePlaces(root: reading.root, locations: reader.locationPaths)
                let told = ToldPaths(reading.problems)
                for problem in SiteCheck.problems(of: site, listeners: listeners) {
                    if let section = problem.missingFrom, reading.incomplete.contains(section) { continue }
                    let (path, place) = places.find(problem.path)
                    // What could not be read is told already; the check saw a stand-in for it.
                    if told.touches(path) { continue }
                    reading.add(place, path, problem.reason, problem.remedy, severity: problem.severity)
                }
                return site
            }
            if !foreign.isEmpty { reading = Reading(reading.value, reading.problems + foreign) }
            return reading
        }
    }

    /// Finds the paths of ``SiteProblem`` in a file.
    struct SitePlaces {
        let root: YAMLValue
        /// The path in the file of each location, in the order of the site.
        let locations: [String]

        /// The path as it is in the file, and where it stands; if a key is left out, where the mapping stands that it
        /// would belong to.
        func find(_ path: String) -> (path: String, place: Place) {
            let path = inFile(path)
            var value = root
            for step in Self.steps(of: path) {
                guard let next = self.step(step, of: value) else { break }
                value = next
            }
            return (path, value.place)
        }

        /// Replaces the index of a location by the way through its parents, and counts entries that were left out.
        private func inFile(_ path: String) -> String {
            var inFile = ""
            for step in Self.steps(of: path) {
                switch step {
                case .key(let name): inFile += inFile.isEmpty ? name : ".\(name)"
                case .index(let index) where inFile == "locations" && locations.indices.contains(index):
                    inFile = locations[index]
                case .index(let index): inFile += "[\(root.reading.index(inFile: index, of: inFile))]"
                }
            }
            return inFile
        }

        private enum Step: Equatable {
            case key(String)
            case index(Int)
        }

        private static func steps(of path: String) -> [Step] {
            path.split(separator: ".").flatMap { part -> [Step] in
                let pieces = part.split(separator: "[")
                let indexes = pieces.dropFirst().compactMap { WholeNumber.read(String($0.dropLast())) }
                return pieces.prefix(1).map { .key(String($0)) } + indexes.map { .index($0) }
            }
        }

        private func step(_ step: Step, of value: YAMLValue) -> YAMLValue? {
            switch (step, value.node) {
            case (.index(let index), .sequence(let sequence)):
                guard sequence.indices.contains(index) else { return nil }
                return YAMLValue(node: sequence[index], path: value.path, keyPlace: nil, reading: value.reading)
            case (.key(let name), .mapping(let mapping)):
                let document = value.reading.document
                guard let pair = mapping.first(where: { document.name(of: $0.key) == name }) else { return nil }
                return YAMLValue(
                    node: pair.value, path: value.path, keyPlace: pair.key.mark.map { Place($0) },
                    reading: value.reading)
            case (.index, .scalar), (.index, .mapping), (.index, .alias), (.key, .scalar), (.key, .sequence),
                (.key, .alias):
                return nil
            }
        }
    }
#endif
