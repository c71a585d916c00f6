#if Daemon
    import E911Service
    import Foundation

    /// Where DNS said that the members of call servers are, beside the journal, for a start at which DNS does not answer.
    ///
    /// It is JSON in a file that is always a whole one. It says nothing that DNS will not say again, so one that cannot be
    /// read is a note and no more.
    enum KnownMembersFile {
        static let name = "members.json"

        /// Empty if there is no such file.
        ///
        /// - Throws: ``StoreError/Code/damaged`` if it cannot be read.
        static func read(folder: String) throws(StoreError) -> [KnownMember] {
            guard access(folder + "/" + name, F_OK) == 0 else { return [] }
            let octets = try FileDescriptor.contents(of: folder + "/" + name)
            do {
                return try JSONDecoder().decode([KnownMember].self, from: Data(octets))
            } catch {
                throw StoreError(.damaged, "\(name) cannot be read: \(error)")
            }
        }

        /// Waits for the disk.
        static func write(_ members: [KnownMember], folder: String) throws(StoreError) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(members) else {
                throw StoreError(.damaged, "the members cannot be written as JSON")
            }
            try FileDescriptor.replace(name, in: folder, with: [UInt8](data))
        }
    }
#endif
