#if Daemon
    import Alerting
    public import E911Service
    import Foundation
    import NIOCore
    import Synchronization

    /// Tells those who look on what happens: server-sent events, remembered for those who come back.
    ///
    /// An event is written as JSON once, whoever looks on. Nothing here holds up the node: it hands its events over and goes
    /// on. A stream whose reader does not keep up is ended; it comes back and asks for what it missed.
    public final class EventHub: Sendable {
        /// Who is told.
        enum Audience: Sendable {
            case everybody, administrators
            /// Those who see the screen pops of a recipient.
            case recipient(String)
        }

        private struct Entry {
            var number: UInt64
            var audience: Audience
            var octets: ByteBuffer
        }

        private struct Stream {
            var identity: Identity
            var continuation: AsyncStream<ByteBuffer>.Continuation
        }

        private struct State {
            var next: UInt64 = 1
            /// The newest events, the oldest first.
            var remembered: [Entry] = []
            var streams: [UInt64: Stream] = [:]
            var nextStream: UInt64 = 1
            var isClosed = false
        }

        /// Events that are remembered.
        static let memory = 5000
        /// Pieces that wait for one reader.
        private static let waiting = 2000

        /// Streams that may be open at once.
        let most: Int
        /// Differs after each start, so that nobody goes on from the number of an earlier life.
        private let epoch: Int64
        private let state = Mutex(State())
        private let inbox = Mutex(Inbox())
        private let wake: AsyncStream<Void>.Continuation
        private let worker = Mutex<Task<Void, Never>?>(nil)

        /// What came and was not told yet.
        private struct Inbox {
            var events: [LiveEvent] = []
            /// More came than there is room for.
            var isLost = false
        }

        /// Events that wait to be told.
        private static let inboxRoom = 20_000

        public init(epoch: Int64, most: Int = 5000) {
            self.epoch = epoch
            self.most = most
            let (signs, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            self.wake = wake
            let task = Task.detached(priority: .high) { [weak self] in
                for await _ in signs { self?.tellWhatCame() }
            }
            worker.withLock { $0 = task }
        }

        /// Takes what happened; never waits.
        public func publish(_ event: LiveEvent) {
            inbox.withLock { inbox in
                if inbox.events.count < Self.inboxRoom { inbox.events.append(event) } else { inbox.isLost = true }
            }
            wake.yield()
        }

        /// A call and its alert come together, and go out in one piece.
        private func tellWhatCame() {
            let inbox = inbox.withLock { inbox in
                defer { inbox = Inbox() }
                return inbox
            }
            var news = inbox.events.compactMap { event in
                switch event {
                case .call(let call): News("call", CallView(call), .everybody)
                case .alert(let record): News("alert", AlertView(record), .everybody)
                case .audit(let record): News("audit", AuditView(record), .administrators)
                case .site(let counter): News("site", ["version": "\"\(counter)\""], .everybody)
                }
            }
            if inbox.isLost, let reset = News("reset", [String: String](), .everybody) { news.append(reset) }
            tell(news)
        }

        /// An event before it has a number.
        private struct News {
            var type: String
            var data: [UInt8]
            var audience: Audience

            init?(_ type: String, _ value: some Encodable, _ audience: Audience) {
                guard let data = try? JSON.octets(value) else { return nil }
                (self.type, self.data, self.audience) = (type, data, audience)
            }
        }

        /// - Returns: how many streams it went to.
        @discardableResult
        func send(_ type: String, _ value: some Encodable, to audience: Audience) -> Int {
            News(type, value, audience).map { tell([$0]) } ?? 0
        }

        @discardableResult
        private func tell(_ news: [News]) -> Int {
            guard !news.isEmpty else { return 0 }
            let (told, over) = state.withLock { state in
                let entries = news.map { news in
                    let number = state.next
                    state.next += 1
                    var octets = ByteBuffer()
                    octets.writeString("id: \(epoch)-\(number)\nevent: \(news.type)\ndata: ")
                    // JSON of ours has no line breaks.
                    octets.writeBytes(news.data)
                    octets.writeString("\n\n")
                    return Entry(number: number, audience: news.audience, octets: octets)
                }
                state.remembered += entries
                if state.remembered.count >= 2 * Self.memory {
                    state.remembered.removeFirst(state.remembered.count - Self.memory)
                }
                var told = 0
                var over: [Stream] = []
                // The same pieces for all who are told the same.
                var made: [[Bool]: ByteBuffer] = [:]
                for (id, stream) in state.streams {
                    let choice = entries.map { $0.audience.has(stream.identity) }
                    guard choice.contains(true) else { continue }
                    let octets = made[choice] ?? Self.joined(zip(entries, choice).filter(\.1).map(\.0.octets))
                    made[choice] = octets
                    told += 1
                    Self.yield(octets, to: stream, id, &state, &over)
                }
                return (told, over)
            }
            // Outside of the lock: the end of a stream takes it.
            for stream in over { stream.continuation.finish() }
            return told
        }

        private static func joined(_ pieces: [ByteBuffer]) -> ByteBuffer {
            var joined = ByteBuffer()
            for piece in pieces { joined.writeImmutableBuffer(piece) }
            return joined
        }

        private static func yield(
            _ octets: ByteBuffer, to stream: Stream, _ id: UInt64, _ state: inout State, _ over: inout [Stream]
        ) {
            switch stream.continuation.yield(octets) {
            case .enqueued: break
            case .dropped, .terminated:
                over.append(stream)
                state.streams[id] = nil
            @unknown default: break
            }
        }

        /// Opens a stream for somebody.
        ///
        /// - Parameter last: the id of the last event that was seen; what came behind it comes first.
        /// - Returns: `nil` when there are too many.
        func open(for identity: Identity, after last: String?) -> AsyncStream<ByteBuffer>? {
            let (stream, continuation) = AsyncStream.makeStream(
                of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(Self.waiting))
            let id: UInt64? = state.withLock { state in
                guard state.streams.count < most, !state.isClosed else { return nil }
                let id = state.nextStream
                state.nextStream += 1
                let entry = Stream(identity: identity, continuation: continuation)
                continuation.yield(ByteBuffer(string: "retry: 1000\n\n"))
                if let last {
                    if let missed = Self.missed(behind: last, epoch, state), missed.count < Self.waiting {
                        for event in missed where event.audience.has(identity) { continuation.yield(event.octets) }
                    } else {
                        continuation.yield(Self.reset(epoch, state.next - 1))
                    }
                } else {
                    continuation.yield(Self.hello(epoch, state.next - 1))
                }
                state.streams[id] = entry
                return id
            }
            guard let id else { return nil }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { $0.streams[id] = nil }
            }
            return stream
        }

        private static func hello(_ epoch: Int64, _ number: UInt64) -> ByteBuffer {
            ByteBuffer(string: "id: \(epoch)-\(number)\nevent: hello\ndata: {}\n\n")
        }

        private static func reset(_ epoch: Int64, _ number: UInt64) -> ByteBuffer {
            ByteBuffer(string: "id: \(epoch)-\(number)\nevent: reset\ndata: {}\n\n")
        }

        /// What came behind an event; `nil` if it is not known any more.
        private static func missed(behind last: String, _ epoch: Int64, _ state: State) -> ArraySlice<Entry>? {
            let parts = last.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, Int64(parts[0]) == epoch, let number = UInt64(parts[1]), number < state.next else {
                return nil
            }
            let first = state.remembered.first?.number ?? state.next
            guard number + 1 >= first else { return nil }
            return state.remembered[Int(number + 1 - first)...]
        }

        /// How many streams are open.
        var count: Int { state.withLock { $0.streams.count } }

        /// Shows that the streams live, and ends those of people who may not look any more.
        func tick(_ stands: (Identity) -> Bool) {
            let all = state.withLock { $0.streams.map { ($0.key, $0.value.identity) } }
            let gone = all.filter { !stands($0.1) }.map(\.0)
            let over = state.withLock { state in
                var over = gone.compactMap { state.streams.removeValue(forKey: $0) }
                let sign = ByteBuffer(string: "event: tick\ndata: {}\n\n")
                for (id, stream) in state.streams { Self.yield(sign, to: stream, id, &state, &over) }
                return over
            }
            for stream in over { stream.continuation.finish() }
        }

        func close() {
            wake.finish()
            worker.withLock { $0 }?.cancel()
            let open = state.withLock { state in
                state.isClosed = true
                defer { state.streams = [:] }
                return Array(state.streams.values)
            }
            for stream in open { stream.continuation.finish() }
        }
    }

    extension EventHub.Audience {
        func has(_ identity: Identity) -> Bool {
            switch self {
            case .everybody: true
            case .administrators: identity.role == .administrator
            case .recipient(let name): identity.role.may(.acknowledge) && identity.sees(name)
            }
        }
    }
#endif
