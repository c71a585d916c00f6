import E911Values

extension OutboxRecord {
    /// The alert as a channel shows it.
    ///
    /// - Parameters:
    ///   - link: where the recipient acknowledges; `nil` for nowhere.
    ///   - texts: the site's own words.
    public func message(
        on channel: AlertChannelKind, reason: DeliveryReason = .first, link: String? = nil,
        texts: AlertTexts = AlertTexts()
    ) -> RenderedMessage {
        let facts = AlertFacts(self, reason: reason, link: link)
        switch channel {
        case .sms:
            let text = texts.sms.map { facts.sms($0) } ?? facts.sms
            return RenderedMessage(subject: "", text: text, fields: facts.fields, time: alert.time)
        case .syslog:
            return RenderedMessage(
                subject: facts.subject, text: facts.oneLine, fields: facts.fields, time: alert.time)
        case .email:
            return RenderedMessage(
                subject: texts.emailSubject.map { facts.subject($0) } ?? facts.subject,
                text: texts.emailText.map { facts.text($0) } ?? facts.text,
                html: texts.emailText.map { facts.html($0) } ?? facts.html, fields: facts.fields, time: alert.time)
        case .screenPop, .webhook:
            return RenderedMessage(subject: facts.subject, text: facts.text, fields: facts.fields, time: alert.time)
        }
    }
}

/// What there is to say of an alert, once, in the forms that channels need.
struct AlertFacts {
    /// A fact with the words for people and the name for machines.
    struct Fact {
        var label: String
        var name: String
        var value: String
    }

    let title: String
    let prefix: String
    private let place: String
    let caller: String
    let facts: [Fact]
    let notes: [String]
    let machine: [RenderedMessage.Field]
    private let alert: Alert
    let link: String?
    let callback: String

    init(_ record: OutboxRecord, reason: DeliveryReason, link: String?) {
        alert = record.alert
        self.link = link
        let alert = record.alert
        let isTest = alert.isTest
        title =
            reason == .test
            ? "TEST MESSAGE"
            : isTest
                ? "TEST CALL" : alert.flags.contains(.abandoned) ? "ABANDONED EMERGENCY CALL" : "EMERGENCY CALL"
        switch reason {
        case .first, .fallback, .test: prefix = ""
        case .redial: prefix = "AGAIN (call \(record.count)): "
        case .reminder: prefix = "REMINDER \(record.reminders): "
        case .escalation:
            prefix = record.acknowledgements.isEmpty ? "NOT ACKNOWLEDGED: " : "NOT ACKNOWLEDGED BY ALL: "
        }
        let dn = alert.callerDN.plainLine(limit: 60)
        let name = alert.callerName.plainLine(limit: 80)
        caller =
            dn.isEmpty && name.isEmpty
            ? "unknown caller" : dn.isEmpty || dn == name ? name : "\(dn) \(name)".plainLine()
        place = alert.placeText.plainLine()
        let number = alert.elin?.description
        let callback: String
        switch (number, dn.isEmpty) {
        case (let number?, false): callback = "\(number) (the number that was sent), or extension \(dn)"
        case (let number?, true): callback = "\(number) (the number that was sent)"
        case (nil, false): callback = "extension \(dn) (no number was sent)"
        case (nil, true): callback = "not known"
        }
        self.callback = callback
        var facts: [Fact] = []
        func add(_ label: String, _ name: String, _ value: String) {
            if !value.isEmpty { facts.append(Fact(label: label, name: name, value: value.plainLine())) }
        }
        func clock(_ time: WallTime) -> String { Self.clock(time, alert) }
        add("Caller", "caller", name.isEmpty ? dn : dn.isEmpty ? name : "\(dn) (\(name))")
        add("Call back", "callback", callback)
        add("Best known place", "place", place.isEmpty ? "not known" : place)
        add("Address of the place", "address_checked", alert.placeValidation)
        add("The PSAP sees", "psap_sees", alert.psapText.isEmpty ? "nothing that names a place" : alert.psapText)
        add("Could also be at", "other_places", alert.otherPlaces)
        add("Found by", "rule", alert.rule)
        add("Time", "time", clock(alert.time))
        if record.count > 1 {
            add("Calls", "calls", "\(record.count), the latest at \(clock(record.lastCall))")
        }
        add("Dialled", "dialled", alert.dialled)
        add("Call server", "call_server", alert.callServer)
        add("Call id", "call_id", alert.callID)
        add("Record", "record", record.key.description)
        add("Acknowledged by", "acknowledged_by", record.acknowledgements.map(\.by).joined(separator: ", "))
        self.facts = facts
        notes = reason == .test ? [Self.noCall] : Self.notes(alert)
        var machine = [
            RenderedMessage.Field("alert", record.key.description),
            RenderedMessage.Field("kind", isTest ? "test" : "emergency"),
            RenderedMessage.Field("reason", "\(reason)"),
            RenderedMessage.Field("flags", alert.flags.labels.joined(separator: " ")),
            RenderedMessage.Field("caller_dn", dn),
            RenderedMessage.Field("caller_name", name),
            RenderedMessage.Field("callback_number", number ?? ""),
        ]
        let told = [
            "place", "address_checked", "psap_sees", "other_places", "rule", "dialled", "call_server", "call_id",
        ]
        for fact in told {
            machine.append(.init(fact, facts.first { $0.name == fact }?.value ?? ""))
        }
        machine.append(.init("time", alert.time.formatted(offsetMinutes: alert.zoneOffsetMinutes)))
        machine.append(.init("last_call", record.lastCall.formatted(offsetMinutes: alert.zoneOffsetMinutes)))
        machine.append(.init("calls", "\(record.count)"))
        machine.append(.init("acknowledged_by", facts.first { $0.name == "acknowledged_by" }?.value ?? ""))
        machine.append(.init("link", link ?? ""))
        self.machine = machine
    }

