import E911Values
import ELINEngine
import Locations
import RegInfo
import SIPCore

extension E911Node {
    /// What the registry tells: rows for the store, notes for people, refreshes for the engine.
    mutating func handle(_ events: [RegistryEvent], now: Now) {
        for event in events {
            switch event {
            case .added(let id):
                counters.devicesAdded += 1
                keep(id)
                tell(id, "device.added", "A device registered", now: now)
            case .moved(let id, let old):
                counters.devicesMoved += 1
                if let record = registry.record(for: id), record.key != old.key { persistence.deleteDevice(old.key) }
                keep(id)
                tellMove(id, from: old, isContact: true, now: now)
            case .changed(let id, let old):
                if let record = registry.record(for: id), record.key != old.key { persistence.deleteDevice(old.key) }
                keep(id)
                tellMove(id, from: old, isContact: false, now: now)
            case .confirmed(let id):
                keep(id)
                place(id, now: now)
            case .stale(let id):
                keep(id)
                tell(id, "device.stale", "A device's registration ran out", now: now)
            case .retired(let id):
                counters.devicesRetired += 1
                keep(id)
                tell(id, "device.retired", "A device is registered no more", now: now)
                displace(id, now: now)
            case .filtered(let id):
                keep(id)
                displace(id, now: now)
            case .removed(let id, let record):
                persistence.deleteDevice(record.key)
                displace(id, record, now: now)
            case .unusableAddress(let id):
                tell(id, "device.address", "A device's host is no address, or its MAC none; the text is kept", now: now)
            case .downloadCompleted(let subscription, let summary): completed(subscription, summary)
            case .sweepHeld(let subscription, let missing, let of):
                counters.sweepsHeld += 1
                note(
                    .alarm, "download.held",
                    "A download did not list many devices; they stay unless a second one agrees",
                    fields(of: subscription) + [.init("missing", "\(missing)"), .init("of", "\(of)")])
            case .refreshWanted(let subscription, let reason): refresh(subscription, reason, now: now)
            case .documentRefused(let subscription, let error):
                counters.unreadableDocuments += 1
                note(
                    .alarm, "reginfo.unreadable", "A registration document cannot be read; what is known is kept",
                    fields(of: subscription) + [.init("error", error.description)])
            case .irregularities(let subscription, let first, let count):
                note(
                    .info, "reginfo.irregular", "A registration document was read with exceptions",
                    fields(of: subscription) + [.init("first", "\(first)"), .init("count", "\(count)")])
            case .patternLimitReached(let name):
                note(.alarm, "pattern.limit", "A pattern reached its limit", [.init("call-server", name)])
            case .full(let name):
                note(.alarm, "registry.full", "There is no room for another device", [.init("call-server", name)])
            }
        }
    }

    private mutating func keep(_ id: DeviceID) {
        persistence.deviceChanged(id.slot)
    }

    /// A subscription that does not stand is tried again at its own pace, and brings full state then.
    private mutating func refresh(_ subscription: RegistrySubscription, _ reason: RefreshReason, now: Now) {
        guard let id = subscriptions.id(of: subscription), subscriptions[id]?.isActive == true else { return }
        note(
            .info, "subscription.refresh", "Full state is asked for",
            fields(of: subscription) + [.init("reason", "\(reason)")])
        perform(engine.refresh(id, now: now), now: now)
    }

    private func fields(of subscription: RegistrySubscription) -> [Note.Field] {
        guard let scope = registry.scope(of: subscription) else { return [] }
        return [
            .init("call-server", scope.callServer), .init("member", "\(scope.member)"),
            .init("aor", scope.aor ?? "", personal: true),
        ]
    }

    private mutating func completed(_ subscription: RegistrySubscription, _ summary: DownloadSummary) {
        counters.downloads += 1
        guard let scope = registry.scope(of: subscription) else { return }
        downloads[scope.callServer, default: 0] += 1
        note(
            scope.aor == nil ? .notice : .debug, "download.completed", "A download of registered devices is complete",
            fields(of: subscription) + [
                .init("documents", "\(summary.documents)"), .init("contacts", "\(summary.contacts)"),
                .init("added", "\(summary.added)"), .init("moved", "\(summary.moved)"),
                .init("retired", "\(summary.retired)"), .init("seconds", "\(summary.length.components.seconds)"),
            ])
        if placingFrom == nil { tellUnlocated() }
    }

    /// Places a device and tells where it is, and which ELIN is ready for it. A line a device would drown the log of a large
    /// download, so those that a rule places are told at the lowest level only.
    private mutating func tell(_ id: DeviceID, _ code: String, _ text: String, now: Now) {
        guard let place = place(id, now: now) else { return }
        let level: Note.Level = place.isUnlocated ? .info : .debug
        guard level >= configuration.notes, let device = registry.view(of: id),
            let answer = site?.answer(for: device, evidence(of: device), now: now)
        else { return }
        note(
            level, place.isUnlocated ? code + "-unlocated" : code, text,
            fields(of: device, at: answer, elin: firstELIN(of: device, at: answer, now: now)))
    }

    /// A device has another contact, or another address or identity behind the same one: it has moved when it is at another
    /// place, or its contact says so.
    private mutating func tellMove(_ id: DeviceID, from old: DeviceRecord, isContact: Bool, now: Now) {
        guard place(id, now: now) != nil, let new = registry.view(of: id) else { return }
        let old = DeviceView(id: id, record: old, tier: new.tier)
        guard let answer = site?.answer(for: new, evidence(of: new), now: now),
            let before = site?.answer(for: old, evidence(of: old), now: now)
        else { return }
        let isElsewhere = answer.location != before.location
        if isElsewhere, !isContact { counters.devicesMoved += 1 }
        let isMove = isElsewhere || isContact
        let elin = firstELIN(of: new, at: answer, now: now)
        if isMove {
            moves.append(
                DeviceMove(from: old.record, at: before, to: new.record, at: answer, elin: elin, time: now.wall))
        }
        let level: Note.Level = isElsewhere || answer.isDefault ? .info : .debug
        guard level >= configuration.notes else { return }
        var fields = fields(of: new, at: answer, elin: elin)
        fields.append(.init("from", before.location.rawValue))
        fields.append(.init("from-ip", old.record.ip?.description ?? "", personal: true))
        let code = isMove ? "device.moved" : "device.changed"
        note(
            level, answer.isDefault ? code + "-unlocated" : code,
            isMove ? "A device moved" : "A device's address or identity changed", fields)
    }

    private func fields(of device: DeviceView, at answer: LocationAnswer, elin: TelephoneNumber?) -> [Note.Field] {
        [
            .init("call-server", device.record.callServer), .init("dn", device.record.dn, personal: true),
            .init("ip", device.record.ip?.description ?? "", personal: true),
            .init("location", answer.location.rawValue), .init("rule", Self.summary(of: answer)),
            .init("elin", elin?.description ?? ""),
        ]
    }

    private func firstELIN(of device: DeviceView, at answer: LocationAnswer, now: Now) -> TelephoneNumber? {
        elins.candidates(
            place: PlaceKey(answer.location.rawValue), callServer: device.record.callServer, now: now
        ).first
    }
}
