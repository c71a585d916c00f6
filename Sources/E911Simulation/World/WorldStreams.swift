import E911Values
import SIPCore

/// One end of a connection as its host sees it.
struct StreamEnd {
    let stream: Stream
    /// 0 is the side that opened it.
    let side: Int
}

/// One connection: two lanes, in each of which everything arrives in order.
final class Stream {
    /// A way from one side to the other.
    struct Lane {
        enum Item {
            case octets([UInt8])
            /// The last of a lane: the sender closed.
            case end(reason: String)
        }

        var waiting: [(item: Item, arrival: MonotonicTime)] = []
        /// Nothing overtakes on a stream.
        var lastArrival: MonotonicTime = .zero
        /// Whether an event for the first item stands in the queue.
        var isMoving = false
        /// Since when the first item could not move.
        var stuckSince: MonotonicTime?
        var hasEnded = false
    }

    enum Phase { case connecting, open, gone }

    let kind: SIPTransportKind
    /// Of the opening and of the accepting side.
    let endpoints: [Endpoint]
    var hosts: [HostID?]
    var incarnations: [Int]
    var connections: [ConnectionID?]
    var lanes = [Lane(), Lane()]
    var phase = Phase.connecting

    init(kind: SIPTransportKind, from: Endpoint, to: Endpoint, by host: Host, as connection: ConnectionID) {
        self.kind = kind
        endpoints = [from, to]
        hosts = [host.id, nil]
        incarnations = [host.incarnation, 0]
        connections = [connection, nil]
    }
}

extension World {
    // MARK: Opening

    func open(
        _ connection: ConnectionID, _ kind: SIPTransportKind, to remote: Endpoint, from local: Endpoint?, by host: Host
    ) {
        log.add(.opening(connection, kind, to: remote), of: host, at: now)
        guard host.isUp else { return }
        figures.connectionsAsked += 1
        guard kind.isReliable, connection.rawValue % 2 == 1, host.streams[connection] == nil else {
            return log.fault("opens \(kind) connection \(connection.rawValue)", of: host, at: now)
        }
        guard let source = host.source(local, toward: remote) else {
            return tell(host, .openFailed(connection, reason: "no address of that kind"), after: .zero)
        }
        let stream = Stream(kind: kind, from: source, to: remote, by: host, as: connection)
        host.streams[connection] = StreamEnd(stream: stream, side: 0)
        let target = self.host(at: Listener(kind, remote))
        let delay = target.map { segmentDelay(from: host.id, to: $0.id) } ?? .milliseconds(1)
        push(.connect(stream), at: now.monotonic + delay)
    }

    /// The first segment of a connection has come to the address.
    func connect(_ stream: Stream) {
        guard stream.phase == .connecting, let opener = host(of: stream, 0), let connection = stream.connections[0]
        else { return }
        func fail(_ reason: String, after delay: Duration) {
            stream.phase = .gone
            opener.streams[connection] = nil
            figures.connectionsFailed += 1
            tell(opener, .openFailed(connection, reason: reason), after: delay)
        }
        guard let target = host(at: Listener(stream.kind, stream.endpoints[1])) else {
            return fail("no route to host", after: .milliseconds(1))
        }
        if isCut(from: opener.id, to: target.id) || isCut(from: target.id, to: opener.id) {
            return fail("timed out", after: WireConditions.connectTimeout)
        }
        let back = segmentDelay(from: target.id, to: opener.id)
        guard target.isUp else { return fail("connection refused", after: back) }
        stream.phase = .open
        stream.hosts[1] = target.id
        stream.incarnations[1] = target.incarnation
        let accepted = target.nextAccepted()
        stream.connections[1] = accepted
        target.streams[accepted] = StreamEnd(stream: stream, side: 1)
        figures.connectionsAccepted += 1
        let opened = now.monotonic + back
        stream.lanes[1].lastArrival = opened
        push(
            .flow(
                opener.id, incarnation: opener.incarnation, .opened(connection, local: stream.endpoints[0])), at: opened
        )
        let event = FlowEvent.accepted(
            accepted, stream.kind, local: stream.endpoints[1], remote: stream.endpoints[0])
        log.note(.happened(event), of: target, at: now)
        target.handle(event)
        // What the opener sent before it knew that the connection stands.
        for index in stream.lanes[0].waiting.indices {
            stream.lanes[0].waiting[index].arrival = arrival(in: stream, 0)
        }
        start(stream, 0)
    }

    // MARK: Octets

    func send(_ octets: [UInt8], over stream: Stream, side: Int) {
        guard stream.phase != .gone, !stream.lanes[side].hasEnded, !octets.isEmpty else { return }
        switch lane(stream, side).segmentation {
        case .whole:
            append(.octets(octets), to: stream, side)
        case .random(let most, let merging):
            var rest = octets[...]
            while !rest.isEmpty {
                let piece = rest.prefix(1 + generator.index(below: max(1, most)))
                rest = rest.dropFirst(piece.count)
                if generator.chance(merging), case .octets(let before)? = stream.lanes[side].waiting.last?.item {
                    stream.lanes[side].waiting[stream.lanes[side].waiting.count - 1].item = .octets(before + piece)
                } else {
                    append(.octets(Array(piece)), to: stream, side)
                }
            }
        }
    }

    private func append(_ item: Stream.Lane.Item, to stream: Stream, _ side: Int) {
        var octets: [UInt8] = []
        if case .octets(let sent) = item { octets = sent }
        let arrival = stream.phase == .open ? arrival(in: stream, side, of: octets) : now.monotonic
        stream.lanes[side].waiting.append((item, arrival))
        start(stream, side)
    }

