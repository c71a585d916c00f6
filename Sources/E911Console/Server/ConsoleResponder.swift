#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import HTTPTypes
    import Hummingbird
    import NIOCore
    import Synchronization

    /// What is known of a connection.
    struct ConnectionContext: InitializableFromSource {
        let peer: String?

        init(peer: String?) { self.peer = peer }

        init(source: ApplicationRequestContextSource) {
            peer = source.channel.remoteAddress?.ipAddress
        }
    }

    /// Answers every request: who asks, may he, and what is the answer.
    struct ConsoleResponder: HTTPResponder {
        typealias Context = ConnectionContext

        private let house: ConsoleHouse
        private let accounts: Accounts
        private let hub: EventHub
        private let isTLS: Bool
        private let trustedProxies: [IPPrefix]
        /// What it has, for tests that look at all of it.
        let operations: [Operation]
        private let table: RouteTable
        private let pages: PageShelf
        private let started: Int64
        private let recent = RecentStatus()

        init(
            house: ConsoleHouse, accounts: Accounts, hub: EventHub, screenPops: ScreenPopChannel, isTLS: Bool,
            trustedProxies: [IPPrefix]
        ) {
            self.house = house
            self.accounts = accounts
            self.hub = hub
            self.isTLS = isTLS
            self.trustedProxies = trustedProxies
            operations = APIRoutes(house: house, accounts: accounts, events: hub, screenPops: screenPops).operations
            table = RouteTable(operations)
            pages = PageShelf()
            started = house.clock()
        }

        func respond(to request: Request, context: ConnectionContext) async throws -> Response {
            let origin = RequestOrigin(
                peer: context.peer, isTLS: isTLS, host: request.head.authority ?? "", headers: request.headers,
                trusted: trustedProxies)
            let target = request.head.path ?? "/"
            let path = target.prefix { $0 != "?" && $0 != "#" }
            var reply: Reply
            do {
                reply = try await answer(request, Substring(path), target, origin)
            } catch let problem as Problem {
                reply = .problem(problem)
            } catch {
                house.note(
                    .init(
                        .alarm, "console.failed", "A request to the console could not be answered",
                        [.init("reason", "\(error)")]))
                reply = .problem(Problem(500, "This went wrong here, not at your side"))
            }
            return Self.response(reply, origin, isHead: request.method == .head)
        }

        private func answer(
            _ request: Request, _ path: Substring, _ target: String, _ origin: RequestOrigin
        ) async throws -> Reply {
            if path.hasPrefix(APIRoutes.prefix + "/") {
                return try await operation(request, path.dropFirst(APIRoutes.prefix.count), target, origin)
            }
            guard request.method == .get || request.method == .head else {
                return Self.notAllowed(["GET", "HEAD"])
            }
            switch path {
            case "/health/live": return try await health(isReady: false)
            case "/health/ready": return try await health(isReady: true)
            case "/metrics":
                guard identity(request.headers) != nil else { throw Problem.unauthorized }
                let seconds = Double(house.clock() - started) / 1000
                return .text(
                    Metrics.text(await house.status(), version: house.version, streams: hub.count, uptime: seconds),
                    type: "text/plain; version=0.0.4; charset=utf-8")
            default: return page(request, path, target)
            }
        }

        private static func notAllowed(_ methods: [String]) -> Reply {
            var reply = Reply.problem(
                Problem(405, "The method is not one of those that this has", methods.joined(separator: ", ")))
            reply.headers[.allow] = methods.joined(separator: ", ")
            return reply
        }

        // MARK: Operations

        private func operation(
            _ request: Request, _ path: Substring, _ target: String, _ origin: RequestOrigin
        ) async throws -> Reply {
            let method = request.method == .head ? .get : request.method
            // Nobody learns without a session what there is.
            let identity = identity(request.headers)
            switch table.match(method, path) {
            case .none:
                if identity == nil { throw Problem.unauthorized }
                throw Problem.notFound(String(path))
            case .otherMethods(let methods):
                if identity == nil { throw Problem.unauthorized }
                return Self.notAllowed(methods)
            case .operation(let operation, let parameters):
                try check(operation, identity, request.headers, origin)
                let body = try await body(request, operation)
                // A body may have taken its time, and who sent it may have been put out meanwhile.
                if let identity, !accounts.stands(identity) { throw Problem.unauthorized }
                return try await operation.work(
                    APIRequest(
                        identity: identity, source: origin.source, isSecure: origin.isSecure, path: parameters,
                        query: try Self.query(target), headers: request.headers, body: body))
            }
        }

        private func check(
            _ operation: Operation, _ identity: Identity?, _ headers: HTTPFields, _ origin: RequestOrigin
        ) throws {
            if operation.method != .get, !origin.isSameOrigin(headers) {
                throw Problem(403, "Not allowed", "the request comes from a page of another site")
            }
            guard operation.permission != .anyone else { return }
            guard let identity else { throw Problem.unauthorized }
            guard identity.role.may(operation.permission) else {
                throw Problem(403, "Not allowed", "the role \(identity.role.rawValue) may not do this")
            }
            if operation.method != .get, case .session(_, let csrf) = identity.proof {
                guard let shown = headers[.csrfToken], Secret.isSame(shown, csrf) else {
                    throw Problem(403, "Not allowed", "X-CSRF-Token is missing or is not the session's")
                }
            }
        }

        private func identity(_ headers: HTTPFields) -> Identity? {
            if let authorization = headers[.authorization] {
                let parts = authorization.split(separator: " ")
                guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
                return accounts.identity(token: String(parts[1]))
            }
            return headers[.cookie].flatMap { SessionCookie.value(in: $0) }.flatMap { accounts.identity(cookie: $0) }
        }

        private func body(_ request: Request, _ operation: Operation) async throws -> [UInt8] {
            guard let content = operation.body else { return [] }
            let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }
            guard content.type == "application/octet-stream" || type == content.type else {
                throw Problem(415, "The body is of a type that is not taken", "\(content.type) is")
            }
            do {
                let buffer = try await request.body.collect(upTo: operation.bodyOctets)
                return Array(buffer.readableBytesView)
            } catch is NIOTooManyBytesError {
                throw Problem(413, "The body is too long", "\(operation.bodyOctets) octets are the most")
            }
        }

        /// The parameters of the query; of two of a name the last one counts.
        static func query(_ target: String) throws -> [String: String] {
            guard let mark = target.firstIndex(of: "?") else { return [:] }
            var found: [String: String] = [:]
            for pair in target[target.index(after: mark)...].prefix(while: { $0 != "#" }).split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                    $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
                }
                guard let name = parts[0], let value = parts.count > 1 ? parts[1] : "" else {
                    throw Problem.wrong("the query cannot be read: '\(pair)'")
                }
                found[name] = value
            }
            return found
        }

        // MARK: Pages

        private func page(_ request: Request, _ path: Substring, _ target: String) -> Reply {
            guard let page = pages[String(path)] else {
                return identity(request.headers) == nil
                    ? .problem(.unauthorized) : .problem(.notFound(String(path)))
            }
            if page.needsSession, identity(request.headers) == nil {
                guard page.isDocument else { return .problem(.unauthorized) }
                var reply = Reply(status: 303, body: .none)
                reply.headers[.location] = accounts.firstRun == nil ? "/login" : "/setup"
                return reply
            }
            var headers: HTTPFields = [.eTag: page.tag, .cacheControl: "no-cache"]
            if request.headers[.ifNoneMatch] == page.tag { return Reply(status: 304, headers: headers, body: .none) }
            headers[.vary] = "Cookie"
            return Reply(status: 200, headers: headers, body: .octets(page.octets, type: page.type))
        }

        // MARK: Health

        private struct Health: Encodable {
            var status: String
            var reasons: [String]
        }

        /// Live: the node answers. Ready: it has a site and wants calls.
        private func health(isReady: Bool) async throws -> Reply {
            guard let status = await recent.status(house) else {
                return try .json(Health(status: "failed", reasons: ["the node does not answer"]), status: 503)
            }
            guard isReady else { return try .json(Health(status: "ok", reasons: [])) }
            var reasons: [String] = []
            if status.callServers.isEmpty { reasons.append("there is no site") }
            if status.draining { reasons.append("no more calls are wanted") }
            return try .json(
                Health(status: reasons.isEmpty ? "ok" : "not ready", reasons: reasons),
                status: reasons.isEmpty ? 200 : 503)
        }

        // MARK: Responses

        private static let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "connect-src 'self'",
            "worker-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")

        private static func response(_ reply: Reply, _ origin: RequestOrigin, isHead: Bool) -> Response {
            var headers = reply.headers
            headers[.contentSecurityPolicy] = policy
            headers[.xContentTypeOptions] = "nosniff"
            headers[.referrerPolicy] = "same-origin"
            headers[.frameOptions] = "DENY"
            headers[.openerPolicy] = "same-origin"
            if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
            if origin.isSecure { headers[.strictTransportSecurity] = "max-age=31536000" }
            let status = HTTPResponse.Status(code: reply.status)
            switch reply.body {
            case .none:
                headers[.contentLength] = reply.status == 204 || reply.status == 304 ? nil : "0"
                return Response(status: status, headers: headers)
            case .octets(let octets, let type):
                headers[.contentType] = type
                if isHead {
                    headers[.contentLength] = "\(octets.count)"
                    return Response(status: status, headers: headers)
                }
                return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: octets)))
            case .events(let stream):
                guard !isHead else { return Response(status: status, headers: headers) }
                return Response(
                    status: status, headers: headers,
                    body: .init { writer in
                        for await buffer in stream { try await writer.write(buffer) }
                        try await writer.finish(nil)
                    })
            }
        }
    }

    /// The node's state as of a moment ago: whoever asks without a session, however often, costs the node next to nothing.
    private final class RecentStatus: Sendable {
        private let known = Mutex<(status: NodeStatus?, at: Int64)?>(nil)
        /// Milliseconds.
        private static let fresh: Int64 = 250

        func status(_ house: ConsoleHouse) async -> NodeStatus? {
            let now = house.clock()
            if let known = known.withLock({ $0 }), (0..<Self.fresh).contains(now - known.at) { return known.status }
            let status = await house.status()
            known.withLock { $0 = (status, now) }
            return status
        }
    }

    extension HTTPField.Name {
        // Tokens, as names have to be.
        static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
        static let frameOptions = HTTPField.Name("X-Frame-Options")!
        static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    }
#endif
