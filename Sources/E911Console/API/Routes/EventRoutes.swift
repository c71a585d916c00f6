#if Daemon
    import HTTPTypes

    extension APIRoutes {
        var eventOperations: [Operation] {
            [
                Operation(
                    method: .get, path: "/events", id: "events", tag: "events",
                    summary:
                        "What happens, as server-sent events: call, alert, screen-pop, site, status, and audit for administrators. With Last-Event-ID (or `after`) what was missed comes first; `reset` says that more was missed than is remembered",
                    permission: .look, parameters: [.query("after", .string, "the id of the last event that was seen")],
                    answer: .init(type: "text/event-stream", schema: .string), problems: [503],
                    work: { request in
                        guard let identity = request.identity else { throw Problem.unauthorized }
                        let last = request.headers[.lastEventID] ?? request.query["after"]
                        guard let stream = events.open(for: identity, after: last) else {
                            throw Problem(
                                503, "Too many event streams are open", "\(events.most) are the most", retryAfter: 10)
                        }
                        var reply = Reply(status: 200, body: .events(stream))
                        reply.headers[.contentType] = "text/event-stream"
                        // A proxy in between must not hold events back.
                        reply.headers[.accelBuffering] = "no"
                        return reply
                    })
            ]
        }
    }

    extension HTTPField.Name {
        // Both are tokens, as names have to be.
        static let lastEventID = HTTPField.Name("Last-Event-ID")!
        static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
    }
#endif
