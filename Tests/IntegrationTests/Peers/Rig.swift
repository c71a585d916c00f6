#if Daemon
    import Foundation
    import Synchronization

    /// What one test starts: a folder of its own and the processes in it, all ended when the test is over.
    ///
    ///     try await Rig.run("callback") { rig in
    ///         let server = try await SIPServerPeer.start(in: rig, …)
    ///         …
    ///     }
    final class Rig: Sendable {
        /// Short, since sockets lie in it.
        let folder: URL
        private let children = Mutex<[ChildProcess]>([])
        private let endings = Mutex<[@Sendable () async -> Void]>([])

        private init(_ name: String) throws {
            folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("e911-\(name)-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        /// Runs a test. The folder stays if the test throws, or if E911_KEEP is set.
        static func run<R>(_ name: String, _ body: (Rig) async throws -> R) async throws -> R {
            let rig = try Rig(name)
            do {
                let result = try await body(rig)
                await rig.end()
                if ProcessInfo.processInfo.environment["E911_KEEP"] == nil {
                    try? FileManager.default.removeItem(at: rig.folder)
                }
                return result
            } catch {
                await rig.end()
                for child in rig.children.withLock({ $0 }) {
                    // Where nobody can look into the folder afterwards, this alone says what happened.
                    print("\(child.name) (\(child.pid)) wrote last:\n\(child.output.tail)")
                    let log = child.output.all.joined(separator: "\n")
                    try? log.write(
                        to: rig.folder.appendingPathComponent("\(child.name)-\(child.pid).out"), atomically: false,
                        encoding: .utf8)
                }
                print("what the peers wrote stays in \(rig.folder.path)")
                throw error
            }
        }

        func start(
            _ path: String, _ arguments: [String], in subfolder: URL? = nil, keepsInput: Bool = false,
            environment: [String: String] = [:]
        ) async throws -> ChildProcess {
            let child = try await ChildProcess.start(
                path, arguments, in: subfolder ?? folder, keepsInput: keepsInput, environment: environment)
            children.withLock { $0.append(child) }
            return child
        }

        /// Done after all processes have ended, the last one first.
        func atEnd(_ body: @escaping @Sendable () async -> Void) {
            endings.withLock { $0.append(body) }
        }

        func subfolder(_ name: String) throws -> URL {
            let url = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            return url
        }

        private func end() async {
            for child in children.withLock({ $0 }).reversed() { await child.stop() }
            for ending in endings.withLock({ $0 }).reversed() { await ending() }
        }
    }
#endif
