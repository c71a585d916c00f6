#if Daemon
    import Dispatch

    /// Asks again and again until the answer is there: for what another process does without telling. Fails with `what` if
    /// it does not come in time.
    @discardableResult
    func eventually<T>(
        _ what: String, within limit: Duration = .seconds(15), every step: Duration = .milliseconds(20),
        _ ask: () async throws -> T?
    ) async throws -> T {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if let answer = try await ask() { return answer }
            guard clock.now < end else { throw PeerError("not within \(limit): \(what)") }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().asyncAfter(deadline: .now() + step.seconds) { continuation.resume() }
            }
        }
    }
#endif
