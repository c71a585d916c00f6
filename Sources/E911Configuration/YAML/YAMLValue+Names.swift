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

        /// The absolute path of a file with a password alone in it. This user may be another one than the daemon's, and
        /// need not be able to read it.
        func passwordFile(base: FileBase, files: FileAccess) -> String? {
            guard let path = file(base: base, files: files) else { return nil }
            let octets = files.contents(path)
            if octets == nil {
                fail("\(path) cannot be read here", "a file that the daemon's user may read", severity: .warning)
            } else if case .unusable(let reason) = PasswordFile(path: path, octets: octets).content {
                fail("\(path) \(reason)", "a file that holds the password alone")
            }
            if files.isPublic(path) {
                fail("everybody may read \(path)", "chmod 600, with the daemon's user as its owner", severity: .warning)
            }
            return path
        }
    }
#endif
