#if Daemon
    public import Alerting
    import CCurl
    import Dispatch
    import E911Values
    import Foundation

    /// Email over SMTP through libcurl, plain text and HTML side by side.
    public final class EmailChannel: AlertChannel {
        public let kind = AlertChannelKind.email
        private let settings: SMTPSettings
        private let threads: CurlThreads

        public init(settings: SMTPSettings) {
            self.settings = settings
            threads = CurlThreads(concurrency: settings.concurrency)
        }

        /// Delivers one message to the mail server.
        ///
        /// - Returns: delivered with the server's answer; permanent for an address that is none, or a 5xx about the mail;
        ///   temporary for anything else.
        public func deliver(_ delivery: Delivery) async -> DeliveryResult {
            guard let to = MailAddress(delivery.address) else {
                return .permanent(reason: "'\(delivery.address)' is no mail address")
            }
            let settings = settings
            let outcome = await withCheckedContinuation { continuation in
                threads.start(
                    CurlThreads.Request(
                        latestStart: .now() + .nanoseconds(Int(clamping: settings.waitingTime.wholeNanoseconds)),
                        prepare: { Self.prepare($0, delivery, to, settings) },
                        completion: { continuation.resume(returning: $0) }))
            }
            return SMTPResult.result(outcome)
        }

        /// Ends the deliveries that are under way: they count as failed for now.
        public func close() {
            threads.close()
        }

        private static func prepare(
            _ transfer: CurlTransfer, _ delivery: Delivery, _ to: MailAddress, _ settings: SMTPSettings
        ) {
            transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
            transfer.set(CURLOPT_URL, settings.url)
            transfer.set(CURLOPT_USE_SSL, settings.startTLS.level)
            transfer.set(CURLOPT_CAINFO, settings.authorities)
            transfer.set(CURLOPT_USERNAME, settings.username)
            transfer.set(CURLOPT_PASSWORD, settings.password)
            transfer.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connectTimeout))
            transfer.set(CURLOPT_TIMEOUT_MS, milliseconds(settings.totalTimeout))
            transfer.set(CURLOPT_MAIL_FROM, "<\(settings.from)>")
            transfer.set(CURLOPT_MAIL_RCPT, ["<\(to)>"])
            let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            transfer.set(
                CURLOPT_HTTPHEADER,
                MailHeaders.fields(delivery, from: settings.from, fromName: settings.fromName, to: to, now: now))
            var parts = [CurlTransfer.Part(type: "text/plain; charset=utf-8", octets: lines(delivery.message.text))]
            if let html = delivery.message.html {
                parts.append(CurlTransfer.Part(type: "text/html; charset=utf-8", octets: lines(html)))
            }
            transfer.setAlternatives(parts)
        }

        /// With the line ends of mail.
        private static func lines(_ text: String) -> [UInt8] {
            var out: [UInt8] = []
            for octet in text.utf8 where octet != 13 {
                if octet == 10 { out.append(13) }
                out.append(octet)
            }
            return out
        }

        private static func milliseconds(_ duration: Duration) -> Int {
            // 0 means libcurl's default of minutes.
            max(1, Int(clamping: duration.wholeNanoseconds / 1_000_000))
        }
    }

    extension SMTPSettings.StartTLS {
        fileprivate var level: Int {
            switch self {
            case .required: Int(CURLUSESSL_ALL.rawValue)
            case .optional: Int(CURLUSESSL_TRY.rawValue)
            case .none: Int(CURLUSESSL_NONE.rawValue)
            }
        }
    }
#endif
