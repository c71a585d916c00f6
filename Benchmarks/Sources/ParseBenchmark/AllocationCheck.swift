import AllocationCounter
import SIPCore

/// A parse may allocate twice: the copy of the octets and the table of headers.
enum AllocationCheck {
    static func atMostTwo(_ samples: [Sample]) throws {
        // The first parse of a process builds the table of header names.
        for sample in samples { _ = try SIPMessage(parsing: sample.octets.span) }
        for sample in samples {
            let before = allocation_count()
            let message = try SIPMessage(parsing: sample.octets.span)
            let parse = allocation_count() - before
            let isRead = try readRouting(message)
            let typed = allocation_count() - before - parse
            print("\(sample.name): \(parse) allocations to parse, \(typed) for the routing headers")
            guard isRead, parse <= 2 else { throw BenchmarkError.allocations("\(sample.name): \(parse)") }
        }
    }

    private static func readRouting(_ message: SIPMessage) throws -> Bool {
        let via = try message.topVia()
        let from = try message.from()
        let to = try message.to()
        let cseq = try message.cseq()
        return try !via.host.isEmpty && from.tag != nil && !to.uri.host.isEmpty && cseq.number > 0
            && !message.callID().isEmpty && message.maxForwards() ?? 0 <= 70 && message.contentLength() ?? 0 >= 0
    }
}
