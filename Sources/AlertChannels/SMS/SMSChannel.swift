#if Daemon
    public import Alerting
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
            guard let digits = Self.digits(delivery.address) else {
                return .permanent(reason: "'\(delivery.address)' is no telephone number")
            }
            let values = [
                "to": "+\(digits)", "to-digits": digits, "from": settings.from, "text": delivery.message.text,
                "account": settings.account, "password": settings.password, "id": delivery.id.description,
            ]
            let gateway = settings.gateway
            let encoding = SMSGateway.Encoding(contentType: gateway.contentType)
            var request = HTTPPoster.Request(
                url: SMSGateway.fill(gateway.url, values, .form), tokenFile: nil, key: delivery.id.description,
                body: Array(SMSGateway.fill(gateway.body, values, encoding).utf8))
            request.contentType = gateway.contentType
            request.headers = gateway.headers.map { SMSGateway.fill($0, values, .plain) }
            if gateway.usesBasicAuthentication { request.credentials = "\(settings.account):\(settings.password)" }
            request.success = gateway.confirmation.map { .saying($0) } ?? .taken
            return await poster.post(request)
        }

        /// Ends the requests that are under way: they count as failed for now.
        public func close() { poster.close() }

        /// Of a number in E.164, or of ten digits of North America; `nil` for anything else.
        private static func digits(_ address: String) -> String? {
            let digits = address.hasPrefix("+") ? address.dropFirst() : address[...]
            guard (7...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
                return nil
            }
            return !address.hasPrefix("+") && digits.count == 10 ? "1\(digits)" : String(digits)
        }
    }
#endif
