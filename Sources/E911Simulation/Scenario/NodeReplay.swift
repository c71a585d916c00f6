import Alerting
import E911Service
import E911Values
public import SIPCore

/// A recorded life of a simulated node, played to a new one. What the recording depends on stands in the trace's first
/// comment, so the file is all that is needed.
public struct NodeReplay: Equatable, Sendable {
    public var seed: UInt64
    public var phones: Int
    public var floors: Int
    public var managers: Int
    public var elins: Int
    public var transport: SIPTransportKind

    init(_ site: SimulatedSite) {
        seed = site.world.seed
        phones = site.plan.phones
        floors = site.plan.floors
        managers = site.plan.managers
        elins = site.plan.elinsPerFloor
        transport = site.plan.transport
    }

    /// For the comment of a trace.
    public var comment: String {
        "simulated node, seed \(seed), phones \(phones), floors \(floors), managers \(managers), "
            + "elins \(elins), \(transport)"
    }

    /// Reads the comments of a trace; `nil` if it is no recording of a simulated node.
    public init?(comments: [String]) {
        let words = comments.first?.split(whereSeparator: { $0 == " " || $0 == "," }).map { String($0) } ?? []
        func number(behind name: String) -> Int? {
            words.firstIndex(of: name).flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
        }
        guard words.starts(with: ["simulated", "node"]), let seed = number(behind: "seed"), seed >= 0,
            let phones = number(behind: "phones"), let floors = number(behind: "floors"),
            let managers = number(behind: "managers"), let elins = number(behind: "elins"),
            let transport = SIPTransportKind.allCases.first(where: { "\($0)" == words.last })
        else { return nil }
        self.seed = UInt64(seed)
        self.phones = phones
        self.floors = floors
        self.managers = managers
        self.elins = elins
        self.transport = transport
    }

    /// Plays the trace to a node with the site of the recording and the same identifiers. Its journal and store answer
    /// at once.
    public func play(_ trace: [TraceEntry], identifiers seed: UInt64? = nil) -> TraceComparison {
        var plan = SimulatedSite.Plan()
        plan.phones = 0
        plan.floors = floors
        plan.managers = managers
        plan.elinsPerFloor = elins
        plan.transport = transport
        let site = SimulatedSite(seed: seed ?? self.seed, plan)
        let configuration = site.nodeConfiguration(0)
        let node = E911Node(
            configuration: configuration,
            identifiers: site.world.identifiers(for: "node \(configuration.node)"))
        var state = StoredState()
        state.site = site.configuration
        let commands = [(after: Self.start(of: trace), command: NodeCommand.restore(state, storeAvailable: true))]
        return TracePlayer.play(trace, into: node, commands: commands) {
            switch $0 {
            case .journal(_, let token): .journaled(token, failure: nil)
            case .persist(_, let token): .persisted(token, failure: nil)
            case .deliver(let delivery): .delivered(delivery.id, .delivered(providerAnswer: "250 OK"))
            case .post(_, let token): .posted(token, .delivered(providerAnswer: "200 OK"))
            case .forgetJournal, .snapshot, .timeZone, .reserve, .readPasswords, .readAddresses, .resolve, .remember,
                .rememberELINs, .rememberCounter, .answer, .note, .discard, .finished:
                nil
            }
        }.comparison
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

extension SimulatedSite {
    /// Records one node, from now on, so that ``NodeReplay`` can play the file.
    public func record(_ node: SimulatedNode, write: @escaping ([UInt8]) -> Void) {
        _ = HostRecorder(node.host, in: world, comments: [NodeReplay(self).comment], write: write)
    }
}
