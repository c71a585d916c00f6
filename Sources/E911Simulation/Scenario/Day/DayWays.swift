import E911Values
import SIPCore

/// How a seed chooses the ways of a ``SimulatedDay``'s site.
struct DayWays: CustomStringConvertible {
    private(set) var site: SimulatedSite.Plan
    private var loss: Double

    init(seed: UInt64, _ plan: DayPlan) {
        var generator = SeededGenerator(seed: (seed, 0x6461_7900, 0, 0))
        site = plan.site
        site.mode = generator.chance(0.5) ? .proxy : .backToBack
        site.transport = generator.chance(0.5) ? .udp : .tcp
        site.labelling = [.fullThenPartial, .allFull, .allPartial][generator.index(below: 3)]
        site.versions = [.rising, .shared, .zero][generator.index(below: 3)]
        site.maxBodyOctets = [5000, 14_336, 60_000][generator.index(below: 3)]
        site.elinsPerFloor = [2, 5, 20][generator.index(below: 3)]
        loss = [0, 0.01, 0.03][generator.index(below: 3)]
        site.conditions = loss == 0 ? .perfect : .lossy(loss)
        if site.isPaired { pair(seed) }
        guard plan.variesAll else { return }
        site.naming = [.address, .address, .address, .host, .services, .pointer][generator.index(below: 6)]
        site.elinTimeout = .seconds([120, 600, 1200][generator.index(below: 3)])
        site.keepsELINs = generator.chance(0.7)
        site.subscriptionExpires = [120, 600, 3761][generator.index(below: 3)]
        site.managerAddresses = 1 + generator.index(below: 2)
    }

    /// Two clocks that are at most 30 s apart, and who is asked first.
    private mutating func pair(_ seed: UInt64) {
        var generator = SeededGenerator(seed: (seed, 0x6461_7900, 4, 0))
        site.wallOffsets = (0..<2).map { _ in Self.wallOffset(generator.next()) }
        site.spreadsCalls = generator.chance(0.5)
    }

    /// How far a clock of a pair may be off.
    static func wallOffset(_ choice: UInt64) -> Duration { .milliseconds(Int64(choice % 30_001) - 15_000) }

    var description: String {
        "\(site.mode.rawValue), \(site.transport), by \(site.naming), loss \(loss), \(site.labelling), "
            + "versions \(site.versions), bodies of \(site.maxBodyOctets), \(site.elinsPerFloor) ELINs a floor for "
            + "\(site.elinTimeout), the map \(site.keepsELINs ? "at the SIP Server" : "at e911d"), "
            + "subscriptions of \(site.subscriptionExpires) s, \(site.managers * site.managerAddresses) addresses"
            + (site.isPaired ? ", a pair\(site.spreadsCalls ? " that calls are spread over" : "")" : "")
    }
}
