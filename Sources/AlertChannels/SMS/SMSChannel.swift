#if Daemon
    public import Alerting
    import E911Values
    import Foundation

    /// Short messages through a provider's HTTP gateway.
    public final class SMSChannel: AlertChannel {
        public struct Settings: Sendable {
            public var gateway: SMSGateway
            public var account = ""
            public var password = ""
            /// Who the message comes from, as the provider wants it: a number, or a name that was agreed on.
            public var from = ""
            public var http = HTTPPoster.Settings()

            public init(gateway: SMSGateway) { self.gateway = gateway }
        }

        public let kind = AlertChannelKind.sms
        private let settings: Settings
        private let poster: HTTPPoster

        public init(settings: Settings) {
            self.settings = settings
            poster = HTTPPoster(settings: settings.http)
        }

        /// Delivers one message.
        ///
        /// - Returns: delivered when the provider has taken it; permanent for an address that is no number, and for a status
        ///   that will not change; temporary for anything else.
        public func deliver(_ delivery: Delivery) async -> DeliveryResult {
            guard let number = TelephoneNumber(delivery.address) else {
                return .permanent(reason: "the sms of '\(delivery.recipient)' is no telephone number")
            }
            let from = settings.from
            let values = [
                "to": number.description, "to-digits": "\(number.digits)", "from": from,
                "from-digits": from.hasPrefix("+") ? String(from.dropFirst()) : from, "text": delivery.message.text,
                "account": settings.account, "password": settings.password, "id": delivery.messageID,
            ]
            let gateway = settings.gateway
            let encoding = SMSGateway.Encoding(contentType: gateway.contentType)
            var request = HTTPPoster.Request(
                url: SMSGateway.fill(gateway.url, values, .form), tokenFile: nil, key: delivery.messageID,
                body: Array(SMSGateway.fill(gateway.body, values, encoding).utf8))
            request.contentType = gateway.contentType
            request.headers = gateway.headers.map { SMSGateway.fill($0, values, .plain) }
            if gateway.usesBasicAuthentication {
                request.credentials = .init(name: settings.account, password: settings.password)
            }
            // A provider repeats what it was sent.
            request.secrets = ["to", "to-digits", "from", "text", "account", "password"].compactMap { values[$0] }
            request.success = gateway.confirmation.map { .saying($0) } ?? .taken
            return await poster.post(request)
        }

        /// Ends the requests that are under way: they count as failed for now.
        public func close() { poster.close() }
    }
#endif
