#if Daemon
    import Dispatch
    import Testing

    @testable import E911Store

    /// What writer threads report, kept until a test waits for it.
    final class Reports<Report: Sendable>: Sendable {
        private let mailbox = Mailbox<Report>()

        func callAsFunction(_ report: Report) { mailbox.post(report) }

        /// What has come by the time that `isEnough` is true for all of it.
        func wait(
            until isEnough: ([Report]) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
        ) throws -> [Report] {
            var all: [Report] = []
            let deadline = DispatchTime.now() + 20
            while !isEnough(all) {
                let more = mailbox.take(until: deadline) ?? []
                try #require(!more.isEmpty, "still waiting after \(all)", sourceLocation: sourceLocation)
                all += more
            }
            return all
        }

        func wait(count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws -> [Report] {
            try wait(until: { $0.count >= count }, sourceLocation: sourceLocation)
        }
    }
#endif
