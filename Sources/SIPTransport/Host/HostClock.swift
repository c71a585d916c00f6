#if Transport
    import E911Values
    import Glibc
    import NIOCore

    /// The clocks of the machine: the monotonic one is the event loop's own, so that a timer set by it is never early.
    enum HostClock {
        static func now() -> Now {
            // A timespec, seconds and nanoseconds, without its members (see SocketAddresses.swift).
            var wall = (0, 0)
            withUnsafeMutablePointer(to: &wall) {
                _ = clock_gettime(
                    CLOCK_REALTIME, UnsafeMutableRawPointer($0).assumingMemoryBound(to: timespec.self))
            }
            return Now(
                monotonic: MonotonicTime(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds)),
                wall: WallTime(milliseconds: Int64(wall.0 * 1000 + wall.1 / 1_000_000)))
        }
    }

    extension NIODeadline {
        init(_ time: MonotonicTime) {
            self = .uptimeNanoseconds(UInt64(clamping: time.nanoseconds))
        }
    }

    extension TimeAmount {
        init(_ duration: Duration) {
            self = .nanoseconds(duration.wholeNanoseconds)
        }
    }
#endif
