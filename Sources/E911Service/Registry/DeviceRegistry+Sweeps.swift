import E911Values

// The ends of downloads, and the work over all devices.
extension DeviceRegistry {
    /// A new number for a member's downloads. They fit an octet: before they run out, all sightings are numbered anew.
    mutating func advanceEpoch(callServer: Int, member: Int) {
        var state = callServers[callServer].members[member]
        if state.epoch == .max {
            for slot in 0..<UInt32(table.slots.count)
            where !table[slot].isFree && table[slot].callServer == callServer && table.epoch(slot, member) != 0 {
                table.setEpoch(slot, member, 1)
            }
            jobs.removeAll { $0.sweep.map { $0.callServer == callServer && $0.member == member } ?? false }
            for index in subscriptions.indices
            where subscriptions[index]?.callServer == callServer && subscriptions[index]?.member == member {
                subscriptions[index]?.held = nil
            }
            state.epoch = 1
        }
        state.epoch += 1
        callServers[callServer].members[member] = state
    }

    /// Silence says that a download is over.
    mutating func completeDownload(_ index: Int, _ events: inout [RegistryEvent]) {
        guard let state = subscriptions[index], let download = state.download else { return }
        if state.aor != nil {
            let context = DocumentContext(
                index: index, callServer: state.callServer, member: state.member, epoch: download.epoch,
                dialog: state.dialog, isLate: false, remembers: false)
            return completeAOR(context, confirmed: [], isIncomplete: !download.hasState, &events)
        }
        let finished = closeDownload(index)
        guard let finished, finished.hasState, !finished.isIncomplete else {
            if let finished { events.append(.downloadCompleted(handle(index), finished.summary)) }
            return
        }
        let held = state.held.flatMap { $0.dialog == state.dialog ? $0.epoch : nil }
        jobs.append(
            .sweep(
                SweepJob(
                    subscription: handle(index), callServer: state.callServer, member: state.member,
                    dialog: state.dialog, losses: state.losses, download: finished, retiresBefore: held)))
    }

    private mutating func closeDownload(_ index: Int) -> DownloadState? {
        guard var state = subscriptions[index], var download = state.download else { return nil }
        download.summary.length = (download.lastNotify ?? download.began) - download.began
        state.lastDownloadLength = download.summary.length
        state.download = nil
        state.superseded.turn()
        subscriptions[index] = state
        return download
    }

    /// Full state of one address of record is there: what it did not list is gone.
    mutating func completeAOR(
        _ context: DocumentContext, confirmed: Set<UInt32>, isIncomplete: Bool, _ events: inout [RegistryEvent]
    ) {
        guard let state = subscriptions[context.index], let aor = state.aor else { return }
        let seen = confirmed.union(state.download?.seen ?? [])
        let isIncomplete = isIncomplete || state.download?.isIncomplete ?? false
        let present = aor.withUnsafeBufferPointer { devicesOfUser($0, state.aorHash, context) }
        let missing = present.filter { !seen.contains($0) }
        let isGreat =
            missing.count > configuration.heldSweepCount
            && missing.count * 100 > configuration.heldSweepPercent * present.count
        let isAgreed = state.heldMissing.map { held in missing.allSatisfy(held.contains) } ?? false
        if isIncomplete {
            // It says nothing about what it did not list.
        } else if isGreat && !isAgreed {
            subscriptions[context.index]?.heldMissing = Set(missing)
            events.append(.sweepHeld(handle(context.index), missing: missing.count, of: present.count))
            askForFullState(context.index, .heldSweep)
        } else {
            subscriptions[context.index]?.heldMissing = nil
            for slot in missing {
                end(slot, callServer: context.callServer, member: context.member, context, &events)
            }
        }
        // Before its SUBSCRIBE is accepted a download is not over; the document is the new state by itself.
        if state.download?.accepted != nil, let finished = closeDownload(context.index) {
            events.append(.downloadCompleted(handle(context.index), finished.summary))
        }
    }

