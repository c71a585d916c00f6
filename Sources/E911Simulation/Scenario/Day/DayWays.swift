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
        guard plan.variesAll else { return }
        site.naming = [.address, .address, .address, .host, .services, .pointer][generator.index(below: 6)]
        site.elinTimeout = .seconds([120, 600, 1200][generator.index(below: 3)])
        site.keepsELINs = generator.chance(0.7)
        site.subscriptionExpires = [120, 600, 3761][generator.index(below: 3)]
        site.managerAddresses = 1 + generator.index(below: 2)
    }

    var description: String {
        "\(site.mode.rawValue), \(site.transport), by \(site.naming), loss \(loss), \(site.labelling), "
            + "versions \(site.versions), bodies of \(site.maxBodyOctets), \(site.elinsPerFloor) ELINs a floor for "
            + "\(site.elinTimeout), the map \(site.keepsELINs ? "at the SIP Server" : "at e911d"), "
            + "subscriptions of \(site.subscriptionExpires) s, \(site.managers * site.managerAddresses) addresses"
    }
}
