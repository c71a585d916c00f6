#if Daemon
    public import Alerting
    import CCurl
    import Dispatch
    import Foundation

    /// Posts JSON to web addresses through libcurl.
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

            public init(url: String, tokenFile: String?, key: String, body: [UInt8]) {
                self.url = url
                self.tokenFile = tokenFile
                self.key = key
                self.body = body
            }
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
        /// - Parameter done: delivered for 200, 201 and 204; temporary for 202 (the far side has it and has not done it), 408,
        ///   425, 429, any 5xx, and when there is no answer; permanent for any other answer.
        public func post(_ request: Request, done: @escaping @Sendable (DeliveryResult) -> Void) {
            let settings = settings
            let code = HTTPStatus()
            threads.start(
                CurlThreads.Request(
                    latestStart: .now() + .nanoseconds(Int(clamping: settings.waitingTime.nanoseconds)),
                    prepare: { Self.prepare($0, request, settings) },
                    completion: { done(code.result($0)) }))
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
            var headers = ["Content-Type: application/json", "Idempotency-Key: \(request.key)", "Expect:"]
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
        func result(_ outcome: CurlOutcome) -> DeliveryResult {
            guard outcome.isSuccess else { return .temporary(reason: outcome.message) }
            guard let line = outcome.lines.last(where: { $0.hasPrefix("HTTP/") }) else {
                return .temporary(reason: "the answer has no status")
            }
            let words = line.split(separator: " ", maxSplits: 2)
            let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            switch status {
            case 200, 201, 204: return .delivered(providerAnswer: line)
            case 202: return .temporary(reason: "\(line): taken, and not done yet")
            case 408, 425, 429, 500...599: return .temporary(reason: line)
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
