#if Daemon
    public import E911Service

    /// Writes ``SiteSnapshot`` on a thread of its own; of several that wait only the newest.
    public final class SnapshotWriter: Sendable {
        private let mailbox = Mailbox<Stamped<SiteConfiguration>>()
        private let thread: DedicatedThread

        /// - Parameter report: how each one went, on the writer's thread: `nil`, or why it could not be written.
        public init(folder: String, report: @escaping @Sendable (_ failure: String?) -> Void) {
            thread = DedicatedThread(name: "snapshot") { [mailbox] in
                while let sites = mailbox.take() {
                    guard let site = sites.last else { continue }
                    do throws(StoreError) {
                        try SiteSnapshot.write(site, folder: folder)
                        report(nil)
                    } catch {
                        report(error.reason)
                    }
                }
            }
        }

        public func write(_ site: Stamped<SiteConfiguration>) {
            mailbox.post(site)
        }

        /// Writes what waits and ends.
        public func close() {
            mailbox.close()
            thread.join()
        }
    }
#endif
