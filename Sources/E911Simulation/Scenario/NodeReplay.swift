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
        return SiteReplay(
            site: site.configuration, configuration: site.nodeConfiguration(0), seed: seed ?? self.seed
        ).play(trace).comparison
    }
}

extension SimulatedSite {
    /// Records one node, from now on, so that ``NodeReplay`` can play the file.
    public func record(_ node: SimulatedNode, write: @escaping ([UInt8]) -> Void) {
        _ = HostRecorder(node.host, in: world, comments: [NodeReplay(self).comment], write: write)
    }
}
