import Alerting
import E911Values
import ELINEngine
import SIPCore

extension E911Node {
    mutating func obey(_ command: NodeCommand, now: Now) {
        switch command {
        case .restore(let state, let storeAvailable): restore(state, storeAvailable: storeAvailable, now: now)
        case .storeFailing(let reason): storeFailing(reason)
        case .counterUnwritten(let reason):
            note(
                .alarm, "counter.failed", "What the counters stay below cannot be written; tried with the next commit",
                [.init("reason", reason)])
            hasLostReservation = true
        case .journaled(let token, let failure): journaled(token, failure: failure, now: now)
        case .persisted(let token, let failure):
            persisted(token, failure: failure)
            releaseClaims(now: now)
        case .fetched(let token, let answer): fetched(token, answer, now: now)
        case .prepared(let row, let site): prepared(row, site, now: now)
        case .storeChanged(let feed): storeChanged(feed, now: now)
        case .posted(let token, let result): posted(token, result, now: now)
        case .delivered(let id, let result):
            guard !testSent(id, result, now: now) else { return }
            handle(desk.handle(result, for: id, now: now), now: now)
        case .zoneOffset(let minutes):
            zoneOffsetMinutes = minutes
            calendar.zoneChanged(zoneOffsetMinutes: minutes, now: now)
        case .passwords(let files): take(files, now: now)
        case .addresses(let files): take(files, now: now)
        case .reload:
            wantPasswords()
            wantAddresses()
        case .adjust(let notes, let channels):
            configuration.notes = notes
            configuration.channels = channels
            if let site { desk.apply(site.alerts(channels: channels)) }
        case .resolved(let question, let answer): resolved(question, answer, now: now)
        case .query(.importEvidence(let batch), let token): take(batch, token, now: now)
        case .query(.aliExport(let request), let token): beginExport(request, token: token, now: now)
        case .query(.aliConfirm(let number, let who), let token):
            beginConfirmation(number, by: who, token: token, now: now)
        case .query(.testSend(let recipient, let channel, let who), let token):
            testSend(to: recipient, by: channel, who: who, token: token, now: now)
        case .query(let query, let token):
            let answer = answer(to: query, now: now)
            out.append(.other(.answer(answer, token)))
        case .drain(let on):
            isDraining = on
            note(.notice, on ? "node.draining" : "node.serving", on ? "No more calls are wanted" : "Calls are wanted")
        case .shutdown: shutDown(now: now)
        }
    }

    // MARK: Start

    /// Takes back what store and journal held. It can come twice: first from snapshot and journal alone, again when the
    /// store has been opened.
    private mutating func restore(_ state: StoredState, storeAvailable: Bool, now: Now) {
        let own = state.counters.filter { $0.node == configuration.node }.map(\.counter).max() ?? 0
        let journaled = state.journal.filter { $0.key.node == configuration.node }.map(\.key.counter).max() ?? 0
        // Where the store of a pair was read, it says how far both nodes have come; this machine's clock may be far ahead.
        let isKnown = pair != nil && !state.counters.isEmpty
        persistence.begin(
            after: max(
                own, journaled, state.siteCounter, state.snapshot?.counter ?? 0, state.elinsCopy?.counter ?? 0,
                isKnown ? 0 : state.counterMark),
            now: isKnown ? WallTime(milliseconds: 0) : now.wall)
        beginPair(state, now: now)
        if !state.members.isEmpty, !isReady { knownMembers = state.members }
        restoreSite(state, storeAvailable: storeAvailable, now: now)
        restoring.append(state.devices)
        // Nobody waits for the first ones: no call is answered before.
        while !isReady, !restoring.isEmpty { continueRestoring(now: now) }

        restoreEvidence(state.evidence)
        restoreELINs(state, storeAvailable: storeAvailable, now: now)

        let known = Set(state.calls.map(\.key))
        restoreCalls(state.calls, now: now)
        var leases = state.leases
        // Of one call the journal's last record counts; what the store has is settled there with its lease and alert.
        var recovered: [CallRecord] = []
        var position: [RecordKey: Int] = [:]
        for call in state.journal where !known.contains(call.key) && history[call.key] == nil {
            if let index = position[call.key] {
                recovered[index] = call
            } else {
                position[call.key] = recovered.count
                recovered.append(call)
            }
        }
        leases += recovered.compactMap(\.lease)
        if pair != nil { leases = leasesOfPair(leases, of: state.calls, now: now) }
        elins.restore(leases.map { StoredLease($0) }, now: now)
        restoreAlerts(state, now: now)
        history.restore(recovered)
        for call in recovered { persistence.put(call, isNew: true) }
        uniteRestored(state.calls, recovered, now: now)
        for call in recovered {
            tell(history[call.key] ?? call, now: now)
            uniteAlerts(of: call.key, now: now)
        }
        putRecoveredLeases(leases, of: recovered, now: now)
        if !recovered.isEmpty {
            note(
                .notice, "journal.replayed", "Calls that the store did not have were taken from the journal",
                [.init("calls", "\(recovered.count)")])
        }
        if !storeAvailable {
            note(.alarm, "store.unavailable", "The store could not be opened; calls are answered from the journal")
        }
        isReady = true
        let waiting = early
        early = []
        for event in waiting { handle(event, now: now) }
    }

