#if Daemon
    import E911Service
    import SIPCore

    // Values that both files have.
    extension YAMLValue {
        func transport() -> SIPTransportKind? {
            choice(SIPTransportKind.allCases.map { ($0.name, $0) })
        }

        /// The absolute path of a file.
        func file(base: FileBase, files: FileAccess, mustExist: Bool = true) -> String? {
            guard let text = text("a file") else { return nil }
            guard !text.isEmpty else {
                fail("is empty", "the name of a file")
                return nil
            }
            let path = base.path(text)
            guard !mustExist || files.exists(path) else {
                fail("there is no file \(path)", "a file; relative names begin at the folder of this one")
                return nil
            }
            return path
        }
    }
#endif
