#if Transport
    import CCAres
    import E911Values
    import Glibc
    import SIPCore

    /// A channel of c-ares with the questions that are open on it. It belongs to one thread.
    final class AresChannel {
        /// A question on its way; c-ares holds it until it calls back, which it does once.
        private final class Query {
            let question: DNSQuestion
            let deadline: ContinuousClock.Instant
            /// `nil` once it is answered.
            weak var channel: AresChannel?

            init(_ question: DNSQuestion, _ deadline: ContinuousClock.Instant, _ channel: AresChannel) {
                self.question = question
                self.deadline = deadline
                self.channel = channel
            }
        }

        /// Whether c-ares could be initialised: once in a process, before its other functions.
        static let isLibraryReady = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS

        /// The sockets of the channel, and what c-ares waits for on them.
        private final class Sockets {
            var watched: [pollfd] = []

            func watch(_ socket: CInt, reads: Bool, writes: Bool) {
                watched.removeAll { $0.fd == socket }
                guard reads || writes else { return }
                let events = Int16((reads ? POLLIN : 0) | (writes ? POLLOUT : 0))
                watched.append(pollfd(fd: socket, events: events, revents: 0))
            }
        }

        private let configuration: DNSConfiguration
        private let answered: (DNSQuestion, DNSAnswer) -> Void
        private var channel: ares_channel?
        private let sockets = Sockets()
        private var queries: [Query] = []
        private let madeFrom: FileMark?

        /// `nil` if c-ares refuses: there is no memory, or no server is known.
        ///
        /// - Parameter answered: called once for each question.
        init?(_ configuration: DNSConfiguration, answered: @escaping (DNSQuestion, DNSAnswer) -> Void) {
            self.configuration = configuration
            self.answered = answered
            madeFrom = configuration.servers.isEmpty ? FileMark(Self.systemFile) : nil
            var options = ares_options()
            options.timeout = CInt(clamping: configuration.patience.wholeNanoseconds / 1_000_000)
            options.tries = CInt(clamping: configuration.tries)
            options.sock_state_cb_data = Unmanaged.passUnretained(sockets).toOpaque()
            options.sock_state_cb = { context, socket, reads, writes in
                guard let context else { return }
                let sockets = Unmanaged<Sockets>.fromOpaque(context).takeUnretainedValue()
                sockets.watch(socket, reads: reads != 0, writes: writes != 0)
            }
            let chosen = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
            guard ares_init_options(&channel, &options, chosen) == ARES_SUCCESS else { return nil }
            guard !configuration.servers.isEmpty else { return }
            let servers = configuration.servers.map(\.description).joined(separator: ",")
            guard ares_set_servers_ports_csv(channel, servers) == ARES_SUCCESS else { return nil }
        }

        deinit {
            if let channel { ares_destroy(channel) }
        }

        /// Whether the system's configuration has changed, and nothing is open.
        var mustBeMadeAnew: Bool {
            configuration.servers.isEmpty && queries.isEmpty && FileMark(Self.systemFile) != madeFrom
        }

        func ask(_ question: DNSQuestion) {
            let query = Query(question, .now + configuration.timeout, self)
            queries.append(query)
            let context = Unmanaged.passRetained(query).toOpaque()
            // It may call back at once.
            ares_query(channel, question.name, Self.internet, CInt(question.type.rawValue), Self.replied, context)
        }

        /// Waits for something to do, and does it: c-ares has the sockets, and questions fail whose time is over.
        func turn(_ wake: WakePipe) {
            var ready = sockets.watched
            wake.wait(with: &ready, atMost: pause)
            for socket in ready where socket.revents != 0 {
                let bad = ARES_SOCKET_BAD
                let failed = socket.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
                let reads = failed || socket.revents & Int16(POLLIN) != 0
                let writes = socket.revents & Int16(POLLOUT) != 0
                ares_process_fd(channel, reads ? socket.fd : bad, writes ? socket.fd : bad)
            }
            ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
            let now = ContinuousClock.now
            for query in queries where query.deadline <= now { answer(query, .failed(reason: "no server answers")) }
        }

        /// Answers what is open.
        func cancel(_ reason: String) {
            for query in queries { answer(query, .failed(reason: reason)) }
        }

        /// Milliseconds until c-ares or a question wants a turn, at least one; -1 for never.
        private var pause: CInt {
            var time = timeval()
            let hasTheirs = ares_timeout(channel, nil, &time) != nil
            let theirs = hasTheirs ? Int64(time.tv_sec) * 1000 + Int64(time.tv_usec) / 1000 : nil
            let ours = queries.map(\.deadline).min().map { ($0 - .now).wholeNanoseconds / 1_000_000 }
            guard let first = [theirs, ours].compactMap(\.self).min() else { return -1 }
            // Rounded up: a turn that comes too early is one for nothing.
            return CInt(clamping: max(0, first) + 1)
        }

        private func answer(_ query: Query, _ answer: DNSAnswer) {
            guard query.channel != nil else { return }
            query.channel = nil
            queries.removeAll { $0 === query }
            answered(query.question, answer)
        }

        // MARK: c-ares

        private static let systemFile = "/etc/resolv.conf"
        private static let internet: CInt = 1

        private static let replied: ares_callback = { context, status, _, octets, count in
            guard let context else { return }
            let query = Unmanaged<Query>.fromOpaque(context).takeRetainedValue()
            guard let channel = query.channel else { return }
            // That there is none is said with a reply too.
            let isReply = status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND
            if let octets, count > 0, isReply {
                let reply = [UInt8](UnsafeBufferPointer(start: octets, count: Int(count)))
                channel.answer(query, DNSAnswer(reply: reply, to: query.question))
            } else {
                channel.answer(query, .failed(reason: String(cString: ares_strerror(status))))
            }
        }
    }

    /// By what it is seen that a file has changed.
    private struct FileMark: Equatable {
        private let node: UInt
        private let seconds: Int
        private let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            node = status.st_ino
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }
#endif