    /// In the scope of an AOR its notifier may write the AOR otherwise than we did; the user decides.
    private func devicesOfUser(
        _ aor: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ context: DocumentContext
    ) -> [UInt32] {
        let key = URIParts(aor).userKey
        var found: [UInt32] = []
        var slot = table.first(ofUser: hash)
        while slot != DeviceSlot.none {
            let record = table[slot]
            if record.callServer == context.callServer, table.epoch(slot, context.member) != 0,
                table.texts.withText(.aor, at: record.text, { URIParts($0).userKey == key })
            {
                found.append(slot)
            }
            slot = table.next(ofUser: slot)
        }
        return found
    }

    // MARK: Jobs

    /// Works on the first job, within the budget.
    mutating func runJobs(_ budget: inout Int, _ events: inout [RegistryEvent]) {
        while budget > 0, let job = jobs.first {
            var done: RegistryJob?
            switch job {
            case .sweep(var sweep):
                var cursor = sweep.cursor
                each(&cursor, &budget) { $0.sweep(&sweep, $1, &events) }
                sweep.cursor = cursor
                done = .sweep(sweep)
                if sweep.cursor >= table.slots.count {
                    jobs.removeFirst()
                    finish(sweep, &events)
                    continue
                }
            case .switchMember(let callServer, let from, let to, var cursor):
                each(&cursor, &budget) { $0.compare($1, callServer: callServer, from: from, to: to, &events) }
                done = .switchMember(callServer: callServer, from: from, to: to, cursor: cursor)
            case .refilter(let callServer, var cursor):
                each(&cursor, &budget) { $0.refilter($1, callServer: callServer, &events) }
                done = .refilter(callServer: callServer, cursor: cursor)
            case .forget(let callServer, var cursor):
                each(&cursor, &budget) { $0.forget($1, callServer: callServer, &events) }
                done = .forget(callServer: callServer, cursor: cursor)
            case .retireUnseen(var cursor):
                each(&cursor, &budget) { $0.retireUnseen($1, &events) }
                done = .retireUnseen(cursor: cursor)
            }
            guard let done else { continue }
            if done.cursor >= table.slots.count { jobs.removeFirst() } else { jobs[0] = done }
        }
    }

    /// Calls `body` with the next devices.
    private mutating func each(
        _ cursor: inout UInt32, _ budget: inout Int, _ body: (inout DeviceRegistry, UInt32) -> Void
    ) {
        while budget > 0, cursor < table.slots.count {
            budget -= 1
            if !table[cursor].isFree { body(&self, cursor) }
            cursor += 1
        }
    }

    private mutating func sweep(_ sweep: inout SweepJob, _ slot: UInt32, _ events: inout [RegistryEvent]) {
        guard table[slot].callServer == sweep.callServer else { return }
        let epoch = table.epoch(slot, sweep.member)
        guard epoch != 0, epoch < sweep.download.epoch else { return }
        guard let before = sweep.retiresBefore, epoch < before else {
            sweep.missing += 1
            return
        }
        let told = events.count
        end(slot, callServer: sweep.callServer, member: sweep.member, nil, &events)
        if events.count > told { sweep.download.summary.retired += 1 }
    }

    /// What this download alone did not list waits for the next one of its dialog, which is asked for.
    private mutating func finish(_ sweep: SweepJob, _ events: inout [RegistryEvent]) {
        events.append(.downloadCompleted(sweep.subscription, sweep.download.summary))
        let index = sweep.subscription.index
        guard let state = state(of: sweep.subscription), state.dialog == sweep.dialog else { return }
        guard sweep.missing > 0 else {
            subscriptions[index]?.held = nil
            subscriptions[index]?.secondOpinions = 0
            return
        }
        if state.losses == sweep.losses {
            subscriptions[index]?.held = .init(dialog: sweep.dialog, epoch: sweep.download.epoch)
        }
        let present = callServers[sweep.callServer].members[sweep.member].present
        if sweep.missing > configuration.heldSweepCount,
            sweep.missing * 100 > configuration.heldSweepPercent * present
        {
            events.append(.sweepHeld(sweep.subscription, missing: sweep.missing, of: present))
        }
        // One that has begun meanwhile can agree.
        guard state.download == nil else { return }
        askForFullState(index, .heldSweep)
        subscriptions[index]?.secondOpinions += 1
    }

