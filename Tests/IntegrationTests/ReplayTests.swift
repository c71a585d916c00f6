#if Daemon
    import Foundation
    import Testing

    /// `e911sim replay` on the recorded conversations of real peers.
    @Suite(.timeLimit(.minutes(5)))
    struct ReplayTests {
        private static var folder: URL {
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fixtures/traces/replay")
        }

        private static func fixtures() throws -> [URL] {
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "trace" }.sorted { $0.path < $1.path }
        }

        @Test func everyFixtureIsAsExpected() async throws {
            try await Rig.run("replay") { rig in
                let files = try Self.fixtures()
                try #require(files.count >= 8)
                let report = rig.folder.appending(path: "report.xml")
                let said = try await ChildProcess.run(
                    BuiltProgram.simulator.path, ["replay", "--junit", report.path] + files.map(\.path),
                    in: rig.folder)
                #expect(said.contains("\(files.count) of \(files.count) files as expected"))
                let xml = String(decoding: try Data(contentsOf: report), as: UTF8.self)
                #expect(xml.contains("tests=\"\(files.count)\" failures=\"0\""))
            }
        }

        /// Each octet of an expected 302, one after the other, each in a file of its own.
        @Test func oneOctetOfAnAnswerIsADifference() async throws {
            try await Rig.run("replay-octets") { rig in
                let fixture = Self.folder.appending(path: "e2e-udp-manager911.trace")
                let octets = try Data(contentsOf: fixture)
                let start = try #require(octets.range(of: Data("SIP/2.0 302".utf8))).lowerBound
                let end = try #require(octets.range(of: Data("\r\n\r\n".utf8), in: start..<octets.count)).upperBound
                try FileManager.default.copyItem(
                    at: Self.folder.appending(path: "kamailio-udp.yaml"),
                    to: rig.folder.appending(path: "kamailio-udp.yaml"))
                var files: [String] = []
                for index in start..<end {
                    var changed = octets
                    changed[index] ^= 1
                    let file = rig.folder.appending(path: "octet-\(index - start).trace")
                    try changed.write(to: file)
                    files.append(file.path)
                }
                let report = rig.folder.appending(path: "report.xml")
                await #expect(throws: (any Error).self) {
                    try await ChildProcess.run(
                        BuiltProgram.simulator.path, ["replay", "--junit", report.path] + files, in: rig.folder)
                }
                let xml = String(decoding: try Data(contentsOf: report), as: UTF8.self)
                #expect(xml.contains("tests=\"\(files.count)\" failures=\"\(files.count)\""))
                // What the difference says: the octet of the ELIN.
                let elin = try #require(octets.range(of: Data("+13125551000@127.0.0.1>\r\nServer".utf8))).lowerBound
                let name = "octet-\(elin - start + 11).trace"
                let failure = xml.components(separatedBy: "<testcase").first { $0.contains(name) } ?? ""
                #expect(
                    failure.contains(
                        "P-Asserted-Identity: recorded '&lt;sip:+13125551001@127.0.0.1&gt;', now '&lt;sip:+13125551000@127.0.0.1&gt;'"
                    ), "\(failure)")
            }
        }
    }
#endif
