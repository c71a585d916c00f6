import SIPCore

/// The words for one message.
struct Dissection {
    private(set) var text = ""

    init(_ message: SIPMessage) {
        switch message.startLine {
        case .request(let method, _):
            say("request", "\(method)")
            address("to", try? message.requestURI())
        case .response(let status, let reason):
            say("response", "\(status) \(reason)")
        }
        typed(message)
        say("body", "\(message.body.count) octets")
        for line in message.headers { say("header", "\(line.name): \(line.value)") }
        verdict(message)
        text += "\n"
    }

    private mutating func typed(_ message: SIPMessage) {
        for via in (try? message.vias()) ?? [] {
            let received = via.received.map { ", received from \($0)" } ?? ""
            say("via", "\(via.transport) \(via.host):\(via.effectivePort)\(received), branch \(via.branch ?? "none")")
        }
        party("from", try? message.from())
        party("to", try? message.to())
        for contact in (try? message.contacts()) ?? [] { party("contact", contact) }
        if let cseq = try? message.cseq() { say("cseq", "\(cseq)") }
        if let type = try? message.contentType() { say("type", "\(type)") }
    }

    private mutating func party(_ label: String, _ address: NameAddress?) {
        guard let address else { return }
        let name = address.displayName.map { "\($0), " } ?? ""
        say(label, name + "\(address.uri), tag \(address.tag ?? "none")")
    }

    private mutating func address(_ label: String, _ uri: SIPURI?) {
        guard let uri else { return }
        say(
            label, "user \(uri.decodedUser ?? "none"), host \(uri.host), port \(uri.port.map(String.init) ?? "default")"
        )
    }

    /// What is wrong with it: nothing, something forgiven, or a reason to refuse it.
    private mutating func verdict(_ message: SIPMessage) {
        if message.deviations != [] { say("forgiven", message.deviations.names.joined(separator: ", ")) }
        if let problem = message.essentialsProblem() { say("unanswerable", "\(problem)") }
        if message.isRequest, let refusal = RequestPolicy(methods: Method.registered).refusal(of: message) {
            say("strictly", "refused with \(refusal.status) \(refusal.reason)")
        }
    }

    private mutating func say(_ label: String, _ what: String) {
        text += label.padded(to: 14) + what + "\n"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - count, 1))
    }
}
