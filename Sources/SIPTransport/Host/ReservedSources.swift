#if Transport
    public import E911Values
    import Synchronization

    /// The sources that a host reserves capacity for, as its machine names them in the course of time: for
    /// ``HostLimits/isExempt``. It can be asked and changed on any thread.
    public final class ReservedSources: Sendable {
        private let prefixes = Mutex<[IPPrefix]>([])

        public init() {}

        /// Puts these in the place of those before. Connections that stand are not touched.
        public func set(_ sources: [IPPrefix]) {
            prefixes.withLock { $0 = sources }
        }

        public func contains(_ source: IPAddress) -> Bool {
            prefixes.withLock { $0.contains { $0.contains(source) } }
        }
    }
#endif
