#if Daemon
    import Foundation

    /// Pictures of floors, a file each in a folder of the state folder.
    struct FloorPlans: Sendable {
        static let mostOctets = 10 << 20
        /// Octets of a location's id: its file has a name of twice as many.
        static let longestLocation = 120

        let folder: String

        /// What the first octets say that it is. Nothing that can hold a script is taken.
        static func type(of octets: [UInt8]) -> String? {
            func begins(_ start: [UInt8]) -> Bool { octets.starts(with: start) }
            if begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { return "image/png" }
            if begins([0xff, 0xd8, 0xff]) { return "image/jpeg" }
            if begins(Array("RIFF".utf8)), octets.count > 12, octets[8..<12].elementsEqual("WEBP".utf8) {
                return "image/webp"
            }
            return nil
        }

        /// An id may hold any character: the file has its octets in hexadecimal digits.
        func path(_ location: String) -> String {
            folder + "/" + location.utf8.hex
        }

        /// An empty file beside the others: the picture was removed, and other nodes are to hear of it.
        private static let gone = ".gone"

        func gonePath(_ location: String) -> String { path(location) + Self.gone }

        /// The locations that have a picture, and those whose picture was removed. Blocks.
        func locations() -> (present: [String], gone: [String]) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let gone = names.filter { $0.hasSuffix(Self.gone) }.map { String($0.dropLast(Self.gone.count)) }
            return (names.compactMap(Self.location).sorted(), gone.compactMap(Self.location).sorted())
        }

        private static func location(_ name: String) -> String? {
            let digits = Array(name.utf8)
            guard digits.count.isMultiple(of: 2) else { return nil }
            let octets = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
            }
            return octets.count * 2 == digits.count ? String(validating: octets, as: UTF8.self) : nil
        }

        /// The locations that have one.
        func list() async throws -> [String] {
            try await BlockingWork.run { locations().present }
        }

        func read(_ location: String) async throws -> (octets: [UInt8], type: String)? {
            guard location.utf8.count <= Self.longestLocation else { return nil }
            let path = path(location)
            let data = try await BlockingWork.run { FileManager.default.contents(atPath: path) }
            guard let data else { return nil }
            let octets = [UInt8](data)
            return Self.type(of: octets).map { (octets, $0) }
        }

        func write(_ octets: [UInt8], for location: String) async throws {
            guard Self.type(of: octets) != nil else {
                throw Problem(422, "This is no picture that can be taken", "PNG, JPEG and WebP can")
            }
            guard location.utf8.count <= Self.longestLocation else {
                throw Problem(
                    422, "The location's id is too long for a floor plan", "\(Self.longestLocation) octets are the most"
                )
            }
            do {
                try await BlockingWork.run { try put(octets, for: location) }
            } catch {
                throw Problem(503, "The floor plan cannot be written", error.localizedDescription)
            }
        }

        /// - Returns: whether there was one.
        func remove(_ location: String) async throws -> Bool {
            guard location.utf8.count <= Self.longestLocation else { return false }
            return try await BlockingWork.run {
                guard FileManager.default.fileExists(atPath: path(location)) else { return false }
                try Data().write(to: URL(fileURLWithPath: gonePath(location)))
                try FileManager.default.removeItem(atPath: path(location))
                return true
            }
        }

        /// Blocks.
        func put(_ octets: [UInt8], for location: String) throws {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data(octets).write(to: URL(fileURLWithPath: path(location)), options: .atomic)
            try? FileManager.default.removeItem(atPath: gonePath(location))
        }
    }
#endif
