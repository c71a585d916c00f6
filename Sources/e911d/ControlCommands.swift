#if Daemon
    import E911Control
    import E911Service
    import E911Values
    import Foundation

    // The commands of the control socket: their names, arguments and results.

    struct PageArguments: Codable, Sendable {
        var after: String?
        var limit: Int
    }

    struct DevicePage: Codable, Sendable {
        var devices: [DeviceInfo]
        var next: String?
    }

    struct CallPage: Codable, Sendable {
        var calls: [CallRecord]
        var more: Bool
    }

    struct MovePage: Codable, Sendable {
        var moves: [DeviceMove]
        var more: Bool
    }

    struct ApplyArguments: Codable, Sendable {
        var site: SiteConfiguration
        var by: String
    }

    struct AcknowledgeArguments: Codable, Sendable {
        var call: RecordKey
        var by: String
        var comment: String
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
                    let page = try arguments(PageArguments.self)
                    query = .devices(after: page.after, limit: page.limit)
                case "moves":
                    let page = try arguments(PageArguments.self)
                    query = .moves(before: page.after.flatMap { UInt64($0) }, limit: page.limit)
                case "calls":
                    let page = try arguments(PageArguments.self)
                    query = .calls(before: page.after.flatMap { RecordKey($0) }, limit: page.limit)
                case "leases": query = .leases
                case "status": query = .status
                case "apply":
                    let apply = try arguments(ApplyArguments.self)
                    query = .apply(apply.site, by: apply.by)
                case "download": query = .downloadNow(callServer: try arguments(String.self))
                case "acknowledge":
                    let acknowledge = try arguments(AcknowledgeArguments.self)
                    query = .acknowledge(acknowledge.call, by: acknowledge.by, comment: acknowledge.comment)
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

        private func response(to id: UInt64, _ answer: NodeAnswer) throws -> ControlResponse {
            let encoder = JSONEncoder()
            switch answer {
            case .devices(let devices, let next):
                return ControlResponse(id: id, result: try encoder.encode(DevicePage(devices: devices, next: next)))
            case .moves(let moves, let more):
                return ControlResponse(id: id, result: try encoder.encode(MovePage(moves: moves, more: more)))
            case .calls(let calls, let more):
                return ControlResponse(id: id, result: try encoder.encode(CallPage(calls: calls, more: more)))
            case .leases(let leases): return ControlResponse(id: id, result: try encoder.encode(leases))
            case .status(let status): return ControlResponse(id: id, result: try encoder.encode(status))
            case .done: return ControlResponse(id: id, result: Data("true".utf8))
            case .refused(let reasons): return ControlResponse(id: id, errors: reasons)
            }
        }
    }
#endif
