#if Daemon
    import Foundation

    /// SIP parsers that others wrote, to read what we send.
    enum ForeignParser: String, CaseIterable {
        case osip, sofia

        /// What one of them reads of a message, in one line: method or status, CSeq number and method, Content-Length, octets
        /// of body; or `unreadable`.
        func read(_ messages: [[UInt8]], in rig: Rig) async throws -> [String] {
            let program = try await build(in: rig)
            var input: [UInt8] = []
            for message in messages {
                let length = UInt32(message.count)
                input += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + message
            }
            let lines = try await ChildProcess.run(program, [], in: rig.folder, input: input)
                .split(separator: "\n").map(String.init)
            guard lines.count == messages.count else {
                throw PeerError("\(rawValue) answered \(lines.count) of \(messages.count) messages")
            }
            return lines
        }

        private func build(in rig: Rig) async throws -> String {
            let program = rig.folder.appendingPathComponent("parser-\(rawValue)").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            let source = PackageFolder.fixture("parsers/\(rawValue).c").path
            var flags = ["-losipparser2"]
            if self == .sofia {
                let answer = try await ChildProcess.run(
                    "/usr/bin/pkg-config", ["--cflags", "--libs", "sofia-sip-ua"], in: rig.folder)
                flags = answer.split(whereSeparator: \.isWhitespace).map(String.init)
            }
            try await ChildProcess.run(
                try PeerProgram.cc.required(), ["-O1", "-o", program, source] + flags, in: rig.folder)
            return program
        }
    }
#endif
