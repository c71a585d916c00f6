#if Daemon
    import Alerting
    import Dispatch
    import E911Configuration
    import E911Control
    import E911Service
    import E911Store
    import E911Values
    import Foundation
    import SIPCore
    import Synchronization

    /// A node that is made of what a state folder holds, answers questions, and does nothing: no effect of it is performed.
    final class OfflineNode: Sendable {
        /// What it answers: commands that only look.
        static let commands: Set<String> = [
            "devices", "moves", "calls", "leases", "elins", "elin-places", "status", "site", "evidence", "explain",
        ]

        private let relay = CommandRelay()
        private let state: String

        /// Reads the folder; the store may take ten seconds.
        ///
        /// - Throws: ``ControlError`` when there is no such folder, or it cannot be read.
        init(_ configuration: DaemonConfiguration) throws(ControlError) {
            state = configuration.state
            let found = try Self.read(configuration)
            var settings = configuration.nodeConfiguration(software: "e911d/\(version)")
            settings.listeners = configuration.listeners.map(\.node)
            let node = NodeBox(settings)
            let queue = DispatchQueue(label: "offline")
            relay.begin(.restore(found.state, storeAvailable: found.storeAvailable)) { [relay] commands in
                // The relay is held while it submits.
                queue.async {
                    for (answer, token) in commands.flatMap(node.obey) { relay.resume(token, answer) }
                }
            }
        }

        /// What the folder holds.
        ///
        /// - Throws: ``ControlError`` when there is no such folder, or another process has it.
        static func read(_ configuration: DaemonConfiguration) throws(ControlError) -> StateFolder.Opened {
            let path = configuration.state
            guard access(path, F_OK) == 0 else {
                throw ControlError("\(path): no daemon runs here, and there is no state yet", isAbsent: true)
            }
            DaemonProcess.keepFilesPrivate()
            do {
                let (folder, found) = try StateFolder.open(configuration) { _ in }
                folder.close()
                for problem in found.problems { printError("\(path): \(problem)") }
                if !found.storeAvailable {
                    printError("\(path): the store cannot be read; this is what the journal has")
                }
                return found
            } catch let error as WrongConfiguration {
                throw ControlError(error.reason)
            } catch {
                throw ControlError("\(path): \((error as? StoreError)?.reason ?? "\(error)")")
            }
        }

        func ask(_ command: String, _ arguments: (any Encodable)?) throws -> Data {
            guard Self.commands.contains(command) else {
                throw ControlError("\(state): no daemon runs here, and '\(command)' needs one", isAbsent: true)
            }
            let request = ControlRequest(
                id: 1, command: command, arguments: try arguments.map { try JSONEncoder().encode($0) })
            let answer = Answer()
            Task.detached { [relay] in answer.set(await relay.answer(request)) }
            let response = answer.wait()
            guard response.errors.isEmpty else { throw ControlError(response.errors.joined(separator: "\n")) }
            return response.result ?? Data("null".utf8)
        }
    }

    extension StateFolder.Settings {
        /// Of a command that opens the folder while no daemon runs: no call waits for its store, but a daemon that starts waits
        /// for the folder.
        static var ofCommands: Self {
            var settings = Self()
            settings.openingTime = .seconds(10)
            return settings
        }
    }

    extension WallTime {
        /// What the clock says.
        static var present: WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
    }

    /// The node, one command at a time.
    private final class NodeBox: Sendable {
        private let node: Mutex<E911Node>

        init(_ configuration: NodeConfiguration) {
            node = Mutex(E911Node(configuration: configuration, identifiers: .system()))
        }

        /// The answers that come of a command.
        func obey(_ command: NodeCommand) -> [(NodeAnswer, QueryToken)] {
            let effects = node.withLock { $0.handle(.command(command), now: Now(monotonic: .zero, wall: .present)) }
            return effects.compactMap { effect in
                guard case .other(.answer(let answer, let token)) = effect else { return nil }
                return (answer, token)
            }
        }
    }

    /// A response that a thread waits for.
    private final class Answer: Sendable {
        private let response = Mutex<ControlResponse?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        func set(_ response: ControlResponse) {
            self.response.withLock { $0 = response }
            isThere.signal()
        }

        func wait() -> ControlResponse {
            isThere.wait()
            return response.withLock { $0 } ?? ControlResponse(id: 0, errors: ["there is no answer"])
        }
    }
#endif
