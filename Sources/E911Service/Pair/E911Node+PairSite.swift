import E911Values
import ELINEngine
import Locations
import SIPCore

/// The site of a pair: what one node is told, both answer from.
extension E911Node {
    /// Whether this node binds numbers of pools to places, tells the ALI side of them and posts where devices are. Of a pair it
    /// is the first one alone: each by itself could bind one number to two places. The other follows, and while the first one
    /// is down no place gets a number that has none.
    var leads: Bool { pair.map { $0.position == 0 } ?? true }

    // MARK: Site

    /// The other node was given a site. The later one is true, as it is in the store.
    mutating func takeOver(_ site: SiteConfiguration, changedAt: UInt64, by node: String) {
        guard changedAt > siteCounter else { return }
        out.append(.other(.prepare(Stamped(node: node, counter: changedAt, row: site))))
    }

    /// It was made ready, on a thread where that held up nobody.
    mutating func prepared(_ row: Stamped<SiteConfiguration>, _ prepared: PreparedSite?, now: Now) {
        guard pair != nil, row.counter > siteCounter else { return }
        guard let prepared else {
            note(
                .alarm, "site.empty", "The site has no call server; nothing can be answered from it",
                [.init("node", row.node)])
            return
        }
        adopt(prepared, now: now)
        siteCounter = row.counter
        live(.site(counter: row.counter))
        out.append(.other(.snapshot(row)))
        note(
            .notice, "site.followed", "The other node was given a site; it answers here too", [.init("node", row.node)])
    }

    // MARK: Numbers of pools

    /// What the first node has bound, or given back.
    mutating func takeOver(_ row: ELINRow?, of number: TelephoneNumber, changedAt: UInt64, now: Now) {
        guard !leads else { return }
        if let row { elins.merge(row, now: now) } else { elins.forget(number, now: now) }
        pair?.followsELINs(through: changedAt)
        elinCopy.changed(changedAt, now: now)
    }

    // MARK: Evidence

    /// The other node was told who was seen where on the network.
    mutating func takeOver(_ sighting: EvidenceSighting) {
        if sightings.isEmpty { sightings.reserve(configuration.evidenceRows) }
        switch sightings.judge(sighting) {
        case .added where sightings.count >= configuration.evidenceRows: return
        case .added, .changed: sightings.put(sighting)
        case .unchanged, .older: return
        }
        // Where the devices are may be another place now. A pass that runs already ends first.
        pair?.placesAnew = true
    }

    mutating func forgetEvidence(_ key: String) {
        if sightings.remove(key: key) { pair?.placesAnew = true }
    }
}