    private mutating func restoreAlerts(_ state: StoredState, now: Now) {
        var (own, other) = (state.outbox, state.peerOutbox)
        if pair == nil {
            // Whoever is alone owes what anybody has owed, a node of another name too.
            let known = Set(own.map(\.key))
            own += other.filter { !known.contains($0.key) }
            other = []
        }
        let effects = desk.restore(
            own.compactMap { OutboxRecord(encoded: $0.payload.span) },
            ofOther: other.compactMap { OutboxRecord(encoded: $0.payload.span) }, now: now)
        handle(effects, now: now)
    }

    /// The store gets the lease of a call that the journal had only where no later one is known: neither from the store, which
    /// may be read after the journal, nor from a call since the start.
    private mutating func putRecoveredLeases(_ known: [LeaseRecord], of recovered: [CallRecord], now: Now) {
        var (latest, order) = (recoveredLeases, Array(recoveredLeases.keys).sorted())
        for lease in recovered.compactMap(\.lease) where latest[lease.elin] == nil {
            latest[lease.elin] = lease
            order.append(lease.elin)
        }
        guard !order.isEmpty else { return }
        for lease in known {
            guard let other = latest[lease.elin], StoredLease(lease).isLater(than: StoredLease(other)) else { continue }
            latest[lease.elin] = lease
        }
        var held: [TelephoneNumber: StoredLease] = [:]
        for lease in elins.leases(at: now) { held[lease.elin] = StoredLease(lease) }
        for elin in order {
            guard let lease = latest[elin] else { continue }
            recoveredLeases[elin] = lease
            let isTaken = held[elin]?.isLater(than: StoredLease(lease)) ?? false
            if !isTaken { persistence.put(lease) }
        }
    }

    /// Takes the next rows of devices back. A row of a device that nobody asks about any more goes.
    mutating func continueRestoring(now: Now) {
        guard !restoring.isEmpty else { return }
        var unreadable = 0
        for row in restoring.take() {
            guard let record = DeviceRecord(row) else {
                unreadable += 1
                continue
            }
            if registry.restore(record, now: now) != nil {
                restored(record)
                continue
            }
            // Without a site, or with one that lost a call server to an error, no device is lost.
            let isConfigured = site.map { $0.configuration.callServers.contains { $0.name == record.callServer } }
            if registry.isOver(record, now: now),
                isConfigured == false || registry.activeMember(ofCallServer: record.callServer) != nil
            {
                persistence.deleteDevice(row.key)
            }
        }
        if unreadable > 0 {
            note(
                .alarm, "store.unreadable", "Rows of devices cannot be read and were left",
                [.init("rows", "\(unreadable)")])
        }
        if restoring.isEmpty { placeAll() }
    }

    /// Takes the newest of what answers at present, the store's site and the snapshot's, and brings the others up to date:
    /// a site is taken over before it is committed, and either of the two may have failed to be written.
    private mutating func restoreSite(_ state: StoredState, storeAvailable: Bool, now: Now) {
        let stored = state.site.map { Stamped(node: configuration.node, counter: state.siteCounter, row: $0) }
        for candidate in [stored, state.snapshot] {
            if let candidate, site == nil || candidate.counter > siteCounter, adopt(candidate.row, now: now) {
                siteCounter = candidate.counter
            }
        }
        guard let site else { return }
        if let stored {
            if stored.counter < siteCounter {
                keep(site.configuration)
            } else if (state.snapshot?.counter ?? 0) < stored.counter {
                out.append(.other(.snapshot(stored)))
            }
        } else if storeAvailable, !isReady {
            keep(site.configuration)
        }
    }

