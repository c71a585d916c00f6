#if Daemon
    import Foundation

    /// A file of packets, as tshark reads it.
    struct PacketFile {
        let file: URL
        let rig: Rig

        /// These fields of each packet that a display filter of tshark lets through; an absent field is empty.
        func rows(_ filter: String, fields: [String], _ options: [String] = []) async throws -> [[String]] {
            let text = try await tshark(
                options + ["-Y", filter, "-T", "fields"] + fields.flatMap { ["-e", $0] })
            return text.split(separator: "\n", omittingEmptySubsequences: true).map { line in
                let row = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                return row + Array(repeating: "", count: max(0, fields.count - row.count))
            }
        }

        /// What tshark prints of the file.
        func tshark(_ arguments: [String]) async throws -> String {
            // Standard error goes with the output, so what tshark says about running as root is left out.
            let out = rig.folder.appendingPathComponent("tshark-\(UUID().uuidString.prefix(8)).out")
            let command = ([try PeerProgram.tshark.required(), "-n", "-r", file.path] + arguments)
                .map { "'\($0)'" }.joined(separator: " ")
            try await ChildProcess.run(
                "/bin/bash", ["-c", "\(command) >'\(out.path)'"], in: rig.folder, within: .seconds(120))
            return try String(contentsOf: out, encoding: .utf8)
        }
    }
#endif
