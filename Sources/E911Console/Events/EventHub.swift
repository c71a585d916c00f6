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
        private let inbox: AsyncStream<LiveEvent>.Continuation
        private let worker: Task<Void, Never>

        public convenience init(epoch: Int64, most: Int = 5000) {
            self.init(
                epoch: epoch, most: most, inbox: AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(20_000)))
        }

        private init(
            epoch: Int64, most: Int,
            inbox: (stream: AsyncStream<LiveEvent>, continuation: AsyncStream<LiveEvent>.Continuation)
        ) {
            self.epoch = epoch
            self.most = most
            self.inbox = inbox.continuation
            let (hubs, hub) = AsyncStream.makeStream(of: EventHub.self)
            worker = Task.detached(priority: .medium) {
                for await hub in hubs {
                    for await event in inbox.stream { hub.take(event) }
                }
            }
            hub.yield(self)
            hub.finish()
        }

        /// Takes what happened; never waits.
        public func publish(_ event: LiveEvent) {
            inbox.yield(event)
        }

        private func take(_ event: LiveEvent) {
            switch event {
            case .call(let call): send("call", CallView(call), to: .everybody)
            case .alert(let record): send("alert", AlertView(record), to: .everybody)
            case .audit(let record): send("audit", AuditView(record), to: .administrators)
            case .site(let counter): send("site", ["version": "\"\(counter)\""], to: .everybody)
            }
        }

        /// - Returns: how many streams it went to.
        @discardableResult
        func send(_ type: String, _ value: some Encodable, to audience: Audience) -> Int {
            guard let data = try? JSON.octets(value) else { return 0 }
            let (told, over) = state.withLock { state in
                let number = state.next
                state.next += 1
                var octets = ByteBuffer()
                octets.writeString("id: \(epoch)-\(number)\nevent: \(type)\ndata: ")
                // JSON of ours has no line breaks.
                octets.writeBytes(data)
                octets.writeString("\n\n")
                state.remembered.append(Entry(number: number, audience: audience, octets: octets))
                if state.remembered.count >= 2 * Self.memory { state.remembered.removeFirst(Self.memory) }
                var told = 0
                var over: [Stream] = []
                for (id, stream) in state.streams where audience.has(stream.identity) {
                    told += 1
                    Self.yield(octets, to: stream, id, &state, &over)
                }
                return (told, over)
            }
            // Outside of the lock: the end of a stream takes it.
            for stream in over { stream.continuation.finish() }
            return told
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
                let sign = ByteBuffer(string: ": \n\n")
                for (id, stream) in state.streams { Self.yield(sign, to: stream, id, &state, &over) }
                return over
            }
            for stream in over { stream.continuation.finish() }
        }

        func close() {
            inbox.finish()
            worker.cancel()
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
