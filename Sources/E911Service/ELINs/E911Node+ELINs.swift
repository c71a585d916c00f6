import E911Values
import ELINEngine

// What the ELIN engine wants done, and tells.
extension E911Node {
    /// Does what the engine wants done.
    mutating func drainELINs(now: Now) {
        for effect in elins.takeEffects() {
            switch effect {
            case .keep(let row):
                persistence.put(row)
                changed(row.elin)
            case .forget(let number):
                persistence.deleteELIN(number)
                changed(number)
            case .event(let event): tell(event)
            }
        }
        elinCopy.changed(persistence.elinCounter, now: now)
        writeELINCopy(now: now)
    }

    /// The ALI side may be owed something.
    private mutating func changed(_ elin: TelephoneNumber) {
        if site?.ali.push != nil, elins.publication(of: elin) == .push { aliPush.add(elin) }
    }

    private mutating func tell(_ event: ELINEvent) {
        announceAll()
        switch event {
        case .bound(let elin, let place, let pool):
            note(
                .info, "elin.bound", "A number of a pool belongs to a place from now on",
                [.init("elin", "\(elin)"), .init("location", "\(place)"), .init("pool", pool)])
        case .confirmed(let elin, let place):
            note(
                .notice, "elin.confirmed",
                "The ALI record of a number is confirmed; it is sent for calls from its place",
                [.init("elin", "\(elin)"), .init("location", "\(place)")])
        case .leaving(let elin, let place):
            note(
                .notice, "elin.leaving", "A place has had no device and no call for long; its number goes back",
                [.init("elin", "\(elin)"), .init("location", "\(place)")])
        case .returned(let elin, let pool):
            note(
                .info, "elin.returned", "A number is free again", [.init("elin", "\(elin)"), .init("pool", pool)])
        case .exhausted(let pool, let place):
            note(
                .alarm, "elin.pool-exhausted",
                "A pool has no free number for a place with devices; calls from there get the number of a place around "
                    + "it, or the default",
                [.init("pool", pool), .init("location", "\(place)")])
        case .relieved(let pool):
            note(.notice, "elin.pool-relieved", "Every place that waited has a number", [.init("pool", pool)])
        }
    }
}