    private func lane(_ stream: Stream, _ side: Int) -> WireConditions {
        guard let from = stream.hosts[side], let to = stream.hosts[1 - side] else { return conditions }
        return conditions(from: from, to: to)
    }

    private func arrival(in stream: Stream, _ side: Int, of octets: [UInt8] = []) -> MonotonicTime {
        var delay = Duration.zero
        if let from = stream.hosts[side], let to = stream.hosts[1 - side] {
            delay = segmentDelay(from: from, to: to)
            if !octets.isEmpty {
                let fate = fate(of: octets, from: from, to: to)
                delay += fate.delay
                if fate.isLost { delay += WireConditions.streamRetransmission }
            }
        }
        let arrival = max(now.monotonic + delay, stream.lanes[side].lastArrival)
        stream.lanes[side].lastArrival = arrival
        return arrival
    }

    private func segmentDelay(from: HostID, to: HostID) -> Duration {
        let conditions = conditions(from: from, to: to)
        var delay = generator.duration(in: conditions.delay)
        var wait = WireConditions.streamRetransmission
        while generator.chance(min(conditions.loss, 0.9)), wait < .seconds(20) {
            delay += wait
            wait *= 2
        }
        return delay
    }

    private func start(_ stream: Stream, _ side: Int) {
        guard stream.phase == .open, !stream.lanes[side].isMoving, let first = stream.lanes[side].waiting.first else {
            return
        }
        stream.lanes[side].isMoving = true
        push(.lane(stream, side), at: first.arrival)
    }

    /// Brings the first item of a lane to its end.
    func move(_ stream: Stream, _ side: Int) {
        stream.lanes[side].isMoving = false
        guard stream.phase == .open, let first = stream.lanes[side].waiting.first,
            let from = stream.hosts[side], let to = stream.hosts[1 - side]
        else { return }
        let target = host(to)
        let isReachable = !isCut(from: from, to: to) && !isCut(from: to, to: from)
        if isReachable, target.incarnation != stream.incarnations[1 - side], target.isUp {
            // A process that knows nothing of this connection.
            return drop(stream, tell: side, reason: "reset by peer", after: segmentDelay(from: to, to: from))
        }
        guard isReachable, target.incarnation == stream.incarnations[1 - side] else {
            if stream.lanes[side].stuckSince == nil, case .octets(let octets) = first.item {
                onStrike?(.partition, octets)
            }
            let since = stream.lanes[side].stuckSince ?? now.monotonic
            stream.lanes[side].stuckSince = since
            guard now.monotonic - since < WireConditions.streamTimeout else {
                drop(stream, tell: 1 - side, reason: "timed out", after: .zero)
                return drop(stream, tell: side, reason: "timed out", after: .zero)
            }
            stream.lanes[side].isMoving = true
            return push(.lane(stream, side), at: now.monotonic + .seconds(1))
        }
        stream.lanes[side].stuckSince = nil
        stream.lanes[side].waiting.removeFirst()
        guard let connection = stream.connections[1 - side] else { return }
        switch first.item {
        case .octets(let octets):
            // The receiver closed: nobody reads this any more.
            guard !stream.lanes[1 - side].hasEnded else { break }
            figures.segmentsDelivered += 1
            log.note(
                .received(
                    octets, stream.kind, from: stream.endpoints[side], to: stream.endpoints[1 - side], connection),
                of: target, at: now)
            if target.isUp { target.receive(octets, on: .stream(connection)) }
        case .end(let reason):
            drop(stream, tell: 1 - side, reason: reason, after: .zero)
        }
        start(stream, side)
    }

    // MARK: Closing

    func close(_ connection: ConnectionID, by host: Host) {
        log.add(.closing(connection), of: host, at: now)
        guard host.isUp, let end = host.streams[connection] else { return }
        let stream = end.stream
        guard stream.phase == .open else {
            stream.phase = .gone
            host.streams[connection] = nil
            return tell(host, .closed(connection, reason: "closed"), after: .zero)
        }
        guard !stream.lanes[end.side].hasEnded else { return }
        append(.end(reason: "closed by peer"), to: stream, end.side)
        stream.lanes[end.side].hasEnded = true
        host.streams[connection] = nil
        tell(host, .closed(connection, reason: "closed"), after: .zero)
    }

    func breakStreams(of host: Host, silently: Bool) {
        for connection in host.streams.keys.sorted() {
            guard let end = host.streams[connection] else { continue }
            let stream = end.stream
            if stream.phase != .open {
                stream.phase = .gone
            } else if !silently, !stream.lanes[end.side].hasEnded {
                append(.end(reason: "reset by peer"), to: stream, end.side)
                stream.lanes[end.side].hasEnded = true
            }
        }
        host.streams.removeAll()
    }

    /// Ends the connection and tells this side, if it has not been told yet.
    private func drop(_ stream: Stream, tell side: Int, reason: String, after delay: Duration) {
        guard let host = host(of: stream, side), let connection = stream.connections[side],
            host.streams[connection] != nil
        else { return }
        host.streams[connection] = nil
        stream.phase = .gone
        tell(host, .closed(connection, reason: reason), after: delay)
    }

    private func tell(_ host: Host, _ event: FlowEvent, after delay: Duration) {
        push(.flow(host.id, incarnation: host.incarnation, event), at: now.monotonic + delay)
    }

    /// The host of a side, if it is still the process that had the connection.
    private func host(of stream: Stream, _ side: Int) -> Host? {
        guard let id = stream.hosts[side] else { return nil }
        let host = host(id)
        return host.isUp && host.incarnation == stream.incarnations[side] ? host : nil
    }
}
