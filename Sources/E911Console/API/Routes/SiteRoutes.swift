#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import HTTPTypes

    /// The site as a whole and its parts. Each change names the version that it was made from (`If-Match`), so that of two
    /// people who edit at once nobody undoes the other's work.
    extension APIRoutes {
        struct Applied: Encodable {
            var changes: [SiteChange]
            var warnings: [LintFinding]
            var version: String
            var dryRun: Bool
        }

        /// Lists that are put as a whole, since their entries have no names.
        static let lists = ["rules", "alerts"]
        /// Sections with one entry.
        static let single = ["site", "ali", "location-push", "alert-texts"]

        var siteOperations: [Operation] {
            let section = Operation.Parameter(
                name: "section", place: .path,
                schema: .choice(SiteDocument.Section.allCases.map(\.rawValue)), meaning: "a list of named entries")
            let name = Operation.Parameter.path("name", "the entry's name, a location's id")
            return [
                Operation(
                    method: .get, path: "/site", id: "site", tag: "site",
                    summary: "The whole site, with the names of site.yaml; ETag is its version", permission: .look,
                    answer: .json(.map(.any)),
                    work: { _ in
                        let (document, version) = try await document()
                        return try Self.versioned(.json(document.json), version)
                    }),
                Operation(
                    method: .get, path: "/site.yaml", id: "siteYAML", tag: "site",
                    summary: "The whole site as the file that e911d apply takes", permission: .look,
                    answer: .init(type: "application/yaml", schema: .any),
                    work: { _ in
                        let (site, version) = try await requiredSite()
                        return Self.versioned(
                            Reply(status: 200, body: .octets(house.site.yaml(site), type: "application/yaml")), version)
                    }),
                change(
                    .put, "/site", "putSite", "Put another site in the place of the one that answers",
                    body: .json(.map(.any))
                ) { _, request in try request.json(JSONValue.self) },
                Operation(
                    method: .get, path: "/site/{section}", id: "siteSection", tag: "site",
                    summary: "One section of the site", permission: .look,
                    parameters: [
                        .init(
                            name: "section", place: .path,
                            schema: .choice(
                                SiteDocument.Section.allCases.map(\.rawValue) + Self.lists + Self.single),
                            meaning: "a section of site.yaml")
                    ],
                    answer: .json(.any),
                    work: { request in
                        let section = try Self.section(request)
                        let (document, version) = try await document()
                        let empty: JSONValue = Self.single.contains(section) ? [:] : []
                        return try Self.versioned(.json(document.json[section] ?? empty), version)
                    }),
                change(
                    .put, "/site/{section}", "putSiteSection", "Put another section in the place of the one that is",
                    parameters: [
                        .init(
                            name: "section", place: .path,
                            schema: .choice(
                                SiteDocument.Section.allCases.map(\.rawValue) + Self.lists + Self.single),
                            meaning: "a section of site.yaml")
                    ], body: .json(.any)
                ) { document, request in
                    let section = try Self.section(request)
                    return document.with(section, try request.json(JSONValue.self))
                },
                Operation(
                    method: .get, path: "/site/{section}/{name}", id: "siteEntry", tag: "site",
                    summary: "One entry: a call server, a pool, a location, a recipient", permission: .look,
                    parameters: [section, name], answer: .json(.map(.any)),
                    work: { request in
                        let (section, name) = try Self.entry(request)
                        let (document, version) = try await document()
                        guard let entry = document.entry(name, of: section) else {
                            throw Problem.notFound("\(section.rawValue) has no '\(name)'")
                        }
                        return try Self.versioned(.json(entry), version)
                    }),
                change(
                    .put, "/site/{section}/{name}", "putSiteEntry", "Make an entry, or put another in its place",
                    parameters: [section, name], body: .json(.map(.any))
                ) { document, request in
                    let (section, name) = try Self.entry(request)
                    var entry = try request.json(JSONValue.self)
                    guard entry.members != nil else { throw Problem.wrong("an entry is an object") }
                    // The path names it; whatever the body says, so that a copy is made by another path.
                    if entry[section.key] == nil { entry[section.key] = .string(name) }
                    var edited = SiteDocument(json: document)
                    edited.put(entry, named: name, into: section)
                    return edited.json
                },
                change(
                    .delete, "/site/{section}/{name}", "removeSiteEntry", "Take an entry away",
                    parameters: [section, name], body: nil
                ) { document, request in
                    let (section, name) = try Self.entry(request)
                    var edited = SiteDocument(json: document)
                    guard edited.entry(name, of: section) != nil else {
                        throw Problem.notFound("\(section.rawValue) has no '\(name)'")
                    }
                    edited.remove(name, from: section)
                    return edited.json
                },
            ]
        }

        static func section(_ request: APIRequest) throws -> String {
            let name = try request.required("section")
            guard SiteDocument.Section(rawValue: name) != nil || lists.contains(name) || single.contains(name) else {
                throw Problem.notFound("the site has no section '\(name)'")
            }
            return name
        }

        private static func entry(_ request: APIRequest) throws -> (SiteDocument.Section, String) {
            let name = try request.required("section")
            guard let section = SiteDocument.Section(rawValue: name) else {
                throw Problem.notFound("the site has no list of named entries '\(name)'")
            }
            return (section, try request.required("name"))
        }

        /// An operation that changes the site by changing its document.
        private func change(
            _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String,
            parameters: [Operation.Parameter] = [], body: Operation.Content?,
            _ edit: @escaping @Sendable (JSONValue, APIRequest) throws -> JSONValue
        ) -> Operation {
            Operation(
                method: method, path: path, id: id, tag: "site", summary: summary, permission: .editPlaces,
                parameters: parameters + [
                    .query("dryRun", .boolean, "only say what would change"),
                    .query("takeOver", .boolean, "edit a site here that a file declared so far"),
                ], body: body, bodyOctets: 64 << 20, answer: .json(.reference("Applied")),
                problems: [404, 409, 412, 422],
                work: { request in
                    let (site, version) = try await self.site()
                    let before: JSONValue = try site.map { try SiteDocument($0, house.site).json } ?? [:]
                    let after = try edit(before, request)
                    return try await apply(try JSON.octets(after), to: site, version, request)
                })
        }

        func requiredSite() async throws -> (SiteConfiguration, UInt64) {
            let (site, version) = try await site()
            guard let site else { throw Problem.notFound("there is no site yet") }
            return (site, version)
        }

        private func document() async throws -> (SiteDocument, UInt64) {
            let (site, version) = try await requiredSite()
            return (try SiteDocument(site, house.site), version)
        }

        private static func versioned(_ reply: Reply, _ version: UInt64) -> Reply {
            var reply = reply
            reply.headers[.eTag] = "\"\(version)\""
            return reply
        }

        /// Refuses a change that was made from another version than the one that answers.
        static func check(_ request: APIRequest, _ version: UInt64) throws {
            guard let wanted = request.headers[.ifMatch], wanted != "*" else { return }
            guard wanted == "\"\(version)\"" else {
                throw Problem(
                    412, "The site was changed in the meantime", "look at it again: its version is \(version) by now")
            }
        }

        /// Reads a document, checks it and makes it the site that answers.
        private func apply(
            _ document: [UInt8], to site: SiteConfiguration?, _ version: UInt64, _ request: APIRequest
        ) async throws -> Reply {
            try Self.check(request, version)
            let reading = try await BlockingWork.run { house.site.read(document) }
            guard var new = reading.site else {
                let errors = reading.problems.filter { $0.severity == .error }
                throw Problem(
                    422, "The site does not hold together", "nothing was changed",
                    errors: errors.prefix(100).map { .init(pointer: $0.path, reason: $0.reason, remedy: $0.remedy) })
            }
            new.declared = false
            let warnings = reading.problems.filter { $0.severity == .warning }
            return try await adopt(new, in: site, version, "edit", warnings: warnings, request)
        }

        /// Makes a site the one that answers, as far as the person may.
        func adopt(
            _ new: SiteConfiguration, in site: SiteConfiguration?, _ version: UInt64, _ action: String,
            warnings: [LintFinding], _ request: APIRequest
        ) async throws -> Reply {
            try Self.check(request, version)
            let changes = try await BlockingWork.run { house.site.changes(site, new) }
            try Self.check(site, new, request)
            let isDryRun = try request.flag("dryRun")
            let takesOver = try request.flag("takeOver")
            if takesOver, request.identity?.role != .administrator {
                throw Problem(403, "Not allowed", "only an administrator takes a declared site over")
            }
            guard !isDryRun, new != site else {
                return try Self.versioned(
                    .json(Applied(changes: changes, warnings: warnings, version: "\"\(version)\"", dryRun: isDryRun)),
                    version)
            }
            if site?.declared == true, !takesOver {
                throw Problem(409, "The site is declared by a file", SiteEdit.declaredElsewhere)
            }
            let listeners = house.listeners()
            let prepared: PreparedSite
            switch try await BlockingWork.run({ PreparedSite.prepare(new, listeners: listeners) }) {
            case .success(let ready): prepared = ready
            case .failure(let refusal):
                throw Problem(
                    422, "The site does not hold together", "nothing was changed",
                    errors: refusal.problems.map { .init(pointer: "", reason: $0) })
            }
            let summary = changes.count == 1 ? "1 change" : "\(changes.count) changes"
            // An audit entry is looked at by people: of a whole table the first ones are enough.
            let told = changes.prefix(500)
            let text = String(decoding: try JSON.octets(Array(told)), as: UTF8.self)
            let edit = SiteEdit(
                by: request.who, action: action,
                detail: changes.first.map { changes.count == 1 ? $0.description : "\(summary), the first: \($0)" }
                    ?? summary,
                expected: version, takesOver: takesOver, source: request.source, changes: text)
            _ = try await ask(.adopt(prepared, edit))
            let (_, next) = try await self.site()
            return try Self.versioned(
                .json(Applied(changes: changes, warnings: warnings, version: "\"\(next)\"", dryRun: false)), next)
        }

        /// What a location editor may change: locations, rules and pools, and nothing else, whatever it is.
        private static func check(_ site: SiteConfiguration?, _ new: SiteConfiguration, _ request: APIRequest) throws {
            guard request.identity?.role != .administrator else { return }
            var rest = new
            rest.locations = site?.locations ?? []
            rest.rules = site?.rules ?? []
            rest.pools = site?.pools ?? []
            rest.declared = site?.declared ?? false
            guard let site, rest == site else {
                throw Problem(
                    403, "Not allowed", "a location editor may change locations, rules and elin-pools, and nothing else"
                )
            }
        }
    }

    extension SiteDocument {
        init(json: JSONValue) { self.json = json }
    }
#endif
