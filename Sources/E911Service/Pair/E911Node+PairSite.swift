import E911Values
import ELINEngine
import Locations
import SIPCore

/// The site of a pair: what one node is told, both answer from.
extension E911Node {
    /// Whether this node binds numbers of pools to places, tells the ALI side of them and posts where devices are. Of a pair it
    /// is one alone (``LeadBook``): each by itself could bind one number to two places. The other follows, and begins when the
    /// first one is gone.
    var leads: Bool { pair.map { $0.lead.stage == .leads } ?? true }

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

    /// Who binds may be another one now.
    mutating func decideWhoLeads(now: Now) {
        guard var pair else { return }
        pair.lead.stored(persistence.storedHeartbeat, last: pair.lastToken)
        let before = pair.lead.stage
        pair.lead.decide(
            pair.peer, isReady: pair.hasELINs && pair.incoming.isEmpty && !isShuttingDown, now: now.monotonic)
        self.pair = pair
        followLead(from: before, now: now)
    }

    /// Time has passed: before anything else is done, whoever may have slept binds nothing.
    mutating func fenceLead(now: Now) {
        guard let before = pair?.lead.stage, before == .leads else { return }
        pair?.lead.fence(at: now.monotonic)
        followLead(from: before, now: now)
    }

    private mutating func followLead(from before: LeadBook.Stage, now: Now) {
        guard let stage = pair?.lead.stage, stage != before else { return }
        // The other one learns it at once.
        putHeartbeat(now: now)
        switch (before, stage) {
        case (_, .leads):
            pair?.ledSince = persistence.counter
            elins.setOpen(true, now: now)
            lookAtRecordsAnew()
            placeAll()
            announceAll()
            note(.notice, "pair.leads", "This node binds numbers of pools and tells the ALI side of them", [])
        case (.leads, _):
            elins.setOpen(false, now: now)
            stopTelling()
            locationPush.startAgain()
            note(
                stage == .claims ? .alarm : .notice, "pair.follows",
                "This node binds no numbers of pools any more"
                    + (stage == .claims
                        ? ": the store does not take its heartbeats, or the other one took it for gone"
                        : ": the other one does"),
                [])
        default: break
        }
    }

    /// What the other node has bound, or given back.
    mutating func takeOver(_ row: ELINRow?, of number: TelephoneNumber, changedAt: UInt64, now: Now) {
        if leads, let pair, changedAt <= pair.ledSince, !pair.lead.isPeerLeading(pair.peer, now: now.monotonic),
            let own = elins.row(of: number)
        {
            // It was bound before this node began, and written late: what is known here is true.
            persistence.put(own)
            return
        }
        // Devices are counted anew where numbers are bound.
        if elins.isOpen { pair?.placesAnew = true }
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
