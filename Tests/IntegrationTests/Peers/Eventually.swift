#if Daemon
    import Dispatch

    /// Asks again and again until the answer is there: for what another process does without telling. Fails with `what`, as
    /// it is by then, if it does not come in time.
    ///
    /// - Parameter limit: Far more than a peer needs on a busy machine: it tells a peer that is slow from one that is stuck.
    ///   Where the time is what a test shows, the test names it.
    @discardableResult
    func eventually<T>(
        _ what: @autoclosure () -> String, within limit: Duration = .seconds(60),
        every step: Duration = .milliseconds(20), _ ask: () async throws -> T?
    ) async throws -> T {
        let clock = ContinuousClock()
        let end = clock.now + limit
        var asked = 0
        while true {
            if let answer = try await ask() { return answer }
            asked += 1
            guard clock.now < end else { throw PeerError("not within \(limit), asked \(asked) times: \(what())") }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().asyncAfter(deadline: .now() + step.seconds) { continuation.resume() }
            }
        }
    }
#endif
