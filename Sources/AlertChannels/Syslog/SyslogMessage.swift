#if Daemon
    import Alerting
    import E911Values

    /// An alert as a message of RFC 5424: the facts as structured data, the subject as text.
    struct SyslogMessage {
        /// Alerts are the highest but one; a test is a notice.
        private enum Severity: Int {
            case alert = 1
            case notice = 5
        }

        var facility: Int
        var host: String
        var process: Int32
        /// The private enterprise number behind the name of the structured data (RFC 5424 section 7.2.2).
        var enterprise: Int
        var delivery: Delivery
        /// When the message is made.
        var now: WallTime

        /// More than this need not arrive whole by UDP (RFC 5426 section 3.2).
        private static let mostDatagram = 2048
        /// What is left out first where there is no room: the subject says who and where.
        private static let spare: Set<String> = ["other_places", "rule", "call_id", "psap_sees", "address_checked"]

        /// By UDP, without what fits least.
        var datagram: [UInt8] {
            let whole = octets(without: [])
            return whole.count <= Self.mostDatagram ? whole : octets(without: Self.spare)
        }

        /// By TCP: the length, a blank, the message (RFC 6587 section 3.4.1).
        var counted: [UInt8] {
            let whole = octets(without: [])
            return Array("\(whole.count) ".utf8) + whole
        }

        func octets(without spare: Set<String>) -> [UInt8] {
            let message = delivery.message
            let isTest = message.fields.contains { $0.name == "kind" && $0.value == "test" }
            let severity: Severity = isTest ? .notice : .alert
            var text = "<\(facility * 8 + severity.rawValue)>1 \(now) \(Self.name(host, 255)) e911d \(process) "
            text += isTest ? "test " : "alert "
            text += "[e911d@\(enterprise)"
            text += parameter("id", delivery.id.description) + parameter("recipient", delivery.recipient)
            for field in message.fields where field.name != "alert" && !spare.contains(field.name) {
                text += parameter(field.name, field.value)
            }
            text += "] "
            // A byte order mark says that the text is UTF-8 (section 6.4).
            return Array(text.utf8) + [0xef, 0xbb, 0xbf] + Array(message.subject.utf8)
        }

        private func parameter(_ name: String, _ value: String) -> String {
            var escaped = ""
            for scalar in value.unicodeScalars {
                if "\"\\]".unicodeScalars.contains(scalar) { escaped.append("\\") }
                escaped.unicodeScalars.append(scalar)
            }
            return " \(Self.name(name, 32))=\"\(escaped)\""
        }

        /// Printable ASCII without what ends a name (section 6).
        private static func name(_ text: String, _ limit: Int) -> String {
            let name = text.unicodeScalars.filter {
                $0.value > 32 && $0.value < 127 && !"=]\"".unicodeScalars.contains($0)
            }
            return name.isEmpty ? "-" : String(String.UnicodeScalarView(name.prefix(limit)))
        }
    }
#endif
