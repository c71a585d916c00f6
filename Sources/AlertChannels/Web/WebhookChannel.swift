#if Daemon
    public import Alerting
    import E911Values
    import Foundation

    /// Posts alerts to web addresses: as JSON of our own, signed, or in the form that Slack or Microsoft Teams takes.
    ///
    /// ``WebhookAddress`` says what an address is.
    public final class WebhookChannel: AlertChannel {
        public struct Settings: Sendable {
            public var http = HTTPPoster.Settings()
            /// What requests are signed with (``WebhookSignature``); `nil` leaves them unsigned.
            public var secret: [UInt8]?
            /// Seconds since 1970, for the signature.
            var clock: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }

            public init() {}
        }

        public let kind = AlertChannelKind.webhook
        private let settings: Settings
        private let poster: HTTPPoster

        public init(settings: Settings = Settings()) {
            self.settings = settings
            poster = HTTPPoster(settings: settings.http)
        }

        /// Delivers one message.
        ///
        /// - Returns: delivered for any 2xx; permanent for an address that is none and for a status that will not change;
        ///   temporary for anything else.
        public func deliver(_ delivery: Delivery) async -> DeliveryResult {
            // Such an address holds a secret, mostly.
            guard let address = WebhookAddress(delivery.address) else {
                return .permanent(reason: "the webhook of '\(delivery.recipient)' is no web address")
            }
            guard let body = address.form.body(of: delivery) else {
                return .permanent(reason: "the alert cannot be written as JSON")
            }
            var request = HTTPPoster.Request(url: address.url, tokenFile: nil, key: delivery.messageID, body: body)
            // Teams says 200 and in the body that it has lost the message.
            request.success = address.form == .teams ? .takenUnless("delivery failed") : .taken
            request.headers = ["E911d-Attempt: \(delivery.attempt)"]
            request.secrets = [address.url]
            if let secret = settings.secret {
                guard let signature = WebhookSignature.header(of: body, at: settings.clock(), secret: secret) else {
                    return .temporary(reason: "libcrypto makes no signature")
                }
                request.headers.append("\(WebhookSignature.name): \(signature)")
            }
            return await poster.post(request)
        }

        /// Ends the requests that are under way: they count as failed for now.
        public func close() { poster.close() }
    }

    extension Delivery {
        /// The same with each attempt to deliver the same message. A message that waits can become another one, a reminder for
        /// example.
        var messageID: String { "\(id)-\(reason)" }
    }
#endif
