#if Daemon
    import E911Service

    /// The named schemas of the OpenAPI document.
    enum Schemas {
        static let all: [String: Schema] = [
            "Problem": .object([
                "status": .integer, "title": .string, "detail?": .string,
                "errors?": .list(.object(["pointer": .string, "reason": .string, "remedy?": .string])),
            ]),
            "Session": .object([
                "name": .string, "role": role, "csrf?": .text("to be sent as X-CSRF-Token with each change"),
                "screenPops": .list(.string),
            ]),
            "Call": .object([
                "key": .string, "time": .integer, "kind": .choice(["emergency", "test", "callback"]),
                "outcome": .choice(["answered", "acknowledged", "unconfirmed", "abandoned", "refused"]),
                "flags": .list(.string), "callServer": .string, "source": .string, "callID": .string,
                "dialled": .string, "callerDN": .string, "callerName": .string, "device": .string,
                "deviceIP": .string, "deviceMAC": .string, "location": .string, "locationText": .string,
                "elinLocation": .string, "elinText": .string, "rule": .string, "elin?": .string, "status": .integer,
                "contact": .string, "otherPlaces": .string, "displacedDN": .string, "callbackUntil?": .integer,
            ]),
            "Alert": .object([
                "key": .string, "state": .choice(["open", "settled", "suppressed"]), "subject": .string,
                "labels": .list(.string), "isTest": .boolean, "time": .integer, "lastCall": .integer,
                "calls": .integer, "callerDN": .string, "callerName": .string, "elin?": .string, "place": .string,
                "psapSees": .string, "otherPlaces": .string, "rule": .string, "callServer": .string,
                "locationPath": .list(.string), "reminders": .integer,
                "acknowledgement?": .reference("Acknowledgement"),
                "acknowledgements": .list(.reference("Acknowledgement")),
                "messages": .list(
                    .object([
                        "number": .integer, "channel": .string, "recipient": .string, "address": .string,
                        "reason": .string, "state": .choice(["owed", "delivered", "failed", "dropped"]),
                        "attempts": .list(
                            .object([
                                "at": .integer, "attempt": .integer,
                                "result": .choice(["delivered", "temporary", "permanent"]), "text": .string,
                            ])),
                    ])),
            ]),
            "Acknowledgement": .object([
                "by": .string, "recipient?": .string, "at": .integer, "comment": .string,
            ]),
            "Link": .object([
                "alert": .string, "recipient": .string,
                "state": .choice(AcknowledgementInfo.State.allCases.map(\.rawValue)), "subject": .string,
                "fields": .list(.object(["name": .string, "value": .string])),
                "acknowledgements": .list(.reference("Acknowledgement")), "missing": .list(.string),
            ]),
            "AuditEntry": .object([
                "key": .string, "time": .integer, "who": .string, "action": .string, "detail": .string,
                "source": .string, "changes?": .any, "hash": .string,
            ]),
            "Change": .object([
                "kind": .choice(["added", "changed", "removed"]), "section": .string, "name": .string,
                "row?": .integer,
                "fields": .list(.object(["name": .string, "old?": .string, "new?": .string])),
            ]),
            "Finding": .object([
                "severity": .choice(["error", "warning"]), "path": .string, "reason": .string, "remedy": .string,
            ]),
            "Applied": .object([
                "changes": .list(.reference("Change")), "warnings": .list(.reference("Finding")),
                "version": .text("the site's new version, for If-Match"), "dryRun": .boolean,
            ]),
            "Account": .object([
                "name": .string, "role": role, "screenPops": .list(.string), "changedAt": .integer,
            ]),
            "Token": .object([
                "id": .string, "name": .string, "role": role, "createdBy": .string, "createdAt": .integer,
                "expiresAt?": .integer,
            ]),
            "Device": .described(.map(.any), "A registered device, as `e911d devices --json` prints it."),
            "Status": .described(.map(.any), "The node's state, as `e911d status --json` prints it."),
        ]

        static let role = Schema.choice(Role.allCases.map(\.rawValue))

        static func page(_ name: String) -> Schema {
            .object(["items": .list(.reference(name)), "next?": .text("`after` of the next page")])
        }

        static func page(of schema: Schema) -> Schema {
            .object(["items": .list(schema), "next?": .text("`after` of the next page")])
        }
    }

    extension Operation.Parameter {
        static func path(_ name: String, _ meaning: String) -> Self {
            Self(name: name, place: .path, schema: .string, meaning: meaning)
        }

        static func query(_ name: String, _ schema: Schema, _ meaning: String) -> Self {
            Self(name: name, place: .query, schema: schema, meaning: meaning)
        }

        static let after = Self.query("after", .string, "`next` of the page before")

        static func limit(_ most: Int) -> Self {
            .query("limit", .bounded(1, most), "how many at most")
        }
    }
#endif
