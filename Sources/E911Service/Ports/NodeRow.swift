import E911Values

/// What a node of a pair tells the other one about itself through the store: its heartbeat.
public struct NodeRow: Equatable, Sendable {
    public enum State: UInt8, Sendable {
        case serving = 1
        /// It wants no more calls; those that come are answered.
        case draining
        /// It has ended, and all that it decided is in the store.
        case stopped
    }

    public var name: String
    /// Both names, in the order that its configuration has.
    public var pair: [String] = []
    /// Where the counter of this life of the node began.
    public var incarnation: UInt64 = 0
    /// Every call that it decided with a key up to this counter is in the store. On its way there it is the time of the
    /// heartbeat.
    public var completeThrough: UInt64 = 0
    /// What it has taken over of the other node: all rows up to this counter.
    public var seenThrough: UInt64 = 0
    public var state = State.serving
    public var software = ""
    public var callsWaiting = 0
    public var openAlerts = 0
    /// The console's address, for people; empty without one.
    public var consoleURL = ""
    /// Whether it binds numbers of pools and tells the ALI side of them, or is about to; `nil` of a version whose first node
    /// always does.
    public var leads: Bool?

    public init(name: String) { self.name = name }
}

extension NodeRow {
    private enum Tag {
        static let name: UInt8 = 1
        static let pair: UInt8 = 2
        static let incarnation: UInt8 = 3
        static let completeThrough: UInt8 = 4
        static let seenThrough: UInt8 = 5
        static let state: UInt8 = 6
        static let software: UInt8 = 7
        static let callsWaiting: UInt8 = 8
        static let openAlerts: UInt8 = 9
        static let consoleURL: UInt8 = 10
        static let leads: UInt8 = 11
    }

    /// The octets of the row in the store (`FieldWriter` has the form). A tag is never used again for something else.
    public func encoded() -> [UInt8] {
        var out = FieldWriter(capacity: 128)
        out.text(Tag.name, name)
        for name in pair { out.element(Tag.pair, name) }
        out.number(Tag.incarnation, incarnation)
        out.number(Tag.completeThrough, completeThrough)
        out.number(Tag.seenThrough, seenThrough)
        out.number(Tag.state, UInt64(state.rawValue))
        out.text(Tag.software, software)
        out.number(Tag.callsWaiting, UInt64(max(0, callsWaiting)))
        out.number(Tag.openAlerts, UInt64(max(0, openAlerts)))
        out.text(Tag.consoleURL, consoleURL)
        if let leads { out.number(Tag.leads, leads ? 1 : 0) }
        return out.octets
    }

    /// Reads what ``encoded()`` wrote; `nil` if the octets are no such row. Of a newer version's state nothing is known but
    /// that the node lives.
    public init?(encoded octets: Span<UInt8>) {
        guard let fields = FieldReader.fields(octets), let first = fields.first, first.tag == Tag.name else {
            return nil
        }
        self.init(name: first.text)
        for field in fields {
            switch field.tag {
            case Tag.pair: pair.append(field.text)
            case Tag.incarnation: incarnation = field.number ?? 0
            case Tag.completeThrough: completeThrough = field.number ?? 0
            case Tag.seenThrough: seenThrough = field.number ?? 0
            case Tag.state: state = field.number.flatMap { UInt8(exactly: $0) }.flatMap(State.init) ?? .serving
            case Tag.software: software = field.text
            case Tag.callsWaiting: callsWaiting = Int(min(field.number ?? 0, UInt64(Int32.max)))
            case Tag.openAlerts: openAlerts = Int(min(field.number ?? 0, UInt64(Int32.max)))
            case Tag.consoleURL: consoleURL = field.text
            case Tag.leads: leads = field.number.map { $0 != 0 }
            default: continue
            }
        }
    }
}
