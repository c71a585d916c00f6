#if Daemon
    import Foundation

    /// A provider that sends short messages for requests over HTTP, as a template.
    ///
    /// Placeholders are `{to}`, `{from}`, `{text}`, `{account}`, `{password}` and `{id}` (the message's, the same with each
    /// attempt). In a URL and in a form they are percent-encoded, in JSON and XML escaped; numbers have their `+`, but for
    /// `{to-digits}` and `{from-digits}`. Requests are POSTs.
    public struct SMSGateway: Equatable, Sendable {
        /// What the values of placeholders are encoded for.
        enum Encoding {
            case form, json, xml, plain

            init(contentType: String) {
                let type = contentType.lowercased()
                self =
                    type.contains("x-www-form-urlencoded")
                    ? .form : type.contains("json") ? .json : type.contains("xml") ? .xml : .plain
            }
        }

        public static let placeholders = [
            "to", "to-digits", "from", "from-digits", "text", "account", "password", "id",
        ]

        public var url: String
        public var contentType: String
        public var body: String
        /// Lines of headers.
        public var headers: [String]
        /// Whether account and password go by HTTP's basic authentication.
        public var usesBasicAuthentication: Bool
        /// What the body of a 2xx must hold, for providers that say 200 and what is wrong; `nil` for nothing.
        public var confirmation: String?
        /// The placeholders that there are.
        public let uses: Set<String>

        /// - Parameter contentType: `nil` for what the body looks like: JSON, XML, or a form.
        /// - Throws: what cannot work: a placeholder that there is not, a message without number or text, a header that is none.
        public init(
            url: String, contentType: String? = nil, body: String, headers: [String] = [],
            usesBasicAuthentication: Bool = false, confirmation: String? = nil
        ) throws(SMSGatewayProblem) {
            self.url = url
            self.body = body
            self.headers = headers
            self.usesBasicAuthentication = usesBasicAuthentication
            self.confirmation = confirmation
            switch body.first(where: { !$0.isWhitespace }) {
            case "{", "[": self.contentType = contentType ?? "application/json"
            case "<": self.contentType = contentType ?? "text/xml; charset=utf-8"
            default: self.contentType = contentType ?? "application/x-www-form-urlencoded"
            }
            var used: [String] = []
            for text in [url, body] + headers { used += try Self.used(text) }
            uses = Set(used).union(usesBasicAuthentication ? ["account", "password"] : [])
            for wanted in ["to", "text"] where !used.contains(where: { $0 == wanted || $0 == wanted + "-digits" }) {
                throw SMSGatewayProblem(reason: "neither the url nor the body has {\(wanted)}")
            }
            for header in headers {
                guard let colon = header.firstIndex(of: ":"), colon > header.startIndex else {
                    throw SMSGatewayProblem(reason: "'\(header)' is no header, which is a name, a colon and a value")
                }
                if header[..<colon].lowercased() == "content-type" {
                    throw SMSGatewayProblem(reason: "the header Content-Type has a key of its own, content-type")
                }
            }
        }

        private init(ready url: String, body: String, headers: [String], basic: Bool, confirmation: String?) {
            self.url = url
            contentType = "application/x-www-form-urlencoded"
            self.body = body
            self.headers = headers
            usesBasicAuthentication = basic
            self.confirmation = confirmation
            uses = []
        }

        /// Providers that need no template. Account and password are what each of them calls so: see the list in the
        /// handbook.
        public enum Provider: String, Sendable, CaseIterable {
            /// Account SID and auth token.
            case twilio
            /// API key and API secret.
            case vonage
            /// The access key as password; no account.
            case messagebird

            public var gateway: SMSGateway {
                switch self {
                case .twilio:
                    SMSGateway(
                        ready: "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json",
                        body: "To={to}&From={from}&Body={text}", headers: [], basic: true, confirmation: nil)
                case .vonage:
                    // It says 200 to everything, and in the body whether it took it.
                    SMSGateway(
                        ready: "https://rest.nexmo.com/sms/json",
                        body: "api_key={account}&api_secret={password}&to={to-digits}&from={from-digits}&text={text}",
                        headers: [],
                        basic: false, confirmation: "\"status\":\"0\"")
                case .messagebird:
                    SMSGateway(
                        ready: "https://rest.messagebird.com/messages",
                        body: "recipients={to-digits}&originator={from-digits}&body={text}&reference={id}",
                        headers: ["Authorization: AccessKey {password}"], basic: false, confirmation: nil)
                }
            }

            /// Whether it needs an account beside the password.
            public var needsAccount: Bool { self != .messagebird }
        }

        /// The placeholders of a text.
        private static func used(_ text: String) throws(SMSGatewayProblem) -> [String] {
            var names: [String] = []
            var rest = text[...]
            while let open = rest.firstIndex(of: "{") {
                let behind = rest[rest.index(after: open)...]
                // JSON has braces of its own, which no lone word stands in.
                let isWord = { (character: Character) in
                    character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
                }
                guard let close = behind.firstIndex(where: { !isWord($0) }), behind[close] == "}",
                    close > behind.startIndex
                else {
                    rest = behind
                    continue
                }
                let name = String(behind[..<close])
                guard placeholders.contains(name) else {
                    throw SMSGatewayProblem(
                        reason:
                            "there is no placeholder {\(name)}; there are \(placeholders.map { "{\($0)}" }.joined(separator: ", "))"
                    )
                }
                names.append(name)
                rest = behind[behind.index(after: close)...]
            }
            return names
        }

        /// A template with the values in the places of their names.
        static func fill(_ template: String, _ values: [String: String], _ encoding: Encoding) -> String {
            var filled = ""
            var rest = template[...]
            while let open = rest.firstIndex(of: "{") {
                filled += rest[..<open]
                let behind = rest[rest.index(after: open)...]
                if let close = behind.firstIndex(of: "}"), let value = values[String(behind[..<close])] {
                    filled += encode(value, encoding)
                    rest = behind[behind.index(after: close)...]
                } else {
                    filled.append("{")
                    rest = behind
                }
            }
            return filled + rest
        }

        private static func encode(_ value: String, _ encoding: Encoding) -> String {
            switch encoding {
            case .plain: return value
            case .form:
                let unreserved = CharacterSet(
                    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
                return value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
            case .json:
                guard let data = try? JSONEncoder().encode(value) else { return "" }
                return String(String(decoding: data, as: UTF8.self).dropFirst().dropLast())
            case .xml:
                return value.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
                    .replacing("\"", with: "&quot;").replacing("'", with: "&apos;")
            }
        }
    }

    /// Why a template cannot be used.
    public struct SMSGatewayProblem: Error, Equatable, Sendable, CustomStringConvertible {
        public var reason: String
        public var description: String { reason }
    }
#endif
