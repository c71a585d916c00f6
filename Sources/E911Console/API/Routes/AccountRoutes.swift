#if Daemon
    import E911Service
    import HTTPTypes

    extension APIRoutes {
        struct AccountView: Encodable {
            var name: String
            var role: Role
            var screenPops: [String]
            var changedAt: Int64

            init(_ account: Account) {
                (name, role, screenPops, changedAt) = (
                    account.name, account.role, account.screenPops, account.changedAt
                )
            }
        }

        struct AccountForm: Decodable {
            var role: Role
            var password: String?
            var screenPops: [String]?
        }

        struct TokenView: Encodable {
            var id: String
            var name: String
            var role: Role
            var createdBy: String
            var createdAt: Int64
            var expiresAt: Int64?
            /// With the answer to its making only.
            var secret: String?

            init(_ token: APIToken, secret: String? = nil) {
                (id, name, role, createdBy, createdAt, expiresAt) = (
                    token.id, token.name, token.role, token.createdBy, token.createdAt, token.expiresAt
                )
                self.secret = secret
            }
        }

        struct TokenForm: Decodable {
            var name: String
            var role: Role
            var expiresAt: Int64?
        }

        var accountOperations: [Operation] {
            let name = Operation.Parameter.path("name", "the account's name")
            return [
                Operation(
                    method: .get, path: "/users", id: "users", tag: "access", summary: "The accounts",
                    permission: .administer, answer: .json(Schemas.page("Account")),
                    work: { _ in try .json(Page(items: accounts.accounts.map { AccountView($0) }, next: nil)) }),
                Operation(
                    method: .put, path: "/users/{name}", id: "putUser", tag: "access",
                    summary: "Make an account, or change one; a new password ends its sessions",
                    permission: .administer,
                    parameters: [name],
                    body: .json(
                        .object([
                            "role": Schemas.role, "password?": .text("without it the one that is stays"),
                            "screenPops?": .described(.list(.string), "recipients; none is everybody's"),
                        ])), bodyOctets: 1 << 16, status: 204, problems: [422, 503],
                    work: { request in
                        let name = try request.required("name")
                        let form = try request.json(AccountForm.self)
                        return try await changing {
                            let before = try await accounts.put(
                                name: name, role: form.role, password: form.password,
                                screenPops: form.screenPops ?? [])
                            var fields: [SiteChange.Field] = []
                            if before?.role != form.role {
                                fields.append(.init("role", old: before?.role.rawValue, new: form.role.rawValue))
                            }
                            let (old, new) = (before?.screenPops ?? [], form.screenPops ?? [])
                            if old != new {
                                fields.append(
                                    .init(
                                        "screenPops", old: old.joined(separator: ", "), new: new.joined(separator: ", ")
                                    ))
                            }
                            if form.password != nil {
                                fields.append(.init("password", old: before == nil ? nil : "(one)", new: "(another)"))
                            }
                            await audit(
                                request, "user", name,
                                [SiteChange(before == nil ? .added : .changed, "users", name, fields: fields)])
                            return .done
                        }
                    }),
                Operation(
                    method: .delete, path: "/users/{name}", id: "removeUser", tag: "access",
                    summary: "End an account and its sessions", permission: .administer, parameters: [name],
                    status: 204, problems: [422],
                    work: { request in
                        let name = try request.required("name")
                        return try await changing {
                            try accounts.remove(name: name)
                            await audit(request, "user", name, [SiteChange(.removed, "users", name)])
                            return .done
                        }
                    }),
                Operation(
                    method: .put, path: "/session/password", id: "changePassword", tag: "access",
                    summary: "Change one's own password; one's sessions end", permission: .look,
                    body: .json(.object(["old": .string, "new": .string])), bodyOctets: 4096, status: 204,
                    problems: [422, 429, 503],
                    work: { request in try await changePassword(request) }),
                Operation(
                    method: .get, path: "/tokens", id: "tokens", tag: "access",
                    summary: "The tokens of programs, without their secrets", permission: .administer,
                    answer: .json(Schemas.page("Token")),
                    work: { _ in try .json(Page(items: accounts.tokens.map { TokenView($0) }, next: nil)) }),
                Operation(
                    method: .post, path: "/tokens", id: "makeToken", tag: "access",
                    summary: "Make a token; its secret is shown this once", permission: .administer,
                    body: .json(.object(["name": .string, "role": Schemas.role, "expiresAt?": .integer])),
                    bodyOctets: 4096, status: 201,
                    answer: .json(
                        .object([
                            "id": .string, "name": .string, "role": Schemas.role, "createdBy": .string,
                            "createdAt": .integer, "expiresAt?": .integer, "secret": .string,
                        ])), problems: [422],
                    work: { request in
                        let form = try request.json(TokenForm.self)
                        return try await changing {
                            let (secret, token) = try accounts.makeToken(
                                name: form.name, role: form.role, by: request.who, expiresAt: form.expiresAt)
                            await audit(
                                request, "token", form.name,
                                [
                                    SiteChange(
                                        .added, "tokens", form.name, fields: [.init("role", new: form.role.rawValue)])
                                ])
                            return try .json(TokenView(token, secret: secret), status: 201)
                        }
                    }),
                Operation(
                    method: .delete, path: "/tokens/{id}", id: "removeToken", tag: "access", summary: "End a token",
                    permission: .administer, parameters: [.path("id", "the token's id")], status: 204,
                    work: { request in
                        let id = try request.required("id")
                        return try await changing {
                            let token = try accounts.removeToken(id: id)
                            await audit(request, "token", token.name, [SiteChange(.removed, "tokens", token.name)])
                            return .done
                        }
                    }),
            ]
        }

        private func changing(_ body: () async throws -> Reply) async throws -> Reply {
            do {
                return try await body()
            } catch let refusal as Accounts.Refusal {
                throw Problem(refusal)
            }
        }

        private func changePassword(_ request: APIRequest) async throws -> Reply {
            struct Form: Decodable {
                var old: String
                var new: String
            }
            guard let identity = request.identity, case .session = identity.proof else {
                throw Problem(403, "Not allowed", "a token has no password")
            }
            let form = try request.json(Form.self)
            return try await changing {
                do {
                    try await accounts.changePassword(
                        name: identity.name, old: form.old, new: form.new, source: request.source)
                } catch Accounts.Refusal.wrongPassword {
                    throw Problem(422, "This cannot be taken", "the old password is wrong")
                }
                await audit(
                    request, "user", identity.name,
                    [
                        SiteChange(
                            .changed, "users", identity.name,
                            fields: [.init("password", old: "(one)", new: "(another)")])
                    ])
                return .done
            }
        }
    }
#endif
