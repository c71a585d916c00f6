#if Daemon
    import E911Control
    import E911Service

    /// The control socket of a daemon that answers calls whether or not the socket can be opened: what fails is tried again.
    final class ControlDoor: Sendable {
        private let opening: Task<ControlServer?, Never>

        /// Tries once; goes on in the background if that fails, with an alarm whenever the reason is a new one.
        init(
            retry: Duration = .seconds(1), note: @escaping @Sendable (Note) -> Void,
            open: @escaping @Sendable () async throws -> ControlServer
        ) async {
            @Sendable func attempt(_ failure: inout String?) async -> ControlServer? {
                do {
                    let server = try await open()
                    if failure != nil { note(Note(.notice, "control.open", "The control socket is open")) }
                    return server
                } catch {
                    if failure != "\(error)" {
                        note(
                            Note(
                                .alarm, "control.closed", "The control socket cannot be opened; calls are answered",
                                [.init("reason", "\(error)")]))
                    }
                    failure = "\(error)"
                    return nil
                }
            }
            var failure: String?
            let first = await attempt(&failure)
            opening = Task { [failure] in
                var failure = failure
                var server = first
                while server == nil, (try? await Task.sleep(for: retry)) != nil { server = await attempt(&failure) }
                return server
            }
        }

        func stop() async {
            opening.cancel()
            await opening.value?.stop()
        }
    }
#endif
