#if Daemon
    import Alerting
    import Dispatch
    import Glibc
    import Synchronization

    /// An address of a log server, as a socket takes it.
    struct LogServerAddress: Equatable, Sendable {
        /// `AF_INET` or `AF_INET6`.
        var family: Int32
        /// A socket address of that family.
        var octets: [UInt8]
    }

    /// Looks up the addresses of log servers, for a bounded time.
    ///
    /// The system's resolver may take minutes, and nothing ends it sooner. So it has threads of its own, no thread that sends
    /// waits for it, and who asks for what is being looked up already shares the answer: a name that cannot be had takes one
    /// thread until the resolver gives up, however many messages are for it.
    final class LogServerLookups: Sendable {
        typealias Answer = Result<[LogServerAddress], LogSocketError>

        private struct Waiter {
            var number: UInt64
            var answer: CheckedContinuation<Answer, Never>
        }

        private struct State {
            /// Those who wait, for each log server that is being looked up; nobody may, any more.
            var waiters: [SyslogAddress: [Waiter]] = [:]
            var number: UInt64 = 0
            var isClosed = false
        }

        private enum Place { case first, among, closed }

        private let state = Mutex(State())
        private let threads: ChannelThreads<Void>
        private let resolve: @Sendable (SyslogAddress) -> Answer

        /// - Parameters:
        ///   - concurrency: most log servers that are looked up at once; others wait in their order.
        ///   - resolve: takes as long as it takes.
        init(
            concurrency: Int = 8,
            resolve: @escaping @Sendable (SyslogAddress) -> Answer = { LogServerLookups.ask($0, flags: 0) }
        ) {
            threads = ChannelThreads(name: "syslog names", concurrency: concurrency, begin: {}, end: { _ in })
            self.resolve = resolve
        }

        /// The addresses of a log server in the order in which they are to be tried; what is an address already is not
        /// looked up.
        ///
        /// - Returns: a failure, too, when there is no answer within `time`.
        func addresses(of server: SyslogAddress, within time: DispatchTimeInterval) async -> Answer {
            if case .success(let addresses) = Self.ask(server, flags: AI_NUMERICHOST) { return .success(addresses) }
            return await withCheckedContinuation { answer in
                let (place, number) = state.withLock { state -> (Place, UInt64) in
                    guard !state.isClosed else { return (.closed, 0) }
                    state.number += 1
                    let isFirst = state.waiters[server] == nil
                    state.waiters[server, default: []].append(Waiter(number: state.number, answer: answer))
                    return (isFirst ? .first : .among, state.number)
                }
                guard place != .closed else {
                    return answer.resume(returning: .failure(LogSocketError("the channel is closed")))
                }
                DispatchQueue.global().asyncAfter(deadline: .now() + time) { [self] in giveUp(server, number) }
                if place == .first { look(up: server) }
            }
        }

        /// Answers those who wait; what the resolver says later is nobody's any more.
        func close() {
            let waiters = state.withLock { state in
                state.isClosed = true
                return state.waiters.keys.flatMap { state.waiters.updateValue([], forKey: $0) ?? [] }
            }
            for waiter in waiters {
                waiter.answer.resume(returning: .failure(LogSocketError("the channel was closed")))
            }
            // A resolver at work is not waited for.
            threads.close(within: .seconds(0))
        }

        private func look(up server: SyslogAddress) {
            threads.start(
                ChannelThreads.Job(
                    latestStart: .distantFuture, run: { [self] in settle(server, resolve(server)) },
                    refuse: { [self] in settle(server, .failure(LogSocketError($0))) }))
        }

        private func settle(_ server: SyslogAddress, _ answer: Answer) {
            let waiters = state.withLock { $0.waiters.removeValue(forKey: server) ?? [] }
            for waiter in waiters { waiter.answer.resume(returning: answer) }
        }

        private func giveUp(_ server: SyslogAddress, _ number: UInt64) {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters[server]?.firstIndex(where: { $0.number == number }) else { return nil }
                return state.waiters[server]?.remove(at: index)
            }
            waiter?.answer.resume(
                returning: .failure(LogSocketError("\(server.host): its name is not resolved within the time for it")))
        }

        /// What the system's resolver says, with the flags of `getaddrinfo`.
        static func ask(_ server: SyslogAddress, flags: Int32) -> Answer {
            var hints = addrinfo()
            hints.ai_flags = flags
            hints.ai_socktype = Int32((server.isStream ? SOCK_STREAM : SOCK_DGRAM).rawValue)
            var found: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(server.host, "\(server.port)", &hints, &found)
            guard code == 0, let first = found else {
                return .failure(LogSocketError("\(server.host): \(String(cString: gai_strerror(code)))"))
            }
            defer { freeaddrinfo(found) }
            return .success(
                sequence(first: first, next: { $0.pointee.ai_next }).map { info in
                    LogServerAddress(
                        family: info.pointee.ai_family,
                        octets: Array(
                            UnsafeRawBufferPointer(start: info.pointee.ai_addr, count: Int(info.pointee.ai_addrlen))))
                })
        }
    }
#endif
