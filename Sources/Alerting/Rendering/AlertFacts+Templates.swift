// An alert in the site's own words. What is special about it stands first, whatever the template says: that nobody needs
// help, that the place is uncertain.
extension AlertFacts {
    func subject(_ template: MessageTemplate) -> String {
        (lead(of: template) + filled(template).plainLine(limit: 1000)).plainLine(limit: 250)
    }

    /// Line by line: what a caller calls himself begins no line.
    func text(_ template: MessageTemplate) -> String {
        lead(of: template) + filled(template) + (template.source.hasSuffix("\n") ? "" : "\n")
    }

    func html(_ template: MessageTemplate) -> String {
        var body = "<b>\(lead(of: template).htmlEscaped)</b>"
        for segment in template.segments {
            switch segment {
            case .placeholder("link"): body += link.map { Self.anchor($0, $0) } ?? ""
            case .placeholder(let name): body += value(of: name).htmlEscaped
            case .literal(let text), .brace(let text): body += text.htmlEscaped
            }
        }
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "<br>\n")
        return "<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif\">\n<p>\(lines)</p>\n</body></html>\n"
    }

    /// In the alphabet and length of one message. What does not fit is taken from the longest texts of places, names and
    /// rules; numbers and the link stay whole as long as there is anything else to cut.
    func sms(_ template: MessageTemplate) -> String {
        var parts = [(text: GSMText.fitting(lead(of: template), keepingEnds: true), gives: false)]
        for segment in template.segments {
            switch segment {
            case .literal(let text), .brace(let text): parts.append((GSMText.fitting(text, keepingEnds: true), false))
            case .placeholder(let name):
                parts.append((GSMText.fitting(value(of: name)), Self.flexible.contains(name)))
            }
        }
        return GSMText.joined(parts)
    }

    /// Placeholders whose value may be cut short.
    private static let flexible: Set<String> = [
        "place", "psap_sees", "other_places", "address_checked", "rule", "caller", "caller_name", "notes", "call_id",
        "acknowledged_by", "callback",
    ]

    static func anchor(_ link: String, _ text: String) -> String {
        "<a href=\"\(link.htmlEscaped)\">\(text.htmlEscaped)</a>"
    }

    private func filled(_ template: MessageTemplate) -> String {
        template.segments.map { segment in
            switch segment {
            case .literal(let text), .brace(let text): text
            case .placeholder(let name): value(of: name)
            }
        }.joined()
    }

    private func value(of name: String) -> String {
        switch name {
        case "title": title
        case "caller": caller
        case "callback": callback
        case "notes": notes.joined(separator: " ")
        default: machine.first { $0.name == name }?.value ?? "{\(name)}"
        }
    }

    /// Why it comes again, and every mark that the template does not begin with by itself.
    private func lead(of template: MessageTemplate) -> String {
        let said =
            switch template.segments.first {
            case .placeholder("title"): labels.filter { title.contains($0) }
            case .placeholder("flags"): labels
            default: [String]()
            }
        let missing = labels.filter { !said.contains($0) }
        return prefix + missing.map { "[\($0)] " }.joined()
    }
}
