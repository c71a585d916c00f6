#if Daemon
    import Alerting
    import E911Values
    import Glibc

    /// The headers of an alert's mail.
    enum MailHeaders {
        /// - Parameter now: when the mail is made, on the wall clock.
        static func fields(_ delivery: Delivery, from: MailAddress, fromName: String, to: MailAddress, now: WallTime)
            -> [String]
        {
            [
                "Date: \(date(now))",
                HeaderText.mailbox("From", from, displayName: fromName),
                HeaderText.mailbox("To", to, displayName: delivery.recipient),
                HeaderText.field("Subject", delivery.message.subject),
                "Message-ID: \(messageID(delivery.id, domain: from.domain))",
                // RFC 3834: nobody's absence note shall come back.
                "Auto-Submitted: auto-generated",
                "Importance: high",
            ]
        }

        /// The same for each attempt of a delivery, so that a mailbox recognises a repetition.
        static func messageID(_ id: DeliveryID, domain: String) -> String {
            let allowed = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
            let left = id.description.utf8.map { allowed.contains($0) ? $0 : UInt8(ascii: "_") }
            return "<\(String(decoding: left, as: UTF8.self))@\(domain)>"
        }

        /// RFC 5322 section 3.3, in UTC.
        static func date(_ time: WallTime) -> String {
            var seconds = time_t(time.milliseconds / 1000)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let day =
                "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
            return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) +0000"
        }
    }
#endif
