#if Daemon
    import Alerting
    import Dispatch
    import Glibc

    /// Why a message did not go out.
    struct LogSocketError: Error {
        var reason: String

        init(_ reason: String) { self.reason = reason }

        /// With what the system says.
        init(_ what: String, _ code: Int32) { reason = "\(what): \(String(cString: strerror(code)))" }
    }

    /// A connected socket to a log server.
    struct LogSocket {
        private let descriptor: Int32
        private let end: DispatchTime

        /// Sends one message to the first of a log server's addresses that takes it, until `end` at the latest.
        ///
        /// - Parameter refusalWait: how long to wait by UDP for word that nobody listens.
        static func send(
            _ octets: [UInt8], to server: SyslogAddress, at addresses: [LogServerAddress], until end: DispatchTime,
            refusalWait: DispatchTimeInterval
        ) throws(LogSocketError) {
            var failure = LogSocketError("\(server.host) has no address")
            for address in addresses {
                do throws(LogSocketError) {
                    let socket = try LogSocket(address, isStream: server.isStream, until: end)
                    defer { socket.close() }
                    try socket.write(octets)
                    if server.isStream {
                        try socket.waitForAcknowledgement()
                    } else {
                        try socket.waitForRefusal(refusalWait)
                    }
                    return
                } catch {
                    failure = error
                }
            }
            throw failure
        }

        private init(_ address: LogServerAddress, isStream: Bool, until end: DispatchTime) throws(LogSocketError) {
            self.end = end
            let kind = (isStream ? SOCK_STREAM : SOCK_DGRAM).rawValue
            descriptor = socket(
                address.family, Int32(kind | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw LogSocketError("no socket", errno) }
            let descriptor = descriptor
            let isConnected = address.octets.withUnsafeBytes { octets in
                octets.withMemoryRebound(to: sockaddr.self) {
                    Glibc.connect(descriptor, $0.baseAddress, socklen_t(octets.count)) == 0
                }
            }
            guard !isConnected else { return }
            var code = errno
            if code == EINPROGRESS { code = wait(POLLOUT, until: end) ? pending : ETIMEDOUT }
            guard code == 0 else {
                close()
                throw LogSocketError("the log server does not answer", code)
            }
        }

        private func write(_ octets: [UInt8]) throws(LogSocketError) {
            var rest = octets[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    guard wait(POLLOUT, until: end) else {
                        throw LogSocketError("the log server takes nothing", ETIMEDOUT)
                    }
                } else if errno != EINTR {
                    throw LogSocketError("the message cannot be sent", errno)
                }
            }
        }

        /// Until the far side's TCP has all octets: that they were written to a connection says nothing.
        private func waitForAcknowledgement() throws(LogSocketError) {
            shutdown(descriptor, Int32(SHUT_WR))
            while true {
                var unacknowledged: Int32 = 0
                guard ioctl(descriptor, UInt(TIOCOUTQ), &unacknowledged) == 0 else {
                    throw LogSocketError("the connection cannot be asked", errno)
                }
                if unacknowledged == 0 { return }
                // The far side closes its end too, mostly, or resets the connection.
                if wait(POLLIN, until: min(end, .now() + .milliseconds(20))) { try readEnd() }
                guard DispatchTime.now() < end else {
                    throw LogSocketError("the log server does not acknowledge the message", ETIMEDOUT)
                }
            }
        }

        private func waitForRefusal(_ time: DispatchTimeInterval) throws(LogSocketError) {
            if wait(POLLIN, until: min(end, .now() + time)) { try readEnd() }
        }

        private func readEnd() throws(LogSocketError) {
            var octet: UInt8 = 0
            guard recv(descriptor, &octet, 1, 0) < 0, errno != EAGAIN, errno != EINTR else { return }
            throw LogSocketError("the log server does not take the message", errno)
        }

        private func close() { Glibc.close(descriptor) }

        private func wait(_ events: Int32, until end: DispatchTime) -> Bool {
            while true {
                var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
                let now = DispatchTime.now()
                let left = now < end ? (end.uptimeNanoseconds - now.uptimeNanoseconds + 999_999) / 1_000_000 : 0
                let count = Glibc.poll(&poll, 1, Int32(clamping: left))
                if count >= 0 || errno != EINTR { return count > 0 }
            }
        }

        private var pending: Int32 {
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            return code
        }
    }
#endif
