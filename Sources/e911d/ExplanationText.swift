#if Daemon
    import E911Service
    import E911Values

    /// An explanation for people.
    struct ExplanationText {
        private(set) var lines: [String] = []

        init(_ explanation: Explanation) {
            lines = explanation.notes.map { "note: \($0)" }
            for device in explanation.devices {
                if !lines.isEmpty { lines.append("") }
                add(device, explanation.subject)
            }
            if explanation.more > 0 { lines += ["", "and \(explanation.more) more registrations"] }
        }

        var text: String { lines.joined(separator: "\n") }

        private mutating func add(_ device: DeviceExplanation, _ subject: ExplainSubject) {
            if let info = device.device {
                lines.append(
                    "\(info.aor) at \(info.contact): \(info.state), call server \(info.callServer)"
                        + (info.filtered ? ", filtered" : ""))
            } else {
                lines.append("\(subject), not registered, call server \(device.callServer)")
            }
            for evidence in device.evidence {
                let old = evidence.isOld ? ", too old to go before an IP range" : ""
                let age = evidence.ageSeconds.map { ", \(Self.age($0)) old" } ?? ""
                add("known", "\(evidence.text)\(evidence.source.isEmpty ? "" : " (\(evidence.source)\(age)\(old))")")
            }
            add(device.place)
            addRules(device)
            let elin = device.elin
            add("ELIN", "\(elin.number?.description ?? "none"): \(elin.reason)")
            if let test = elin.testNumber { add("test ELIN", test.description) }
            add("PSAP sees", device.alert.psapSees)
            add("alert", device.alert.subject)
            add(
                "told",
                !device.alert.isSent
                    ? "nobody: on-site notification is off"
                    : device.alert.recipients.isEmpty ? "nobody" : device.alert.recipients.joined(separator: ", "))
        }

        private mutating func add(_ place: DeviceExplanation.Place) {
            add("place", "\(place.path.joined(separator: " > ")): \(place.text)")
            let marks = [
                place.isOffPremises ? "OFF-PREMISES" : nil, place.isDefault ? "UNLOCATED" : nil,
                "confidence \(place.confidence)",
            ]
            let evidence = place.evidence.isEmpty ? "" : ": \(place.evidence)"
            add("by", "\(place.rule)\(evidence) (\(marks.compactMap(\.self).joined(separator: ", ")))")
            if !place.validation.isEmpty { add("address", place.validation) }
        }

        private mutating func addRules(_ device: DeviceExplanation) {
            for rule in device.rules {
                let mark =
                    switch rule.outcome {
                    case .applied: "=>"
                    case .outranked: " +"
                    case .failed: " -"
                    }
                lines.append(
                    "  \(mark) \(rule.rule) -> \(rule.location)\(rule.reason.isEmpty ? "" : ": \(rule.reason)")")
            }
            for group in device.otherRules { lines.append("   - \(group.count) \(group.kind): \(group.reason)") }
        }

        private mutating func add(_ label: String, _ value: String) {
            guard !value.isEmpty else { return }
            lines.append("  \(label)\(String(repeating: " ", count: max(1, 10 - label.count)))\(value)")
        }

        private static func age(_ seconds: Int) -> String {
            if seconds < 120 { return "\(seconds) s" }
            if seconds < 7200 { return "\(seconds / 60) min" }
            return seconds < 172_800 ? "\(seconds / 3600) h" : "\(seconds / 86_400) days"
        }
    }
#endif
