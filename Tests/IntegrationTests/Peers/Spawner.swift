#if Daemon
    import Foundation

    /// The one thread that starts child processes. The kernel ends a child with PR_SET_PDEATHSIG when the *thread* that made
    /// it ends, so that thread must live as long as this process.
    final class Spawner: Sendable {
        private static let shared = Spawner()
        private let condition = NSCondition()
        private nonisolated(unsafe) var jobs: [@Sendable () -> Void] = []

        private init() {
            let thread = Thread { [self] in
                while true {
                    condition.lock()
                    while jobs.isEmpty { condition.wait() }
                    let job = jobs.removeFirst()
                    condition.unlock()
                    job()
                }
            }
            thread.name = "spawner"
            thread.start()
        }

        static func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
            try await withCheckedThrowingContinuation { continuation in
                shared.condition.lock()
                shared.jobs.append { continuation.resume(with: Result { try body() }) }
                shared.condition.signal()
                shared.condition.unlock()
            }
        }
    }
#endif
