#if Daemon
    import E911Service
    import Foundation
    import HTTPTypes
    import Synchronization
    import Testing

    @testable import E911Console

    /// Who gets in, and who may do what.
    struct AccessTests {
        private static func path(_ operation: E911Console.Operation) -> String {
            "/api/v1"
                + operation.path.replacingOccurrences(of: "{key}", with: "1-a-1").replacingOccurrences(
                    of: "{id}", with: "x"
                )
                .replacingOccurrences(of: "{name}", with: "x").replacingOccurrences(of: "{token}", with: "x")
                .replacingOccurrences(of: "{section}", with: "locations")
                .replacingOccurrences(of: "{table}", with: "locations").replacingOccurrences(
                    of: "{location}", with: "hq")
        }

        private static func body(_ operation: E911Console.Operation) -> (String, String)? {
            operation.body.map { ($0.type == "application/json" ? "{}" : "x", $0.type) }
        }

        @Test func withoutASessionNothingButLoginAndHealthAnswers() async throws {
            let house = try TestHouse()
            let open = [
                "/api/v1/session post", "/api/v1/setup post", "/api/v1/acknowledgements/x get",
                "/api/v1/acknowledgements/x post",
            ]
            #expect(house.responder.operations.count > 40)
            for operation in house.responder.operations {
                let name = Self.path(operation) + " " + operation.method.rawValue.lowercased()
                let sent = Self.body(operation)
                let answer = try await house.send(operation.method, Self.path(operation), sent?.0, type: sent?.1 ?? "")
                if open.contains(name) {
                    #expect(answer.status != 401, "\(name)")
                } else {
                    #expect(answer.status == 401, "\(name) answers \(answer.status)")
                }
            }
            #expect(try await house.send(.get, "/api/v1/nothing").status == 401)
            #expect(try await house.send(.delete, "/api/v1/calls").status == 401)
            #expect(try await house.send(.get, "/metrics").status == 401)
            #expect(try await house.send(.get, "/health/live").status == 200)
            #expect(try await house.send(.get, "/health/ready").status == 200)
        }

        @Test(arguments: [
            ("/", 303), ("/console.js", 401), ("/views.js", 401), ("/parts.js", 401), ("/pop.js", 401),
            ("/live.js", 401),
            ("/login", 200), ("/setup", 200), ("/acknowledge/abc", 200), ("/acknowledge.js", 200), ("/entry.js", 200),
            ("/style.css", 200), ("/nothing", 401),
        ])
        func pagesWantASession(path: String, status: Int) async throws {
            let house = try TestHouse()
            _ = try await house.logIn(.readOnly)
            let answer = try await house.send(.get, path)
            #expect(answer.status == status)
            if status == 303 { #expect(answer.headers[.location] == "/login") }
            #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        }

        @Test(arguments: Role.allCases)
        func eachRoleMayJustWhatItMay(role: Role) async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(role)
            for operation in house.responder.operations where operation.permission != .anyone {
                // They end the session, or never end.
                guard !["logOut", "changePassword", "events"].contains(operation.id) else { continue }
                let sent = Self.body(operation)
                let answer = try await house.send(
                    operation.method, Self.path(operation), sent?.0, as: caller, type: sent?.1 ?? "")
                let isRefused = answer.status == 403
                #expect(
                    isRefused == !role.may(operation.permission), "\(operation.id) answers \(role) \(answer.status)")
                #expect(answer.status < 500, "\(operation.id): \(answer.body)")
            }
        }

        @Test func aLocationEditorCannotReachUsersNorOtherPartsOfTheSite() async throws {
            let house = try TestHouse()
            let editor = try await house.logIn(.locationEditor)
            #expect(try await house.send(.get, "/api/v1/users", as: editor).status == 403)
            #expect(
                try await house.send(
                    .put, "/api/v1/users/eve", #"{"role":"administrator","password":"correct horse"}"#, as: editor
                ).status == 403)
            let place = try await house.send(
                .put, "/api/v1/site/locations/hq-3", #"{"name":"3rd floor","parent":"hq"}"#, as: editor)
            #expect(place.status == 200)
            let recipient = try await house.send(
                .put, "/api/v1/site/recipients/eve", #"{"email":"eve@example.com"}"#, as: editor)
            #expect(recipient.status == 403 && recipient.body.contains("nothing else"))
            let section = try await house.send(.put, "/api/v1/site/alerts", "[]", as: editor)
            #expect(section.status == 403)
            // Hidden in a change of a place.
            var document = try await house.send(.get, "/api/v1/site", as: editor).json
            document["location-push"] = ["url": "https://evil.example/"]
            let text = String(decoding: try JSON.octets(document), as: UTF8.self)
            #expect(try await house.send(.put, "/api/v1/site", text, as: editor).status == 403)
            let administrator = try await house.logIn(.administrator)
            let push = try await house.send(
                .put, "/api/v1/site/location-push", #"{"url":"https://good.example/"}"#, as: administrator)
            #expect(push.status == 200 && push.json["changes"]?.list?.isEmpty == false, "\(push.body)")
            #expect(
                try await house.send(.get, "/api/v1/site/location-push", as: administrator).body.contains(
                    "good.example"))
        }

        @Test func anotherPasswordChangesNothingElseAndEndsTheSessions() async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.securityDesk)
            func change(_ old: String) async throws -> Int {
                try await house.send(
                    .put, "/api/v1/session/password", #"{"old":"\#(old)","new":"another horse"}"#, as: caller
                ).status
            }
            #expect(try await change("wrong") == 422)
            #expect(try await change("correct horse") == 204)
            #expect(try await house.send(.get, "/api/v1/session", as: caller).status == 401)
            #expect(house.accounts.accounts.map(\.role) == [.securityDesk])
            let again = try await house.send(
                .post, "/api/v1/session", #"{"name":"security-desk","password":"another horse"}"#)
            #expect(again.status == 201)
        }

        @Test func aForgedPostFromAnotherSiteIsRefused() async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.administrator)
            let path = "/api/v1/drain"
            var forged = caller
            forged.csrf = nil
            #expect(try await house.send(.put, path, #"{"drain":true}"#, as: forged).status == 403)
            forged.csrf = "guess"
            #expect(try await house.send(.put, path, #"{"drain":true}"#, as: forged).status == 403)
            for (name, value) in [
                ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "null"),
            ] {
                var other = caller
                other.headers[HTTPField.Name(name)!] = value
                #expect(
                    try await house.send(.put, path, #"{"drain":true}"#, as: other).status == 403, "\(name): \(value)")
                // Neither is anybody logged in by another site's page.
                var stranger = TestHouse.Caller()
                stranger.headers[HTTPField.Name(name)!] = value
                let login = try await house.send(
                    .post, "/api/v1/session", #"{"name":"administrator","password":"correct horse"}"#, as: stranger)
                #expect(login.status == 403)
            }
            #expect(house.state.withLock { $0.drained } == nil)
            var own = caller
            own.headers[HTTPField.Name("Origin")!] = "http://e911.example.com"
            #expect(try await house.send(.put, path, #"{"drain":true}"#, as: own).status == 204)
            #expect(house.state.withLock { $0.drained } == true)
        }

        @Test func tenWrongPasswordsThrottleTheAccountAndTheSource() async throws {
            let house = try TestHouse()
            _ = try await house.logIn(.securityDesk, name: "bob")
            func logIn(_ name: String, _ password: String, from peer: String) async throws -> TestHouse.Answer {
                var caller = TestHouse.Caller()
                caller.peer = peer
                return try await house.send(
                    .post, "/api/v1/session", #"{"name":"\#(name)","password":"\#(password)"}"#, as: caller)
            }
            for _ in 0..<10 { #expect(try await logIn("bob", "wrong", from: "203.0.113.9").status == 401) }
            let blocked = try await logIn("bob", "correct horse", from: "203.0.113.9")
            #expect(blocked.status == 429)
            #expect((Int(blocked.headers[.retryAfter] ?? "") ?? 0) > 0)
            // Another name from there, and the same one from elsewhere.
            #expect(try await logIn("ann", "wrong", from: "203.0.113.9").status == 429)
            #expect(try await logIn("bob", "correct horse", from: "203.0.113.10").status == 429)
            house.clock.advance(by: 31_000)
            #expect(try await logIn("bob", "correct horse", from: "203.0.113.10").status == 201)
        }

        @Test func theCookieIsHttpOnlySameSiteAndSecureOverHTTPS() async throws {
            let house = try TestHouse()
            try await house.accounts.put(name: "ann", role: .administrator, password: "correct horse", screenPops: [])
            let form = #"{"name":"ann","password":"correct horse"}"#
            let plain = try await house.send(.post, "/api/v1/session", form)
            let cookie = try #require(plain.headers[.setCookie])
            #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && !cookie.contains("Secure"))
            var proxied = TestHouse.Caller()
            proxied.peer = "198.51.100.7"
            proxied.headers[HTTPField.Name("X-Forwarded-Proto")!] = "https"
            let secure = try await house.send(.post, "/api/v1/session", form, as: proxied)
            #expect(secure.headers[.setCookie]?.contains("; Secure") == true)
            #expect(secure.headers[.strictTransportSecurity] != nil)
            // Who is no trusted proxy is not believed.
            proxied.peer = "203.0.113.7"
            #expect(
                try await house.send(.post, "/api/v1/session", form, as: proxied).headers[.setCookie]?.contains(
                    "Secure")
                    == false)
        }

        @Test func theFirstRunLinkMakesOneAdministrator() async throws {
            let house = try TestHouse()
            let secret = try #require(house.accounts.firstRun)
            #expect(try await house.send(.get, "/").headers[.location] == "/setup")
            func setUp(_ secret: String, _ name: String, _ password: String = "correct horse") async throws -> Int {
                try await house.send(
                    .post, "/api/v1/setup", #"{"secret":"\#(secret)","name":"\#(name)","password":"\#(password)"}"#
                ).status
            }
            #expect(try await setUp("guess", "eve") == 403)
            #expect(try await setUp(secret, "ann", "short") == 422)
            #expect(try await setUp(secret, "a/b") == 422)
            #expect(try await setUp(secret, "ann") == 201)
            #expect(try await setUp(secret, "eve") == 403)
            #expect(house.accounts.accounts.map(\.name) == ["ann"] && house.accounts.firstRun == nil)
        }

        @Test func sessionsEndWithIdlenessLogoutAnotherPasswordAndTheAccount() async throws {
            let house = try TestHouse()
            let admin = try await house.logIn(.administrator)
            let desk = try await house.logIn(.securityDesk)
            func isIn(_ caller: TestHouse.Caller) async throws -> Bool {
                try await house.send(.get, "/api/v1/session", as: caller).status == 200
            }
            #expect(try await isIn(desk))
            #expect(try await house.send(.delete, "/api/v1/session", as: desk).status == 204)
            #expect(try await !isIn(desk))
            let again = try await house.logIn(.securityDesk)
            let change = #"{"role":"security-desk","password":"another horse"}"#
            #expect(try await house.send(.put, "/api/v1/users/security-desk", change, as: admin).status == 204)
            #expect(try await !isIn(again))
            let third = try await house.logIn(.securityDesk)
            #expect(try await house.send(.delete, "/api/v1/users/security-desk", as: admin).status == 204)
            #expect(try await !isIn(third))
            #expect(try await house.send(.delete, "/api/v1/users/administrator", as: admin).status == 422)
            #expect(try await isIn(admin))
            house.clock.advance(by: 43_201_000)
            #expect(try await !isIn(admin))
        }

        @Test func aTokenServesAProgramWithItsRoleUntilItEnds() async throws {
            let house = try TestHouse()
            let admin = try await house.logIn(.administrator)
            let end = house.clock.now + 60_000
            let made = try await house.send(
                .post, "/api/v1/tokens", #"{"name":"poller","role":"read-only","expiresAt":\#(end)}"#, as: admin)
            #expect(made.status == 201)
            var program = TestHouse.Caller()
            program.token = made.json["secret"]?.text
            #expect(try await house.send(.get, "/metrics", as: program).body.contains("e911d_up 1"))
            #expect(try await house.send(.get, "/api/v1/calls", as: program).status == 200)
            #expect(try await house.send(.put, "/api/v1/drain", #"{"drain":true}"#, as: program).status == 403)
            let list = try await house.send(.get, "/api/v1/tokens", as: admin)
            #expect(!list.body.contains(program.token ?? "?"))
            house.clock.advance(by: 61_000)
            #expect(try await house.send(.get, "/metrics", as: program).status == 401)
        }

        @Test func passwordsAreKeptAsScryptAndNoTwoAlike() {
            let (one, two) = (PasswordHash.make("correct horse"), PasswordHash.make("correct horse"))
            #expect(one != two && one.hasPrefix("scrypt$15$8$1$"))
            #expect(PasswordHash.fits("correct horse", one) && !PasswordHash.fits("correct Horse", one))
            for broken in ["", "scrypt$15$8$1$x$", "scrypt$99$8$1$x$y", "plain$1$1$1$a$correct horse", one + "$"] {
                #expect(!PasswordHash.fits("correct horse", broken))
            }
        }
    }
#endif
