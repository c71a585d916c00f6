#if Daemon
    import Alerting
    import ArgumentParser
    import E911Control
    import E911Service
    import E911Values
    import Foundation

    struct AcknowledgeArguments: Codable, Sendable {
        var call: RecordKey
        var by: String
        var recipient: String?
        var comment: String
    }

    struct TestSendArguments: Codable, Sendable {
        var recipient: String
        var channel: AlertChannelKind
        var by: String
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take note of an alert: nobody is told again, or, where all must, not who takes note.")
        @OptionGroup var look: LookOptions
        @Argument(help: "The key of the call, as `calls --json` shows it.")
        var call: String
        @Option(name: .long, help: "Who takes note.")
        var by = NSUserName()
        @Option(name: .long, help: "The recipient of site.yaml who that is, where all must acknowledge.")
        var recipient: String?
        @Option(name: .long, help: "What is done about it.")
        var comment = ""

        func run() throws {
            guard let key = RecordKey(call) else { throw ValidationError("'\(call)' is no key of a call") }
            try look.ask { client throws(ControlError) in
                let _: Bool = try client.ask(
                    "acknowledge", AcknowledgeArguments(call: key, by: by, recipient: recipient, comment: comment))
            }
        }
    }

    struct TestSend: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test-send",
            abstract: "Send a recipient a message that is plainly a test, and show what the far side answers.",
            discussion: "No alert is opened, and nobody else is told. It waits for the answer, two minutes at most.")
        @OptionGroup var look: LookOptions
        @Argument(help: "The recipient's name in site.yaml; no group.")
        var recipient: String
        @Argument(help: "email, sms, webhook, syslog or screen-pop.")
        var channel: String
        @Option(name: .long, help: "Who tries it, for the audit.")
        var by = NSUserName()

        func run() throws {
            guard let channel = AlertChannelKind(rawValue: channel) else {
                throw ValidationError("there is no channel '\(self.channel)'")
            }
            let result = try look.ask { client throws(ControlError) in
                try client.ask(
                    "test-send", TestSendArguments(recipient: recipient, channel: channel, by: by),
                    as: TestSendResult.self, within: 150)
            }
            if look.json {
                try look.show(result)
            } else {
                let answer = result.answer.isEmpty ? "" : ": \(result.answer)"
                printLine("\(result.isDelivered ? "delivered to" : "not delivered to") \(result.address)\(answer)")
            }
            if !result.isDelivered { throw ExitStatus.failure }
        }
    }

    extension NodeStatus.Channel {
        /// The line of `e911d status`.
        var line: String {
            var parts = ["channel \(name): \(isFailing ? "failing" : "well")"]
            if inFlight > 0 { parts.append("\(inFlight) in flight") }
            if waiting > 0 { parts.append("\(waiting) waiting") }
            if let lastSuccess { parts.append("last delivered \(lastSuccess)") }
            if consecutiveFailures > 0, let lastFailure {
                parts.append("\(consecutiveFailures) failed since, the last \(lastFailure): \(lastReason)")
            }
            return parts.joined(separator: ", ")
        }
    }
#endif
