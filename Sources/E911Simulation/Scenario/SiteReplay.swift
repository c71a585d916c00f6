import Alerting
public import E911Service
import E911Values
import SIPCore

/// Plays what one side of a conversation heard to a new node with a site, in virtual time, and compares what the node says
/// with what was said then.
public struct SiteReplay: Sendable {
    /// What came of it.
    public struct Outcome: Sendable {
        public var comparison: TraceComparison
        /// What the node heard and said: a trace that the same replay finds equal.
        public var transcript: [TraceEntry]
    }

    public var site: SiteConfiguration
    public var configuration: NodeConfiguration
    /// Of the node's tags, branches and Call-IDs.
    public var seed: UInt64
    public var rules = ReplayRules()

    public init(site: SiteConfiguration, configuration: NodeConfiguration, seed: UInt64 = 1) {
        self.site = site
        self.configuration = configuration
        self.seed = seed
    }

    /// Plays a trace. The node's journal and store answer at once, and its alerts are delivered; nobody answers what it asks
    /// of DNS.
    public func play(_ trace: [TraceEntry]) -> Outcome {
        let node = E911Node(
            configuration: configuration,
            identifiers: World(seed: seed).identifiers(for: "node \(configuration.node)"))
        var state = StoredState()
        state.site = site
        let commands = [(after: Self.start(of: trace), command: NodeCommand.restore(state, storeAvailable: true))]
        var octets: [UInt8] = []
        let comparison = TracePlayer.play(
            trace, into: RecordingMachine(node) { octets += $0 }, commands: commands, rules: rules
        ) {
            switch $0 {
            case .journal(_, let token): .journaled(token, failure: nil)
            case .persist(_, let token): .persisted(token, failure: nil)
            case .deliver(let delivery): .delivered(delivery.id, .delivered(providerAnswer: "250 OK"))
            case .post(_, let token): .posted(token, .delivered(providerAnswer: "200 OK"))
            case .forgetJournal, .fetch, .prepare, .snapshot, .timeZone, .reserve, .readPasswords, .readAddresses,
                .resolve,
                .remember,
                .rememberELINs, .rememberCounter, .answer, .note, .live, .discard, .finished:
                nil
            }
        }.comparison
        return Outcome(comparison: comparison, transcript: TraceReader.read(octets).entries)
    }

    /// How long behind the first entry the node had its state: what it does first then is to subscribe. What it said
    /// before, it said as one that starts.
    private static func start(of trace: [TraceEntry]) -> Duration {
        let subscribed = trace.first { entry in
            switch entry.what {
            case .open: true
            case .sent(let octets): octets.starts(with: "SUBSCRIBE ".utf8)
            case .received, .close, .accepted, .opened, .openFailed, .closed: false
            }
        }
        guard let first = trace.first, let subscribed else { return .zero }
        return subscribed.time - first.time
    }
}
