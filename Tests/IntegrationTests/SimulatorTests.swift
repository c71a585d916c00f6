#if Daemon
    import Testing

    @Suite(.timeLimit(.minutes(5)))
    struct SimulatorTests {
        /// Hashing of dictionaries differs from process to process; nothing that happens may depend on it.
        @Test func theSameSeedsGiveTheSameEffectLogsInTwoProcesses() async throws {
            try await Rig.run("simulator") { rig in
                func days() async throws -> String {
                    try await ChildProcess.run(
                        BuiltProgram.simulator.path, ["run", "--seeds", "20", "--minutes", "1", "--phones", "8"],
                        in: rig.folder, within: .seconds(240))
                }
                async let first = days()
                async let second = days()
                let (one, other) = try await (first, second)
                #expect(one == other)
                let hashes = one.split(separator: "\n").filter { $0.contains("log hash") }.compactMap {
                    $0.split(separator: " ").last
                }
                #expect(hashes.count == 20)
                #expect(Set(hashes).count == 20)
            }
        }
    }
#endif
