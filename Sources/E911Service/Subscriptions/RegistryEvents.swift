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
                tell(id, "device.moved", "A device moved", from: old, now: now)
            case .changed(let id, let old):
                keep(id)
                tell(id, "device.changed", "A device's address or identity changed", from: old, now: now)
            case .confirmed(let id): keep(id)
            case .stale(let id):
                keep(id)
                tell(id, "device.stale", "A device's registration ran out", now: now)
            case .retired(let id):
                counters.devicesRetired += 1
                keep(id)
                tell(id, "device.retired", "A device is registered no more", now: now)
            case .removed(_, let record): persistence.deleteDevice(record.key)
            case .unusableAddress(let id):
                tell(id, "device.address", "A device's host is no address", now: now)
            case .downloadCompleted(let subscription, let summary): completed(subscription, summary)
            case .sweepHeld(let subscription, let missing, let of):
                counters.sweepsHeld += 1
                note(
                    .alarm, "download.held",
                    "A download would retire many devices; it waits for a second one to agree",
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
        guard let record = registry.record(for: id) else { return }
        persistence.put(record.row)
    }

    /// A subscription that does not stand is tried again at its own pace, and brings full state then.
    private mutating func refresh(_ subscription: RegistrySubscription, _ reason: RefreshReason, now: Now) {
        guard let id = subscriptions.id(of: subscription), subscriptions[id]?.isAccepted == true else { return }
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
    }

    /// Tells of one device, where it is, and which ELIN is ready for it.
    private mutating func tell(
        _ id: DeviceID, _ code: String, _ text: String, from old: DeviceRecord? = nil, now: Now
    ) {
        guard let site, let device = registry.view(of: id), let server = site.server(named: device.record.callServer)
        else { return }
        let fallback = site.servers[server].defaultLocation
        let answer = site.resolver.resolve(device.evidence, default: fallback, now: now.wall)
        var fields: [Note.Field] = [
            .init("call-server", device.record.callServer), .init("dn", device.record.dn, personal: true),
            .init("ip", device.record.ip?.description ?? "", personal: true),
            .init("location", answer.location.rawValue),
            .init("rule", Self.summary(of: answer)),
        ]
        let elins = self.elins.candidates(
            place: PlaceKey(answer.location.rawValue), callServer: device.record.callServer, now: now)
        fields.append(.init("elin", elins.first?.description ?? ""))
        if let old {
            let before = site.resolver.resolve(
                DeviceView(id: id, record: old, tier: device.tier).evidence, default: fallback, now: now.wall)
            fields.append(.init("from", before.location.rawValue))
            fields.append(.init("from-ip", old.ip?.description ?? "", personal: true))
        }
        // A line a device would drown the log of a large download.
        note(answer.isDefault ? .info : .debug, answer.isDefault ? code + "-unlocated" : code, text, fields)
    }
}
