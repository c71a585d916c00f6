import Alerting
import E911Values
import Locations

extension SiteModel {
    /// The alert of a call: it follows from the record alone, so that one found in the journal is told like a new one.
    func alert(for record: CallRecord, zoneOffsetMinutes: Int) -> Alert {
        let place = alertPlace(record.location)
        return Alert(
            key: record.key, flags: Self.flags(of: record),
            // Unknown callers never coalesce: two of them can be two people.
            device: record.flags.contains(.unknownCaller) ? "" : record.callServer + "/" + record.device,
            callerDN: record.callerDN, callerName: record.callerName, elin: record.elin, psapText: record.elinText,
            placeText: record.locationText, otherPlaces: record.otherPlaces, rule: record.rule,
            zoneOffsetMinutes: zoneOffsetMinutes, zoneName: configuration.timeZone, dialled: record.dialled,
            callServer: record.callServer, callID: record.callID, locationPath: place.path, contacts: place.contacts,
            placeValidation: place.validation)
    }

    private static func flags(of record: CallRecord) -> Alert.Flags {
        var flags: Alert.Flags = []
        if record.kind == .test { flags.insert(.test) }
        if record.outcome == .abandoned { flags.insert(.abandoned) }
        if record.outcome == .unconfirmed { flags.insert(.unconfirmed) }
        if record.flags.contains(.untrusted) { flags.insert(.untrusted) }
        if record.flags.contains(.ambiguous) { flags.insert(.ambiguous) }
        if record.flags.contains(.unlocated) { flags.insert(.unlocated) }
        if record.flags.contains(.offPremises) { flags.insert(.offPremises) }
        if record.flags.contains(.defaultELIN) { flags.insert(.defaulted) }
        return flags
    }
}

extension E911Node {
    /// Tells what the alert desk tells.
    mutating func note(_ event: AlertEvent) {
        func call(_ key: RecordKey) -> Note.Field { .init("alert", key) }
        switch event {
        case .raised(let key, let messages):
            note(.notice, "alert.raised", "People are told of a call", [call(key), .init("messages", messages)])
        case .coalesced(let key, let into, let count):
            note(
                .notice, "alert.coalesced", "A redial joined an open alert",
                [call(into), .init("call", key), .init("count", count)])
        case .suppressed(let key):
            note(.notice, "alert.suppressed", "On-site notification is off: recorded, not alerted", [call(key)])
        case .nobodyToTell(let key):
            note(.alarm, "alert.nobody", "Nobody is subscribed to calls from this place", [call(key)])
        case .delivered(let id, let channel, let answer):
            note(
                .notice, "alert.delivered", "A message was delivered",
                [.init("delivery", id.description), .init("channel", channel.rawValue), .init("answer", answer)])
        case .retrying(let id, let channel, let reason, let after):
            note(
                .notice, "alert.retrying", "A message could not be delivered yet",
                [
                    .init("delivery", id.description), .init("channel", channel.rawValue), .init("reason", reason),
                    .init("retry", "\(after.components.seconds) s"),
                ])
        case .failed(let id, let channel, let reason):
            note(
                .alarm, "alert.failed", "A message will not be delivered",
                [.init("delivery", id.description), .init("channel", channel.rawValue), .init("reason", reason)])
        case .nobodyReached(let key):
            note(.alarm, "alert.nobody-reached", "Every way to everybody has failed", [call(key)])
        case .reminded(let key, let reminder):
            note(
                .notice, "alert.reminded", "Nobody has acknowledged: everybody is told again",
                [call(key), .init("reminder", reminder)])
        case .escalated(let key): note(.notice, "alert.escalated", "An alert was escalated", [call(key)])
        case .acknowledged(let key, let who):
            note(
                .notice, "alert.acknowledged", "Somebody acknowledged an alert",
                [call(key), .init("by", who, personal: true)])
        case .acknowledgedInPart(let key, let who, let missing):
            note(
                .notice, "alert.acknowledged-in-part", "Somebody acknowledged an alert, and others have to as well",
                [call(key), .init("missing", missing), .init("by", who, personal: true)])
        case .unacknowledged(let key):
            note(
                .alarm, "alert.unacknowledged",
                "No reminder is left, and nobody acknowledged, or not everybody who has to",
                [call(key)])
        case .overloaded(let key):
            note(.alarm, "alert.overloaded", "Too many alerts wait; one was recorded and not delivered", [call(key)])
        case .channelFailing(let channel, let failures, let reason):
            note(
                .alarm, "channel.failing", "Messages do not get out by a channel",
                [.init("channel", channel.rawValue), .init("failures", "\(failures)"), .init("reason", reason)])
        case .channelRecovered(let channel):
            note(.notice, "channel.recovered", "A channel delivers again", [.init("channel", channel.rawValue)])
        }
    }
}
