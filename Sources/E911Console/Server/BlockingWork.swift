#if Daemon
    import Dispatch

    /// Work that waits for a disk, on threads where that holds up nobody else: a few at once, the others in their order.
    package enum BlockingWork {
        private static let queue: DispatchQueue = {
            DispatchQueue(label: "e911d.console.disk", qos: .utility, attributes: .concurrent)
        }()
        private static let places = DispatchSemaphore(value: 4)
        private static let entry = DispatchQueue(label: "e911d.console.entry", qos: .utility)

        package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
            try await withCheckedThrowingContinuation { continuation in
                entry.async {
                    places.wait()
                    queue.async {
                        defer { places.signal() }
                        continuation.resume(with: Result { try body() })
                    }
                }
            }
        }
    }
#endif
