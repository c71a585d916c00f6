#if Daemon
    import E911Values
    import Foundation
    import SIPCore

    /// `openssl s_client`: it says what it is told, and prints what it hears.
    struct SecureClient {
        let process: ChildProcess

        /// - Parameters:
        ///   - address: where it connects from.
        ///   - more: options of `openssl s_client`.
        static func connect(
            in rig: Rig, to endpoint: Endpoint, from address: String, _ certificates: Certificates, _ more: [String]
        ) async throws -> SecureClient {
            let process = try await rig.start(
                try PeerProgram.openssl.required(),
                [
                    "s_client", "-connect", "\(endpoint)", "-bind", "\(address):0", "-CAfile",
                    certificates.path("ca.pem"), "-verify_return_error", "-quiet",
                ] + more, keepsInput: true)
            return SecureClient(process: process)
        }

        func send(_ text: String) throws { try process.write(text) }

        /// The first line that begins so, without its end.
        func line(_ beginning: String) async throws -> String {
            let line = try await process.output.first { $0.hasPrefix(beginning) }
            return line.last == "\r\n" || line.last == "\r" ? String(line.dropLast()) : line
        }

        /// Empty lines so far: one ends each answer, and one is the answer to a ping.
        var emptyLines: Int { process.output.all.filter { $0 == "\r" }.count }

        /// The certificate that a server shows, as one line of base64.
        static func certificate(of endpoint: Endpoint, in rig: Rig) async throws -> String {
            let child = try await ChildProcess.start(
                try PeerProgram.openssl.required(), ["s_client", "-connect", "\(endpoint)"], in: rig.folder)
            _ = try await child.end()
            let lines = child.output.all
            guard let begin = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN CERT") }),
                let end = lines.firstIndex(where: { $0.hasPrefix("-----END CERT") }), begin < end
            else { throw PeerError("no certificate:\n\(child.output.tail)") }
            return lines[(begin + 1)..<end].joined()
        }
    }
#endif
