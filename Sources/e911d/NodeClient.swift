#if Daemon
    import E911Configuration
    import E911Control
    import Foundation

    /// What answers commands that look: the running daemon, or, when none runs, a node made of the state folder.
    final class NodeClient {
        private var daemon: ControlClient?
        private let offline: OfflineNode?

        /// - Throws: ``ControlError`` when neither is there.
        init(_ configuration: DaemonConfiguration) throws(ControlError) {
            do {
                daemon = try ControlClient(path: ControlSocket.path(stateFolder: configuration.state))
                offline = nil
            } catch  where error.isAbsent {
                daemon = nil
                offline = try OfflineNode(configuration)
            }
        }

        /// Asks, and waits for the answer.
        ///
        /// - Parameter seconds: how long at most.
        /// - Throws: ``ControlError`` when there is no answer, or a refusal; the text says what was said.
        func ask<Result: Decodable>(
            _ command: String, _ arguments: (any Encodable)? = nil, as type: Result.Type = Result.self,
            within seconds: Int = 30
        ) throws(ControlError) -> Result {
            guard let offline else {
                guard let result = try daemon?.ask(command, arguments, as: type, within: seconds) else {
                    throw ControlError("'\(command)': nobody is there to answer")
                }
                return result
            }
            do {
                return try JSONDecoder().decode(type, from: try offline.ask(command, arguments))
            } catch let error as ControlError {
                throw error
            } catch {
                throw ControlError("the answer to '\(command)' cannot be read: \(error)")
            }
        }
    }
#endif