    private mutating func refilter(_ slot: UInt32, callServer: Int, _ events: inout [RegistryEvent]) {
        guard table[slot].callServer == callServer else { return }
        let fields = TextArena.Field.allCases.map { table.text($0, of: slot) }
        let before = record(slot)
        Self.withTexts(fields) { identify(slot, $0, &events) }
        let after = record(slot)
        if !after.isFiltered, before != after {
            events.append(.changed(table.id(slot), from: before))
        } else if after.isFiltered, !before.isFiltered {
            events.append(.filtered(table.id(slot)))
        }
    }

    static func withTexts(_ fields: [[UInt8]], _ body: (DeviceTexts) -> Void) {
        fields[0].withUnsafeBufferPointer { aor in
            fields[1].withUnsafeBufferPointer { uri in
                fields[2].withUnsafeBufferPointer { instance in
                    fields[3].withUnsafeBufferPointer { received in
                        fields[4].withUnsafeBufferPointer { path in
                            fields[5].withUnsafeBufferPointer { userAgent in
                                body(
                                    DeviceTexts(
                                        aor: aor, contactURI: uri, instance: instance, received: received, path: path,
                                        userAgent: userAgent))
                            }
                        }
                    }
                }
            }
        }
    }

    private mutating func forget(_ slot: UInt32, callServer: Int, _ events: inout [RegistryEvent]) {
        guard table[slot].callServer == callServer else { return }
        let before = record(slot)
        let id = table.id(slot)
        erase(slot)
        events.append(.removed(id, before))
    }

    private mutating func retireUnseen(_ slot: UInt32, _ events: inout [RegistryEvent]) {
        guard table[slot].state != .retired, !table.isSeen(slot) else { return }
        retire(slot)
        if !table[slot].flags.contains(.filtered) { events.append(.retired(table.id(slot))) }
    }

    // MARK: Time

    /// Looks at the devices whose time has come, within the budget.
    mutating func expire(_ budget: inout Int, _ events: inout [RegistryEvent]) {
        while budget > 0, let entry = wheel.pop(until: presentSecond) {
            budget -= 1
            let slot = entry.slot
            guard slot < table.slots.count, !table[slot].isFree, table[slot].wheelSecond == entry.second else {
                continue
            }
            table.modify(slot) { $0.wheelSecond = 0 }
            guard let due = dueSecond(slot) else { continue }
            guard due <= presentSecond else {
                let second = wheel.add(slot, at: due)
                table.modify(slot) { $0.wheelSecond = second }
                continue
            }
            switch table[slot].state {
            case .active:
                setState(slot, .stale)
                let record = table[slot]
                let isSource = table.epoch(slot, callServers[Int(record.callServer)].active) != 0
                if isSource, !record.flags.contains(.filtered) { events.append(.stale(table.id(slot))) }
            case .stale: break
            case .retired:
                if table.isSeen(slot) {
                    // Another member has listed it all the time.
                    setState(slot, .active)
                    setMark(slot, 0)
                } else {
                    forget(slot, callServer: Int(table[slot].callServer), &events)
                }
            }
        }
    }
}

extension RegistryJob {
    var sweep: SweepJob? {
        switch self {
        case .sweep(let sweep): sweep
        case .switchMember, .refilter, .forget, .retireUnseen: nil
        }
    }

    var cursor: UInt32 {
        switch self {
        case .sweep(let sweep): sweep.cursor
        case .switchMember(_, _, _, let cursor), .refilter(_, let cursor), .forget(_, let cursor),
            .retireUnseen(let cursor):
            cursor
        }
    }
}
