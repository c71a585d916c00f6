#if Daemon
    import Dispatch
    import E911Store
    import E911Values
    import Glibc
    import Synchronization

    /// Tells threads that wait for a server that the store is being closed: they wait for so long at most from then on.
    final class StopSignal: Sendable {
        /// Readable once it was given.
        let descriptor: Int32
        private let writing: Int32
        private let end = Mutex<DispatchTime?>(nil)

        init() {
            var ends: [Int32] = [-1, -1]
            // Without descriptors a wait ends at its own deadline.
            if pipe(&ends) != 0 { ends = [-1, -1] }
            for descriptor in ends where descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            (descriptor, writing) = (ends[0], ends[1])
        }

        deinit {
            for descriptor in [descriptor, writing] where descriptor >= 0 { close(descriptor) }
        }

        /// - Parameter time: what is left for what goes on.
        func give(_ time: Duration) {
            end.withLock { $0 = $0 ?? .now() + time.dispatch }
            var octet: UInt8 = 1
            _ = write(writing, &octet, 1)
        }

        /// Waits until it is given, or the time is over; whether it was.
        func wait(_ time: Duration) -> Bool {
            let deadline = DispatchTime.now() + time.dispatch
            while limit == nil, deadline > .now() {
                var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&waited, 1, deadline.millisecondsLeft)
            }
            return limit != nil
        }

        /// When nothing may wait any more; `nil` while it was not given.
        var limit: DispatchTime? { end.withLock { $0 } }
    }

    extension DispatchTime {
        /// For poll(2), rounded up.
        var millisecondsLeft: Int32 {
            let now = DispatchTime.now()
            guard self > now else { return 0 }
            return Int32(clamping: (uptimeNanoseconds - now.uptimeNanoseconds) / 1_000_000 + 1)
        }
    }
#endif
