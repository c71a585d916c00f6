#if Daemon
    public import Alerting
    import E911Values
    import Foundation

    /// Posts alerts to web addresses: as JSON of our own, signed, or in the form that Slack or Microsoft Teams takes.
    ///
    /// An address is a URL; `slack+` or `teams+` before it chooses the form: `slack+https://hooks.slack.com/services/...`.
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
            guard let address = WebhookAddress(delivery.address) else {
                return .permanent(reason: "'\(delivery.address)' is no web address")
            }
            guard let body = address.form.body(of: delivery) else {
                return .permanent(reason: "the alert cannot be written as JSON")
            }
            var request = HTTPPoster.Request(
                url: address.url, tokenFile: nil, key: delivery.id.description, body: body)
            request.success = .taken
            if let secret = settings.secret {
                guard let signature = WebhookSignature.header(of: body, at: settings.clock(), secret: secret) else {
                    return .temporary(reason: "libcrypto makes no signature")
                }
                request.headers = ["\(WebhookSignature.name): \(signature)"]
            }
            return await poster.post(request)
        }

        /// Ends the requests that are under way: they count as failed for now.
        public func close() { poster.close() }
    }

    /// A URL and the form of what is posted to it.
    struct WebhookAddress: Equatable {
        var url: String
        var form: WebhookForm

        /// `nil` for what is no `http` or `https` URL with a host.
        init?(_ text: String) {
            (url, form) = (text, .plain)
            for other in [WebhookForm.slack, .teams] where text.hasPrefix("\(other)+") {
                (url, form) = (String(text.dropFirst("\(other)+".count)), other)
            }
            guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }),
                let first = url.utf8.dropFirst(scheme.utf8.count).first, first != UInt8(ascii: "/"),
                url.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
            else { return nil }
        }
    }
#endif
