#if Daemon
    import E911Configuration
    import Testing

    /// Where a value stands that turned out to be wrong after the file was read.
    @Suite struct DaemonFilePlaceTests {
        private static let files = FileAccess(
            exists: { _ in true }, contents: { $0 == "/e911d.yaml" ? Array(DaemonFileTests.text.utf8) : nil })

        @Test(arguments: [
            ("node", "1:7"), ("listen[3].key", "7:71"), ("smtp.password-file", "12:97"), ("tls.ca", "8:12"),
            // Of what is not there, what is around it is told.
            ("dns.timeout", "17:6"), ("listen[9].key", "3:1"), ("sms.provider", "19:18"), ("nothing.at.all", "1:1"),
        ])
        func everyValueIsFound(key: String, place: String) {
            let problem = DaemonFile.problem(
                with: key, of: "/e911d.yaml", reason: "is no good", remedy: "another one", files: Self.files)
            #expect("\(problem)" == "/e911d.yaml:\(place): \(key): is no good (another one)")
        }

        @Test(arguments: ["/nowhere.yaml", ""])
        func aFileThatIsGoneHasItsBeginning(path: String) {
            let problem = DaemonFile.problem(with: "node", of: path, reason: "a", remedy: "b", files: Self.files)
            #expect(problem.line == 1 && problem.column == 1)
        }
    }
#endif
