import E911Values
public import SIPCore

/// How a replay differs from its trace.
public struct TraceComparison: Equatable, Sendable, CustomStringConvertible {
    public struct Difference: Equatable, Sendable {
        /// Of the recorded message.
        public var time: TraceTime
        /// The recorded message in short.
        public var message: String
        public var text: String
    }

    /// Messages that came out in the place of a recorded one, different or not.
    public var matched = 0
    public var differences: [Difference] = []
    /// Recorded messages that did not come out, in short.
    public var missing: [String] = []
    /// Messages that came out and were not recorded.
    public var unexpected: [String] = []

    public var isEqual: Bool { differences.isEmpty && missing.isEmpty && unexpected.isEmpty }

    public var description: String {
        var lines = ["\(matched) messages in their place"]
        lines += differences.map { "\($0.time) \($0.message): \($0.text)" }
        lines += missing.map { "missing: \($0)" }
        lines += unexpected.map { "unexpected: \($0)" }
        return lines.joined(separator: "\n")
    }
}

/// Plays one side of a recorded conversation to a machine, in virtual time, and compares what it says.
///
/// What was received then is received again at its recorded time; whatever the machine sends is paired with the next
/// recorded message of the same kind (method or status, CSeq, remote address), the same Call-ID's first. Identifiers that the machine made anew are
/// put into what it receives later, so a trace of a daemon with random tags can be replayed.
public struct TracePlayer<Machine: SIPMachine> {
    /// The machine after the replay.
    public private(set) var machine: Machine
    /// What the machine told beside the wire, with the recorded clock's time.
    public private(set) var told: [(time: TraceTime, other: Machine.Other)] = []

    private let rules: ReplayRules
    private let start: TraceTime
    private var now: TraceTime
    private var comparison = TraceComparison()
    private var recorded: RecordedMessages
    private var map = IdentifierMap()
    /// The machine's connections for the recorded ones, and the recorded ones that it has not asked for yet.
    private var connections: [ConnectionID: ConnectionID] = [:]
    private var unopened: [TraceEntry]
    private var inward: [ConnectionID: StreamFramer] = [:]
    private var outward: [ConnectionID: StreamFramer] = [:]
    private var remotes: [ConnectionID: Endpoint] = [:]

    /// - Parameters:
    ///   - commands: given before the entry of their time; 0 is the first entry's.
    ///   - perform: answers what the machine wants beside the wire at once; `nil` lets the want pass.
    public static func play(
        _ trace: [TraceEntry], into machine: Machine, commands: [(after: Duration, command: Machine.Command)] = [],
        rules: ReplayRules = ReplayRules(), perform: (Machine.Other) -> Machine.Command? = { _ in nil }
    ) -> (comparison: TraceComparison, player: TracePlayer<Machine>) {
        var player = TracePlayer(trace, machine, rules)
        var commands = commands[...]
        for entry in trace {
            while let next = commands.first, player.start + next.after <= entry.time {
                player.run(until: player.start + next.after, perform)
                player.perform(player.machine.handle(.command(next.command), now: player.clock), perform)
                commands = commands.dropFirst()
            }
            player.run(until: entry.time, perform)
            player.take(entry, perform)
        }
        player.run(until: player.now + rules.tail, perform)
        player.comparison.missing = player.recorded.rest
        return (player.comparison, player)
    }

    private init(_ trace: [TraceEntry], _ machine: Machine, _ rules: ReplayRules) {
        self.machine = machine
        self.rules = rules
        start = trace.first?.time ?? TraceTime(microseconds: 0)
        now = start
        recorded = RecordedMessages(trace)
        unopened = trace.filter { $0.what == .open }
    }

    private var clock: Now {
        Now(monotonic: .zero + (now - start), wall: now.wall)
    }

    /// Lets the machine do what is due up to this time.
    private mutating func run(until end: TraceTime, _ perform: (Machine.Other) -> Machine.Command?) {
        // A machine that always has work due must not hold the replay for ever.
        var turns = 0
        while let deadline = machine.nextDeadline, deadline <= .zero + (end - start), turns < 1_000_000 {
            turns += 1
            // Rounded up: a deadline must have come when the machine is told so.
            let due = start + .nanoseconds(max(0, deadline.nanoseconds) + 999)
            now = max(now, min(due, end))
            self.perform(machine.advance(to: clock), perform)
        }
        now = max(now, end)
    }

    // MARK: Inputs