    var fields: [RenderedMessage.Field] { machine }

    private static let noCall = "This is a test message. No call was made, and nobody needs help."

    /// What is special about the call, in the words that every channel shows.
    var labels: [String] { alert.flags.labels }

    /// Flags that the title does not say already.
    private var marks: String {
        let said = ["TEST", "ABANDONED"]
        let rest = alert.flags.labels.filter { !said.contains($0) || !title.contains($0) }
        return rest.isEmpty ? "" : " [" + rest.joined(separator: "] [") + "]"
    }

    var subject: String {
        "\(prefix)\(title): \(caller), \(place.isEmpty ? "place not known" : place)\(marks)".plainLine(limit: 250)
    }

    var text: String {
        let width = facts.map(\.label.count).max() ?? 0
        var lines = ["\(prefix)\(title)\(marks)", ""]
        for fact in facts {
            lines.append("\(fact.label):\(String(repeating: " ", count: width - fact.label.count + 2))\(fact.value)")
        }
        if !notes.isEmpty { lines.append("") }
        let end = link.map { ["", "Acknowledge: \($0)"] } ?? []
        return (lines + notes + end).joined(separator: "\n") + "\n"
    }

    var html: String {
        let colour = alert.isTest ? "#555" : "#b00020"
        var out = "<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif\">\n"
        out += "<h2 style=\"color:\(colour)\">\((prefix + title + marks).htmlEscaped)</h2>\n<table>\n"
        for fact in facts {
            out += "<tr><td style=\"padding-right:1em\">\(fact.label.htmlEscaped)</td>"
            out += "<td><b>\(fact.value.htmlEscaped)</b></td></tr>\n"
        }
        out += "</table>\n"
        for note in notes { out += "<p>\(note.htmlEscaped)</p>\n" }
        if let link { out += "<p>\(Self.anchor(link, "Acknowledge"))</p>\n" }
        return out + "</body></html>\n"
    }

    var oneLine: String {
        (["\(prefix)\(title)\(marks)"] + facts.map { "\($0.name)=\"\($0.value)\"" }).joined(separator: " ")
    }

    /// The PSAP was given another place than the best known one.
    private static func seesAnother(_ alert: Alert) -> Bool {
        !alert.psapText.isEmpty && alert.psapText != alert.placeText
    }

    /// The places give way when all does not fit.
    var sms: String {
        let back = [
            alert.elin?.description, alert.callerDN.isEmpty ? nil : "ext \(alert.callerDN.plainLine(limit: 20))",
        ]
        let time = Self.clock(alert.time, alert).split(separator: " ").dropFirst().first?.prefix(5) ?? ""
        let head = "\(prefix)\(title)\(marks)"
        let who = "\(caller.plainLine(limit: 40))."
        let call = "Call back \(back.compactMap { $0 }.joined(separator: " / ")). \(time)"
        var places = [place.isEmpty ? "Place not known." : "\(place)."]
        if Self.seesAnother(alert) { places.append("PSAP sees \(alert.psapText.plainLine()).") }
        return GSMText.joined([head, who] + places + [call], flexible: 2..<2 + places.count)
    }

    /// `2026-11-24 06:43:34 -06:00 (America/Chicago)`
    private static func clock(_ time: WallTime, _ alert: Alert) -> String {
        let text = time.formatted(offsetMinutes: alert.zoneOffsetMinutes)
        let day = text.prefix { $0 != "T" }
        let clock = text.dropFirst(day.count + 1).prefix(8)
        let zone = alert.zoneOffsetMinutes == 0 ? "+00:00" : String(text.suffix(6))
        let name = alert.zoneName.plainLine(limit: 60)
        return "\(day) \(clock) \(zone)" + (name.isEmpty ? "" : " (\(name))")
    }

    private static func notes(_ alert: Alert) -> [String] {
        let sentences: [(Alert.Flags, String)] = [
            (.test, "This is a test. Nobody needs help."),
            (.abandoned, "The caller hung up before the call was answered."),
            (.untrusted, "The call came from a source that is no configured call server."),
            (.ambiguous, "Several devices fit the caller, so the place is uncertain."),
            (.offPremises, "The caller's device is not at the site: the place may be wrong, ask the caller."),
            (.unlocated, "Nothing says where the caller is: the place is the call server's default."),
            (.defaulted, "The default number was sent: the PSAP sees the site, not the caller's place."),
            (.unconfirmed, "The SIP Server did not acknowledge the answer: the call may not have gone out."),
        ]
        var notes = sentences.filter { alert.flags.contains($0.0) }.map(\.1)
        if seesAnother(alert), !alert.flags.contains(.defaulted) {
            notes.append("The PSAP sees another place than the best known one.")
        }
        return notes
    }
}
