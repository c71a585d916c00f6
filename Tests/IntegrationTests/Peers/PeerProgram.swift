#if Daemon
    import Foundation
    import Glibc
    import Testing

    /// A program of the machine that plays a peer or looks on.
    enum PeerProgram: String, CaseIterable {
        case kamailio, sipp, sipsak, tshark, dumpcap, sqlite3, setpriv, cc, openssl, stunnel4, dnsmasq, chromium
        /// The Python of `.venv`, with aiosmtpd, playwright and schemathesis.
        case python
        /// Of the newest PostgreSQL that is installed.
        case postgres, initdb, psql

        /// Where it lies; `nil` if it is not installed.
        var path: String? {
            switch self {
            case .python:
                let python = PackageFolder.url.appendingPathComponent(".venv/bin/python").path
                return FileManager.default.isExecutableFile(atPath: python) ? python : nil
            case .postgres, .initdb, .psql:
                let root = "/usr/lib/postgresql"
                let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
                return versions.compactMap { Int($0) }.sorted().reversed().map { "\(root)/\($0)/bin/\(rawValue)" }
                    .first { FileManager.default.isExecutableFile(atPath: $0) }
            case .kamailio, .sipp, .sipsak, .tshark, .dumpcap, .sqlite3, .setpriv, .cc, .openssl, .stunnel4, .dnsmasq,
                .chromium:
                return ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/bin"].map { "\($0)/\(rawValue)" }
                    .first { FileManager.default.isExecutableFile(atPath: $0) }
            }
        }

        func required() throws -> String {
            guard let path else { throw PeerError("\(rawValue) is not installed; `make deps` installs it") }
            return path
        }
    }

    /// The package that these tests belong to.
    enum PackageFolder {
        static let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()

        static func fixture(_ path: String) -> URL {
            url.appendingPathComponent("Tests/Fixtures").appendingPathComponent(path)
        }
    }

    struct PeerError: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    extension Trait where Self == ConditionTrait {
        /// Skips a test whose peers are not installed. In CI it runs all the same, and fails for want of them.
        static func needs(_ programs: PeerProgram...) -> Self {
            let missing = programs.filter { $0.path == nil }.map(\.rawValue)
            return .enabled(
                if: missing.isEmpty || ProcessInfo.processInfo.environment["CI"] == "true",
                "not installed: \(missing.joined(separator: ", ")) (`make deps`)")
        }

        /// Skips a test that makes network namespaces where that is not allowed; in CI it runs all the same.
        static var needsRoot: Self {
            .enabled(
                if: geteuid() == 0 || ProcessInfo.processInfo.environment["CI"] == "true",
                "network namespaces need root")
        }
    }
#endif
