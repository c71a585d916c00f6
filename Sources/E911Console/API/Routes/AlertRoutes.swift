#if Daemon
    import Alerting
    import E911Service
    import E911Values
    import HTTPTypes

    extension APIRoutes {
        struct Comment: Decodable {
            var comment: String?
        }

        var alertOperations: [Operation] {
            [
                Operation(
                    method: .get, path: "/alerts", id: "alerts", tag: "alerts",
                    summary: "Alerts, the newest first: the open ones, or all", permission: .look,
                    parameters: [
                        .query("state", .choice(["open", "all"]), "`open` without it"), .after, .limit(500),
                    ],
                    answer: .json(Schemas.page("Alert")), problems: [503],
                    work: { request in
                        let limit = try request.integer("limit", 1...500, default: 100)
                        let after = try Self.after(request)
                        let isAll =
                            try request.value("state", "open or all") { ["open": false, "all": true][$0] } ?? false
                        let alerts = isAll ? try await allAlerts(after, limit) : try await openAlerts(after, limit)
                        return try .json(
                            Page(items: alerts, next: alerts.count == limit ? alerts.last?.key : nil))
                    }),
                Operation(
                    method: .get, path: "/alerts/{key}", id: "alert", tag: "alerts", summary: "One alert",
                    permission: .look, parameters: [.path("key", "the key of a call of it")],
                    answer: .json(.reference("Alert")), problems: [503],
                    work: { request in
                        let key = try Self.key(try request.required("key"))
                        guard let alert = try await alert(ofCall: key) else {
                            throw Problem.notFound("there is no alert \(key)")
                        }
                        return try .json(alert)
                    }),
                Operation(
                    method: .post, path: "/alerts/{key}/acknowledgement", id: "acknowledge", tag: "alerts",
                    summary: "Take note of an alert in one's own name: nobody is told again", permission: .acknowledge,
                    parameters: [.path("key", "the key of a call of it")],
                    body: .json(.object(["comment?": .text("what is done about it")])), status: 204, problems: [409],
                    work: { request in
                        let key = try Self.key(try request.required("key"))
                        let comment = try request.json(Comment.self).comment ?? ""
                        guard comment.utf8.count <= 2000 else {
                            throw Problem(422, "The comment is too long", "it may have 2000 octets")
                        }
                        // Whoever sees the screen pops of one recipient alone speaks for it.
                        let pops = request.identity?.screenPops ?? []
                        _ = try await ask(
                            .acknowledge(
                                key, by: request.who, recipient: pops.count == 1 ? pops.first : nil, comment: comment))
                        await audit(request, "acknowledge", "\(key)\(comment.isEmpty ? "" : ": \(comment)")")
                        return .done
                    }),
                Operation(
                    method: .get, path: "/acknowledgements/{token}", id: "acknowledgementLink", tag: "alerts",
                    summary: "What the link of a mail stands for; looking at it changes nothing", permission: .anyone,
                    parameters: [.path("token", "the end of the link")], answer: .json(.reference("Link")),
                    work: { request in try .json(try await link(.acknowledgement(token: token(request)))) }),
                Operation(
                    method: .post, path: "/acknowledgements/{token}", id: "acknowledgeByLink", tag: "alerts",
                    summary: "Acknowledge in the name of whom the link was sent to", permission: .anyone,
                    parameters: [.path("token", "the end of the link")],
                    body: .json(.object(["name?": .text("who, if not just the recipient"), "comment?": .string])),
                    bodyOctets: 8192, answer: .json(.reference("Link")), problems: [403, 422],
                    work: { request in
                        struct Form: Decodable {
                            var name: String?
                            var comment: String?
                        }
                        let form = try request.json(Form.self)
                        guard (form.comment ?? "").utf8.count <= 2000, (form.name ?? "").utf8.count <= 200 else {
                            throw Problem(
                                422, "The comment or the name is too long", "2000 and 200 octets are the most")
                        }
                        let token = try token(request)
                        let info = try await link(
                            .acknowledgeByToken(token, by: form.name ?? "", comment: form.comment ?? ""))
                        await audit(
                            request, "acknowledge", "\(info.alert), by the link of \(info.recipient)",
                            who: info.recipient)
                        return try .json(info)
                    }),
                Operation(
                    method: .post, path: "/test-messages", id: "testMessage", tag: "alerts",
                    summary: "Send a recipient a message that is plainly a test, and wait for what the far side says",
                    permission: .administer,
                    body: .json(
                        .object([
                            "recipient": .string, "channel": .choice(AlertChannelKind.allCases.map(\.rawValue)),
                        ])), bodyOctets: 8192,
                    answer: .json(.object(["isDelivered": .boolean, "answer": .string, "address": .string])),
                    problems: [409, 422],
                    work: { request in
                        struct Form: Decodable {
                            var recipient: String
                            var channel: String
                        }
                        let form = try request.json(Form.self)
                        guard let channel = AlertChannelKind(rawValue: form.channel) else {
                            throw Problem(422, "There is no such channel", form.channel)
                        }
                        let query = NodeQuery.testSend(recipient: form.recipient, channel: channel, by: request.who)
                        guard case .testSent(let result) = try await ask(query) else { throw Problem.unavailable }
                        return try .json(result)
                    }),
                Operation(
                    method: .post, path: "/screen-pops/{id}/receipt", id: "screenPopShown", tag: "alerts",
                    summary: "A page has shown a screen pop to its user", permission: .acknowledge,
                    parameters: [.path("id", "the delivery's id, as the event has it")], status: 204,
                    work: { request in
                        guard let id = DeliveryID(try request.required("id")), let identity = request.identity,
                            screenPops.shown(id, to: identity)
                        else { throw Problem.notFound("nobody waits for this receipt") }
                        return .done
                    }),
            ]
        }

        /// The end of a link, as long as those that are made.
        private func token(_ request: APIRequest) throws -> String {
            let token = try request.required("token")
            guard token.utf8.count <= 512 else { throw Problem.notFound("this link is none of ours, or not whole") }
            return token
        }

        private func link(_ query: NodeQuery) async throws -> AcknowledgementInfo {
            switch await house.ask(query) {
            case .acknowledgement(let info): return info
            case .refused(let reasons): throw Problem.notFound(reasons.first ?? "")
            default: throw Problem.unavailable
            }
        }

        private func openAlerts(_ after: RecordKey?, _ limit: Int) async throws -> [AlertView] {
            guard case .alerts(let open) = try await ask(.alerts) else { throw Problem.unavailable }
            return open.reversed().filter { alert in after.map { alert.key < $0 } ?? true }.prefix(limit)
                .map { AlertView($0) }
        }

        private func allAlerts(_ after: RecordKey?, _ limit: Int) async throws -> [AlertView] {
            guard case .alerts(let open) = try await ask(.alerts) else { throw Problem.unavailable }
            let stored = try await archive { archive in
                try archive.alerts(before: after, limit: limit).compactMap { OutboxRecord(encoded: $0.payload.span) }
            }
            // What the node knows of an open one is newer than what the store has.
            var seen: Set<RecordKey> = []
            let all = (open.filter { alert in after.map { alert.key < $0 } ?? true } + stored).filter {
                seen.insert($0.key).inserted
            }
            return all.sorted { $0.key > $1.key }.prefix(limit).map { AlertView($0) }
        }
    }
#endif
