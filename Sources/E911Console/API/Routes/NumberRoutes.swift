#if Daemon
    import E911Service
    import HTTPTypes

    extension APIRoutes {
        struct Places: Encodable {
            var pools: [PoolInfo]
            var items: [PlaceInfo]
            var next: String?
        }

        var numberOperations: [Operation] {
            [
                Operation(
                    method: .get, path: "/elins", id: "elins", tag: "numbers",
                    summary: "ELINs, what they are bound to, and who is behind them", permission: .look,
                    parameters: [.after, .limit(500)], answer: .json(Schemas.page(of: .map(.any))),
                    work: { request in
                        let from = try Self.position(request)
                        let limit = try request.integer("limit", 1...500, default: 100)
                        guard case .elins(let elins, let next) = try await ask(.elins(from: from, limit: limit)) else {
                            throw Problem.unavailable
                        }
                        return try .json(Page(items: elins, next: next.map { "\($0)" }))
                    }),
                Operation(
                    method: .get, path: "/elin-places", id: "elinPlaces", tag: "numbers",
                    summary: "The pools with their use, and locations with how many ELINs they should have",
                    permission: .look, parameters: [.after, .limit(500)],
                    answer: .json(
                        .object([
                            "pools": .list(.map(.any)), "items": .list(.map(.any)), "next?": .string,
                        ])),
                    work: { request in
                        let from = try Self.position(request)
                        let limit = try request.integer("limit", 1...500, default: 100)
                        guard
                            case .elinPlaces(let pools, let places, let next) = try await ask(
                                .elinPlaces(from: from, limit: limit))
                        else { throw Problem.unavailable }
                        return try .json(Places(pools: pools, items: places, next: next.map { "\($0)" }))
                    }),
            ]
        }

        private static func position(_ request: APIRequest) throws -> Int {
            try request.value("after", "the `next` of a page") { Int($0).flatMap { $0 >= 0 ? $0 : nil } } ?? 0
        }
    }
#endif