    private mutating func take(_ entry: TraceEntry, _ perform: (Machine.Other) -> Machine.Command?) {
        if case .received(let octets) = entry.what {
            for piece in pieces(octets, entry) {
                let flow = flow(of: entry)
                self.perform(machine.receive(piece.span, on: flow, now: clock), perform)
            }
            return
        }
        guard let recorded = entry.connection else { return }
        let connection = connections[recorded] ?? recorded
        let event: FlowEvent
        switch entry.what {
        case .received, .sent, .open, .close: return
        case .accepted:
            remotes[connection] = entry.remote
            event = .accepted(connection, entry.transport, local: entry.local, remote: entry.remote)
        case .opened: event = .opened(connection, local: entry.local)
        case .openFailed(let reason): event = .openFailed(connection, reason: reason)
        case .closed(let reason): event = .closed(connection, reason: reason)
        }
        self.perform(machine.handle(.flow(event), now: clock), perform)
    }

    private func flow(of entry: TraceEntry) -> Flow {
        guard let connection = entry.connection else {
            return .datagram(local: entry.local, remote: entry.remote)
        }
        return .stream(connections[connection] ?? connection)
    }

    /// What to feed for one entry: a datagram, or the messages of a stream that it completes.
    private mutating func pieces(_ octets: [UInt8], _ entry: TraceEntry) -> [[UInt8]] {
        guard let connection = entry.connection else { return [withIdentifiers(octets)] }
        if rules.keepsSegments { return [octets] }
        var framer = inward[connection] ?? StreamFramer()
        framer.append(octets.span)
        var pieces: [[UInt8]] = []
        while let frame = framer.next() {
            switch frame {
            case .message(let message), .malformed(_, let message?): pieces.append(withIdentifiers(message.bytes))
            case .keepAlive: pieces.append([13, 10, 13, 10])
            case .unusable: break
            case .malformed(_, nil), .lost: pieces.append(octets)
            }
        }
        inward[connection] = framer
        return pieces
    }

    /// The octets with the machine's identifiers in the head, where the recorded ones stood.
    private func withIdentifiers(_ octets: [UInt8]) -> [UInt8] {
        guard !map.pairs.isEmpty, let message = try? SIPMessage(parsing: octets) else { return octets }
        let filler = octets.prefix { $0 == 13 || $0 == 10 || $0 == 0 }.count
        let head = filler + message.bytes.count - message.body.count
        return Array(map.applied(to: SIPText(bytes: Array(octets[..<head])))) + octets[head...]
    }

    // MARK: Outputs

    private mutating func perform(
        _ effects: [SIPEffect<Machine.Other>], _ answer: (Machine.Other) -> Machine.Command?
    ) {
        for effect in effects {
            switch effect {
            case .transmit(let octets, .datagram(_, let remote)):
                compare(octets, to: remote)
            case .transmit(let octets, .stream(let connection)):
                var framer = outward[connection] ?? StreamFramer()
                framer.append(octets.span)
                while let frame = framer.next() {
                    if case .message(let message) = frame { compare(message.bytes, to: remotes[connection]) }
                }
                outward[connection] = framer
            case .open(let connection, let hop, _):
                remotes[connection] = hop.endpoint
                guard
                    let index = unopened.firstIndex(where: { $0.transport == hop.kind && $0.remote == hop.endpoint })
                else {
                    comparison.unexpected.append("\(now) a connection to \(hop.endpoint)")
                    break
                }
                if let number = unopened.remove(at: index).connection { connections[number] = connection }
            case .close:
                break
            case .other(let other):
                told.append((now, other))
                if let command = answer(other) {
                    perform(machine.handle(.command(command), now: clock), answer)
                }
            }
        }
    }

    private mutating func compare(_ octets: [UInt8], to remote: Endpoint?) {
        guard let message = try? SIPMessage(parsing: octets) else { return }
        guard let old = recorded.next(like: message, to: remote, map) else {
            comparison.unexpected.append("\(now) \(RecordedMessages.summary(message))")
            return
        }
        comparison.matched += 1
        func note(_ text: String) {
            comparison.differences.append(
                .init(time: old.time, message: old.kind, text: text))
        }
        let difference = now - old.time
        if difference > rules.tolerance || difference < .zero - rules.tolerance {
            note("\(difference) later than recorded")
        }
        for text in MessageComparison(old.message, message, &map, rules).differences { note(text) }
    }
}
