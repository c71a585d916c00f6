#if Daemon
    import E911Service
    import E911Values
    import HTTPTypes

    extension APIRoutes {
        struct NodeView: Encodable {
            var version: String
            var site: String
            /// A file declares the site, so it is changed there.
            var isDeclared: Bool
            var status: NodeStatus
        }

        var nodeOperations: [Operation] {
            [
                Operation(
                    method: .get, path: "/status", id: "status", tag: "node",
                    summary: "Call servers, members, subscriptions, devices by state, open alerts, the node's health",
                    permission: .look,
                    answer: .json(
                        .object([
                            "version": .string, "site": .string, "isDeclared": .boolean, "status": .reference("Status"),
                        ])), problems: [503],
                    work: { _ in
                        guard let status = await house.status() else { throw Problem.unavailable }
                        let (site, _) = try await site()
                        return try .json(
                            NodeView(
                                version: house.version, site: site?.name ?? "", isDeclared: site?.declared ?? false,
                                status: status))
                    }),
                Operation(
                    method: .put, path: "/drain", id: "drain", tag: "node",
                    summary:
                        "Want no more calls (OPTIONS get 503), or want them again; calls are answered all the same",
                    permission: .administer, body: .json(.object(["drain": .boolean])), status: 204,
                    work: { request in
                        struct Form: Decodable { var drain: Bool }
                        let form = try request.json(Form.self)
                        house.drain(form.drain)
                        await audit(request, "drain", form.drain ? "on" : "off")
                        return .done
                    }),
                Operation(
                    method: .get, path: "/lint", id: "lint", tag: "node",
                    summary: "What of the configuration hardly is what was meant", permission: .look,
                    answer: .json(Schemas.page("Finding")),
                    work: { _ in try .json(Page(items: await lint(), next: nil)) }),
                Operation(
                    method: .get, path: "/openapi.json", id: "openAPI", tag: "node",
                    summary: "This description", permission: .look, answer: .json(.map(.any)),
                    work: { _ in try .json(OpenAPI.document(operations, version: house.version)) }),
                Operation(
                    method: .post, path: "/call-servers/{name}/download", id: "download", tag: "node",
                    summary: "Ask a call server for all its devices now", permission: .administer,
                    parameters: [.path("name", "the call server's name")], status: 204, problems: [409],
                    work: { request in
                        let name = try request.required("name")
                        try await mustKnow(callServer: name)
                        _ = try await ask(.downloadNow(callServer: name))
                        await audit(request, "download", name)
                        return .done
                    }),
            ]
        }

        func mustKnow(callServer name: String) async throws {
            guard try await site().0?.callServers.contains(where: { $0.name == name }) ?? false else {
                throw Problem.notFound("there is no call server '\(name)'")
            }
        }

        /// The site that answers, and its version.
        func site() async throws -> (SiteConfiguration?, UInt64) {
            guard case .site(let site, let counter) = try await ask(.site) else { throw Problem.unavailable }
            return (site, counter)
        }

        func lint() async -> [LintFinding] {
            var findings: [LintFinding] = []
            if let site = try? await site().0 {
                let problems = try? await BlockingWork.run {
                    SiteCheck.problems(of: site, listeners: house.listeners())
                }
                findings += (problems ?? []).map { LintFinding($0) }
            } else {
                findings.append(
                    LintFinding(
                        .error, "site", "there is no site yet", remedy: "import locations, or e911d apply site.yaml"))
            }
            return findings + (await house.findings())
        }
    }
#endif
