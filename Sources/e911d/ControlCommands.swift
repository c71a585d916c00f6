#if Daemon
    import E911Control
    import E911Service
    import E911Values
    import Foundation
    import Locations

    // The commands of the control socket: their names, arguments and results.

    struct PageArguments: Codable, Sendable {
        var after: String?
        var limit: Int
        var devices: DeviceChoice?
    }

    struct DevicePage: Codable, Sendable {
        var devices: [DeviceInfo]
        var next: String?
    }

    struct CallPage: Codable, Sendable {
        var calls: [CallRecord]
        var more: Bool
    }

    /// A page of what is asked of one call server.
    struct CallServerArguments: Codable, Sendable {
        var callServer: String
        var page: PageArguments
        /// For a preview.
        var filters = FilterChoices()
    }

    struct AddressOfRecordPage: Codable, Sendable {
        var addressesOfRecord: [String]
        var next: Int?
    }

    struct MovePage: Codable, Sendable {
        var moves: [DeviceMove]
        /// Where to go on; `nil` at the end.
        var next: String?
    }

    struct SitePage: Codable, Sendable {
        var site: SiteConfiguration?
        var counter: UInt64
    }

    struct EvidencePage: Codable, Sendable {
        var rows: [EvidenceSighting]
        var next: String?
    }

    struct PositionArguments: Codable, Sendable {
        var from: Int
    }

    struct ELINPage: Codable, Sendable {
        var elins: [ELINInfo]
        var next: Int?
    }

    struct PlacePage: Codable, Sendable {
        var pools: [PoolInfo]
        var places: [PlaceInfo]
        var next: Int?
    }

    struct ApplyArguments: Codable, Sendable {
        var site: SiteConfiguration
        var by: String
        var action: String
        var detail: String
        var expected: UInt64?
        var takesOver: Bool

        init(site: SiteConfiguration, _ edit: SiteEdit) {
            self.site = site
            by = edit.by
            action = edit.action
            detail = edit.detail
            expected = edit.expected
            takesOver = edit.takesOver
        }

        var edit: SiteEdit {
            SiteEdit(by: by, action: action, detail: detail, expected: expected, takesOver: takesOver)
        }
    }

    extension CommandRelay {
        /// The daemon's answer to a line on the control socket.
        func answer(_ request: ControlRequest) async -> ControlResponse {
            func arguments<T: Decodable>(_ type: T.Type) throws -> T {
                try JSONDecoder().decode(type, from: request.arguments ?? Data("null".utf8))
            }
            do {
                let query: NodeQuery
                switch request.command {
                case "devices":
                    return try await response(to: request.id, devices(try arguments(PageArguments.self)))
                case "moves":
                    let page = await moves(try arguments(PageArguments.self))
                    return ControlResponse(id: request.id, result: try JSONEncoder().encode(page))
                case "calls":
                    let page = try arguments(PageArguments.self)
                    query = .calls(before: page.after.flatMap { RecordKey($0) }, limit: page.limit)
                case "leases": query = .leases
                case "elins": query = .elins(from: try arguments(PositionArguments.self).from, limit: 1000)
                case "elin-places": query = .elinPlaces(from: try arguments(PositionArguments.self).from, limit: 1000)
                case "ali-export": query = .aliExport(try arguments(ALIExportRequest.self))
                case "ali-confirm":
                    let confirm = try arguments(ConfirmArguments.self)
                    query = .aliConfirm(confirm.export, by: confirm.by)
                case "status": query = .status
                case "site": query = .site
                case "apply":
                    let apply = try arguments(ApplyArguments.self)
                    // Here, where it holds up nobody.
                    switch PreparedSite.prepare(apply.site, listeners: listeners) {
                    case .success(let prepared): query = .adopt(prepared, apply.edit)
                    case .failure(let refusal): return ControlResponse(id: request.id, errors: refusal.problems)
                    }
                case "filter-preview":
                    let preview = try arguments(CallServerArguments.self)
                    query = .filterPreview(
                        callServer: preview.callServer, preview.filters, after: preview.page.after,
                        limit: preview.page.limit)
                case "never-seen":
                    let aors = try arguments(CallServerArguments.self)
                    query = .neverSeen(
                        callServer: aors.callServer, after: aors.page.after.flatMap { Int($0) } ?? 0,
                        limit: aors.page.limit)
                case "download": query = .downloadNow(callServer: try arguments(String.self))
                case "acknowledge":
                    let acknowledge = try arguments(AcknowledgeArguments.self)
                    query = .acknowledge(
                        acknowledge.call, by: acknowledge.by, recipient: acknowledge.recipient,
                        comment: acknowledge.comment)
                case "test-send":
                    let send = try arguments(TestSendArguments.self)
                    query = .testSend(recipient: send.recipient, channel: send.channel, by: send.by)
                case "evidence":
                    let page = try arguments(PageArguments.self)
                    query = .evidence(from: page.after.flatMap { Int($0) } ?? 0, limit: page.limit)
                case "explain": query = .explain(try arguments(ExplainSubject.self))
                case "import-evidence": query = .importEvidence(try arguments(EvidenceBatch.self))
                case "drain":
                    submit(.drain(try arguments(Bool.self)))
                    return ControlResponse(id: request.id, result: Data("true".utf8))
                default:
                    return ControlResponse(id: request.id, errors: ["there is no command '\(request.command)'"])
                }
                var answer = await ask(query)
                if case .status(var status) = answer {
                    status.counters += await transportCounters
                    answer = .status(status)
                }
                return try response(to: request.id, answer)
            } catch {
                return ControlResponse(id: request.id, errors: ["'\(request.command)': \(error)"])
            }
        }

        /// Devices that are wanted: as many pages of the node as that takes, but no more than a hundred of them.
        private func devices(_ page: PageArguments) async -> NodeAnswer {
            let places = await places(of: page)
            var found: [DeviceInfo] = []
            var next = page.after
            for _ in 0..<100 {
                let answer = await ask(.devices(after: next, limit: page.limit - found.count))
                guard case .devices(let devices, let end) = answer else { return answer }
                found += devices.filter { page.devices?.fits($0, in: places) ?? true }
                next = end
                if end == nil || found.count >= page.limit { break }
            }
            return .devices(found, next: next)
        }

        /// The same of moves.
        private func moves(_ page: PageArguments) async -> MovePage {
            let places = await places(of: page)
            var found: [DeviceMove] = []
            var before = page.after.flatMap { UInt64($0) }
            while found.count < page.limit {
                let answer = await ask(.moves(before: before, limit: page.limit - found.count))
                guard case .moves(let moves, let more) = answer else { break }
                found += moves.filter { page.devices?.fits($0, in: places) ?? true }
                guard more, let last = moves.last else { return MovePage(moves: found) }
                before = last.number
            }
            return MovePage(moves: found, next: before.map { "\($0)" })
        }

        /// The places that a page is about; `nil` for all.
        private func places(of page: PageArguments) async -> Set<String>? {
            guard let choice = page.devices, choice.location != nil, case .site(let site, _) = await ask(.site) else {
                return nil
            }
            return choice.places(in: site)
        }

        private func response(to id: UInt64, _ answer: NodeAnswer) throws -> ControlResponse {
            let encoder = JSONEncoder()
            switch answer {
            case .devices(let devices, let next):
                return ControlResponse(id: id, result: try encoder.encode(DevicePage(devices: devices, next: next)))
            case .moves(let moves, let more):
                let page = MovePage(moves: moves, next: more ? moves.last.map { "\($0.number)" } : nil)
                return ControlResponse(id: id, result: try encoder.encode(page))
            case .calls(let calls, let more):
                return ControlResponse(id: id, result: try encoder.encode(CallPage(calls: calls, more: more)))
            case .addressesOfRecord(let aors, let next):
                return ControlResponse(
                    id: id, result: try encoder.encode(AddressOfRecordPage(addressesOfRecord: aors, next: next)))
            case .elins(let elins, let next):
                return ControlResponse(id: id, result: try encoder.encode(ELINPage(elins: elins, next: next)))
            case .elinPlaces(let pools, let places, let next):
                return ControlResponse(
                    id: id, result: try encoder.encode(PlacePage(pools: pools, places: places, next: next)))
            case .aliExport(let export): return ControlResponse(id: id, result: try encoder.encode(export))
            case .confirmed(let count): return ControlResponse(id: id, result: try encoder.encode(count))
            case .leases(let leases): return ControlResponse(id: id, result: try encoder.encode(leases))
            case .status(let status): return ControlResponse(id: id, result: try encoder.encode(status))
            case .site(let site, let counter):
                return ControlResponse(id: id, result: try encoder.encode(SitePage(site: site, counter: counter)))
            case .evidence(let rows, let next):
                let page = EvidencePage(rows: rows, next: next.map { "\($0)" })
                return ControlResponse(id: id, result: try encoder.encode(page))
            case .explanation(let explanation):
                return ControlResponse(id: id, result: try encoder.encode(explanation))
            case .evidenceTaken(let report): return ControlResponse(id: id, result: try encoder.encode(report))
            case .evidenceRefused(let problems, let count):
                let more = count - problems.count
                return ControlResponse(
                    id: id, errors: problems.map(\.description) + (more > 0 ? ["and \(more) more"] : []))
            case .testSent(let result): return ControlResponse(id: id, result: try encoder.encode(result))
            case .channels(let channels): return ControlResponse(id: id, result: try encoder.encode(channels))
            case .alerts, .alert, .call, .acknowledgement:
                return ControlResponse(id: id, errors: ["the command line does not ask for this"])
            case .done: return ControlResponse(id: id, result: Data("true".utf8))
            case .refused(let reasons): return ControlResponse(id: id, errors: reasons)
            }
        }
    }
#endif
