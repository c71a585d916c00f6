#if Daemon
    import Alerting
    import E911Service
    import E911Values
    import ELINEngine
    import HTTPTypes

    extension APIRoutes {
        struct CallWithAlert: Encodable {
            var call: CallView
            var alert: AlertView?
        }

        var callOperations: [Operation] {
            [
                Operation(
                    method: .get, path: "/calls", id: "calls", tag: "calls",
                    summary: "The call history, the newest first", permission: .look,
                    parameters: [
                        .after, .limit(500),
                        .query(
                            "caller", .string, "the caller's directory number; with `*` at its end what it begins with"),
                        .query("location", .string, "the id of the location"),
                        .query("elin", .string, "the ELIN that was sent"),
                        .query("callServer", .string, "the name of the call server"),
                        .query("kind", .choice(CallRecord.Kind.allCases.map { "\($0)" }), "the kind of call"),
                        .query("from", .integer, "made at this time or later"),
                        .query("to", .integer, "made before this time"),
                    ],
                    answer: .json(Schemas.page("Call")), problems: [503],
                    work: { request in
                        let search = try Self.search(request)
                        let calls = try await calls(search)
                        return try .json(
                            Page(
                                items: calls.map { CallView($0) },
                                next: calls.count == search.limit ? calls.last?.key.description : nil))
                    }),
                Operation(
                    method: .get, path: "/calls/{key}", id: "call", tag: "calls",
                    summary: "One call as it was, with its alert and what became of its messages", permission: .look,
                    parameters: [.path("key", "the call's key")],
                    answer: .json(.object(["call": .reference("Call"), "alert?": .reference("Alert")])),
                    problems: [503],
                    work: { request in
                        let key = try Self.key(try request.required("key"))
                        guard let call = try await call(key) else { throw Problem.notFound("there is no call \(key)") }
                        return try .json(CallWithAlert(call: CallView(call), alert: try await alert(ofCall: key)))
                    }),
                Operation(
                    method: .get, path: "/leases", id: "leases", tag: "calls",
                    summary: "Who is behind which ELIN at present", permission: .look,
                    answer: .json(Schemas.page(of: .map(.any))),
                    work: { _ in
                        guard case .leases(let leases) = try await ask(.leases) else { throw Problem.unavailable }
                        return try .json(Page(items: leases, next: nil))
                    }),
            ]
        }

        private static func search(_ request: APIRequest) throws -> CallSearch {
            var search = CallSearch(
                before: try after(request), limit: try request.integer("limit", 1...500, default: 100))
            if let caller = request.query["caller"], !caller.isEmpty {
                if caller.hasSuffix("*") {
                    search.callerPrefix = String(caller.dropLast())
                } else {
                    search.caller = caller
                }
            }
            search.location = try request.value("location", "an id") { $0 }
            search.callServer = try request.value("callServer", "a name") { $0 }
            search.elin = try request.value("elin", "a telephone number") { TelephoneNumber($0) }
            search.kind = try request.value("kind", "emergency, test or callback") { text in
                CallRecord.Kind.allCases.first { "\($0)" == text }
            }
            let time: (String) -> WallTime? = { Int64($0).map { WallTime(milliseconds: $0) } }
            search.from = try request.value("from", "a time in milliseconds since 1970", time)
            search.to = try request.value("to", "a time in milliseconds since 1970", time)
            return search
        }

        /// Calls of the store and those of the memory that the store has not yet. Without the store, the memory's alone.
        private func calls(_ search: CallSearch) async throws -> [CallRecord] {
            var newest: [CallRecord] = []
            if case .calls(let calls, _) = await house.ask(.calls(before: search.before, limit: 1000)) {
                newest = calls.filter { search.fits($0) }
            }
            let stored: [CallRecord]
            do {
                stored = try await archive { try $0.calls(search) }
            } catch {
                guard !newest.isEmpty else { throw error }
                stored = []
            }
            var seen = Set(newest.map(\.key))
            let all = newest + stored.filter { seen.insert($0.key).inserted }
            return Array(all.sorted { $0.key > $1.key }.prefix(search.limit))
        }

        func call(_ key: RecordKey) async throws -> CallRecord? {
            if case .call(let call?) = await house.ask(.call(key)) { return call }
            return try await archive { try $0.call(key) }
        }

        /// The alert that a call belongs to: its own, or the one that it joined.
        func alert(ofCall key: RecordKey) async throws -> AlertView? {
            if case .alert(let open?) = await house.ask(.alert(key)) { return AlertView(open) }
            return try await archive { archive in
                try archive.alert(key).flatMap { OutboxRecord(encoded: $0.payload.span) }.map { AlertView($0) }
            }
        }
    }
#endif
