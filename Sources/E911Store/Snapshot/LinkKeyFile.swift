#if Daemon
    public import E911Service
    import Glibc

    /// The key that links to acknowledge are made with: `link.key` in the state folder, 32 random octets that its owner alone
    /// can read. Made by the first start that wants it, and the same from then on, so that old links stay good.
    public enum LinkKeyFile {
        static let name = "link.key"
        private static let length = 32
        private static let document = "link-key"

        /// The key of this folder.
        ///
        /// - Throws: ``StoreError`` if it can neither be read nor made.
        public static func key(folder: String) throws(StoreError) -> [UInt8] {
            if access(folder + "/" + name, F_OK) == 0 {
                let octets = try FileDescriptor.contents(of: folder + "/" + name)
                // Another one is no key: it would be guessed.
                if octets.count == length { return octets }
            }
            var random = SystemRandomNumberGenerator()
            let octets = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            try FileDescriptor.replace(name, in: folder, with: octets)
            return octets
        }

        /// The key of all nodes that share a store: that of the first one that gave it. It replaces this folder's own. Blocks.
        ///
        /// - Throws: if the store does not answer, or the key cannot be written.
        public static func shared(
            _ own: [UInt8], in documents: any DocumentStore, folder: String
        ) throws -> [UInt8] {
            let there = try documents.document(document)
            if let key = there?.payload, key.count == length {
                if key != own { try FileDescriptor.replace(name, in: folder, with: key) }
                return key
            }
            if try documents.write(document, own, replacing: there?.version) != nil { return own }
            // The other node was first.
            guard let key = try documents.document(document)?.payload, key.count == length else { return own }
            try FileDescriptor.replace(name, in: folder, with: key)
            return key
        }
    }
#endif
