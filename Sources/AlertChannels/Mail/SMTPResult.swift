#if Daemon
    import Alerting
    import CCurl

    /// What the end of an SMTP transfer means for the delivery.
    ///
    /// The server's own answer is the proof or the reason. It says "never" only about this mail: a refused password, a
    /// failed TLS or a server that greets with 554 is a fault of the way, and mends without a new alert.
    enum SMTPResult {
        static func result(_ outcome: CurlOutcome) -> DeliveryResult {
            let reply = lastReply(outcome.lines)
            if outcome.isSuccess { return .delivered(providerAnswer: reply?.text ?? "accepted") }
            guard let reply, reply.code >= 400 else { return .temporary(reason: outcome.message) }
            let isForGood = reply.code >= 500 && isAboutTheMail(reply.code, outcome)
            return isForGood ? .permanent(reason: reply.text) : .temporary(reason: reply.text)
        }

        /// Whether a reply was to MAIL, RCPT, DATA or the end of the data (RFC 5321 section 4.2.2), and does not ask for a
        /// password or TLS (RFC 4954 section 6, RFC 3207 section 4).
        private static func isAboutTheMail(_ code: Int, _ outcome: CurlOutcome) -> Bool {
            guard ![530, 534, 535, 538].contains(code) else { return false }
            switch outcome.code {
            case CURLE_SEND_ERROR.rawValue: return true
            case CURLE_WEIRD_SERVER_REPLY.rawValue: return outcome.lines.contains { $0.hasPrefix("354") }
            default: return false
            }
        }

        /// The last reply, its lines as one, before the goodbye (221).
        static func lastReply(_ lines: [String]) -> (code: Int, text: String)? {
            guard let end = lines.lastIndex(where: { !$0.hasPrefix("221") }), let code = Int(lines[end].prefix(3))
            else {
                return nil
            }
            let earlier = lines[..<end].reversed().prefix { $0.hasPrefix("\(code)-") }.reversed()
            let texts = (earlier + [lines[end]]).map { String($0.dropFirst(4)) }
            return (code, "\(code) \(texts.joined(separator: " "))")
        }
    }
#endif
