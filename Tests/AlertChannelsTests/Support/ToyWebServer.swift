#if Daemon
    import Foundation
    import Glibc
    import Synchronization
    import Testing

    /// A web server on loopback that keeps what is posted and answers as it is told, in the order of the answers.
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
        private let ended = DispatchGroup()

        /// - Parameter answers: status lines, for example `204 No Content`; an empty one ends the connection. The last one is
        ///   repeated.
        init(_ answers: [String]) throws {
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            try #require(listener >= 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let number = listener
            let bound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(number, $0, length) == 0 && listen(number, 16) == 0 && getsockname(number, $0, &length) == 0
                }
            }
            try #require(bound)
            port = UInt16(bigEndian: address.sin_port)
            ended.enter()
            Thread.detachNewThread { [self] in
                var left = answers
                while true {
                    let connection = accept(listener, nil, nil)
                    guard connection >= 0 else { break }
                    if let request = read(connection) {
                        requests.withLock { $0.append(request) }
                        let answer = left.count > 1 ? left.removeFirst() : left.first ?? ""
                        if !answer.isEmpty {
                            let text = "HTTP/1.1 \(answer)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            _ = text.withCString { write(connection, $0, strlen($0)) }
                        }
                    }
                    Glibc.close(connection)
                }
                ended.leave()
            }
        }

        var received: [Request] { requests.withLock { $0 } }

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
