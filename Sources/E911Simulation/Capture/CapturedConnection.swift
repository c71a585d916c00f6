import E911Values
import SIPCore

/// One TCP connection of a capture: what each end said, put into order (RFC 9293 section 3.4).
struct CapturedConnection {
    enum What: Equatable {
        case octets([UInt8])
        /// The capture does not have them.
        case missing(Int)
        /// The end says no more.
        case end
        case reset
    }

    struct Event: Equatable {
        var time: TraceTime
        var source: Endpoint
        var what: What
    }

    fileprivate struct Direction {
        /// What comes next; `nil` before anything came.
        var next: UInt32?
        var firstSequence: UInt32?
        /// What came before its turn.
        var waiting: [(sequence: UInt32, payload: ArraySlice<UInt8>)] = []
        var endsAt: UInt32?
        var hasEnded = false
    }

    /// Segments that wait for one before them, of one end. No window holds so many: what is missing then will not come.
    static let mostWaiting = 1024
    let ends: [Endpoint]
    let began: TraceTime
    /// Who sent the SYN, if the capture has it.
    private(set) var opener: Endpoint?
    /// When the other end had agreed.
    private(set) var opened: TraceTime?
    private(set) var events: [Event] = []
    private var directions = [Direction(), Direction()]

    init(_ first: CapturedSegment) {
        ends = [first.source, first.destination]
        began = first.time
    }

    func otherEnd(of end: Endpoint) -> Endpoint { end == ends[0] ? ends[1] : ends[0] }

    /// What one end said, without what is missing.
    func pieces(from end: Endpoint) -> some Sequence<[UInt8]> {
        events.lazy.compactMap { event in
            guard event.source == end, case .octets(let octets) = event.what else { return nil }
            return octets
        }
    }

    /// Whether a segment begins another connection between the same ports.
    func isSucceeded(by segment: CapturedSegment) -> Bool {
        guard case .tcp(let sequence, nil, true, _, _) = segment.kind else { return false }
        let direction = directions[segment.source == ends[0] ? 0 : 1]
        return direction.next != nil && direction.firstSequence != sequence
    }

    mutating func add(_ segment: CapturedSegment) {
        let side = segment.source == ends[0] ? 0 : 1
        if case .message = segment.kind {
            events.append(Event(time: segment.time, source: segment.source, what: .octets(Array(segment.payload))))
            return
        }
        guard case .tcp(var sequence, let acknowledges, let isFirst, let isLast, let isReset) = segment.kind else {
            return
        }
        if let acknowledges { acknowledge(1 - side, acknowledges, segment.time) }
        if isFirst {
            if acknowledges == nil {
                opener = opener ?? segment.source
            } else {
                opener = opener ?? segment.destination
                opened = opened ?? segment.time
            }
            directions[side].firstSequence = sequence
            // The SYN counts as an octet.
            sequence &+= 1
        }
        if directions[side].next == nil { directions[side].next = sequence }
        if !segment.payload.isEmpty { directions[side].waiting.append((sequence, segment.payload)) }
        if isLast {
            directions[side].endsAt = sequence &+ UInt32(truncatingIfNeeded: segment.payload.count + segment.cut)
        }
        deliver(side, segment.time)
        while directions[side].waiting.count > Self.mostWaiting, let first = directions[side].firstWaiting {
            skip(side, to: first, segment.time)
        }
        if isReset { events.append(Event(time: segment.time, source: segment.source, what: .reset)) }
    }

    /// Gives what is left when the capture ends.
    mutating func finish(_ time: TraceTime) {
        for side in 0...1 {
            while let first = directions[side].firstWaiting { skip(side, to: first, time) }
        }
    }

    private mutating func deliver(_ side: Int, _ time: TraceTime) {
        while let next = directions[side].next,
            let index = directions[side].waiting.firstIndex(where: { $0.sequence.distance(from: next) <= 0 })
        {
            let (sequence, payload) = directions[side].waiting.remove(at: index)
            // What was sent again is dropped, as far as it came before.
            let fresh = payload.dropFirst(-sequence.distance(from: next))
            if fresh.isEmpty { continue }
            directions[side].next = next &+ UInt32(truncatingIfNeeded: fresh.count)
            events.append(Event(time: time, source: ends[side], what: .octets(Array(fresh))))
        }
        if directions[side].endsAt == directions[side].next, directions[side].next != nil, !directions[side].hasEnded {
            directions[side].hasEnded = true
            events.append(Event(time: time, source: ends[side], what: .end))
        }
    }

    /// What the other end confirms and the capture does not have will not come any more.
    private mutating func acknowledge(_ side: Int, _ acknowledged: UInt32, _ time: TraceTime) {
        while let first = directions[side].firstWaiting, acknowledged.distance(from: first) > 0 {
            skip(side, to: first, time)
        }
    }

    private mutating func skip(_ side: Int, to sequence: UInt32, _ time: TraceTime) {
        if let next = directions[side].next {
            events.append(
                Event(time: time, source: ends[side], what: .missing(sequence.distance(from: next))))
        }
        directions[side].next = sequence
        deliver(side, time)
    }
}

extension CapturedConnection.Direction {
    /// The nearest of what waits, be it the end.
    fileprivate var firstWaiting: UInt32? {
        guard let next else { return nil }
        var waits = waiting.map(\.sequence)
        if let endsAt, !hasEnded, endsAt.distance(from: next) > 0 { waits.append(endsAt) }
        return waits.min { $0.distance(from: next) < $1.distance(from: next) }
    }
}

extension UInt32 {
    /// Sequence numbers go round.
    fileprivate func distance(from other: UInt32) -> Int { Int(Int32(bitPattern: self &- other)) }
}
