#if Daemon
    public import Alerting
    import CCurl
    import Dispatch
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
            /// `NAME:PASSWORD` for HTTP's basic authentication.
            public var credentials: String?
            /// What a 2xx means.
            public var success = Success.confirmed

            public init(url: String, tokenFile: String?, key: String, body: [UInt8]) {
                self.url = url
                self.tokenFile = tokenFile
                self.key = key
                self.body = body
            }
        }

        /// When the far side has taken responsibility.
        public enum Success: Equatable, Sendable {
            /// 200, 201 and 204; with a 202 it has the request and has not done it.
            case confirmed
            /// Any 2xx.
            case taken
            /// Any 2xx whose body holds this text: some providers say 200 and what is wrong.
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
        /// - Parameter done: delivered as ``Request/success`` says; temporary for another 2xx, 408, 425, 429, any 5xx, and when
        ///   there is no answer; permanent for any other answer.
        public func post(_ request: Request, done: @escaping @Sendable (DeliveryResult) -> Void) {
            let settings = settings
            let code = HTTPStatus(success: request.success)
            threads.start(
                CurlThreads.Request(
                    latestStart: .now() + .nanoseconds(Int(clamping: settings.waitingTime.nanoseconds)),
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
            transfer.set(CURLOPT_USERPWD, request.credentials)
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

        func result(_ outcome: CurlOutcome) -> DeliveryResult {
            guard outcome.isSuccess else { return .temporary(reason: outcome.message) }
            guard let line = outcome.lines.last(where: { $0.hasPrefix("HTTP/") }) else {
                return .temporary(reason: "the answer has no status")
            }
            let words = line.split(separator: " ", maxSplits: 2)
            let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            switch (status, success) {
            case (200, .confirmed), (201, .confirmed), (204, .confirmed), (200...299, .taken):
                return .delivered(providerAnswer: line)
            case (202, .confirmed): return .temporary(reason: "\(line): taken, and not done yet")
            case (200...299, .saying(let text)):
                let said = String(decoding: outcome.body.prefix(500), as: UTF8.self)
                return String(decoding: outcome.body, as: UTF8.self).contains(text)
                    ? .delivered(providerAnswer: "\(line) \(said)")
                    : .temporary(reason: "\(line), but it does not say \(text): \(said)")
            case (408, _), (425, _), (429, _), (500...599, _): return .temporary(reason: line)
            default: return .permanent(reason: line)
            }
        }
    }

    extension Duration {
        fileprivate var nanoseconds: Int64 {
            let (seconds, attoseconds) = components
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            return overflow ? .max : product + attoseconds / 1_000_000_000
        }

        /// 0 means libcurl's default of minutes.
        fileprivate var milliseconds: Int { max(1, Int(clamping: nanoseconds / 1_000_000)) }
    }
#endif
