#if Daemon
    import E911Control
    import E911Service
    import E911Simulation
    import E911Values
    import Foundation
    import SIPTransport
    import Synchronization

    /// The traces of a daemon: what its sockets carry goes in on the loop, operators ask through the control socket.
    final class MessageTraces: Sendable {
        private struct State {
            var trace = MessageTrace()
            var clock = TraceClock()
        }

        private let state = Mutex(State())
        /// Asked for each message, so without the lock.
        private let isOn = Atomic(false)

        var observe: WireObserver {
            { [self] record, octets in
                guard isOn.load(ordering: .relaxed) else { return }
                let octets = octets.withUnsafeBytes { Array($0) }
                state.withLock { state in
                    state.trace.record(
                        TraceEntry(
                            time: state.clock.time(record.at), transport: record.kind, local: record.local,
                            remote: record.remote, connection: record.connection,
                            what: record.direction == .received ? .received(octets) : .sent(octets)))
                }
            }
        }

        func setSources(_ sources: [CallServerSources]) {
            state.withLock { $0.trace.setSources(sources) }
        }

        /// The answer to a line on the control socket, if it is about traces.
        func answer(_ request: ControlRequest) -> ControlResponse? {
            guard request.command == TraceArguments.command else { return nil }
            do {
                let arguments = try JSONDecoder().decode(TraceArguments.self, from: request.arguments ?? Data())
                if case .read(let callServer, let from) = arguments.action {
                    // Only the entries are taken under the lock, which the loop waits for.
                    let page = try state.withLock {
                        try $0.trace.page(of: callServer, from: from, octets: TraceArguments.pageOctets)
                    }
                    let octets = Data(TraceFormat.octets(of: page.entries))
                    return ControlResponse(
                        id: request.id, result: try JSONEncoder().encode(TraceOctets(octets: octets, next: page.next)))
                }
                let status = try state.withLock { state in
                    defer { isOn.store(state.trace.isOn, ordering: .relaxed) }
                    try Self.perform(arguments.action, &state.trace)
                    return state.trace.status
                }
                return ControlResponse(id: request.id, result: try JSONEncoder().encode(status))
            } catch let refusal as MessageTrace.Refusal {
                return ControlResponse(id: request.id, errors: [refusal.description])
            } catch {
                return ControlResponse(id: request.id, errors: ["'\(request.command)': \(error)"])
            }
        }

        private static func perform(_ action: TraceArguments.Action, _ trace: inout MessageTrace) throws {
            switch action {
            case .start(let callServer, let octets): try trace.start(callServer, octets: octets)
            case .stop(let callServer): try trace.stop(callServer)
            case .clear(let callServer): try trace.clear(callServer)
            case .status, .read: break
            }
        }
    }

    /// What is asked about traces. All but `read` are answered with a list of ``MessageTrace/Status``.
    struct TraceArguments: Codable, Sendable {
        enum Action: Codable, Sendable {
            case start(callServer: String, octets: Int)
            case stop(callServer: String)
            case clear(callServer: String)
            case status
            case read(callServer: String, from: UInt64)
        }

        var action: Action

        static let command = "trace"
        /// Of one answer, well below a line's limit when written in base64.
        static let pageOctets = 4 << 20
    }

    /// A part of a trace in the text format, and where to go on.
    struct TraceOctets: Codable, Sendable {
        var octets: Data
        var next: UInt64?
    }
#endif
