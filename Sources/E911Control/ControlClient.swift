#if Transport
    public import Foundation
    import Glibc

    /// The command line's end of the control socket: one request at a time, waiting for its answer.
    public struct ControlClient: ~Copyable {
        private let descriptor: Int32
        private let path: String
        private var received: [UInt8] = []
        private var nextID: UInt64 = 1

        /// - Throws: ``ControlError``, with ``ControlError/isAbsent`` when no daemon listens.
        public init(path: String) throws(ControlError) {
            self.path = path
            switch Self.connect(path) {
            case .success(let descriptor): self.descriptor = descriptor
            case .failure(let error): throw error
            }
        }

        deinit {
            close(descriptor)
        }

        /// Whether a daemon listens.
        public static func isAnswered(path: String) -> Bool {
            guard case .success(let descriptor) = connect(path) else { return false }
            close(descriptor)
            return true
        }

        /// Asks, and waits for the answer.
        ///
        /// - Parameter seconds: how long at most.
        /// - Throws: ``ControlError`` when the daemon does not answer, or refuses; the text says what it said.
        public mutating func ask<Result: Decodable>(
            _ command: String, _ arguments: (any Encodable)? = nil, as type: Result.Type = Result.self,
            within seconds: Int = 30
        ) throws(ControlError) -> Result {
            let data = try ask(command, arguments, within: seconds)
            do {
                return try JSONDecoder().decode(Result.self, from: data)
            } catch {
                throw ControlError("\(path): the daemon's answer to '\(command)' cannot be read: \(error)")
            }
        }

        /// The same, with the answer's JSON as it came.
        public mutating func ask(
            _ command: String, _ arguments: (any Encodable)? = nil, within seconds: Int = 30
        ) throws(ControlError) -> Data {
            let request: Data
            do {
                request = try JSONEncoder().encode(
                    ControlRequest(id: nextID, command: command, arguments: try arguments.map { try Self.json($0) }))
            } catch {
                throw ControlError("'\(command)': the arguments cannot be written: \(error)")
            }
            let id = nextID
            nextID += 1
            guard request.count < ControlSocket.lineOctets else {
                throw ControlError(
                    "'\(command)': \(request.count) octets are too much for the control socket, which takes "
                        + "\(ControlSocket.lineOctets)")
            }
            var limit = timeval(tv_sec: seconds, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
            }
            try write(Array(request) + [10], command)
            while true {
                let line = try readLine(command)
                guard let response = try? JSONDecoder().decode(ControlResponse.self, from: Data(line)) else {
                    throw ControlError("\(path): the daemon's answer to '\(command)' is no JSON of ours")
                }
                guard response.id == id || response.id == 0 else { continue }
                guard response.errors.isEmpty else { throw ControlError(response.errors.joined(separator: "\n")) }
                return response.result ?? Data("null".utf8)
            }
        }

        private static func json(_ value: any Encodable) throws -> Data {
            try JSONEncoder().encode(value)
        }

        private func write(_ octets: [UInt8], _ command: String) throws(ControlError) {
            var sent = 0
            while sent < octets.count {
                let count = octets[sent...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let reason =
                        errno == EAGAIN ? "the daemon does not read in time" : String(cString: strerror(errno))
                    throw ControlError("\(path): \(reason) ('\(command)')")
                }
                sent += count
            }
        }

        private mutating func readLine(_ command: String) throws(ControlError) -> [UInt8] {
            var scanned = 0
            while true {
                if let end = received[scanned...].firstIndex(of: 10) {
                    let line = Array(received[..<end])
                    received.removeFirst(end + 1)
                    return line
                }
                scanned = received.count
                guard received.count <= ControlSocket.lineOctets else {
                    throw ControlError("\(path): the daemon's answer to '\(command)' is too long")
                }
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let reason = count == 0 ? "the daemon closed the connection" : "no answer in time"
                    throw ControlError("\(path): \(reason) ('\(command)')")
                }
                received.append(contentsOf: chunk[..<count])
            }
        }

        private static func connect(_ path: String) -> Result<Int32, ControlError> {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return .failure(.system(path)) }
            let result: CInt
            do {
                result = try ControlSocket.withAddress(of: path) { Glibc.connect(descriptor, $0, $1) }
            } catch {
                close(descriptor)
                return .failure(error)
            }
            guard result == 0 else {
                let reason = errno
                close(descriptor)
                let isAbsent = reason == ENOENT || reason == ECONNREFUSED
                return .failure(
                    ControlError(
                        isAbsent
                            ? "\(path): no daemon listens here" : "\(path): \(String(cString: strerror(reason)))",
                        isAbsent: isAbsent))
            }
            return .success(descriptor)
        }
    }
#endif
