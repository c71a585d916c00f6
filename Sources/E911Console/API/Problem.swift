#if Daemon
    import Foundation

    /// Why a request is not answered as it was wished: problem details of RFC 9457.
    struct Problem: Error, Equatable, Encodable {
        /// What of the request is wrong, for forms that show it beside the field.
        struct Detail: Equatable, Codable {
            /// A path in what was sent: `call-servers[0].username`; a parameter's name; `row 3, column ip`.
            var pointer: String
            var reason: String
            /// What would be right.
            var remedy: String?
        }

        var status: Int
        /// A short sentence that is the same for each problem of the kind.
        var title: String
        var detail: String?
        var errors: [Detail]?
        /// Seconds until it is worth another try; becomes `Retry-After`.
        var retryAfter: Int?

        init(_ status: Int, _ title: String, _ detail: String? = nil, errors: [Detail]? = nil, retryAfter: Int? = nil) {
            self.status = status
            self.title = title
            self.detail = detail
            self.errors = errors
            self.retryAfter = retryAfter
        }

        enum CodingKeys: String, CodingKey {
            case status, title, detail, errors
        }

        static func notFound(_ detail: String) -> Problem { Problem(404, "There is no such thing here", detail) }
        static func wrong(_ detail: String, _ errors: [Detail]? = nil) -> Problem {
            Problem(400, "The request cannot be understood", detail, errors: errors)
        }
        static func refused(_ reasons: [String]) -> Problem {
            Problem(
                409, "The request is refused", reasons.first,
                errors: reasons.count > 1 ? reasons.map { Detail(pointer: "", reason: $0) } : nil)
        }
        static let unauthorized = Problem(401, "Log in first", "a session or a token is needed")
        static let unavailable = Problem(503, "This cannot be answered at present", "the store cannot be read")

        init(_ refusal: Accounts.Refusal) {
            switch refusal {
            case .wrongPassword: self.init(401, "Name or password is wrong")
            case .throttled(let seconds):
                self.init(
                    429, "Too many wrong passwords", "try again in \(seconds) seconds", retryAfter: seconds)
            case .busy: self.init(503, "Too many log in at once", "try again in a few seconds", retryAfter: 5)
            case .noSetUp:
                self.init(
                    403, "There is nothing to set up", "the link is used or wrong; e911d user add makes accounts too")
            case .unacceptable(let reason): self.init(422, "This cannot be taken", reason)
            case .unknown(let reason): self = .notFound(reason)
            }
        }
    }
#endif