    /// Makes a site that answers the one that the next start finds.
    mutating func keep(_ configuration: SiteConfiguration) {
        let row = persistence.put(configuration)
        siteCounter = row.counter
        live(.site(counter: row.counter))
        out.append(.other(.snapshot(row)))
    }

    /// Makes a site the one that answers. What cannot be used of it is skipped, with an alarm: an error in site data
    /// is refused when it is applied, and never stops a start.
    ///
    /// - Returns: `false` when there is no call server in it.
    mutating func adopt(_ configuration: SiteConfiguration, now: Now) -> Bool {
        guard let prepared = PreparedSite(configuration) else {
            note(.alarm, "site.empty", "The site has no call server; nothing can be answered from it")
            return false
        }
        adopt(prepared, now: now)
        return true
    }

    /// The same, of a site that was made ready already.
    mutating func adopt(_ prepared: PreparedSite, now: Now) {
        let model = prepared.model
        for problem in model.problems {
            note(
                .alarm, "site.problem", "A part of the site cannot be used and is skipped", [.init("problem", problem)])
        }
        let replaced = site
        site = model
        let replacedELINs = elins.apply(prepared.elins, now: now)
        lookAtRecordsAnew()
        if model.configuration.locationPush == nil { locationPush = LocationPush() }
        desk.apply(model.alerts(channels: self.configuration.channels))
        registry.configure(model.registry, now: now)
        wantClusters(now: now)
        placeAll()
        out.append(.other(.timeZone(model.configuration.timeZone)))
        wantPasswords()
        wantSchedules(now: now)
        wantAddresses()
        wantPlaces(now: now)
        // Calls of the journal that were recovered before there was a site to tell their places by.
        let untold = self.untold
        self.untold = []
        for call in untold { tell(call, now: now) }
        if let replaced { out.append(.other(.discard(ReplacedSite(model: replaced, elins: replacedELINs)))) }
    }

    // MARK: Store

    private mutating func storeFailing(_ reason: String?) {
        if let reason {
            note(.alarm, "store.failing", "The store cannot commit; what waits is kept", [.init("reason", reason)])
        } else if persistence.failure != nil {
            note(.notice, "store.recovered", "The store commits again")
        }
        persistence.failure = reason
    }

    private mutating func persisted(_ token: PersistToken, failure: String?) {
        if let failure {
            // Its calls stay in the journal, where the next start finds them.
            persistence.rejected(token)
            note(.alarm, "store.rejected", "The store refused rows", [.init("reason", failure)])
            if persistence.hasLostELINs {
                // Nobody is told of what the store does not know.
                refuseExports("the store refused the export: \(failure)")
                regainPush()
            }
            return
        }
        // Where the store can write, so can what lies beside it.
        if hasLostReservation {
            hasLostReservation = false
            persistence.loseReservation()
        }
        let committed = persistence.committed(token)
        if persistence.hasLostELINs {
            persistence.regainELINs()
            for row in elins.rows { persistence.put(row) }
        }
        guard var through = committed else { return }
        if let waiting = pending.lowestToken, waiting <= through {
            guard waiting.rawValue > 0 else { return }
            through = JournalToken(rawValue: waiting.rawValue - 1)
        }
        out.append(.other(.forgetJournal(through: through)))
    }

    mutating func flushPersistence(now: Now) {
        guard isReady else { return }
        if persistence.hasBatch {
            let leaving = persistence.takeDevices()
            for (batch, token) in persistence.batches(
                leaving.isEmpty ? DeviceRows() : registry.rows(at: leaving), deciding: pending.lowestKeyCounter)
            {
                out.append(.other(.persist(batch, token)))
            }
        }
        if let mark = persistence.newReservation() { out.append(.other(.rememberCounter(mark))) }
        if let rows = persistence.newAlarm() {
            note(.alarm, "store.waiting", "Many rows wait for the store", [.init("rows", "\(rows)")])
        }
    }

    // MARK: End

    private mutating func shutDown(now: Now) {
        guard !isShuttingDown else { return }
        isShuttingDown = true
        refuseImports()
        refuseTestSends()
        subscriptions.leave()
        workOnSubscriptions(now: now)
    }

    /// The process may leave when no subscription stands, nothing waits for the journal, and the store was given all.
    mutating func finishIfDone() {
        guard isShuttingDown, !hasFinished, subscriptions.isEmpty, pending.count == 0,
            persistence.waiting == 0,
            // The last heartbeat goes behind all else, and with nothing more to come it need not wait itself.
            pair == nil || !persistence.isCommittingCalls
        else { return }
        hasFinished = true
        endPair()
        out.append(.other(.finished))
    }
}
