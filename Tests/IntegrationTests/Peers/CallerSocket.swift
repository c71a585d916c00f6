#if Daemon
    import E911Values
    import Glibc
    import SIPCore

    /// The SIP Server's end: one UDP socket, one call at a time.
    final class CallerSocket {
        private let descriptor: Int32
        private let port: UInt16
        private let target: Endpoint
        private(set) var retransmissions = 0

        init(port: UInt16, to target: Endpoint) throws {
            self.port = port
            self.target = target
            descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            var address = Self.address("127.0.0.1", port)
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard bound == 0 else { throw PeerError("port \(port): \(String(cString: strerror(errno)))") }
            // T1: a peer would send the INVITE again.
            var limit = timeval(tv_sec: 0, tv_usec: 500_000)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit { close(descriptor) }

        private static func address(_ text: String, _ port: UInt16) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            inet_pton(AF_INET, text, &address.sin_addr)
            return address
        }

        /// Sends an INVITE and waits for its final response.
        func call(_ round: Int) throws -> (status: Int, startLine: String) {
            let invite = """
                INVITE sip:911@\(target) SIP/2.0\r
                Via: SIP/2.0/UDP 127.0.0.1:\(port);branch=z9hG4bKcrash\(round)\r
                Max-Forwards: 70\r
                From: "Caller" <sip:\(30_000 + round)@example.com>;tag=t\(round)\r
                To: <sip:911@example.com>\r
                Call-ID: crash-\(round)\r
                CSeq: 1 INVITE\r
                Contact: <sip:\(30_000 + round)@127.10.1.\(round % 250 + 1):5060>\r
                Content-Length: 0\r
                \r

                """
            send(invite)
            for _ in 0..<40 {
                guard let octets = receive() else {
                    retransmissions += 1
                    send(invite)
                    continue
                }
                guard let message = try? SIPMessage(parsing: octets.span), let status = message.status, status >= 200,
                    message.first(.callID).map({ String($0) }) == "crash-\(round)"
                else { continue }
                return (status, String(decoding: octets.prefix { $0 != 13 }, as: UTF8.self))
            }
            throw PeerError("no answer in round \(round)")
        }

        private func send(_ text: String) {
            var address = Self.address("\(target.address)", target.port)
            let octets = Array(text.utf8)
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, octets, octets.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }

        private func receive() -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return count > 0 ? Array(buffer[..<count]) : nil
        }

        /// Lets so much time pass, reading what comes.
        func wait(seconds: Double) {
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end { _ = receive() }
        }
    }
#endif
