#if Daemon
    import E911Service
    import E911Values
    import HTTPTypes

    extension APIRoutes {
        var auditOperations: [Operation] {
            [
                Operation(
                    method: .get, path: "/audit", id: "audit", tag: "audit",
                    summary: "The audit log, the newest first", permission: .administer,
                    parameters: [
                        .after, .limit(500), .query("who", .string, "by this person"),
                        .query("action", .string, "this action only"),
                    ],
                    answer: .json(Schemas.page("AuditEntry")), problems: [503],
                    work: { request in
                        var search = AuditSearch(
                            before: try Self.after(request), limit: try request.integer("limit", 1...500, default: 100))
                        search.who = try request.value("who", "a name") { $0 }
                        search.action = try request.value("action", "an action") { $0 }
                        let wanted = search
                        let entries = try await archive { try $0.audit(wanted) }
                        return try .json(
                            Page(
                                items: entries.map { AuditView($0.record, hash: $0.hash) },
                                next: entries.count == wanted.limit ? entries.last?.record.key.description : nil))
                    }),
                Operation(
                    method: .get, path: "/audit/check", id: "checkAudit", tag: "audit",
                    summary: "Whether the chain of the audit log is whole", permission: .administer,
                    answer: .json(
                        .object([
                            "entries": .integer, "unchained": .integer, "breakAt?": .string, "reason?": .string,
                        ])), problems: [503],
                    work: { _ in try .json(try await archive { try $0.auditCheck() }) }),
            ]
        }
    }
#endif
