#if Daemon
    import Foundation
    import HTTPTypes
    import NIOCore

    /// One operation of the API: what it is to those who read the OpenAPI document, and what it does. The document and the
    /// routes come from the same list, so neither has what the other lacks.
    struct Operation: Sendable {
        struct Parameter: Sendable {
            enum Place: String, Sendable {
                case path, query
            }
            var name: String
            var place: Place
            var schema: Schema
            var meaning: String
        }

        /// A body that is sent or answered.
        struct Content: Sendable {
            var type: String
            var schema: Schema

            static func json(_ schema: Schema) -> Content { Content(type: "application/json", schema: schema) }
            static func octets(_ type: String) -> Content { Content(type: type, schema: .format("binary")) }
        }

        var method: HTTPRequest.Method
        /// Behind `/api/v1`, with parameters in braces.
        var path: String
        var id: String
        var tag: String
        var summary: String
        var permission: Permission
        var parameters: [Parameter] = []
        var body: Content?
        /// Most octets of the body.
        var bodyOctets = 1 << 20
        var status: Int = 200
        /// `nil` is an answer without a body.
        var answer: Content?
        /// Statuses of problems that it answers beside those of all operations.
        var problems: [Int] = []
        var work: @Sendable (APIRequest) async throws -> Reply
    }

    /// A request to an operation, checked as far as all operations have in common.
    struct APIRequest: Sendable {
        var identity: Identity?
        /// Where it came from: an address, a proxy's word taken for it only if the proxy is trusted.
        var source: String
        /// Whether it came over HTTPS, the proxy's word likewise.
        var isSecure: Bool
        var path: [String: String]
        var query: [String: String]
        var headers: HTTPFields
        var body: [UInt8]

        /// Who asks, for the audit.
        var who: String { identity?.name ?? "" }

        func required(_ name: String) throws -> String {
            guard let value = path[name] else { throw Problem.notFound("the path has no \(name)") }
            return value
        }

        /// A number of the query within bounds.
        func integer(_ name: String, _ bounds: ClosedRange<Int>, default standard: Int) throws -> Int {
            guard let text = query[name] else { return standard }
            guard let value = Int(text), bounds.contains(value) else {
                throw wrong(name, text, "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
            }
            return value
        }

        /// A value of the query in its own form.
        func value<Value>(_ name: String, _ form: String, _ read: (String) -> Value?) throws -> Value? {
            guard let text = query[name], !text.isEmpty else { return nil }
            guard let value = read(text) else { throw wrong(name, text, form) }
            return value
        }

        func flag(_ name: String) throws -> Bool {
            try value(name, "true or false") { ["true": true, "false": false][$0] } ?? false
        }

        private func wrong(_ name: String, _ text: String, _ form: String) -> Problem {
            .wrong("the parameter \(name) is not \(form)", [.init(pointer: name, reason: "'\(text)' is not \(form)")])
        }

        /// The body as JSON of a type.
        func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
            do {
                return try JSON.read(type, body)
            } catch let error as DecodingError {
                throw Problem.wrong("the body is not what is expected", [error.detail])
            }
        }
    }

    extension DecodingError {
        /// Where the body is wrong, and why.
        fileprivate var detail: Problem.Detail {
            func path(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
                (context.codingPath + [last].compactMap(\.self)).map {
                    $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)"
                }.joined().trimmingCharacters(in: ["."])
            }
            return switch self {
            case .keyNotFound(let key, let context):
                Problem.Detail(pointer: path(context, key), reason: "is missing")
            case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
                Problem.Detail(pointer: path(context), reason: "is not of the type \(type)")
            case .dataCorrupted(let context):
                Problem.Detail(
                    pointer: path(context),
                    reason: context.codingPath.isEmpty
                        ? "the body is no JSON" : "cannot be read: \(context.debugDescription)")
            @unknown default: Problem.Detail(pointer: "", reason: "cannot be read")
            }
        }
    }

    /// What an operation answers.
    struct Reply: Sendable {
        enum Body: Sendable {
            case none
            case octets([UInt8], type: String)
            /// Pieces as they come, until the sequence or the connection ends.
            case events(AsyncStream<ByteBuffer>)
        }

        var status: Int
        var headers: HTTPFields = [:]
        var body: Body

        static func json(_ value: some Encodable, status: Int = 200) throws -> Reply {
            Reply(status: status, body: .octets(try JSON.octets(value), type: "application/json"))
        }

        static func text(_ text: String, type: String) -> Reply {
            Reply(status: 200, body: .octets(Array(text.utf8), type: type))
        }

        static let done = Reply(status: 204, body: .none)

        static func problem(_ problem: Problem) -> Reply {
            var reply = Reply(
                status: problem.status,
                body: .octets((try? JSON.octets(problem)) ?? [], type: "application/problem+json"))
            if let seconds = problem.retryAfter { reply.headers[.retryAfter] = "\(seconds)" }
            if problem.status == 401 { reply.headers[.wwwAuthenticate] = "Bearer" }
            return reply
        }
    }
#endif
