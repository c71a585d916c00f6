#if Daemon
    /// Writes values to one file, on a thread of its own; of several that wait only the newest.
    public final class LatestWriter<Value: Sendable>: Sendable {
        private let mailbox = Mailbox<Value>()
        private let thread: DedicatedThread

        /// - Parameters:
        ///   - name: of the thread.
        ///   - write: writes one value; waits for the disk.
        ///   - report: how each one went, on the writer's thread: `nil`, or why it could not be written.
        public init(
            name: String, write: @escaping @Sendable (Value) throws(StoreError) -> Void,
            report: @escaping @Sendable (_ failure: String?) -> Void
        ) {
            thread = DedicatedThread(name: name) { [mailbox] in
                while let values = mailbox.take() {
                    guard let value = values.last else { continue }
                    do throws(StoreError) {
                        try write(value)
                        report(nil)
                    } catch {
                        report(error.reason)
                    }
                }
            }
        }

        public func write(_ value: Value) {
            mailbox.post(value)
        }

        /// Writes what waits and ends.
        public func close() {
            mailbox.close()
            thread.join()
        }
    }
#endif
