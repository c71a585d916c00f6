#if Daemon
    import E911Service

    /// What the service manager is told in the life of a process that serves; nothing, if nobody wants to know.
    final class ServiceManager: Sendable {
        private let notifier: ServiceNotifier?
        private let watchdog: Watchdog?
        private let note: @Sendable (Note) -> Void

        /// - Parameter ask: see ``Watchdog``.
        init(
            _ environment: [String: String], ask: @escaping Watchdog.Question, note: @escaping @Sendable (Note) -> Void
        ) {
            let notifier = ServiceNotifier(socket: environment["NOTIFY_SOCKET"])
            self.notifier = notifier
            self.note = note
            guard let notifier, let interval = Watchdog.interval(environment) else {
                watchdog = nil
                return
            }
            watchdog = Watchdog(ask: ask) { Self.tell(notifier, [.alive], note) }
            watchdog?.start(every: interval)
        }

        func ready(_ status: String) { tell(.ready, .status(status)) }

        func reloading() { tell(.reloading(microseconds: ServiceNotifier.monotonicMicroseconds()), .status("reloads")) }

        func stopping() {
            watchdog?.stop()
            tell(.stopping, .status("takes leave of its call servers"))
        }

        private func tell(_ states: ServiceNotifier.State...) {
            if let notifier { Self.tell(notifier, states, note) }
        }

        private static func tell(
            _ notifier: ServiceNotifier, _ states: [ServiceNotifier.State], _ note: (Note) -> Void
        ) {
            do {
                try notifier.tell(states)
            } catch {
                note(
                    Note(
                        .alarm, "service-manager.deaf", "The service manager cannot be told how this process is",
                        [.init("reason", "\(error)")]))
            }
        }
    }
#endif
