#if Daemon
    import E911Service
    import E911Values
    import HTTPTypes
    import Locations

    extension APIRoutes {
        var deviceOperations: [Operation] {
            [
                Operation(
                    method: .get, path: "/devices", id: "devices", tag: "devices",
                    summary: "Registered devices with the place that was worked out and why", permission: .look,
                    parameters: [
                        .after, .limit(500),
                        .query("state", .choice(["active", "stale", "retired"]), "in this state only"),
                        .query("located", .boolean, "whether something says where it is"),
                        .query("defaulted", .boolean, "whether its call would be given the default ELIN"),
                        .query("location", .string, "at this location or in what it contains"),
                        .query("callServer", .string, "of this call server"),
                        .query("text", .string, "DN, AOR, address or MAC contains this"),
                    ],
                    answer: .json(Schemas.page("Device")),
                    work: { request in try await devices(request) }),
                Operation(
                    method: .get, path: "/explanation", id: "explain", tag: "devices",
                    summary:
                        "Where a device is and why, and what its emergency call would get; nothing is taken for it",
                    permission: .look,
                    parameters: [
                        .query("dn", .string, "a directory number"), .query("aor", .string, "an address of record"),
                        .query("ip", .string, "an IP address"), .query("mac", .string, "a MAC address"),
                    ],
                    answer: .json(.map(.any)),
                    work: { request in
                        guard case .explanation(let explanation) = try await ask(.explain(try Self.subject(request)))
                        else { throw Problem.unavailable }
                        return try .json(explanation)
                    }),
                Operation(
                    method: .get, path: "/moves", id: "moves", tag: "devices",
                    summary: "Devices that were found somewhere else than before, the newest first", permission: .look,
                    parameters: [.after, .limit(500)], answer: .json(Schemas.page(of: .map(.any))),
                    work: { request in
                        let before = try request.value("after", "the `next` of a page") { UInt64($0) }
                        let limit = try request.integer("limit", 1...500, default: 100)
                        guard case .moves(let moves, let more) = try await ask(.moves(before: before, limit: limit))
                        else {
                            throw Problem.unavailable
                        }
                        return try .json(Page(items: moves, next: more ? moves.last.map { "\($0.number)" } : nil))
                    }),
                Operation(
                    method: .get, path: "/evidence", id: "evidence", tag: "devices",
                    summary: "Where the network saw devices: ports and access points", permission: .look,
                    parameters: [.after, .limit(500)], answer: .json(Schemas.page(of: .any)),
                    work: { request in
                        let from =
                            try request.value("after", "the `next` of a page") {
                                Int($0).flatMap { $0 >= 0 ? $0 : nil }
                            } ?? 0
                        let limit = try request.integer("limit", 1...500, default: 100)
                        guard case .evidence(let rows, let next) = try await ask(.evidence(from: from, limit: limit))
                        else {
                            throw Problem.unavailable
                        }
                        return try .json(Page(items: rows.map { EvidenceView($0) }, next: next.map { "\($0)" }))
                    }),
                Operation(
                    method: .post, path: "/evidence", id: "importEvidence", tag: "devices",
                    summary: "Tell where devices were seen on the network: all rows are taken, or none",
                    permission: .editPlaces, parameters: [],
                    body: .json(
                        .object([
                            "rows": .list(
                                .object([
                                    "mac?": .string, "dn?": .string, "instance?": .string, "bssid?": .string,
                                    "switch?": .string, "port?": .string,
                                    "at?": .text("milliseconds since 1970 as a number; without it, now"),
                                ])), "replace?": .boolean, "dryRun?": .boolean, "source?": .string,
                        ])), bodyOctets: 64 << 20, answer: .json(.map(.any)), problems: [409, 422],
                    work: { request in try await takeEvidence(request) }),
            ]
        }

        private static func subject(_ request: APIRequest) throws -> ExplainSubject {
            let given = ["dn", "aor", "ip", "mac"].filter { !(request.query[$0] ?? "").isEmpty }
            guard given.count == 1, let name = given.first, let text = request.query[name] else {
                throw Problem.wrong("one of dn, aor, ip and mac has to be given")
            }
            let subject: ExplainSubject? =
                switch name {
                case "dn": .dn(text)
                case "aor": .aor(text)
                case "ip": IPAddress(text).map { .ip($0) }
                default: MACAddress(text).map { .mac($0) }
                }
            guard let subject else {
                throw Problem.wrong(
                    "'\(text)' is no \(name == "ip" ? "IP" : "MAC") address",
                    [.init(pointer: name, reason: "cannot be read")])
            }
            return subject
        }

        private func devices(_ request: APIRequest) async throws -> Reply {
            let limit = try request.integer("limit", 1...500, default: 100)
            let state = try request.value("state", "active, stale or retired") {
                ["active", "stale", "retired"].contains($0) ? $0 : nil
            }
            let flag: (String) -> Bool? = { ["true": true, "false": false][$0] }
            let located = try request.value("located", "true or false", flag)
            let defaulted = try request.value("defaulted", "true or false", flag)
            let text = request.query["text"].map { $0.lowercased() } ?? ""
            var places: Set<String>?
            if let location = request.query["location"], !location.isEmpty, let site = try await site().0 {
                places = site.places(in: location)
            }
            let callServer = request.query["callServer"].flatMap { $0.isEmpty ? nil : $0 }
            var found: [DeviceInfo] = []
            var next = try request.value("after", "the `next` of a page") { $0 }
            // A search that finds little is told as a short page, so that it holds up neither the node nor who waits.
            for _ in 0..<200 {
                guard
                    case .devices(let devices, let end) = try await ask(
                        .devices(after: next, limit: limit - found.count))
                else { throw Problem.unavailable }
                found += devices.filter { device in
                    (state ?? device.state) == device.state && (located ?? device.isLocated) == device.isLocated
                        && (defaulted ?? device.isDefaulted) == device.isDefaulted
                        && (callServer ?? device.callServer) == device.callServer
                        && (places?.contains(device.location) ?? true)
                        && (text.isEmpty
                            || [device.dn, device.aor, device.ip, device.mac].contains {
                                $0.lowercased().contains(text)
                            })
                }
                next = end
                if end == nil || found.count >= limit { break }
            }
            return try .json(Page(items: found, next: next))
        }

        struct EvidenceForm: Decodable {
            struct Row: Codable {
                var mac: String?
                var dn: String?
                var instance: String?
                var bssid: String?
                var `switch`: String?
                var port: String?
                var at: Int64?
            }

            var rows: [Row]
            var replace: Bool?
            var dryRun: Bool?
            var source: String?
        }

        struct EvidenceView: Encodable {
            var mac: String?
            var dn: String?
            var instance: String?
            var bssid: String?
            var `switch`: String?
            var port: String?
            var at: Int64
            var source: String

            init(_ sighting: EvidenceSighting) {
                switch sighting.device {
                case .mac(let mac): self.mac = mac.description
                case .number(let number): dn = number
                case .instance(let instance): self.instance = instance
                }
                switch sighting.attachment {
                case .accessPoint(let bssid): self.bssid = bssid.description
                case .port(let port): (self.switch, self.port) = (port.switch, port.port)
                }
                at = sighting.at.milliseconds
                source = sighting.source
            }
        }

        private func takeEvidence(_ request: APIRequest) async throws -> Reply {
            let form = try request.json(EvidenceForm.self)
            let source = form.source ?? "API \(request.who)"
            let now = house.clock()
            var sightings: [EvidenceSighting] = []
            var errors: [Problem.Detail] = []
            for (index, row) in form.rows.enumerated() {
                switch row.sighting(now: now, source: source) {
                case .success(let sighting): sightings.append(sighting)
                case .failure(let fault): if errors.count < 100 { errors.append(fault.detail(index)) }
                }
            }
            guard errors.isEmpty else {
                throw Problem(422, "The evidence cannot be taken", "nothing was changed", errors: errors)
            }
            let batch = EvidenceBatch(
                rows: sightings, replaces: form.replace ?? false, source: source, by: request.who,
                isDryRun: form.dryRun ?? false)
            switch try await ask(.importEvidence(batch)) {
            case .evidenceTaken(let report): return try .json(report)
            case .evidenceRefused(let problems, let count):
                throw Problem(
                    422, "The evidence cannot be taken", "nothing was changed; \(count) rows are wrong",
                    errors: problems.map { .init(pointer: "rows[\($0.row)].\($0.field.rawValue)", reason: $0.reason) })
            default: throw Problem.unavailable
            }
        }
    }

    /// Why a row of evidence cannot be read.
    struct EvidenceFault: Error {
        var field: String
        var reason: String

        func detail(_ index: Int) -> Problem.Detail {
            Problem.Detail(pointer: "rows[\(index)].\(field)", reason: reason)
        }
    }

    extension APIRoutes.EvidenceForm.Row {
        func sighting(now: Int64, source: String) -> Result<EvidenceSighting, EvidenceFault> {
            let device: DeviceSelector
            switch (mac, dn, instance) {
            case (let text?, nil, nil):
                guard let mac = MACAddress(text) else {
                    return .failure(EvidenceFault(field: "mac", reason: "'\(text)' is no MAC address"))
                }
                device = .mac(mac)
            case (nil, let dn?, nil): device = .number(dn)
            case (nil, nil, let instance?): device = .instance(instance)
            default: return .failure(EvidenceFault(field: "mac", reason: "one of mac, dn and instance has to be given"))
            }
            let attachment: EvidenceSighting.Attachment
            switch (bssid, self.switch, port) {
            case (let text?, nil, nil):
                guard let bssid = MACAddress(text) else {
                    return .failure(EvidenceFault(field: "bssid", reason: "'\(text)' is no BSSID"))
                }
                attachment = .accessPoint(bssid)
            case (nil, let name?, let port?): attachment = .port(SwitchPort(switch: name, port: port))
            default:
                return .failure(
                    EvidenceFault(field: "bssid", reason: "either bssid, or switch and port have to be given"))
            }
            // Years 1970 to 9999; what lies in the future is judged with the row.
            if let at, !(0...253_402_300_799_999).contains(at) {
                return .failure(EvidenceFault(field: "at", reason: "\(at) is no time in milliseconds since 1970"))
            }
            return .success(
                EvidenceSighting(
                    device: device, attachment: attachment, at: WallTime(milliseconds: at ?? now), source: source))
        }
    }

    extension SiteConfiguration {
        /// A place and what lies in it.
        func places(in location: String) -> Set<String> {
            var inside: Set<String> = [location]
            // Parents stand before their parts.
            for place in locations {
                if let parent = place.parent, inside.contains(parent) { inside.insert(place.id) }
            }
            return inside
        }
    }
#endif
