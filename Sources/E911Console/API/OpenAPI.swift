#if Daemon
    import HTTPTypes

    /// The OpenAPI 3.1 document of the operations.
    enum OpenAPI {
        static func document(_ operations: [Operation], version: String) -> JSONValue {
            var paths: [String: JSONValue] = [:]
            for operation in operations {
                let path = APIRoutes.prefix + operation.path
                paths[path, default: [:]][operation.method.rawValue.lowercased()] = describe(operation)
            }
            return [
                "openapi": "3.1.0",
                "info": [
                    "title": "e911d", "version": .string(version),
                    "description":
                        "Emergency calls, devices, locations, numbers and alerts of an e911d node. Times are milliseconds since 1970-01-01 UTC. Lists are paged: give `next` of a page as `after` of the next one.",
                ],
                "paths": .object(paths),
                "components": [
                    "schemas": .object(Schemas.all.mapValues(\.json)),
                    "securitySchemes": [
                        "session": ["type": "apiKey", "in": "cookie", "name": .string(SessionCookie.name)],
                        "token": ["type": "http", "scheme": "bearer"],
                    ],
                ],
            ]
        }

        private static func describe(_ operation: Operation) -> JSONValue {
            var described: JSONValue = [
                "operationId": .string(operation.id), "tags": [.string(operation.tag)],
                "summary": .string(operation.summary), "responses": answers(operation),
                "x-permission": .string("\(operation.permission)"),
            ]
            if operation.permission != .anyone { described["security"] = [["session": []], ["token": []]] }
            if !operation.parameters.isEmpty {
                described["parameters"] = .array(
                    operation.parameters.map {
                        [
                            "name": .string($0.name), "in": .string($0.place.rawValue),
                            "required": .bool($0.place == .path), "schema": $0.schema.json,
                            "description": .string($0.meaning),
                        ]
                    })
            }
            if let body = operation.body {
                described["requestBody"] = ["required": true, "content": content(body)]
            }
            return described
        }

        private static func answers(_ operation: Operation) -> JSONValue {
            var answers: [String: JSONValue] = [:]
            var success: JSONValue = ["description": "Done"]
            if let answer = operation.answer { success["content"] = content(answer) }
            answers["\(operation.status)"] = success
            for status in statuses(operation) {
                answers["\(status)"] = [
                    "description": .string(meanings[status] ?? "A problem"),
                    "content": content(.init(type: "application/problem+json", schema: .reference("Problem"))),
                ]
            }
            return .object(answers)
        }

        /// Problems of an operation: its own, and those that follow from its form.
        private static func statuses(_ operation: Operation) -> [Int] {
            var statuses = Set(operation.problems)
            statuses.insert(400)
            if operation.permission != .anyone { statuses.formUnion([401]) }
            if ![.anyone, .look].contains(operation.permission) || operation.method != .get { statuses.insert(403) }
            if operation.body != nil { statuses.formUnion([413, 415]) }
            if operation.parameters.contains(where: { $0.place == .path }) { statuses.insert(404) }
            return statuses.sorted()
        }

        private static let meanings: [Int: String] = [
            400: "The request cannot be understood", 401: "Log in first", 403: "Not allowed",
            404: "There is no such thing here", 409: "The request is refused: the state is another one",
            412: "Somebody else changed it in the meantime",
            413: "The body is too long", 415: "The body is of a type that is not taken",
            422: "What was sent does not hold together", 429: "Too many tries", 502: "Another system refused",
            503: "It cannot be answered at present",
        ]

        private static func content(_ content: Operation.Content) -> JSONValue {
            .object([content.type: ["schema": content.schema.json]])
        }
    }
#endif
