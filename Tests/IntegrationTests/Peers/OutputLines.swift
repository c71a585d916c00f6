#if Daemon
    import Dispatch
    import Foundation
    import Synchronization

    /// The lines that a process printed, and who waits for some of them.
    final class OutputLines: Sendable {
        private struct Waiter {
            let id: UUID
            let wants: @Sendable (String) -> Bool
            let continuation: CheckedContinuation<String, any Error>
        }

        private struct State {
            var lines: [String] = []
            var rest = Data()
            var hasEnded = false
            var waiters: [Waiter] = []
        }

        private let state = Mutex(State())

        var all: [String] { state.withLock { $0.lines } }

        /// The last lines, for the message of a failure.
        var tail: String { all.suffix(30).joined(separator: "\n") }

        /// Takes octets as they come; none means that there will be no more.
        func take(_ octets: some Collection<UInt8>) {
            var served: [(Waiter, String?)] = []
            state.withLock { state in
                func add(_ line: String) {
                    state.lines.append(line)
                    served += state.waiters.filter { $0.wants(line) }.map { ($0, line) }
                    state.waiters.removeAll { $0.wants(line) }
                }
                if octets.isEmpty {
                    if !state.rest.isEmpty { add(String(decoding: state.rest, as: UTF8.self)) }
                    state.rest = Data()
                    state.hasEnded = true
                    served += state.waiters.map { ($0, nil) }
                    state.waiters = []
                    return
                }
                // A line may be megabytes long: what is waiting is not looked through again with each piece.
                var rest = Data(octets)[...]
                while let end = rest.firstIndex(of: 10) {
                    state.rest += rest[..<end]
                    add(String(decoding: state.rest, as: UTF8.self))
                    state.rest = Data()
                    rest = rest[(end + 1)...]
                }
                state.rest += rest
            }
            for (waiter, line) in served {
                if let line {
                    waiter.continuation.resume(returning: line)
                } else {
                    waiter.continuation.resume(throwing: PeerError("ended without the line waited for:\n\(tail)"))
                }
            }
        }

        /// The first line that is wanted, printed already or within the time.
        func first(within limit: Duration = .seconds(60), where wants: @escaping @Sendable (String) -> Bool)
            async throws
            -> String
        {
            let id = UUID()
            return try await withCheckedThrowingContinuation { continuation in
                let result: Result<String, any Error>? = state.withLock { state in
                    if let line = state.lines.first(where: wants) { return .success(line) }
                    if state.hasEnded { return .failure(PeerError("ended without the line waited for")) }
                    state.waiters.append(Waiter(id: id, wants: wants, continuation: continuation))
                    return nil
                }
                if let result { return continuation.resume(with: result) }
                DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) { [self] in
                    let late = state.withLock { state in
                        let late = state.waiters.first { $0.id == id }
                        state.waiters.removeAll { $0.id == id }
                        return late
                    }
                    late?.continuation.resume(throwing: PeerError("no such line within \(limit):\n\(tail)"))
                }
            }
        }
    }

    extension Duration {
        var seconds: Double {
            let (seconds, attoseconds) = components
            return Double(seconds) + Double(attoseconds) * 1e-18
        }
    }
#endif
