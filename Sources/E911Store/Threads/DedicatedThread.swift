#if Daemon
    import Dispatch
    import Foundation

    /// A thread for work that blocks, which neither an event loop nor the cooperative pool may be used for.
    final class DedicatedThread: Sendable {
        private let group = DispatchGroup()

        init(name: String, _ body: @escaping @Sendable () -> Void) {
            group.enter()
            let thread = Thread { [group] in
                body()
                group.leave()
            }
            thread.name = name
            thread.start()
        }

        /// Waits until the body has returned.
        func join() {
            group.wait()
        }
    }
#endif
