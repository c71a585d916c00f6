#if Daemon
    import E911Service
    import Foundation

    /// Floor plans are the same on all nodes that share a store; each node has its own copy, which it shows when the store is
    /// away.
    struct SharedFloorPlans: LocalDocuments {
        let plans: FloorPlans

        let prefix = "floor-plan/"
        let title = "floor plans"

        private func location(_ key: String) -> String { String(key.dropFirst(prefix.count)) }

        func present() throws -> [String: String] {
            var marks: [String: String] = [:]
            for location in plans.locations().present { marks[prefix + location] = mark(location) }
            return marks
        }

        /// A file that is written anew has another time or size. `nil` if there is none.
        private func mark(_ location: String) -> String? {
            var status = stat()
            guard stat(plans.path(location), &status) == 0 else { return nil }
            return "\(status.st_size)-\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }

        // MARK: What the store had

        private var path: String { plans.folder + "/known.json" }

        /// Written by the one task that brings the two together.
        func known() throws -> [String: KnownDocument] {
            guard let data = FileManager.default.contents(atPath: path) else { return [:] }
            // One that cannot be read is as good as none: all are compared then.
            return (try? JSONDecoder().decode([String: KnownDocument].self, from: data)) ?? [:]
        }

        private func know(_ key: String, _ document: KnownDocument?) throws {
            var known = try known()
            known[key] = document
            try FileManager.default.createDirectory(
                atPath: plans.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try JSONEncoder().encode(known).write(to: URL(fileURLWithPath: path), options: .atomic)
        }

        func removed() -> Set<String> { Set(plans.locations().gone.map { prefix + $0 }) }

        func payload(_ key: String) throws -> [UInt8]? {
            FileManager.default.contents(atPath: plans.path(location(key))).map { [UInt8]($0) }
        }

        func take(_ key: String, _ document: StoredDocument, mark: String?) throws -> Bool {
            let location = location(key)
            guard self.mark(location) == mark else { return false }
            if let payload = document.payload {
                // Nothing that can hold a script is taken, whoever wrote it.
                guard FloorPlans.type(of: payload) != nil, payload.count <= FloorPlans.mostOctets,
                    location.utf8.count <= FloorPlans.longestLocation
                else {
                    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no picture"))
                }
                try plans.put(payload, for: location)
            } else if mark != nil {
                try FileManager.default.removeItem(atPath: plans.path(location))
            }
            try know(key, KnownDocument(version: document.version, mark: self.mark(location)))
            return true
        }

        func stored(_ key: String, version: Int64, mark: String?) throws {
            try know(key, KnownDocument(version: version, mark: mark))
            if mark == nil { try forgetRemoval(key) }
        }

        func forget(_ key: String) throws {
            try know(key, nil)
            try forgetRemoval(key)
        }

        private func forgetRemoval(_ key: String) throws {
            let path = plans.gonePath(location(key))
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        }
    }
#endif
