#if Transport
    public import Foundation

    /// One line from the command line to a running daemon.
    public struct ControlRequest: Codable, Equatable, Sendable {
        /// Chosen by the client, comes back with the answer.
        public var id: UInt64
        /// `devices`, `calls`, `apply`…
        public var command: String
        /// The JSON of the command's own arguments, if it has any.
        public var arguments: Data?

        public init(id: UInt64, command: String, arguments: Data? = nil) {
            self.id = id
            self.command = command
            self.arguments = arguments
        }
    }

    /// One line back.
    public struct ControlResponse: Codable, Equatable, Sendable {
        public var id: UInt64
        /// The JSON of the result, when it went well.
        public var result: Data?
        /// What was wrong, a line each, when it did not.
        public var errors: [String]

        public init(id: UInt64, result: Data? = nil, errors: [String] = []) {
            self.id = id
            self.result = result
            self.errors = errors
        }
    }

    /// The control socket's limits and place.
    public enum ControlSocket {
        /// Octets of one line, either way. A longer one ends the connection. A site of 10,000 places and 100,000 rules is
        /// some 16 MB.
        public static let lineOctets = 64 << 20

        /// `control` in the state folder.
        public static func path(stateFolder: String) -> String {
            stateFolder + (stateFolder.hasSuffix("/") ? "" : "/") + "control"
        }
    }

    /// What went wrong with the control socket, in words that name it.
    public struct ControlError: Error, Equatable, CustomStringConvertible {
        public var description: String
        /// Nobody listens: no daemon runs on this state folder.
        public var isAbsent: Bool

        public init(_ description: String, isAbsent: Bool = false) {
            self.description = description
            self.isAbsent = isAbsent
        }
    }
#endif
