#if Daemon
    package import Dispatch
    import Glibc

    /// A value behind a lock that a thread can wait for.
    ///
    /// Times are measured on the monotonic clock: somebody who sets the clock neither hurries nor holds up who waits. (Not
    /// so a `DispatchSemaphore`: on Linux its deadline becomes one of the wall clock, and a clock that is set back by an hour
    /// while it waits makes it wait an hour.)
    ///
    /// Unchecked, since the compiler knows nothing of pthread locks: `value` is touched by the holder of `lock` only, and
    /// the two pointers never change.
    package final class Monitor<Value: Sendable>: @unchecked Sendable {
        private var value: Value
        private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

        package init(_ value: Value) {
            self.value = value
            pthread_mutex_init(lock, nil)
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(changed, &attributes)
            pthread_condattr_destroy(&attributes)
        }

        deinit {
            pthread_cond_destroy(changed)
            pthread_mutex_destroy(lock)
            changed.deallocate()
            lock.deallocate()
        }

        package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
            pthread_mutex_lock(lock)
            defer { pthread_mutex_unlock(lock) }
            return body(&value)
        }

        /// Wakes who waits; without anybody it costs no system call.
        package func signal() {
            pthread_cond_broadcast(changed)
        }

        /// Asks `body` now and whenever somebody has signalled, until it gives something; `nil` if it has not by the
        /// deadline.
        ///
        /// - Parameter deadline: `nil` waits without end.
        package func wait<Result>(until deadline: DispatchTime?, _ body: (inout Value) -> Result?) -> Result? {
            let end = deadline.map { timespec(monotonic: $0) }
            pthread_mutex_lock(lock)
            defer { pthread_mutex_unlock(lock) }
            while true {
                if let result = body(&value) { return result }
                if var end {
                    if pthread_cond_timedwait(changed, lock, &end) == ETIMEDOUT { return body(&value) }
                } else {
                    pthread_cond_wait(changed, lock)
                }
            }
        }
    }

    extension timespec {
        /// A time of libdispatch on the monotonic clock, whatever clock that one counts by.
        fileprivate init(monotonic time: DispatchTime) {
            let now = DispatchTime.now().uptimeNanoseconds
            let left = time.uptimeNanoseconds > now ? time.uptimeNanoseconds - now : 0
            self.init()
            clock_gettime(CLOCK_MONOTONIC, &self)
            // A century is as good as for ever.
            let nanoseconds = UInt64(tv_nsec) + min(left, 100 * 365 * 86_400 * 1_000_000_000)
            tv_sec += Int(nanoseconds / 1_000_000_000)
            tv_nsec = Int(nanoseconds % 1_000_000_000)
        }
    }
#endif
