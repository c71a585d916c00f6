#if Daemon
    public import Alerting
    import E911Values
    import Foundation
    import Glibc

    /// Alerts as messages of RFC 5424 to a log server, by UDP or by TCP.
    ///
    /// No log server says that it has a message. By TCP one is delivered when it was written to a connection that stands; by
    /// UDP when nobody said within a moment that nobody listens there.
    public final class SyslogChannel: AlertChannel {
        public struct Settings: Sendable {
            /// 16 is local0 (RFC 5424 section 6.2.1).
            public var facility = 16
            /// The private enterprise number of whoever runs this; 32473 is the one of examples (RFC 5612).
            public var enterprise = 32_473
            public var timeout: Duration = .seconds(10)
            /// How long to wait for word that a message is not taken.
            public var refusalWait: Duration = .milliseconds(200)
            public var concurrency = 4

            public init() {}
        }

        public let kind = AlertChannelKind.syslog
        private let settings: Settings
        private let host: String
        private let queue = OperationQueue()

        public init(settings: Settings = Settings()) {
            self.settings = settings
            host = ProcessInfo.processInfo.hostName
            queue.maxConcurrentOperationCount = max(1, settings.concurrency)
        }

        /// Delivers one message.
        ///
        /// - Returns: permanent for an address that is none; temporary for anything else that fails.
        public func deliver(_ delivery: Delivery) async -> DeliveryResult {
            guard let address = SyslogAddress(delivery.address) else {
                return .permanent(
                    reason: "'\(delivery.address)' is no log server: udp://HOST:PORT or tcp://HOST:PORT")
            }
            let message = SyslogMessage(
                facility: settings.facility, host: host, process: ProcessInfo.processInfo.processIdentifier,
                enterprise: settings.enterprise, delivery: delivery,
                now: WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
            let (octets, settings) = (message.octets, settings)
            return await withCheckedContinuation { continuation in
                queue.addOperation { continuation.resume(returning: Self.send(octets, to: address, settings)) }
            }
        }

        /// Waits for what is under way.
        public func close() { queue.waitUntilAllOperationsAreFinished() }

        private static func send(_ octets: [UInt8], to address: SyslogAddress, _ settings: Settings) -> DeliveryResult {
            do {
                let socket = try LogSocket(address, timeout: settings.timeout)
                defer { socket.close() }
                // RFC 6587 section 3.4.1: the length, a blank, the message.
                try socket.write(address.isStream ? Array("\(octets.count) ".utf8) + octets : octets)
                try socket.finish(address, settings.refusalWait)
                return .delivered(providerAnswer: "\(octets.count) octets written")
            } catch {
                return .temporary(reason: error.reason)
            }
        }
    }

    /// Why a message did not go out.
    private struct LogSocketError: Error {
        var reason: String

        init(_ reason: String) { self.reason = reason }

        /// What the system says last.
        init(_ what: String, _ code: Int32) { reason = "\(what): \(String(cString: strerror(code)))" }
    }

    /// A connected socket, each of whose steps takes no longer than its time.
    private struct LogSocket {
        private let descriptor: Int32
        private let timeout: Duration

        init(_ address: SyslogAddress, timeout: Duration) throws(LogSocketError) {
            self.timeout = timeout
            var hints = addrinfo()
            hints.ai_socktype = Int32((address.isStream ? SOCK_STREAM : SOCK_DGRAM).rawValue)
            var found: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(address.host, "\(address.port)", &hints, &found)
            guard code == 0, let first = found else {
                throw LogSocketError("\(address.host): \(String(cString: gai_strerror(code)))")
            }
            defer { freeaddrinfo(found) }
            var failure = LogSocketError("\(address.host) has no address")
            for info in sequence(first: first, next: { $0.pointee.ai_next }) {
                do throws(LogSocketError) {
                    descriptor = try Self.connect(info.pointee, timeout)
                    return
                } catch {
                    failure = error
                }
            }
            throw failure
        }

        private static func connect(_ info: addrinfo, _ timeout: Duration) throws(LogSocketError) -> Int32 {
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = socket(info.ai_family, info.ai_socktype | flags, 0)
            guard descriptor >= 0 else { throw LogSocketError("no socket", errno) }
            if Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) != 0 {
                var code = errno
                if code == EINPROGRESS {
                    code = wait(descriptor, POLLOUT, timeout) ? pending(descriptor) : ETIMEDOUT
                }
                guard code == 0 else {
                    Glibc.close(descriptor)
                    throw LogSocketError("the log server does not answer", code)
                }
            }
            return descriptor
        }

        func write(_ octets: [UInt8]) throws(LogSocketError) {
            var rest = octets[...]
            while !rest.isEmpty {
                // A connection that the far side has closed must not end the process.
                let count = rest.withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    guard Self.wait(descriptor, POLLOUT, timeout) else {
                        throw LogSocketError("the log server takes nothing", ETIMEDOUT)
                    }
                } else if errno != EINTR {
                    throw LogSocketError("the message cannot be sent", errno)
                }
            }
        }

        /// By TCP the far side may reset what it does not want; by UDP word may come that nobody listens.
        func finish(_ address: SyslogAddress, _ time: Duration) throws(LogSocketError) {
            if address.isStream { shutdown(descriptor, Int32(SHUT_WR)) }
            guard Self.wait(descriptor, POLLIN, time) else { return }
            var octet: UInt8 = 0
            guard recv(descriptor, &octet, 1, 0) < 0, errno != EAGAIN else { return }
            throw LogSocketError("the log server does not take the message", errno)
        }

        func close() { Glibc.close(descriptor) }

        private static func wait(_ descriptor: Int32, _ events: Int32, _ time: Duration) -> Bool {
            var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            return Glibc.poll(&poll, 1, Int32(clamping: time.wholeNanoseconds / 1_000_000)) > 0
        }

        private static func pending(_ descriptor: Int32) -> Int32 {
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            return code
        }
    }
#endif
