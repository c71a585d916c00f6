#if Transport
    public import E911Values
    import NIOPosix
    public import SIPCore
    import Synchronization

    /// Asks DNS servers, on a thread of its own: no event loop ever waits for DNS.
    ///
    /// c-ares sends the questions, repeats them, goes on to the next server, and turns to TCP for a long reply; the reply
    /// is read by `DNSAnswer.init(reply:to:)` of SIPCore. Each question is answered once, at the latest when its time is
    /// over. The system's hosts file and search list are not used: a SIP Server is named in full, and found by DNS
    /// (RFC 3263). Its thread runs until ``close()``.
    public final class DNSClient: Sendable {
        struct State {
            var waiting: [DNSQuestion] = []
            /// Questions that are not answered.
            var open = 0
            var isClosed = false
        }

        private let state = Mutex(State())
        private let wake: WakePipe
        private let thread = NIOThreadPool(numberOfThreads: 1)
        private let configuration: DNSConfiguration
        private let answered: @Sendable (DNSQuestion, DNSAnswer) -> Void

        /// - Parameter answered: called once for each question, on the client's thread or the one that asks.
        /// - Throws: ``DNSClientError`` when the system has no room for a pipe or c-ares cannot begin.
        public init(
            _ configuration: DNSConfiguration = DNSConfiguration(),
            answered: @escaping @Sendable (DNSQuestion, DNSAnswer) -> Void
        ) throws(DNSClientError) {
            guard AresChannel.isLibraryReady else { throw DNSClientError(reason: "c-ares cannot begin") }
            self.configuration = configuration
            self.answered = answered
            wake = try WakePipe()
            thread.start()
            thread.submit { [self] _ in run() }
        }

        /// Asks; returns at once.
        public func ask(_ questions: [DNSQuestion]) {
            let refused = state.withLock { state in
                let room = state.isClosed ? 0 : max(0, configuration.questions - state.open)
                state.waiting += questions.prefix(room)
                state.open += min(room, questions.count)
                return questions.dropFirst(room)
            }
            for question in refused { answered(question, .failed(reason: "too many questions are open")) }
            wake.signal()
        }

        /// Ends the thread. Questions that are open are answered `DNSAnswer.failed`.
        public func close() async {
            state.withLock { $0.isClosed = true }
            wake.signal()
            try? await thread.shutdownGracefully()
        }

        // MARK: The thread

        private func run() {
            blockSignals()
            var channel: AresChannel?
            while true {
                let (questions, isClosed) = state.withLock { state in
                    defer { state.waiting = [] }
                    return (state.waiting, state.isClosed)
                }
                if isClosed {
                    channel?.cancel("the client is closed")
                    for question in questions { tell(question, .failed(reason: "the client is closed")) }
                    return
                }
                if !questions.isEmpty, channel?.mustBeMadeAnew ?? true {
                    channel = AresChannel(configuration) { [self] in tell($0, $1) }
                }
                for question in questions {
                    guard let channel else {
                        tell(question, .failed(reason: "no DNS server is configured"))
                        continue
                    }
                    channel.ask(question)
                }
                guard let channel else {
                    wake.wait()
                    continue
                }
                channel.turn(wake)
            }
        }

        private func tell(_ question: DNSQuestion, _ answer: DNSAnswer) {
            state.withLock { $0.open -= 1 }
            answered(question, answer)
        }
    }

    /// Whom a ``DNSClient`` asks, and for how long.
    public struct DNSConfiguration: Equatable, Sendable {
        /// Asked in this order; empty for the system's (`/etc/resolv.conf`, read again when it has changed).
        public var servers: [Endpoint]
        /// For each question, over all servers and repetitions; `ResolutionLimits.questionTimeout` is to be longer.
        public var timeout: Duration = .seconds(8)
        /// How long the first server has before the next one is asked; doubled with each round.
        public var patience: Duration = .milliseconds(1500)
        /// How often each server is asked.
        public var tries = 3
        /// Questions that may be open. One above it fails at once.
        public var questions = 1024

        public init(servers: [Endpoint] = []) {
            self.servers = servers
        }
    }

    /// Why a ``DNSClient`` cannot begin.
    public struct DNSClientError: Error, CustomStringConvertible {
        public let reason: String

        public var description: String { "DNS: \(reason)" }
    }
#endif
