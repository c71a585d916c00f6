#if Daemon
    import Dispatch
    import Foundation
    import Glibc
    import Testing

    @testable import e911d

    @Suite struct ServiceNotifierTests {
        @Test func eachStateIsALineOfTheProtocol() throws {
            let manager = try ManagerSocket(abstract: false)
            let notifier = try #require(ServiceNotifier(socket: manager.name))
            try notifier.tell([.ready, .status("answers\ncalls\r\nREADY=0")])
            #expect(manager.next() == "READY=1\nSTATUS=answers calls READY=0")
            try notifier.tell([.reloading(microseconds: 12_345)])
            #expect(manager.next() == "RELOADING=1\nMONOTONIC_USEC=12345")
            try notifier.tell([.alive])
            try notifier.tell([.stopping])
            #expect([manager.next(), manager.next()] == ["WATCHDOG=1", "STOPPING=1"])
        }

        @Test func abstractSocketsAreReached() throws {
            let manager = try ManagerSocket(abstract: true)
            #expect(manager.name.hasPrefix("@"))
            try #require(ServiceNotifier(socket: manager.name)).tell([.ready])
            #expect(manager.next() == "READY=1")
        }

        @Test func nobodyWantsToKnow() {
            #expect(ServiceNotifier(socket: nil) == nil)
            #expect(ServiceNotifier(socket: "") == nil)
        }

        @Test func whatCannotBeToldIsAnError() throws {
            let gone = try #require(ServiceNotifier(socket: "/nowhere/notify"))
            #expect(throws: ServiceNotifier.Failure(code: ENOENT)) { try gone.tell([.ready]) }
            let long = try #require(ServiceNotifier(socket: "/" + String(repeating: "x", count: 200)))
            #expect(throws: ServiceNotifier.Failure(code: ENAMETOOLONG)) { try long.tell([.ready]) }
        }

        @Test func theTimeOfAReloadIsThatOfTheMonotonicClock() {
            // Of Linux' monotonic clock, as systemd compares it.
            let before = DispatchTime.now().uptimeNanoseconds / 1000
            let time = ServiceNotifier.monotonicMicroseconds()
            #expect(time >= before && time <= before + 60_000_000)
        }
    }

    /// The socket that a service manager listens on.
    final class ManagerSocket {
        /// As `NOTIFY_SOCKET` has it.
        let name: String
        private let descriptor: Int32

        init(abstract: Bool) throws {
            let unique = "e911d-notify-\(UUID().uuidString)"
            name = abstract ? "@\(unique)" : FileManager.default.temporaryDirectory.path + "/\(unique)"
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let octets = abstract ? [0] + Array(unique.utf8) : Array(name.utf8)
            try #require(octets.count <= MemoryLayout.size(ofValue: address.sun_path))
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: octets) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + octets.count)
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
            }
            try #require(isBound, "\(name): \(String(cString: strerror(errno)))")
        }

        deinit {
            close(descriptor)
            if !name.hasPrefix("@") { unlink(name) }
        }

        /// Waits for the next datagram.
        func next() -> String {
            var octets = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &octets, octets.count, 0)
            return String(decoding: octets[..<max(0, count)], as: UTF8.self)
        }
    }
#endif
