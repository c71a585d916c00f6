#if Daemon
    public import Alerting
    import CCurl
    import Dispatch
    import E911Values
    import Foundation

    /// Posts to web addresses through libcurl.
    public final class HTTPPoster: Sendable {
        /// Times of one request.
        public struct Settings: Sendable {
            public var connectTimeout: Duration = .seconds(10)
            public var totalTimeout: Duration = .seconds(30)
            /// How long a request may wait for others before it fails.
            public var waitingTime: Duration = .seconds(60)
            public var concurrency = 4
            /// A file of certificates to trust beside those of the system; `nil` for none.
            public var authorities: String?
            public var agent = "e911d"

            public init() {}
        }

        /// One request.
        public struct Request: Sendable {
            public var url: String
            /// The path of a file with a token alone, read now; `nil` for none.
            public var tokenFile: String?
            public var key: String
            public var body: [UInt8]
            public var contentType = "application/json"
            /// Lines of further headers.
            public var headers: [String] = []
            /// For HTTP's basic authentication.
            public var credentials: Credentials?
            /// What an answer means.
            public var success = Success.confirmed
            /// Texts that nothing which is said of an answer may hold.
            public var secrets: [String] = []

            public init(url: String, tokenFile: String?, key: String, body: [UInt8]) {
                self.url = url
                self.tokenFile = tokenFile
                self.key = key
                self.body = body
            }
        }

        public struct Credentials: Equatable, Sendable {
            public var name: String
            public var password: String

            public init(name: String, password: String) {
                self.name = name
                self.password = password
            }
        }

        /// When the far side has taken responsibility, and what is worth another attempt.
        public enum Success: Equatable, Sendable {
            /// With 200, 201 and 204; with a 202 it has the request and has not done it. Any other 4xx than 408, 425 and 429 is
            /// for good, and a 3xx.
            case confirmed
            /// With any 2xx. For good is only what is wrong with the request itself: somebody mends a token, a route, an account
            /// without credit within the day for which an alert is tried.
            case taken
            /// Likewise, unless the body holds this text: some say 200 and what is wrong.
            case takenUnless(String)
            /// Likewise, and only if the body holds this text, white space aside.
            case saying(String)
        }

        /// More octets than a token has.
        private static let longestToken = 8192

        private let settings: Settings
        private let threads: CurlThreads

        public init(settings: Settings = Settings()) {
            self.settings = settings
            threads = CurlThreads(concurrency: settings.concurrency)
        }

        /// Posts a request; `done` comes on some thread.
        ///
        /// - Parameter done: delivered and permanent as ``Request/success`` says; temporary for anything else, and when there is
        ///   no answer.
        public func post(_ request: Request, done: @escaping @Sendable (DeliveryResult) -> Void) {
            let settings = settings
            let code = HTTPStatus(success: request.success, secrets: request.secrets)
            threads.start(
                CurlThreads.Request(
                    latestStart: .now() + .nanoseconds(Int(clamping: settings.waitingTime.wholeNanoseconds)),
                    prepare: { Self.prepare($0, request, settings) },
                    completion: { done(code.result($0)) }))
        }

        /// The same, and waits for what became of it.
        func post(_ request: Request) async -> DeliveryResult {
            await withCheckedContinuation { continuation in post(request) { continuation.resume(returning: $0) } }
        }

        /// Ends the requests that are under way: they count as failed for now.
        public func close() {
            threads.close()
        }

        private static func prepare(_ transfer: CurlTransfer, _ request: Request, _ settings: Settings) {
            transfer.set(CURLOPT_PROTOCOLS_STR, "http,https")
            transfer.set(CURLOPT_URL, request.url)
            transfer.set(CURLOPT_CAINFO, settings.authorities)
            transfer.set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.milliseconds)
            transfer.set(CURLOPT_TIMEOUT_MS, settings.totalTimeout.milliseconds)
            transfer.set(CURLOPT_USERAGENT, settings.agent)
            var headers = ["Content-Type: \(request.contentType)", "Idempotency-Key: \(request.key)", "Expect:"]
            headers += request.headers
            transfer.set(CURLOPT_USERNAME, request.credentials?.name)
            transfer.set(CURLOPT_PASSWORD, request.credentials?.password)
            if let path = request.tokenFile {
                guard let token = token(in: path) else {
                    return transfer.refuse("the token file \(path) cannot be read, or holds no token")
                }
                headers.append("Authorization: Bearer \(token)")
            }
            transfer.set(CURLOPT_HTTPHEADER, headers)
            transfer.setBody(request.body)
        }

        private static func token(in path: String) -> String? {
            guard let data = FileManager.default.contents(atPath: path), data.count <= longestToken else { return nil }
            let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            // Nothing of a header may come in by it.
            return token.isEmpty || token.utf8.contains(where: { $0 <= 0x20 || $0 > 0x7e }) ? nil : token
        }
    }

    /// What an answer over HTTP means.
    struct HTTPStatus {
        var success = HTTPPoster.Success.confirmed
        var secrets: [String] = []

        func result(_ outcome: CurlOutcome) -> DeliveryResult {
            guard outcome.isSuccess else { return .temporary(reason: outcome.message) }
            guard let line = outcome.lines.last(where: { $0.hasPrefix("HTTP/") }) else {
                return .temporary(reason: "the answer has no status")
            }
            let words = line.split(separator: " ", maxSplits: 2)
            let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            guard success != .confirmed else { return confirmed(status, line) }
            let body = String(decoding: outcome.body, as: UTF8.self)
            guard (200...299).contains(status) else {
                let reason = said(line, body)
                return [400, 410, 413, 414, 415, 422].contains(status)
                    ? .permanent(reason: reason) : .temporary(reason: reason)
            }
            let isTaken =
                switch success {
                case .confirmed, .taken: true
                case .takenUnless(let text): !body.contains(text)
                case .saying(let text): Self.withoutBlanks(body).contains(Self.withoutBlanks(text))
                }
            return isTaken ? .delivered(providerAnswer: line) : .temporary(reason: said(line, body))
        }

        private func confirmed(_ status: Int, _ line: String) -> DeliveryResult {
            switch status {
            case 200, 201, 204: .delivered(providerAnswer: line)
            case 202: .temporary(reason: "\(line): taken, and not done yet")
            case 408, 425, 429, 500...599: .temporary(reason: line)
            default: .permanent(reason: line)
            }
        }

        /// The status and the beginning of what the body says, which tells people what to mend.
        private func said(_ line: String, _ body: String) -> String {
            var text = body
            for secret in secrets where secret.count > 2 { text = text.replacing(secret, with: "***") }
            let words = text.split {
                $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 32 || $0.value == 127 }
            }
            let said = words.joined(separator: " ").prefix(200)
            return said.isEmpty ? line : "\(line): \(said)"
        }

        private static func withoutBlanks(_ text: String) -> String { text.filter { !$0.isWhitespace } }
    }

    extension Duration {
        /// 0 means libcurl's default of minutes.
        fileprivate var milliseconds: Int { max(1, Int(clamping: wholeNanoseconds / 1_000_000)) }
    }
#endif
