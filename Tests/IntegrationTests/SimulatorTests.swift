#if Daemon
    import Testing

    @Suite(.timeLimit(.minutes(5)))
    struct SimulatorTests {
        /// Hashing of dictionaries differs from process to process; nothing that happens may depend on it.
        @Test func theSameSeedsGiveTheSameEffectLogsInTwoProcesses() async throws {
            try await Rig.run("simulator") { rig in
                func days() async throws -> String {
                    try await ChildProcess.run(
                        BuiltProgram.simulator.path,
                        [
                            "run", "--seeds", "20", "--calls", "25", "--phones", "8", "--rate", "30", "--pause", "5",
                        ],
                        in: rig.folder, within: .seconds(240))
                }
                async let first = days()
                async let second = days()
                let (one, other) = try await (first, second)
                #expect(one == other)
                let hashes = one.split(separator: "\n").filter { $0.contains("log hash") }.compactMap { line in
                    line.split(separator: " ").last { $0.hasSuffix(",") && $0.count == 17 }
                }
                #expect(hashes.count == 20)
                #expect(Set(hashes).count == 20)
            }
        }
    }
#endif
