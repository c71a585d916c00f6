#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import HTTPTypes

    extension APIRoutes {
        var tableOperations: [Operation] {
            let table = Operation.Parameter(
                name: "table", place: .path, schema: .choice(SiteTable.allCases.map(\.rawValue)),
                meaning: "a part of the site that is kept as a table")
            return [
                Operation(
                    method: .get, path: "/tables/{table}", id: "exportTable", tag: "site",
                    summary: "A table of the site as CSV, as import takes it back", permission: .look,
                    parameters: [table], answer: .init(type: "text/csv", schema: .string),
                    work: { request in
                        let table = try Self.table(request)
                        let (site, _) = try await requiredSite()
                        let octets = try await BlockingWork.run { () -> [UInt8] in
                            var octets: [UInt8] = []
                            table.export(site) { octets += $0 }
                            return octets
                        }
                        var reply = Reply(status: 200, body: .octets(octets, type: "text/csv"))
                        reply.headers[.contentDisposition] = "attachment; filename=\"\(table.rawValue).csv\""
                        return reply
                    }),
                Operation(
                    method: .post, path: "/tables/{table}", id: "importTable", tag: "site",
                    summary: "Take over a table as CSV: all of it, or nothing if one row is wrong",
                    permission: .editPlaces,
                    parameters: [
                        table, .query("dryRun", .boolean, "only say what would change"),
                        .query("replace", .boolean, "remove the rows that the file has not"),
                        .query("takeOver", .boolean, "edit a site here that a file declared so far"),
                    ], body: .init(type: "text/csv", schema: .string), bodyOctets: 64 << 20,
                    answer: .json(.reference("Applied")), problems: [404, 409, 412, 422],
                    work: { request in try await importTable(request) }),
                Operation(
                    method: .get, path: "/floor-plans", id: "floorPlans", tag: "site",
                    summary: "The ids of the locations that have a floor plan", permission: .look,
                    answer: .json(Schemas.page(of: .string)),
                    work: { _ in try .json(Page(items: try await plans.list(), next: nil)) }),
                Operation(
                    method: .get, path: "/floor-plans/{location}", id: "floorPlan", tag: "site",
                    summary: "The floor plan of a location, or of the nearest one around it that has one",
                    permission: .look, parameters: [.path("location", "the location's id")],
                    answer: .octets("image/png"),
                    work: { request in
                        let (site, _) = try await requiredSite()
                        let location = try request.required("location")
                        for place in site.path(to: location).reversed() {
                            if let plan = try await plans.read(place) {
                                return Reply(status: 200, body: .octets(plan.octets, type: plan.type))
                            }
                        }
                        throw Problem.notFound("neither '\(location)' nor what is around it has a floor plan")
                    }),
                Operation(
                    method: .put, path: "/floor-plans/{location}", id: "putFloorPlan", tag: "site",
                    summary: "Give a location a floor plan: a PNG, JPEG or WebP picture", permission: .editPlaces,
                    parameters: [.path("location", "the location's id")], body: .octets("application/octet-stream"),
                    bodyOctets: FloorPlans.mostOctets, status: 204, problems: [422, 503],
                    work: { request in
                        let location = try await knownLocation(request)
                        try await plans.write(request.body, for: location)
                        await audit(request, "floor-plan", "\(location): \(request.body.count) octets")
                        return .done
                    }),
                Operation(
                    method: .delete, path: "/floor-plans/{location}", id: "removeFloorPlan", tag: "site",
                    summary: "Take a location's floor plan away", permission: .editPlaces,
                    parameters: [.path("location", "the location's id")], status: 204, problems: [503],
                    work: { request in
                        let location = try await knownLocation(request)
                        guard try await plans.remove(location) else {
                            throw Problem.notFound("'\(location)' has no floor plan")
                        }
                        await audit(request, "floor-plan", "\(location): removed")
                        return .done
                    }),
            ]
        }

        private var plans: FloorPlans { FloorPlans(folder: house.floorPlans) }

        private func knownLocation(_ request: APIRequest) async throws -> String {
            let location = try request.required("location")
            guard try await site().0?.locations.contains(where: { $0.id == location }) ?? false else {
                throw Problem.notFound("there is no location '\(location)'")
            }
            return location
        }

        private static func table(_ request: APIRequest) throws -> SiteTable {
            let name = try request.required("table")
            guard let table = SiteTable(rawValue: name) else { throw Problem.notFound("there is no table '\(name)'") }
            return table
        }

        private func importTable(_ request: APIRequest) async throws -> Reply {
            let table = try Self.table(request)
            let isReplacing = try request.flag("replace")
            let (site, version) = try await requiredSite()
            let listeners = house.listeners()
            let body = request.body
            let takesOver = try request.flag("takeOver")
            let outcome = try await BlockingWork.run { () -> TableImport.Outcome in
                var base = site
                base.declared = site.declared && !takesOver
                let load = TableImport(table, into: base, replacing: isReplacing, listeners: listeners)
                load.read(body.span)
                return load.finish()
            }
            guard let new = outcome.site else {
                let more = outcome.problemsLeftOff > 0 ? ", and \(outcome.problemsLeftOff) more" : ""
                throw Problem(
                    422, "The table cannot be taken over", "nothing was changed\(more)",
                    errors: outcome.problems.filter { !$0.isWarning }.prefix(100).map { problem in
                        .init(
                            pointer: [problem.row.map { "row \($0)" }, problem.column.map { "column \($0)" }]
                                .compactMap(\.self).joined(separator: ", "),
                            reason: problem.reason, remedy: problem.remedy)
                    })
            }
            let warnings = outcome.problems.filter(\.isWarning).map {
                LintFinding(.warning, $0.row.map { "row \($0)" } ?? table.rawValue, $0.reason, remedy: $0.remedy)
            }
            return try await adopt(new, in: site, version, "import \(table.rawValue)", warnings: warnings, request)
        }
    }

    extension SiteConfiguration {
        /// A location and what is around it, the outermost first.
        func path(to location: String) -> [String] {
            let parents = Dictionary(locations.map { ($0.id, $0.parent) }) { first, _ in first }
            var path: [String] = []
            var next: String? = location
            while let place = next, parents[place] != nil, !path.contains(place) {
                path.insert(place, at: 0)
                next = parents[place] ?? nil
            }
            return path
        }
    }
#endif
