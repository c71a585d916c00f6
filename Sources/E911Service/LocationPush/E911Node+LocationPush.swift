import Alerting
import E911Values
import ELINEngine
import Locations
import SIPCore

// The port `LocationPush`: each change of a device's ELIN is posted to a web address, if the site has one.
extension E911Node {
    var locationPushDeadline: MonotonicTime? {
        site?.configuration.locationPush == nil || isShuttingDown || !leads ? nil : locationPush.deadline
    }

    /// The device was placed: somebody is told if its ELIN is another one.
    mutating func announce(_ id: DeviceID, at place: DevicePlaces.Place, callServer: String) {
        guard leads, let site, site.configuration.locationPush != nil else { return }
        if elin(at: place, callServer: callServer, site: site) != locationPush.told(id.slot) { locationPush.add(id) }
    }

    /// The device is gone.
    mutating func withdraw(_ id: DeviceID, _ record: DeviceRecord?) {
        guard let previous = locationPush.told(id.slot) else { return }
        locationPush.tell(id.slot, nil)
        if let record = registry.record(for: id) ?? record {
            locationPush.gone.append(LocationPush.Gone(record: record, previous: previous))
        }
    }

    /// The ELIN that stands for a device, whoever has a lease at present.
    private func elin(at place: DevicePlaces.Place, callServer: String, site: SiteModel) -> TelephoneNumber? {
        place.location.flatMap { elins.standing(at: PlaceKey(site.tree.erls[$0].id.rawValue), callServer: callServer) }
    }

    /// The ELINs of places have changed: all devices are looked at.
    mutating func announceAll() {
        if site?.configuration.locationPush != nil { placingFrom = 0 }
    }

    /// Goes on with what is to be told.
    mutating func continueLocationPush(now: Now) {
        guard let deadline = locationPushDeadline, deadline <= now.monotonic, let site,
            let target = site.configuration.locationPush
        else { return }
        if locationPush.current == nil { beginLocationBatch(site: site, now: now) }
        guard var batch = locationPush.current else { return }
        let token = locationPush.nextToken()
        batch.token = token
        batch.retry = nil
        locationPush.current = batch
        let key = "\(configuration.node)-\(batch.number)"
        out.append(.other(.post(WebhookPost(target: target, key: key, body: batch.body), token)))
    }

    private mutating func beginLocationBatch(site: SiteModel, now: Now) {
        var told: [(id: DeviceID, elin: TelephoneNumber)] = []
        var updates: [Update] = []
        let gone = Array(locationPush.gone.prefix(LocationPush.batch))
        locationPush.gone.removeFirst(gone.count)
        for gone in gone {
            updates.append(Update(record: gone.record, location: "", elin: nil, previous: gone.previous))
        }
        var looks = 256
        while updates.count < LocationPush.batch, looks > 0, let id = locationPush.next() {
            looks -= 1
            let place = devicePlaces[id.slot]
            guard let record = registry.record(for: id), let location = place.location,
                let elin = elin(at: place, callServer: record.callServer, site: site)
            else { continue }
            let previous = locationPush.told(id.slot)
            guard previous != elin else { continue }
            told.append((id, elin))
            updates.append(
                Update(
                    record: record, location: site.tree.erls[location].id.rawValue, elin: elin, previous: previous))
        }
        guard !updates.isEmpty else { return }
        let number = nextKey(now).counter
        locationPush.current = LocationPush.Batch(
            number: number, told: told, gone: gone,
            body: Self.body(of: updates, number: number, site: site.configuration.name, at: now.wall))
    }

    private struct Update {
        var record: DeviceRecord
        var location: String
        var elin: TelephoneNumber?
        var previous: TelephoneNumber?
    }

    private static func body(of updates: [Update], number: UInt64, site: String, at time: WallTime) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("site", site)
            json.member("push", "\(number)")
            json.member("time", time.description)
            json.name("updates")
            json.list(updates) { json, update in
                let record = update.record
                json.object { json in
                    json.member("call-server", record.callServer)
                    json.member("aor", record.aor)
                    json.member("dn", record.dn)
                    json.member("contact", record.contactURI)
                    json.member("instance", record.instance)
                    json.member("ip", record.ip?.description ?? "")
                    json.member("mac", record.mac?.description ?? "")
                    json.member("location", update.location)
                    for (name, elin) in [("elin", update.elin), ("previous-elin", update.previous)] {
                        json.name(name)
                        if let elin { json.text(elin.description) } else { json.null() }
                    }
                }
            }
        }
        return json.octets
    }

    /// What became of a post.
    mutating func locationPosted(_ token: PostToken, _ result: DeliveryResult, now: Now) {
        guard var batch = locationPush.current, batch.token == token else { return }
        switch result {
        case .delivered:
            locationPush.current = nil
            keepTold(batch)
        case .temporary(let reason):
            batch.failures += 1
            batch.token = nil
            batch.retry = now.monotonic + ALIPush.rest(after: batch.failures)
            locationPush.current = batch
            note(
                batch.failures == 1 ? .alarm : .info, "location.push-failed",
                "Changes of ELINs could not be told; they are told again until they are taken",
                [.init("reason", reason)])
        case .permanent(let reason):
            // It would be refused again: what comes next is told.
            locationPush.current = nil
            keepTold(batch)
            note(
                .alarm, "location.push-refused", "Changes of ELINs were refused, and are not told again",
                [.init("reason", reason), .init("devices", "\(batch.told.count + batch.gone.count)")])
        }
    }

    /// A device may have gone, or another have its slot, since the batch left.
    private mutating func keepTold(_ batch: LocationPush.Batch) {
        for (id, elin) in batch.told {
            guard let name = registry.callServer(of: id) else { continue }
            locationPush.tell(id.slot, elin)
            announce(id, at: devicePlaces[id.slot], callServer: name)
        }
    }
}
