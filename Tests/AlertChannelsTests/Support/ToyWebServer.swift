#if Daemon
    import Foundation
    import Glibc
    import Synchronization

    /// A web server on loopback that keeps what is posted and answers as it is told, in the order of the answers. Connections
    /// wait for each other.
    final class ToyWebServer: Sendable {
        struct Request: Equatable, Sendable {
            /// Lines of the head, without line ends.
            var head: [String]
            var body: [UInt8]

            func value(of header: String) -> String? {
                head.first { $0.lowercased().hasPrefix(header.lowercased() + ": ") }.map {
                    String($0.dropFirst(header.count + 2))
                }
            }
        }

        let port: UInt16
        private let listener: Int32
        private let requests = Mutex<[Request]>([])
        private let answers: Mutex<[String]>
        private let ended = DispatchGroup()

        /// - Parameter answers: status lines, for example `204 No Content`, or a status line, a line end and a body; an empty
        ///   one ends the connection. The last one is repeated.
        init(_ answers: [String]) throws {
            self.answers = Mutex(answers)
            let socket = try LoopbackListener()
            (listener, port) = (socket.descriptor, socket.port)
            ended.enter()
            Thread.detachNewThread { [self] in
                while true {
                    let connection = accept(listener, nil, nil)
                    guard connection >= 0 else { break }
                    if let request = read(connection) {
                        requests.withLock { $0.append(request) }
                        let answer = self.answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? "" }
                            .split(separator: "\n", maxSplits: 1)
                        if let status = answer.first {
                            let body = answer.count > 1 ? answer[1] : ""
                            let text =
                                "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                            _ = text.withCString { write(connection, $0, strlen($0)) }
                        }
                    }
                    Glibc.close(connection)
                }
                ended.leave()
            }
        }

        var received: [Request] { requests.withLock { $0 } }

        /// The requests since this was last asked.
        func takeReceived() -> [Request] {
            requests.withLock { requests in
                defer { requests = [] }
                return requests
            }
        }

        func answer(_ answers: [String]) { self.answers.withLock { $0 = answers } }

        func close() {
            shutdown(listener, Int32(SHUT_RDWR))
            ended.wait()
            Glibc.close(listener)
        }

        private func read(_ connection: Int32) -> Request? {
            var octets: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                if let end = octets.firstRange(of: Array("\r\n\r\n".utf8)) {
                    let head = String(decoding: octets[..<end.lowerBound], as: UTF8.self)
                        .components(separatedBy: "\r\n")
                    var request = Request(head: head, body: Array(octets[end.upperBound...]))
                    if request.body.count >= request.value(of: "Content-Length").flatMap({ Int($0) }) ?? 0 {
                        return request
                    }
                    request.body = []
                }
                let count = Glibc.read(connection, &buffer, buffer.count)
                guard count > 0 else { return nil }
                octets += buffer[..<count]
            }
        }
    }
#endif
