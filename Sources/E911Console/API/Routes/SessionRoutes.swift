#if Daemon
    import E911Service
    import HTTPTypes

    extension APIRoutes {
        struct LogIn: Decodable {
            var name: String
            var password: String
        }

        struct SetUp: Decodable {
            var secret: String
            var name: String
            var password: String
        }

        struct SessionView: Encodable {
            var name: String
            var role: Role
            var csrf: String?
            var screenPops: [String]

            init(_ identity: Identity) {
                name = identity.name
                role = identity.role
                screenPops = identity.screenPops
                if case .session(_, let csrf) = identity.proof { self.csrf = csrf }
            }
        }

        var sessionOperations: [Operation] {
            [
                Operation(
                    method: .post, path: "/session", id: "logIn", tag: "access",
                    summary: "Log in with name and password; the answer sets a cookie", permission: .anyone,
                    body: .json(.object(["name": .string, "password": .string])), bodyOctets: 4096, status: 201,
                    answer: .json(.reference("Session")), problems: [401, 403, 429, 503],
                    work: { request in
                        let form = try request.json(LogIn.self)
                        do {
                            return try opened(
                                try await accounts.logIn(
                                    name: form.name, password: form.password, source: request.source), request)
                        } catch let refusal as Accounts.Refusal {
                            house.note(
                                .init(
                                    .notice, "console.refused", "Somebody was not let into the console",
                                    [.init("source", request.source), .init("name", form.name, personal: true)]))
                            throw Problem(refusal)
                        }
                    }),
                Operation(
                    method: .get, path: "/session", id: "session", tag: "access", summary: "Who asks",
                    permission: .look, answer: .json(.reference("Session")),
                    work: { request in
                        guard let identity = request.identity else { throw Problem.unauthorized }
                        return try .json(SessionView(identity))
                    }),
                Operation(
                    method: .delete, path: "/session", id: "logOut", tag: "access", summary: "Log out",
                    permission: .look, status: 204,
                    work: { request in
                        if let identity = request.identity { accounts.logOut(identity) }
                        var reply = Reply.done
                        reply.headers[.setCookie] = SessionCookie.cleared(secure: request.isSecure)
                        return reply
                    }),
                Operation(
                    method: .post, path: "/setup", id: "setUp", tag: "access",
                    summary: "Make the first administrator, with the secret of the first-run link", permission: .anyone,
                    body: .json(.object(["secret": .string, "name": .string, "password": .string])), bodyOctets: 4096,
                    status: 201, answer: .json(.reference("Session")), problems: [403, 422, 503],
                    work: { request in
                        let form = try request.json(SetUp.self)
                        do {
                            let (secret, session) = try await accounts.setUp(
                                secret: form.secret, name: form.name, password: form.password, source: request.source)
                            var known = request
                            known.identity = accounts.identity(cookie: secret)
                            await audit(known, "set-up", "the first administrator '\(form.name)'")
                            return try opened((secret, session), request)
                        } catch let refusal as Accounts.Refusal {
                            throw Problem(refusal)
                        }
                    }),
            ]
        }

        private func opened(_ opened: (String, Session), _ request: APIRequest) throws -> Reply {
            guard let identity = accounts.identity(cookie: opened.0) else { throw Problem.unauthorized }
            var reply = try Reply.json(SessionView(identity), status: 201)
            reply.headers[.setCookie] = SessionCookie.set(opened.0, secure: request.isSecure)
            return reply
        }
    }

    /// The cookie of a session.
    enum SessionCookie {
        static let name = "e911d_session"

        static func set(_ value: String, secure: Bool) -> String {
            "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax\(secure ? "; Secure" : "")"
        }

        static func cleared(secure: Bool) -> String { set("", secure: secure) + "; Max-Age=0" }

        /// The value in a Cookie header.
        static func value(in header: String) -> String? {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].filter({ $0 != " " }) == name else { continue }
                return String(parts[1])
            }
            return nil
        }
    }
#endif
