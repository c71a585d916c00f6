#if Daemon
    import Glibc

    /// The file descriptors that this process may have.
    enum Descriptors {
        /// Raises the soft limit to the hard one, though not above 65,536, and gives it. Service managers set the soft
        /// one to 1024, for programs that use select(2).
        static func raise() -> Int {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
            let wanted = max(limit.rlim_cur, min(limit.rlim_max, 65_536))
            if wanted > limit.rlim_cur {
                var raised = limit
                raised.rlim_cur = wanted
                if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
            }
            return Int(clamping: limit.rlim_cur)
        }
    }
#endif
